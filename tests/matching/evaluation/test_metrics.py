from math import log2

import pytest

from matching.evaluation.metrics import DEPTH, Figures, mean, per_query

NOTHING = Figures(0.0, 0.0, 0.0, 0.0)


def figures(grades: dict[str, int], ranking: list[str]) -> Figures:
    return per_query({"q": grades}, {"q": ranking})["q"]


def test_two_relevant_ones_at_second_and_fourth_place() -> None:
    found = figures({"a": 1, "b": 1, "x": 0}, ["x", "a", "y", "b"])

    assert found.mrr == 0.5
    assert found.r10 == 1.0
    assert found.r100 == 1.0
    ideal = 1 / log2(2) + 1 / log2(3)
    assert found.ndcg10 == pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal)


def test_grades_weigh_in_the_gain() -> None:
    found = figures({"a": 3, "b": 1}, ["b", "a"])

    assert found.ndcg10 == pytest.approx((1 + 3 / log2(3)) / (3 + 1 / log2(3)))
    assert figures({"a": 3, "b": 1}, ["a", "b"]).ndcg10 == pytest.approx(1.0)


def test_places_beyond_ten_count_for_recall_at_a_hundred_only() -> None:
    others = [f"x{n}" for n in range(200)]

    eleventh = figures({"a": 1, "b": 1}, [*others[:10], "a", *others[10:]])

    assert eleventh.mrr == pytest.approx(1 / 11)
    assert (eleventh.r10, eleventh.r100, eleventh.ndcg10) == (0.0, 0.5, 0.0)
    assert figures({"a": 1}, [*others[:100], "a"]).r100 == 0.0


def test_a_place_beyond_the_depth_is_not_found() -> None:
    others = [f"x{n}" for n in range(DEPTH)]

    assert figures({"a": 1}, [*others, "a"]) == NOTHING
    assert figures({"a": 1}, [*others[1:], "a"]).mrr == pytest.approx(1 / DEPTH)


def test_the_order_given_is_the_order_measured_whatever_the_ids() -> None:
    assert figures({"z": 1}, ["z", "a"]).mrr == figures({"a": 1}, ["a", "z"]).mrr == 1.0


def test_a_query_without_an_answer_counts_as_nothing() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"a": 1}, "q3": {"a": 1}}

    measured = per_query(qrels, {"q1": ["a"], "q2": [], "other": ["a"]})

    assert measured == {"q1": Figures(1.0, 1.0, 1.0, 1.0), "q2": NOTHING, "q3": NOTHING}
    assert per_query(qrels, {}) == dict.fromkeys(qrels, NOTHING)


def test_the_mean_is_over_queries_and_nothing_over_none() -> None:
    assert mean([Figures(1.0, 1.0, 1.0, 1.0), Figures(0.5, 0.0, 1.0, 0.2)]) == Figures(
        0.75, 0.5, 1.0, 0.6
    )
    assert mean([]) == NOTHING


def test_figures_are_written_to_four_decimals() -> None:
    assert Figures(1 / 3, 0.0, 1.0, 0.123456).as_dict() == {
        "mrr": 0.3333,
        "r10": 0.0,
        "r100": 1.0,
        "ndcg10": 0.1235,
    }

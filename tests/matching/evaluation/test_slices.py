import pytest

from matching.evaluation.slices import (
    amount_label,
    compare_slices,
    language_label,
    provider_size_label,
    slice_figures,
    slices_by,
)

IDS = [f"q{number:02}" for number in range(60)]


def test_sorts_queries_by_their_labels_the_greatest_slice_first() -> None:
    found = slices_by("sector", {"a": "tax", "b": ("audit", "tax"), "c": None, "d": ()})

    assert list(found.items()) == [("sector: tax", {"a", "b"}), ("sector: audit", {"b"})]


def test_averages_over_slices_that_are_large_enough() -> None:
    values = dict.fromkeys(IDS[:30], 0.2) | dict.fromkeys(IDS[30:], 0.6)
    slices = {"high": set(IDS[30:]), "few": set(IDS[:19]), "mixed": set(IDS) | {"unmeasured"}}

    high, mixed = slice_figures(values, slices, seed=1)

    assert (high.name, high.queries) == ("high", 30)
    assert (high.mean, high.low, high.high) == pytest.approx((0.6, 0.6, 0.6))
    assert (mixed.name, mixed.queries) == ("mixed", 60)
    assert mixed.mean == pytest.approx(0.4)
    assert 0.2 < mixed.low < 0.4 < mixed.high < 0.6


def test_the_slice_that_loses_comes_first() -> None:
    theirs = dict.fromkeys(IDS, 0.5)
    ours = dict.fromkeys(IDS[:30], 0.7) | dict.fromkeys(IDS[30:], 0.4)
    slices = {"wins": set(IDS[:30]), "all": set(IDS), "loses": set(IDS[30:])}

    found = compare_slices(ours, theirs, slices, seed=1)

    assert [one.name for one in found] == ["loses", "all", "wins"]
    assert found[0].difference == pytest.approx(-0.1)
    assert found[0].p < 0.001
    assert found[0].high < 0 < found[2].low
    assert found[1].p > 0.001


def test_a_query_that_one_ranker_lacks_is_passed_over() -> None:
    ours = dict.fromkeys(IDS, 1.0)
    theirs = dict.fromkeys(IDS[:40], 0.0)

    (found,) = compare_slices(ours, theirs, {"all": set(IDS)}, seed=1)

    assert (found.queries, found.ours, found.theirs) == (40, 1.0, 0.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Supervision of works for the road", "en"),
        ("Étude pour la réhabilitation des routes", "fr"),
        ("為香港的公司找律師", "zh"),
    ],
)
def test_names_the_language_of_a_need(text: str, language: str) -> None:
    assert language_label(text) == language


def test_a_need_is_of_small_providers_when_no_winner_is_large() -> None:
    assert provider_size_label([0, 4]) == "small"
    assert provider_size_label([1, 5]) == "large"
    assert provider_size_label([]) == "small"


def test_amounts_fall_into_classes() -> None:
    labels = [amount_label(amount) for amount in (None, 99_999.0, 100_000.0, 1e6)]

    assert labels == [None, "below 100 thousand", "100 thousand to 1 million", "1 million or more"]

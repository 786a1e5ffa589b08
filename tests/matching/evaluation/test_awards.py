"""A tiny set of awards with every figure worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta
from math import log2

import numpy as np
import pytest

from matching.evaluation.awards import (
    AwardedNeed,
    AwardsBench,
    Ranker,
    as_query,
    awards_index,
)
from matching.evaluation.awards_report import evaluate_awards
from matching.features.context import MatchContext
from matching.types import FloatArray


def award(
    need_id: str,
    text: str,
    winners: str,
    on: date | None,
    *,
    client: str | None = None,
    labels: tuple[str, ...] = (),
) -> AwardedNeed:
    return AwardedNeed(need_id, "", text, tuple(winners), on, "VN", client, None, labels)


# a has won three times, b twice, c once and d once, the last only after most needs.
PAST = (
    award("p1", "road study", "a", date(2010, 1, 1), client="roads"),
    award("p2", "road design", "ab", date(2011, 1, 1), client="works"),
    award("p3", "water audit", "b", date(2012, 1, 1), client="water"),
    award("p4", "tax advice", "a", date(2012, 1, 1)),
    award("p5", "harbour survey", "c", None, client="ports"),
    award("p6", "bridge survey", "d", date(2015, 6, 1), client="bridges"),
)
QUERIES = (
    award("repeated", "water audit", "b", date(2014, 1, 1), client="water"),  # b served this client
    award("new", "harbour survey", "c", date(2014, 1, 1), client="roads"),
    award("cold", "road study", "z", date(2014, 1, 1), client="roads"),  # z has never won
    award("half_cold", "road study", "zb", date(2014, 1, 1), client="roads"),
    award("early", "bridge survey", "d", date(2015, 6, 1)),  # d's work is not known yet
    award("undated", "bridge survey", "d", None, client="bridges"),
)
BENCH = AwardsBench(PAST, QUERIES, {"a": "VN", "b": None})
NO_PAST_VECTORS = np.zeros((len(PAST), 0), dtype=np.float32)
NO_QUERY_VECTORS = np.zeros((len(QUERIES), 0), dtype=np.float32)


def run(**rankers: Ranker) -> dict[str, dict[str, dict[str, float]]]:
    report = evaluate_awards(BENCH, NO_PAST_VECTORS, NO_QUERY_VECTORS, rankers=rankers)
    return {
        name: {part: measured.figures.as_dict() for part, measured in parts.items()}
        for name, parts in report.rankers.items()
    }


def test_counts_the_needs_the_warm_and_the_new() -> None:
    report = evaluate_awards(BENCH, NO_PAST_VECTORS, NO_QUERY_VECTORS)

    assert (report.queries, report.warm, report.new) == (6, 5, 3)
    written = report.as_dict()
    assert (written["queries"], written["warm"], written["new"]) == (6, 5, 3)
    assert set(report.rankers) == {"popularity", "bm25_knn", "prior"}


def test_popularity_by_hand() -> None:
    # The order is a, b, c, d for everyone: ties go to the smaller id.
    reciprocal = {"repeated": 1 / 2, "new": 1 / 3, "half_cold": 1 / 2, "early": 1 / 4}
    reciprocal["undated"] = 1 / 4

    figures = run()["popularity"]

    assert figures["warm"]["mrr"] == pytest.approx(sum(reciprocal.values()) / 5, abs=5e-5)
    assert figures["all"]["mrr"] == pytest.approx(sum(reciprocal.values()) / 6, abs=5e-5)
    new = (reciprocal["new"] + reciprocal["half_cold"] + reciprocal["early"]) / 3
    assert figures["new"]["mrr"] == pytest.approx(new, abs=5e-5)
    assert figures["warm"]["r10"] == 1.0
    gains = [1 / log2(3), 1 / log2(4), 1 / log2(3), 1 / log2(5), 1 / log2(5)]
    assert figures["warm"]["ndcg10"] == pytest.approx(sum(gains) / 5, abs=5e-5)


def test_popularity_counts_no_win_of_later_days() -> None:
    past = (
        award("p1", "road study", "b", date(2010, 1, 1)),
        award("p2", "road study", "a", date(2015, 1, 1)),
        award("p3", "road study", "a", date(2015, 1, 1)),
    )
    queries = (award("q", "road study", "b", date(2012, 1, 1)),)
    bench = AwardsBench(past, queries, {})

    report = evaluate_awards(bench, np.zeros((3, 0), np.float32), np.zeros((1, 0), np.float32))

    assert report.rankers["popularity"]["warm"].figures.mrr == 1.0


def test_past_needs_speak_through_their_winners_and_only_what_was_known() -> None:
    figures = run()["bm25_knn"]

    # repeated: p3 is the same text, b first. new: p5 (undated, so known), c first. half_cold:
    # p1 and p2 speak for a, p2 for b: second. early: p6 is of the day itself, nothing is known
    # of bridges, "survey" speaks for c: d comes last. undated: as of the day after the last
    # award, d first.
    places = {"repeated": 1, "new": 1, "half_cold": 2, "early": 4, "undated": 1}
    expected = sum(1 / place for place in places.values()) / 5
    assert figures["warm"]["mrr"] == pytest.approx(expected, abs=5e-5)
    assert figures["new"]["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 4) / 3, abs=5e-5)


def test_labels_of_the_source_are_words_for_the_baseline() -> None:
    past = (
        award("p1", "", "a", date(2010, 1, 1), client="x"),
        award("p2", "", "b", date(2010, 1, 1), client="y", labels=("Audit",)),
    )
    queries = (award("q", "", "b", date(2014, 1, 1), client="z", labels=("audit",)),)
    bench = AwardsBench(past, queries, {})

    report = evaluate_awards(bench, np.zeros((2, 0), np.float32), np.zeros((1, 0), np.float32))

    assert report.rankers["bm25_knn"]["warm"].figures.mrr == 1.0
    assert report.rankers["popularity"]["warm"].figures.mrr == 0.5


def test_the_prior_finds_the_same_work_in_the_same_place() -> None:
    figures = run()["prior"]

    assert figures["warm"]["mrr"] > run()["popularity"]["warm"]["mrr"]


def test_a_ranker_sees_only_what_was_known_on_the_day() -> None:
    seen: dict[str, tuple[date, int]] = {}

    def watch(need: AwardedNeed, context: MatchContext) -> FloatArray:
        seen[need.need_id] = (context.query.on, int(context.counts.sum()))
        # Only d is right for two of the five.
        return np.array([c.provider_id == "d" for c in context.index.candidates], np.float64)

    figures = run(watch=watch)["watch"]

    last = date(2015, 6, 1)
    assert seen == {
        "repeated": (date(2014, 1, 1), 5),
        "new": (date(2014, 1, 1), 5),
        "half_cold": (date(2014, 1, 1), 5),
        "early": (last, 5),
        "undated": (last + timedelta(days=1), 6),
    }
    # d first, then a, b, c: places 3, 4, 3, 1, 1.
    assert figures["warm"]["mrr"] == pytest.approx((1 / 3 + 1 / 4 + 1 / 3 + 1 + 1) / 5, abs=5e-5)


def test_where_nobody_has_won_before_every_figure_is_nothing() -> None:
    bench = AwardsBench(PAST, QUERIES[2:3], {})

    report = evaluate_awards(bench, NO_PAST_VECTORS, NO_QUERY_VECTORS[:1])

    assert (report.queries, report.warm, report.new) == (1, 0, 0)
    for parts in report.rankers.values():
        for measured in parts.values():
            assert set(measured.figures.as_dict().values()) == {0.0}


def test_progress_is_told_for_every_warm_need() -> None:
    told: list[tuple[int, int]] = []

    evaluate_awards(
        BENCH,
        NO_PAST_VECTORS,
        NO_QUERY_VECTORS,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(n, 5) for n in range(1, 6)]


def test_what_the_source_files_a_need_under_and_its_client_reach_the_query() -> None:
    past = (replace(PAST[0], sectors=("service_type:Design",), region="EAP"),)
    asked = replace(QUERIES[0], sectors=("service_type:Audit",), region="EAP")
    bench = AwardsBench(past, (asked,), {})

    index = awards_index(bench, np.zeros((1, 0), np.float32))
    query = as_query(asked, bench.last)

    assert set(index.tree.parents) == {"service_type:Audit", "service_type:Design"}
    assert (query.sector_codes, query.client) == (("service_type:Audit",), "water")
    assert index.matters[0].sector_codes == ("service_type:Design",)
    assert index.matters[0].client == "roads"
    assert index.region_of == {"VN": "EAP"}


def test_labels_that_became_sectors_are_no_words_for_the_baseline() -> None:
    past = (
        award("p1", "", "a", date(2010, 1, 1)),
        replace(award("p2", "", "b", date(2010, 1, 1)), sectors=("sector:audit",)),
    )
    queries = (award("q", "audit", "b", date(2014, 1, 1)),)
    bench = AwardsBench(past, queries, {})

    report = evaluate_awards(bench, np.zeros((2, 0), np.float32), np.zeros((1, 0), np.float32))

    assert report.rankers["bm25_knn"]["warm"].figures.mrr == 0.5

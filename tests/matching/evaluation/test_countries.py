"""A tiny set of awards across borders with the figures worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matching.evaluation.countries import CountriesReport, evaluate_countries
from matching.evaluation.country_terms import (
    UNDATED_YEARS,
    WEIGHTS,
    CountriesBench,
    CountryNearness,
    CountryNeed,
    country_terms,
    language_of,
    lay_out,
    likenesses,
)
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Node, TreatyData
from matching.types import FloatArray, Sentence


def node(code: str, regions: str, *languages: str) -> Node:
    return Node(code, Sentence(code, code, code), None, tuple(regions.split()), languages)


GRAPH = TreatyGraph(
    TreatyData(
        nodes=(
            node("FR", "155 150", "fr"),
            node("GB", "154 150", "en"),
            node("KE", "014 202 002", "sw", "en"),
            node("SN", "011 202 002", "fr"),
            node("ML", "011 202 002", "fr"),
            node("VN", "035 142", "vi"),
        ),
        instruments=(),
        parties=(),
        agreements=(),
        objections=(),
    )
)
PAST_DAY = date(2010, 1, 1)


def won(
    need_id: str,
    client: str,
    winners: str,
    text: str = "something else",
    *,
    on: date | None = PAST_DAY,
    sector: str = "Water",
    region: str = "AFR",
) -> CountryNeed:
    return CountryNeed(need_id, text, client, region, sector, on, tuple(winners.split()))


PAST = (
    won("p1", "KE", "GB", "road study of the county"),
    won("p2", "KE", "GB", "audit of the accounts"),
    won("p3", "SN", "FR", "etude de la route"),
    won("p4", "SN", "SN", "etude du port"),
    won("p5", "VN", "FR GB", "survey of the harbour", region="EAP"),
    won("p6", "VN", "VN", "training", on=date(2016, 1, 1), region="EAP"),
)


def report(
    queries: tuple[CountryNeed, ...], past: tuple[CountryNeed, ...] = PAST
) -> CountriesReport:
    bench = CountriesBench(past, queries)
    return evaluate_countries(
        bench,
        GRAPH,
        np.zeros((len(past), 0), dtype=np.float32),
        np.zeros((len(queries), 0), dtype=np.float32),
    )


def terms(query: CountryNeed, past: tuple[CountryNeed, ...] = PAST) -> dict[str, FloatArray]:
    laid = lay_out(CountriesBench(past, (query,)), GRAPH, np.zeros((len(past), 0), np.float32))
    nearness = CountryNearness(GRAPH, laid)
    likeness = likenesses((query,), np.zeros((1, 0), np.float32), laid)[0]
    found, _home = country_terms(query, likeness, laid, nearness)
    return found


def of(values: FloatArray, code: str) -> float:
    return float(values[sorted(GRAPH.codes).index(code)])


def test_popularity_by_hand() -> None:
    queries = (won("q1", "SN", "FR", on=date(2014, 1, 1)), won("q2", "SN", "SN", on=None))

    found = report(queries)

    # As of 2014: GB 2.5, FR 1.5, SN 1. The need without a day sees VN's win of 2016 as well.
    assert (found.queries, found.abroad) == (2, 1)
    popularity = found.rankers["popularity"]
    assert popularity["abroad"].mrr == 1 / 2
    assert popularity["abroad_or_home"].mrr == 1 / 2
    assert popularity["all"].mrr == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert popularity["all"].hits == (0.0, 1.0, 1.0)


def test_each_baseline_counts_its_own_part_of_the_past() -> None:
    rankers = report((won("q", "SN", "FR", "etude de la ville", on=date(2014, 1, 1)),)).rankers

    def mrr(name: str, part: str) -> float:
        return rankers[f"popularity_in_{name}"][part].mrr

    # In SN itself FR and SN won once each; FR is the more frequent overall.
    assert mrr("country", "abroad_or_home") == 1.0
    # In the region GB won twice.
    assert mrr("region", "abroad_or_home") == 1 / 2
    # Of needs in French FR and SN won one each.
    assert mrr("language", "abroad_or_home") == 1.0


def test_abroad_the_own_country_is_not_ranked() -> None:
    past = (*PAST, won("p7", "SN", "SN", "etude du port"), won("p8", "SN", "SN", "etude du port"))
    rankers = report((won("q", "SN", "FR", on=date(2014, 1, 1)),), past).rankers

    assert rankers["popularity_in_country"]["abroad"].mrr == 1.0
    assert rankers["popularity_in_country"]["abroad_or_home"].mrr == 1 / 2
    assert rankers["corridor"]["abroad"].mrr == 1.0


def test_a_country_that_is_nowhere_known_is_not_found() -> None:
    rankers = report((won("q", "SN", "ZZ", on=date(2014, 1, 1)),)).rankers

    for parts in rankers.values():
        assert (parts["abroad"].mrr, parts["abroad"].hits) == (0.0, (0.0, 0.0, 0.0))


@pytest.mark.parametrize("day", [date(2014, 1, 1), date(2014, 1, 2), date(2030, 1, 1)])
def test_what_is_dated_on_or_after_the_day_never_counts(day: date) -> None:
    query = won("q", "KE", "FR", "road study of the county", on=date(2014, 1, 1))
    later = tuple(
        won(f"l{n}", "KE", "FR", "road study of the county", on=day, sector="Water")
        for n in range(5)
    )
    idle = tuple(replace(need, winners=("VN",)) for need in later)

    found, other = report((query,), (*PAST, *later)), report((query,), (*PAST, *idle))

    assert found.as_dict() == other.as_dict()
    np.testing.assert_array_equal(
        terms(query, (*PAST, *later))["alike"], terms(query, (*PAST, *idle))["alike"]
    )


def test_each_term_speaks_for_the_country_it_should() -> None:
    query = won("q", "ML", "FR", "etude de la route", on=date(2014, 1, 1))

    found = terms(query)

    assert set(found) == set(WEIGHTS)
    assert of(found["alike"], "FR") > of(found["alike"], "GB")
    assert of(found["alike_nearby"], "FR") > of(found["alike_nearby"], "GB")
    # Mali is nearer to Senegal, where FR won, than to Kenya.
    elsewhere = tuple(replace(n, client="KE") if n.client == "SN" else n for n in PAST)
    farther = terms(query, elsewhere)["sector_nearby"]
    assert of(found["sector_nearby"], "FR") > of(farther, "FR")
    other = terms(query, tuple(replace(need, sector="Energy") for need in PAST))["sector_nearby"]
    assert of(found["sector_nearby"], "FR") > of(other, "FR")
    assert of(found["proximity"], "SN") > of(found["proximity"], "KE")
    assert [of(found["language"], code) for code in ("FR", "KE", "VN")] == [1.0, 0.0, 0.0]
    english = terms(replace(query, text="study of the road"))["language"]
    assert [of(english, code) for code in ("FR", "KE", "GB")] == [0.0, 0.5, 1.0]


def test_recent_wins_count_more_than_old_ones_and_undated_ones_as_some_years_old() -> None:
    query = won("q", "KE", "FR", "nothing alike", on=date(2014, 1, 1))

    def of_gb(day: date | None) -> float:
        return of(terms(query, (won("p", "KE", "GB", on=day),))["sector_nearby"], "GB")

    aged = date(2014, 1, 1) - timedelta(days=round(UNDATED_YEARS * 365.25))
    assert of_gb(date(2013, 1, 1)) > of_gb(date(2003, 1, 1))
    assert of_gb(None) == pytest.approx(of_gb(aged), abs=1e-3)


def test_a_group_of_countries_is_as_near_as_its_region_on_average() -> None:
    query = won("q", "3A", "FR", "something", on=date(2014, 1, 1))

    near = terms(query)["proximity"]

    def nearness(client: str, code: str) -> float:
        alone = terms(won("q", client, "FR", "something", on=date(2014, 1, 1)))["proximity"]
        return float(np.exp(of(alone, code)))

    # Of the region's clients the graph knows KE and SN.
    expected = np.log((nearness("KE", "ML") + nearness("SN", "ML")) / 2)
    assert of(near, "ML") == pytest.approx(expected)
    assert of(near, "ML") > of(near, "VN")


def test_home_comes_first_where_such_needs_are_won_at_home() -> None:
    past = tuple(won(f"p{n}", "VN", "VN", "training of staff") for n in range(9))
    queries = (won("q", "VN", "VN", "training of staff", on=date(2014, 1, 1)),)

    assert report(queries, past).rankers["corridor"]["all"].mrr == 1.0
    abroad = tuple(replace(need, winners=("FR",)) for need in past)
    assert report(queries, abroad).rankers["corridor"]["all"].mrr < 1.0


def test_meaning_counts_where_there_are_vectors() -> None:
    past = (won("p1", "KE", "GB", "alpha"), won("p2", "KE", "FR", "beta"))
    query = won("q", "KE", "FR", "gamma", on=date(2014, 1, 1))
    vectors = np.array([[0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    laid = lay_out(CountriesBench(past, (query,)), GRAPH, vectors)

    likeness = likenesses((query,), vectors[1:], laid)[0]
    found, _ = country_terms(query, likeness, laid, CountryNearness(GRAPH, laid))

    assert of(found["alike"], "FR") > of(found["alike"], "GB")
    assert of(terms(query, past)["alike"], "FR") == of(terms(query, past)["alike"], "GB")


def test_the_order_of_the_past_does_not_matter_and_the_report_is_one_document() -> None:
    queries = (won("q1", "SN", "FR", "etude", on=date(2014, 1, 1)), won("q2", "KE", "GB", on=None))

    written = report(queries).as_dict()

    assert written == report(queries, tuple(reversed(PAST))).as_dict()
    assert set(report(queries).rankers) == {
        "popularity",
        "popularity_in_country",
        "popularity_in_region",
        "popularity_in_language",
        "corridor",
    }
    assert set(report(queries).without) == set(WEIGHTS)


def test_progress_is_told_for_every_need() -> None:
    told: list[tuple[int, int]] = []
    queries = (won("q1", "SN", "FR"), won("q2", "KE", "GB"))

    evaluate_countries(
        CountriesBench(PAST, queries),
        GRAPH,
        np.zeros((len(PAST), 0), np.float32),
        np.zeros((2, 0), np.float32),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Support to the development of rural roads", "en"),
        ("Recrutement d'un cabinet pour l'etude de la route", "fr"),
        ("Estudio para el mejoramiento de las carreteras", "es"),
        ("Estudo da estrada do norte e dos portos", "pt"),
        ("KENYA ROADS 2", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_common_words(text: str, language: str) -> None:
    assert language_of(text) == language

"""How near jurisdictions are: the formula by hand, its properties, and the packaged treaties."""

import random
from dataclasses import replace
from datetime import date
from math import exp, log
from time import perf_counter
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.jurisdictions.corridor import ProximityTable
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.proximity import (
    AGREEMENT_NAMES,
    AGREEMENT_SUBJECTS,
    SUBJECTS,
    WEIGHTS,
    explain_proximity,
    proximity_matrix,
)
from matching.jurisdictions.types import (
    Agreement,
    Cooperation,
    Instrument,
    LegalFamily,
    Node,
    NoRoute,
    Objection,
    Party,
    TreatyData,
)
from matching.types import Sentence
from tests.matching.jurisdictions.treaties import ASKED_ON, treaty_graph

ON = date(2020, 1, 1)
NAME = Sentence("A treaty", "条约", "條約")
CODES = ("AA", "BB", "CC", "DD")


def node(
    code: str,
    *,
    parent: str | None = None,
    regions: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
) -> Node:
    return Node(code, Sentence(code, code, code), parent, regions, languages)


def treaty(instrument_id: str, subject: str = "trade", kind: str = "multilateral") -> Instrument:
    return Instrument(instrument_id, NAME, kind, subject, 1990, "https://example.org", None)


def party(
    instrument_id: str, code: str, since: date | None = date(2000, 1, 1), status: str = "in_force"
) -> Party:
    return Party(instrument_id, code, status, since, True, "", "https://example.org")


def agreement(
    kind: str, a: str, b: str, since: date | None = date(2000, 1, 1), note: str = ""
) -> Agreement:
    return Agreement(kind, a, b, "in_force", since, True, note, "https://example.org")


NODES = tuple(node(code) for code in CODES)
EMPTY = TreatyData(NODES, (), (), (), ())


def value(data: TreatyData, a: str = "AA", b: str = "BB", on: date = ON) -> float:
    matrix = proximity_matrix(TreatyGraph(data), (a, b), on)
    return float(matrix[0, 1])


def part(data: TreatyData, name: str, a: str = "AA", b: str = "BB", on: date = ON) -> float:
    parts = explain_proximity(TreatyGraph(data), a, b, on).parts
    return next(one.value for one in parts if one.name == name)


def test_the_weights_add_up_to_one_and_every_subject_is_filed() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    assert set(AGREEMENT_NAMES) == set(AGREEMENT_SUBJECTS)
    assert set(AGREEMENT_SUBJECTS.values()) <= set(SUBJECTS)


def test_two_of_which_nothing_is_known_are_not_near_and_one_is_near_itself() -> None:
    matrix = proximity_matrix(TreatyGraph(EMPTY), CODES, ON)

    np.testing.assert_array_equal(matrix, np.eye(4))


def test_a_treaty_counts_by_its_rarity() -> None:
    two = replace(EMPTY, instruments=(treaty("t"),), parties=(party("t", "AA"), party("t", "BB")))
    three = replace(two, parties=(*two.parties, party("t", "CC")))
    everybody = replace(three, parties=(*three.parties, party("t", "DD")))

    # 1 - log(parties) / log(jurisdictions), then 1 - exp of minus that.
    assert part(two, "treaties") == pytest.approx(1 - exp(-(1 - log(2) / log(4))))
    assert part(three, "treaties") == pytest.approx(1 - exp(-(1 - log(3) / log(4))))
    assert part(everybody, "treaties") == 0.0


def test_on_one_subject_the_second_treaty_adds_less_than_on_another() -> None:
    parties = tuple(party(t, code) for t in ("one", "two") for code in ("AA", "BB"))
    alike = replace(EMPTY, instruments=(treaty("one"), treaty("two")), parties=parties)
    apart = replace(alike, instruments=(treaty("one"), treaty("two", "judgment")))

    assert part(alike, "treaties") == pytest.approx(1 - exp(-(1 - 0.5 * 0.5)))
    assert part(apart, "treaties") == pytest.approx(1 - exp(-(0.5 + 0.5)))


def test_a_treaty_counts_only_where_it_works_on_the_day() -> None:
    both = replace(EMPTY, instruments=(treaty("t"),), parties=(party("t", "AA"), party("t", "BB")))
    later = replace(both, parties=(party("t", "AA"), party("t", "BB", date(2020, 1, 2))))
    signed = replace(both, parties=(party("t", "AA"), party("t", "BB", None, "signed")))
    objected = replace(
        both, objections=(Objection("t", "BB", "AA", None, "", "https://example.org"),)
    )

    assert part(both, "treaties") > 0.0
    assert part(later, "treaties") == 0.0
    assert part(later, "treaties", on=date(2020, 1, 2)) > 0.0
    assert part(signed, "treaties") == 0.0
    assert part(objected, "treaties") == 0.0


def test_among_parts_of_one_state_a_convention_extended_to_one_does_not_work() -> None:
    nodes = (*NODES, node("AT", parent="AA"))
    data = replace(
        EMPTY,
        nodes=nodes,
        instruments=(treaty("t"),),
        parties=(party("t", "AA"), party("t", "BB"), party("t", "AT", status="extended")),
    )

    assert part(data, "treaties", "AA", "AT") == 0.0
    assert part(data, "one_state", "AA", "AT") == 1.0
    assert part(data, "treaties", "AT", "BB") > 0.0
    assert part(data, "one_state", "AT", "BB") == 0.0


def test_what_two_agreed_between_them_is_counted_once() -> None:
    one = replace(EMPTY, agreements=(agreement("bit", "AA", "BB"),))
    renewed = replace(one, agreements=(*one.agreements, agreement("bit", "BB", "AA", ON)))
    arranged = replace(
        EMPTY,
        instruments=(treaty("x_y", "judgment", "arrangement"),),
        parties=(party("x_y", "AA"), party("x_y", "BB")),
    )
    twice = replace(
        arranged, agreements=(agreement("judgment_arrangement", "AA", "BB", note="x_y: text"),)
    )

    assert part(one, "agreements") == pytest.approx(1 - exp(-0.5))
    assert part(renewed, "agreements") == part(one, "agreements")
    assert part(one, "agreements", "AA", "CC") == 0.0
    assert part(twice, "agreements") == part(arranged, "agreements") > 0.0
    assert part(twice, "treaties") == 0.0


def test_an_agreement_without_a_date_binds_nobody_before_its_instrument_began() -> None:
    undated = replace(
        EMPTY,
        instruments=(treaty("x_y", "judgment"),),
        agreements=(agreement("judgment_arrangement", "AA", "BB", None, note="x_y: text"),),
    )

    assert part(undated, "agreements", on=date(1989, 12, 31)) == 0.0
    assert part(undated, "agreements", on=date(1990, 1, 1)) > 0.0


def test_legal_families_languages_and_regions_by_hand() -> None:
    data = replace(
        EMPTY,
        nodes=(
            node("AA", languages=("en", "ms", "zh"), regions=("035", "142")),
            node("BB", languages=("zh", "en"), regions=("030", "142")),
            *NODES[2:],
        ),
        legal_families=(
            LegalFamily("AA", "common", ("common", "islamic")),
            LegalFamily("BB", "civil", ("civil", "common")),
        ),
    )
    # common: 1 here, 1/2 there; together 1 + 1/2 here, 1 + 1/2 there.
    assert part(data, "law") == pytest.approx(0.5 / 2.5)
    # en: 1 here, 1/2 there; zh: 1/3 here, 1 there.
    assert part(data, "languages") == pytest.approx(1 / 2 + 1 / 3)
    # The nearest region in common is the second of both.
    assert part(data, "region") == pytest.approx(1 / 2)
    assert value(data) == pytest.approx(0.15 * 0.2 + 0.25 * 5 / 6 + 0.20 * 0.5)


def test_a_law_of_which_no_family_was_read_is_like_no_other() -> None:
    families = tuple(LegalFamily(code, "other", ("other",)) for code in ("AA", "BB"))

    assert part(replace(EMPTY, legal_families=families), "law") == 0.0


def test_a_province_is_under_the_law_of_its_state_and_near_where_it_cooperates() -> None:
    nodes = (*NODES, node("AA-X", parent="AA"), node("BB-Y", parent="BB"))
    parties = (party("t", "AA"), party("t", "BB"))
    data = replace(EMPTY, nodes=nodes, instruments=(treaty("t"),), parties=parties)
    together = Cooperation(
        "desk", NAME, ("AA-X", "BB-Y"), "trade", date(2019, 1, 1), None, NAME, "https://example.org"
    )

    assert part(data, "treaties", "AA-X", "BB") == part(data, "treaties")
    assert part(data, "treaties", "AA-X", "AA") == 1.0
    cooperating = replace(data, cooperations=(together,))
    with_states = replace(together, members=("AA-X", "BB", "CC"))
    assert value(cooperating, "AA-X", "BB-Y") > value(data, "AA-X", "BB-Y")
    assert value(cooperating, "AA-X", "BB-Y", date(2018, 1, 1)) == value(data, "AA-X", "BB-Y")
    assert value(cooperating) == value(data)
    around = replace(data, cooperations=(with_states,))
    assert value(around, "AA-X", "CC") > value(data, "AA-X", "CC")
    assert value(around, "BB", "CC") == value(data, "BB", "CC")


def test_a_merged_province_is_its_successor() -> None:
    old = replace(node("BB-Y", parent="BB"), valid_to=date(2019, 12, 31), successor="BB-Z")
    data = replace(EMPTY, nodes=(*NODES, old, node("BB-Z", parent="BB")))

    assert value(data, "BB-Y", "BB-Z") == 1.0
    assert explain_proximity(TreatyGraph(data), "BB-Y", "BB-Z", ON).value == 1.0


def test_a_code_that_nobody_has_is_refused() -> None:
    with pytest.raises(NoRoute, match="'ZZ'"):
        proximity_matrix(TreatyGraph(EMPTY), ("AA", "ZZ"), ON)


_T = TypeVar("_T")
_IDS = ("t1", "t2", "t3")
_DATES = st.sampled_from([None, date(1990, 1, 1), ON, date(2021, 1, 1)])


@st.composite
def treaty_data(draw: st.DrawFn) -> TreatyData:
    """Any small world, with territories and objections."""
    pick = st.sampled_from(CODES)
    words = st.lists(st.sampled_from(["en", "fr", "zh"]), unique=True, max_size=3).map(tuple)
    regions = st.lists(st.sampled_from(["030", "035", "142"]), unique=True, max_size=2).map(tuple)
    nodes = tuple(
        Node(
            code,
            Sentence(code, code, code),
            draw(st.sampled_from([None, "AA"])) if code != "AA" else None,
            draw(regions),
            draw(words),
        )
        for code in CODES
    )
    subjects = st.sampled_from(["trade", "sale_of_goods", "judgment", "unheard_of"])
    kinds = st.sampled_from(["multilateral", "arrangement"])
    status = st.sampled_from(["in_force", "extended", "signed"])
    families = st.lists(st.sampled_from(["civil", "common", "other"]), unique=True, min_size=1)
    return TreatyData(
        nodes=nodes,
        instruments=tuple(treaty(one, draw(subjects), draw(kinds)) for one in _IDS),
        parties=tuple(
            party(one, code, draw(_DATES), draw(status))
            for one in _IDS
            for code in draw(st.lists(pick, unique=True))
        ),
        agreements=tuple(
            agreement(draw(st.sampled_from(sorted(AGREEMENT_NAMES))), a, b)
            for a, b in draw(st.lists(st.tuples(pick, pick), max_size=3))
            if a != b
        ),
        objections=tuple(
            Objection("t1", a, b, draw(_DATES), "", "https://example.org")
            for a, b in draw(st.lists(st.tuples(pick, pick), max_size=2))
            if a != b
        ),
        legal_families=tuple(
            LegalFamily(code, found[0], tuple(found))
            for code in draw(st.lists(pick, unique=True))
            for found in [draw(families)]
        ),
    )


@given(treaty_data())
def test_every_value_is_symmetric_bounded_and_the_sum_of_its_parts(data: TreatyData) -> None:
    graph = TreatyGraph(data)
    matrix = proximity_matrix(graph, CODES, ON)

    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), np.ones(4))
    assert ((matrix >= 0.0) & (matrix <= 1.0)).all()
    for i, a in enumerate(CODES):
        for j, b in enumerate(CODES):
            explained = explain_proximity(graph, a, b, ON)
            assert explained.value == pytest.approx(matrix[i, j], abs=1e-12)
            if a != b:
                assert sum(p.contribution for p in explained.parts) == explained.value


@given(treaty_data(), st.randoms(use_true_random=False))
def test_the_order_of_the_data_and_of_the_codes_does_not_matter(
    data: TreatyData, rng: random.Random
) -> None:
    def shuffled(rows: tuple[_T, ...]) -> tuple[_T, ...]:
        return tuple(rng.sample(rows, len(rows)))

    other = TreatyData(
        shuffled(data.nodes),
        shuffled(data.instruments),
        shuffled(data.parties),
        shuffled(data.agreements),
        shuffled(data.objections),
        shuffled(data.legal_families),
    )
    order = rng.sample(range(4), 4)

    matrix = proximity_matrix(TreatyGraph(data), CODES, ON)
    turned = proximity_matrix(TreatyGraph(other), [CODES[i] for i in order], ON)

    np.testing.assert_allclose(turned, matrix[np.ix_(order, order)], atol=1e-12)


@given(treaty_data(), st.sampled_from(["trade", "judgment"]), st.sampled_from(["bit", "dta"]))
def test_a_treaty_or_an_agreement_more_never_lowers_a_value(
    data: TreatyData, subject: str, kind: str
) -> None:
    before = proximity_matrix(TreatyGraph(data), CODES, ON)
    joined = replace(
        data,
        instruments=(*data.instruments, treaty("new", subject)),
        parties=(*data.parties, party("new", "AA"), party("new", "CC")),
    )
    agreed = replace(data, agreements=(*data.agreements, agreement(kind, "BB", "DD")))

    for more in (joined, agreed):
        after = proximity_matrix(TreatyGraph(more), CODES, ON)
        assert (after >= before - 1e-12).all()


@given(treaty_data())
def test_who_joins_a_treaty_comes_no_farther_from_anybody(data: TreatyData) -> None:
    before = proximity_matrix(TreatyGraph(data), CODES, ON)[0]
    rows = tuple(p for p in data.parties if (p.instrument_id, p.jurisdiction) != ("t3", "AA"))
    outside = proximity_matrix(TreatyGraph(replace(data, parties=rows)), CODES, ON)[0]
    joined = replace(data, parties=(*rows, party("t3", "AA")))
    after = proximity_matrix(TreatyGraph(joined), CODES, ON)[0]

    assert (after >= outside - 1e-12).all()
    assert (before >= outside - 1e-12).all()


@given(treaty_data(), st.sampled_from([date(1995, 1, 1), ON, date(2020, 12, 31), date(2021, 1, 1)]))
def test_the_table_gives_the_matrix_of_every_day(data: TreatyData, day: date) -> None:
    graph = TreatyGraph(data)
    table = ProximityTable(graph)

    np.testing.assert_array_equal(table.on(day), proximity_matrix(graph, table.codes, day))
    assert table.nearness("AA", day)["AA"] == 1.0
    assert table.nearness("ZZ", day) == {}
    assert table.explain("AA", "BB", day) == explain_proximity(graph, "AA", "BB", day)


def test_the_packaged_treaties_are_laid_over_every_pair_within_a_second() -> None:
    graph = treaty_graph()
    started = perf_counter()

    matrix = proximity_matrix(graph, graph.codes, ASKED_ON)

    assert perf_counter() - started < 1.0
    assert matrix.shape == (len(graph.codes), len(graph.codes))
    row = {code: i for i, code in enumerate(graph.codes)}

    def nearer(home: str, first: str, second: str) -> bool:
        return bool(matrix[row[home], row[first]] > matrix[row[home], row[second]])

    assert nearer("LA", "VN", "US")
    assert nearer("HK", "CN", "DE")
    assert nearer("KE", "TZ", "FR")
    assert nearer("CN", "VN", "PE")


def test_the_packaged_treaties_are_named() -> None:
    explained = explain_proximity(treaty_graph(), "LA", "VN", ASKED_ON)

    parts = {one.name: one for one in explained.parts}
    assert [i.instrument_id for i in parts["treaties"].instruments][:2] == ["asean", "rcep_2020"]
    assert parts["law"].shared == ("civil",)
    assert parts["region"].shared == ("035",)
    agreed = explain_proximity(treaty_graph(), "CN", "VN", ASKED_ON).parts[1]
    assert {"bit", "dta", "judicial_assistance"} <= {i.instrument_id for i in agreed.instruments}

"""The corridor from the enterprise's home to the targets, and what lies close to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.explain import explain
from matching.explain_corridors import nearest_target
from matching.features import jurisdiction
from matching.features.catalogue import CATALOGUE, NAMES, ReasonKind, feature_matrix
from matching.features.context import MatchContext
from matching.features.jurisdiction import CLOSE, NEXT_DOOR
from matching.index.columns import Index, build_index
from matching.jurisdictions.corridor import ProximityTable
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Instrument, LegalFamily, Node, Party, TreatyData
from matching.names import Names
from matching.ranker.prior import prior
from matching.scoring import rank, score_all
from matching.shown import read_candidate, read_context
from matching.types import Candidate, FloatArray, Matter, Query, RankedProvider, Script, Sentence
from tests.matching.examples import (
    NAMES as PLACE_NAMES,
)
from tests.matching.examples import (
    PLACES,
    REGIONS,
    TODAY,
    TREE,
    Supply,
    firm,
    is_written_in,
    lay,
    need,
    supplies,
    work,
)

NAN = float("nan")


def place(code: str, parent: str | None, regions: str, *languages: str) -> Node:
    return Node(code, Sentence(code, code, code), parent, tuple(regions.split()), languages)


def small_world() -> TreatyData:
    """HK is next door to CN, VN and LA are close to each other, TZ and US to nobody here."""
    nodes = (
        place("CN", None, "030 142", "zh"),
        place("HK", "CN", "030 142", "zh", "en"),
        place("VN", None, "035 142", "vi"),
        place("LA", None, "035 142", "lo"),
        place("TH", None, "035 142", "th"),
        place("US", None, "021 019", "en"),
        place("TZ", None, "014 202", "sw"),
    )
    url = "https://example.org"
    name = Sentence("the sales treaty", "买卖条约", "買賣條約")
    everybody = Sentence("everybody's treaty", "普遍条约", "普遍條約")
    return TreatyData(
        nodes=nodes,
        instruments=(
            Instrument("sales", name, "multilateral", "sale_of_goods", 1980, url, None),
            Instrument("all", everybody, "multilateral", "trade", 1990, url, None),
        ),
        parties=(
            *(Party("sales", c, "in_force", date(2000, 1, 1), True, "", url) for c in ("VN", "LA")),
            *(Party("all", n.code, "in_force", date(2000, 1, 1), True, "", url) for n in nodes),
        ),
        agreements=(),
        objections=(),
        legal_families=tuple(
            LegalFamily(code, family, (family,))
            for code, family in (("CN", "civil"), ("HK", "civil"), ("VN", "civil"), ("LA", "civil"))
        ),
    )


TABLE = ProximityTable(TreatyGraph(small_world()))
NAMED = Names(
    jurisdictions={
        **PLACE_NAMES.jurisdictions,
        "CN": Sentence("Mainland China", "中国内地", "中國內地"),
        "HK": Sentence("Hong Kong", "香港", "香港"),
        "LA": Sentence("Laos", "老挝", "老撾"),
    },
    sectors=PLACE_NAMES.sectors,
    languages=PLACE_NAMES.languages,
)


def index_of(
    candidates: Sequence[Candidate],
    matters: Sequence[Matter] = (),
    table: ProximityTable | None = TABLE,
) -> Index:
    vectors = np.zeros((len(matters), 0), dtype=np.float32)
    return build_index(candidates, matters, vectors, TREE, REGIONS, proximity=table)


def asked(home: str | None, *targets: str) -> Query:
    return replace(need("x", targets=targets), home_jurisdiction=home)


def jobs(who: str, count: int, code: str, day: date | None = None) -> list[Matter]:
    return [
        work(f"{who}-{code}-{n}", [who], "y", places=(code,), dated_on=day) for n in range(count)
    ]


def corridor(home: str | None, targets: Sequence[str], index: Index) -> list[float]:
    return [float(x) for x in jurisdiction.corridor(lay(asked(home, *targets), index))]


def close(targets: Sequence[str], index: Index, on: date = TODAY) -> list[float]:
    query = replace(asked(None, *targets), on=on)
    return [float(x) for x in jurisdiction.proximity_to_target(lay(query, index))]


def nearness(a: str, b: str) -> float:
    return TABLE.nearness(a, TODAY)[b]


def test_the_small_world_is_as_it_says() -> None:
    assert NEXT_DOOR <= nearness("CN", "HK") < 1.0
    assert CLOSE <= nearness("VN", "LA") < 1.0
    assert nearness("CN", "US") < CLOSE
    assert nearness("TZ", "VN") == nearness("TH", "US") == 0.0


def test_a_corridor_is_work_from_the_home_or_next_door_into_the_target() -> None:
    firms = [firm("a", "CN"), firm("b", "HK"), firm("c", "US"), firm("d", "CN"), firm("e")]
    matters = [m for who in "abce" for m in jobs(who, 2, "VN")]

    values = corridor("CN", ["VN"], index_of(firms, matters))

    expected = [0.5, 0.5 * nearness("CN", "HK"), 0.0, 0.0, NAN]
    np.testing.assert_allclose(values, expected)


def test_a_corridor_is_also_work_of_a_firm_of_the_target_in_the_home() -> None:
    firms = [firm("a", "VN"), firm("b", "VN"), firm("c", "TH")]
    matters = [*jobs("a", 2, "CN"), *jobs("b", 9, "VN"), *jobs("c", 5, "CN")]

    assert corridor("CN", ["VN"], index_of(firms, matters)) == [0.5, 0.0, 0.0]


def test_without_proximity_a_corridor_begins_at_home_only() -> None:
    firms = [firm("a", "CN"), firm("b", "HK")]
    matters = [*jobs("a", 2, "VN"), *jobs("b", 2, "VN")]

    assert corridor("CN", ["VN"], index_of(firms, matters, None)) == [0.5, 0.0]


@pytest.mark.parametrize(("home", "targets"), [(None, ["VN"]), ("CN", []), ("CN", ["CN"])])
def test_where_no_border_is_known_to_be_crossed_the_corridor_is_unknown(
    home: str | None, targets: list[str]
) -> None:
    assert np.isnan(corridor(home, targets, index_of([firm("a", "CN")], jobs("a", 3, "VN")))).all()


def test_statements_and_later_work_make_no_corridor() -> None:
    listed = work("s", ["a"], "y", places=("VN",), is_statement=True)
    matters = [listed, *jobs("a", 2, "VN", TODAY)]

    assert corridor("CN", ["VN"], index_of([firm("a", "CN")], matters)) == [0.0]
    earlier = [listed, *jobs("a", 2, "VN", TODAY - timedelta(days=1))]
    assert corridor("CN", ["VN"], index_of([firm("a", "CN")], earlier)) == [0.5]


def test_close_is_the_nearest_other_place_where_it_sits_or_has_worked() -> None:
    firms = [
        firm("a", "LA"),
        replace(firm("b", "US"), qualified_in={"LA": None}),
        replace(firm("c", "US"), qualified_in={"LA": TODAY - timedelta(days=1)}),
        firm("d", "TZ"),
        firm("e", "VN"),
        firm("f"),
    ]
    matters = [*jobs("d", 2, "LA"), *jobs("e", 2, "VN"), *jobs("f", 6, "US")]

    values = close(["VN"], index_of(firms, matters))

    near = nearness("VN", "LA")
    # d: two pieces of work in a close place. e sits in the target itself: nothing to add to that.
    np.testing.assert_allclose(values, [near, near, 0.0, near * 0.5, NAN, NAN])


def test_close_is_averaged_over_the_targets_and_one_target_may_be_close_to_another() -> None:
    index = index_of([firm("a", "LA"), firm("b", "VN")])

    expected = nearness("VN", "LA") / 2
    np.testing.assert_allclose(close(["VN", "TZ"], index), [expected, 0.0])
    np.testing.assert_allclose(close(["VN", "LA"], index), [expected, expected])


def test_closeness_is_that_of_the_day() -> None:
    index = index_of([firm("a", "LA")])

    assert close(["VN"], index, date(1999, 1, 1))[0] < close(["VN"], index)[0]


def test_without_a_table_or_a_known_target_closeness_is_unknown() -> None:
    assert np.isnan(close(["VN"], index_of([firm("a", "LA")], table=None))).all()
    assert np.isnan(close(["ZZ"], index_of([firm("a", "LA")]))).all()
    assert np.isnan(close([], index_of([firm("a", "LA")]))).all()


def test_the_version_of_an_index_names_its_treaties() -> None:
    later = replace(small_world(), instruments=(), parties=())
    other = ProximityTable(TreatyGraph(later))

    versions = {index_of([firm("a")], table=table).version for table in (None, TABLE, other)}

    assert len(versions) == 3


@st.composite
def corridors(draw: st.DrawFn) -> tuple[Supply, str | None]:
    """A supply, and a home for the enterprise."""
    return draw(supplies()), draw(st.one_of(st.none(), st.sampled_from(PLACES)))


REAL_PLACES = ProximityTable(
    TreatyGraph(
        replace(
            small_world(),
            nodes=tuple(place(code, None, region, "en") for code, region in REGIONS.items()),
            parties=(),
            legal_families=tuple(LegalFamily(c, "common", ("common",)) for c in PLACES),
        )
    )
)


def context_of(supply: Supply, home: str | None) -> MatchContext:
    query = replace(supply.query, home_jurisdiction=home)
    index = build_index(
        supply.candidates, supply.matters, supply.vectors, TREE, REGIONS, proximity=REAL_PLACES
    )
    return lay(query, index)


@given(corridors(), st.data())
def test_features_stay_bounded_and_more_work_never_lowers_them(
    drawn: tuple[Supply, str | None], data: st.DataObject
) -> None:
    supply, home = drawn
    who = supply.candidates[0].provider_id
    extra = work("extra", [], "z", places=(data.draw(st.sampled_from(PLACES)),))
    joined = replace(extra, evidence_ids={who: "extra/piece"})

    def values(matter: Matter) -> FloatArray:
        vector = np.zeros((1, supply.vectors.shape[1]), dtype=np.float32)
        with_it = replace(
            supply,
            matters=(*supply.matters, matter),
            vectors=np.vstack([supply.vectors, vector]),
        )
        context = context_of(with_it, home)
        columns = [NAMES.index("corridor"), NAMES.index("proximity_to_target")]
        row: FloatArray = feature_matrix(context)[context.index.row_of[who]][columns]
        return row

    before, after = values(extra), values(joined)

    for found in (before, after):
        known = found[~np.isnan(found)]
        assert ((known >= 0.0) & (known <= 1.0)).all()
    known = ~np.isnan(before)
    assert (after[known] >= before[known] - 1e-12).all()


@given(corridors())
def test_the_words_name_a_target_where_the_feature_sees_something_near(
    drawn: tuple[Supply, str | None],
) -> None:
    context = context_of(*drawn)
    feature = feature_matrix(context)[:, NAMES.index("proximity_to_target")]
    wanted = read_context(context)

    for row, value in enumerate(feature.tolist()):
        found = nearest_target(wanted, read_candidate(context, row, on_record=False))
        assert (found is not None) == (value > 0.0)
        if found is not None:
            near = [
                jurisdiction._nearest_place(context, target)[0][row] for target in wanted.targets
            ]
            assert near[wanted.targets.index(found[0])] == pytest.approx(max(near), abs=1e-12)


@given(corridors())
def test_every_contribution_is_said_in_three_scripts(drawn: tuple[Supply, str | None]) -> None:
    context = context_of(*drawn)

    for ranked in ranking(context, PLACE_NAMES):
        total = sum(reason.contribution for reason in ranked.reasons)
        assert total == pytest.approx(ranked.score, abs=1e-9)
        for reason in ranked.reasons:
            assert reason.sentence.en
            assert reason.sentence.zh_hans


def ranking(context: MatchContext, names: Names = NAMED) -> tuple[RankedProvider, ...]:
    scored = score_all(context, prior())
    ids = [candidate.provider_id for candidate in context.index.candidates]
    everybody = np.ones(len(ids), dtype=np.bool_)
    ranked = rank(ids, scored, everybody)
    return explain(context, ranked, scored, names, prior())


def said(kind: ReasonKind, context: MatchContext) -> tuple[Sentence, list[str]]:
    (ranked,) = ranking(context)
    (found,) = [reason for reason in ranked.reasons if reason.feature == kind]
    for script in Script:
        assert is_written_in(script, found.sentence.in_script(script))
    return found.sentence, [cited.evidence_id for cited in found.evidence]


def test_the_corridor_is_named_and_its_work_cited() -> None:
    matters = [*jobs("a", 2, "VN"), *jobs("a", 1, "TH")]
    context = lay(asked("CN", "VN"), index_of([firm("a", "CN")], matters))

    sentence, cited = said(ReasonKind.CORRIDOR, context)

    assert sentence.en == ("Has worked from Mainland China into Vietnam: 2 pieces of past work")
    assert sentence.zh_hant == "曾從中國內地到越南工作：2項過往工作"
    assert sorted(cited) == ["a-VN-0/a", "a-VN-1/a"]


def test_a_corridor_from_next_door_says_so() -> None:
    context = lay(asked("CN", "VN"), index_of([firm("a", "HK")], jobs("a", 1, "VN")))

    sentence, _ = said(ReasonKind.CORRIDOR, context)

    assert sentence.en == (
        "Has worked from Hong Kong (close to Mainland China) into Vietnam: 1 piece of past work"
    )


def test_a_corridor_from_the_other_end_says_so() -> None:
    context = lay(asked("CN", "VN"), index_of([firm("a", "VN")], jobs("a", 3, "CN")))

    sentence, cited = said(ReasonKind.CORRIDOR, context)

    assert sentence.en == (
        "Sits in Vietnam and has worked in Mainland China: 3 pieces of past work"
    )
    assert len(cited) == 3


def test_a_seat_close_to_the_target_names_what_joins_the_two() -> None:
    context = lay(asked("CN", "LA"), index_of([firm("a", "VN")]))

    sentence, cited = said(ReasonKind.CLOSE_TO_TARGET, context)

    # What everybody has joined is not worth naming.
    assert sentence.en == (
        "Sits in Vietnam, close to Laos: same legal family, same region, the sales treaty"
    )
    assert sentence.zh_hans == "设在与老挝相近的越南：同一法系、同一区域、买卖条约"
    assert cited == []


def test_a_qualification_close_to_the_target_is_no_seat() -> None:
    qualified = replace(firm("a", "US"), qualified_in={"VN": None})
    context = lay(asked("CN", "LA"), index_of([qualified]))

    sentence, _ = said(ReasonKind.CLOSE_TO_TARGET, context)

    assert sentence.en.startswith("Qualified in Vietnam, close to Laos: ")


def test_work_close_to_the_target_is_cited() -> None:
    matters = [*jobs("a", 3, "VN"), *jobs("a", 2, "TZ")]
    context = lay(asked("CN", "LA"), index_of([firm("a", "US")], matters))

    sentence, cited = said(ReasonKind.CLOSE_TO_TARGET, context)

    assert sentence.en.startswith("Past work in Vietnam, close to Laos: same legal family")
    assert cited == ["a-VN-0/a", "a-VN-1/a", "a-VN-2/a"]


def test_both_features_belong_to_jurisdictions() -> None:
    families = {f.name: f.family for f in CATALOGUE}

    assert families["corridor"] == families["proximity_to_target"] == "jurisdiction"

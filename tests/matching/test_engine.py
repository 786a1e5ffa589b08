from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.eligibility import RULES
from matching.engine import match
from matching.index.columns import Index
from matching.ranker.prior import prior
from matching.text.encoder import PackagedEncoder
from matching.types import MatchResult, Query
from tests.matching.examples import (
    NAMES,
    NEED_VECTOR,
    TODAY,
    Supply,
    firm,
    index_of,
    need,
    supplies,
    work,
)


def answer(query: Query, index: Index, *, top: int = 10) -> MatchResult:
    return match(query, NEED_VECTOR[: index.vectors.shape[1]], index, prior(), NAMES, top=top)


@given(supplies(), st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_bytes(supply: Supply, random: Random) -> None:
    candidates = list(supply.candidates)
    random.shuffle(candidates)
    order = list(range(len(supply.matters)))
    random.shuffle(order)
    shuffled = index_of(candidates, [supply.matters[i] for i in order], supply.vectors[order])

    assert repr(answer(supply.query, shuffled)) == repr(answer(supply.query, supply.index()))


@given(supplies(), st.integers(1, 7))
def test_the_first_of_many_are_the_first_of_all(supply: Supply, top: int) -> None:
    index = supply.index()

    result, whole = answer(supply.query, index, top=top), answer(supply.query, index, top=99)

    assert result.ranked == whole.ranked[:top]
    assert len(whole.ranked) == whole.eligible
    assert result.considered == len(supply.candidates)
    assert result.considered == result.eligible + sum(count.removed for count in result.removed)


def test_the_nearer_evidence_wins_and_equals_go_by_id() -> None:
    index = index_of(
        [firm("c"), firm("b"), firm("a"), firm("d")],
        [
            work("m1", ["a", "c"], "water supply", places=("VN",)),
            work("m2", ["b"], "feasibility study for rural roads", places=("VN",)),
        ],
    )

    ranked = answer(need("rural roads", targets=("VN",)), index).ranked

    assert [(one.rank, one.provider_id) for one in ranked] == [
        (1, "b"),
        (2, "a"),
        (3, "c"),
        (4, "d"),
    ]
    assert ranked[1].score == ranked[2].score > ranked[3].score == 0.0
    assert ranked[3].reasons == ()


def test_nobody_eligible_is_an_empty_list_with_the_reasons_why() -> None:
    index = index_of([replace(firm("a"), is_suspended=True), firm("b", sectors=("ACC",))], [])

    result = answer(need("road", sectors=("BLT",)), index)

    assert (result.considered, result.eligible, result.ranked) == (2, 0, ())
    assert [count.rule for count in result.removed] == [rule.name for rule in RULES]
    removed = {count.rule: count.removed for count in result.removed if count.removed}
    assert removed == {"not_suspended": 1, "sector_covered": 1}


def test_an_empty_catalogue_gives_an_empty_answer() -> None:
    query = need("road", targets=("VN",), sectors=("LEG", "BLT"), languages=("en",))

    result = answer(query, index_of([], []))

    assert (result.considered, result.eligible, result.ranked) == (0, 0, ())


def test_codes_alone_are_enough_to_rank() -> None:
    index = index_of(
        [firm("a"), firm("b", "VN"), firm("c")],
        [
            work("m1", ["a"], "x", places=("TH",), sectors=("BLT",), dated_on=date(2024, 1, 1)),
            work("m2", ["b"], "x", places=("VN",), sectors=("BLT",), dated_on=date(2024, 1, 1)),
        ],
    )

    ranked = answer(need(targets=("VN",), sectors=("BLT",)), index).ranked

    assert [one.provider_id for one in ranked] == ["b", "a", "c"]
    values = {name: value for name, value, _ in ranked[0].contributions}
    assert values["words_nearest"] is None
    assert values["based_in_target"] == 1.0


@pytest.mark.parametrize("text", ["", "ถนน", "طريق", "😀", "\0", "a" * 10_000, "道" * 10_000])
def test_any_text_is_answered(text: str) -> None:
    index = index_of([firm("a")], [work("m", ["a"], "road")])

    assert answer(need(text), index).eligible == 1


def test_a_need_ranks_the_same_in_either_script() -> None:
    encoder = PackagedEncoder()
    texts = [
        "Construction supervision of water supply",
        "Audit of an electricity project",
        "供水项目可行性研究",
        "電力項目財務審計",
    ]
    matters = [work(f"m{n}", [p], t) for n, (p, t) in enumerate(zip("abcd", texts, strict=True))]
    index = index_of(
        [firm(p) for p in "abcd"], matters, encoder.encode_passages([m.text for m in matters])
    )

    def ranking(text: str) -> str:
        vector = encoder.encode_queries([text])[0]
        return repr(match(Query(text, TODAY), vector, index, prior(), NAMES))

    simplified = ranking("孟加拉国供水项目的施工监理")
    assert simplified == ranking("孟加拉國供水項目的施工監理")
    assert simplified != ranking("在坦桑尼亚做电力项目审计")

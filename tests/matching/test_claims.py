from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.claims import MOST_CLAIMED, overclaiming
from matching.eligibility import apply_rules
from matching.features.catalogue import NAMES
from matching.features.context import make_context
from matching.index.columns import Index, build_index
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.ranker.prior import prior
from matching.scoring import CLAIM_WEIGHT, score_all
from matching.sectors import build_sector_tree
from matching.types import Candidate, FloatArray, Matter, Query
from tests.matching.examples import (
    NEED_VECTOR,
    TODAY,
    Supply,
    firm,
    index_of,
    lay,
    need,
    supplies,
    work,
)

CODES = tuple(f"S{number:02d}" for number in range(MOST_CLAIMED + 3))
MANY = build_sector_tree([*((code, None) for code in CODES), ("S00.A", "S00")])


@st.composite
def rankers(draw: st.DrawFn) -> AdditiveRanker:
    """Any ranker that a rule of the house allows: more is never worse, unknown adds nothing."""

    def rising(steps: int) -> tuple[float, ...]:
        parts = draw(st.lists(st.floats(0, 2), min_size=steps - 1, max_size=steps - 1))
        return tuple(float(value) for value in np.cumsum([0.0, *parts]))

    curves = tuple(Curve(name, (0.1, 0.5), rising(3)) for name in NAMES)
    first = rising(3)
    table = tuple(tuple(a * b for b in rising(2)) for a in (0.0, *first[1:])[:2])
    ordered = all(x <= y for a, b in pairwise(table) for x, y in zip(a, b, strict=True))
    pairs = (PairTable("both", NAMES[0], NAMES[6], (0.3,), (0.4,), table),) if ordered else ()
    return AdditiveRanker("any", curves, pairs)


def scores(index: Index, query: Query, ranker: AdditiveRanker) -> FloatArray:
    return score_all(lay(query, index), ranker).scores


@given(supplies(), rankers())
def test_the_parts_add_up_with_claims_and_pairs(supply: Supply, ranker: AdditiveRanker) -> None:
    scored = score_all(supply.context(), ranker)

    assert scored.contributions.shape[1] == len(ranker.terms)
    assert np.abs(scored.contributions.sum(axis=1) - scored.scores).max() <= 1e-9
    assert (scored.contributions >= 0).all()


@given(supplies(), rankers(), st.integers(0, 7))
def test_a_claim_adds_at_most_a_quarter_of_what_it_would_add_verified(
    supply: Supply, ranker: AdditiveRanker, at: int
) -> None:
    if at >= len(supply.matters):
        return
    # The verified share of a record falls with every claim, and is no gain of the claim's own.
    others = [i for i in range(len(supply.matters)) if i != at]
    given_rest = [replace(supply.matters[i], is_verified=True) for i in others]
    piece = supply.matters[at]

    def with_piece(*extra: Matter) -> FloatArray:
        rows = [*others, at][: len(others) + len(extra)]
        index = index_of(supply.candidates, [*given_rest, *extra], supply.vectors[rows])
        # Without text: verified texts decide what words weigh, and may be one more or less.
        return scores(index, replace(supply.query, text="", equivalents=""), ranker)

    without = with_piece()
    claimed = with_piece(replace(piece, is_verified=False))
    verified = with_piece(replace(piece, is_verified=True))

    assert (claimed >= without - 1e-9).all()
    assert (claimed - without <= CLAIM_WEIGHT * (verified - without) + 1e-9).all()


def test_a_claim_never_lifts_anybody_above_its_record() -> None:
    record = work("m1", ["a", "b"], "rural road", dated_on=date(2024, 1, 1), is_verified=True)
    claim = work("m2", ["a"], "rural road supervision", is_statement=True)
    index = index_of([firm("a"), firm("b"), firm("c")], [record, claim])

    found = scores(index, need("rural road supervision"), prior())

    assert found[0] == found[1] > 0


def test_a_claim_lets_a_provider_without_a_record_be_found() -> None:
    claim = work("m", ["a"], "rural road supervision", is_statement=True)
    index = index_of([firm("a"), firm("b")], [claim])

    believed = index_of([firm("a"), firm("b")], [replace(claim, is_verified=True)])

    query = need("rural road supervision")
    found, full = scores(index, query, prior()), scores(believed, query, prior())
    assert 0 < found[0] <= CLAIM_WEIGHT * full[0]
    assert found[1] == 0


def many(provider: Candidate, *matters: Matter) -> Index:
    return build_index([provider], matters, np.zeros((len(matters), 0), np.float32), MANY)


@pytest.mark.parametrize(
    ("listed", "claimed", "shown", "too_much"),
    [
        (CODES[:12], (), (), False),
        (CODES[:13], (), (), True),
        (CODES[:7], CODES[6:12], (), False),  # the same one twice is one
        (CODES[:7], CODES[7:13], (), True),
        (CODES[:13], (), ("S00",), False),
        (CODES[:13], (), ("S00.A",), False),  # work in a part shows the whole
        (CODES[:15], (), ("S00",), True),
        ((), (), CODES[:15], False),
    ],
)
def test_more_than_twelve_specialities_need_evidence(
    listed: tuple[str, ...], claimed: tuple[str, ...], shown: tuple[str, ...], too_much: bool
) -> None:
    index = many(
        firm("a", sectors=listed),
        work("m1", ["a"], sectors=claimed),
        work("m2", ["a"], sectors=shown, is_verified=True),
    )

    assert overclaiming(index).tolist() == [too_much]


def test_whoever_claims_too_much_is_taken_at_none_of_its_words() -> None:
    claim = work("m", ["a"], "rural road", sectors=CODES[1:14])
    index = many(firm("a", sectors=("S00",)), claim)
    query = replace(need("rural road", sectors=("S00",)), on=TODAY)

    context = make_context(query, NEED_VECTOR[:0], index)

    assert score_all(context, prior()).scores.tolist() == [0.0]
    modest = many(firm("a", sectors=("S00",)), replace(claim, sector_codes=("S00",)))
    context = make_context(query, NEED_VECTOR[:0], modest)
    assert score_all(context, prior()).scores[0] > 0
    assert apply_rules(context)[0].tolist() == [True]


def test_a_partner_who_claims_too_much_is_not_believed_for_the_other_partner() -> None:
    boastful, modest = firm("a", sectors=CODES[1:15]), firm("b")
    claim = work("m", ["a", "b"], sectors=("S00",))
    query = need(sectors=("S00",))

    def eligible(*matters: Matter) -> list[bool]:
        index = build_index(
            [boastful, modest], matters, np.zeros((len(matters), 0), np.float32), MANY
        )
        found, _removed = apply_rules(make_context(query, NEED_VECTOR[:0], index))
        return [bool(one) for one in found]

    other = work("n", ["a"], sectors=("S01",), is_verified=True)
    assert eligible(claim, other) == [False, True]
    assert eligible(replace(claim, is_verified=True), other) == [True, True]


def test_what_nobody_verified_does_not_change_what_words_weigh() -> None:
    record = [
        work("m1", ["a"], "rural road", is_verified=True),
        work("m2", ["b"], "water supply", is_verified=True),
    ]
    stuffed = [work(f"x{number}", ["c"], "road road road bridge") for number in range(20)]
    everyone = [firm("a"), firm("b"), firm("c")]

    alone, among = index_of(everyone, record), index_of(everyone, [*record, *stuffed])

    query = need("rural road")
    assert scores(alone, query, prior())[:2].tolist() == scores(among, query, prior())[:2].tolist()

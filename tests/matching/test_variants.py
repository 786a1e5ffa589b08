from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.claims import overclaiming
from matching.eligibility import apply_rules
from matching.features.catalogue import NAMES
from matching.features.context import MatchContext
from matching.index.columns import Index
from matching.ranker.additive import AdditiveRanker, Curve
from matching.scoring import score_all
from matching.types import FloatArray
from matching.variants import (
    AGGREGATES,
    Piece,
    UnknownColumn,
    Variant,
    judge_variants,
    lay_variants,
    score_variants,
)
from tests.matching.examples import Supply, firm, index_of, lay, need, supplies, work

# Every feature speaks, those too that the prior leaves silent.
EVEN = AdditiveRanker(
    "even",
    tuple(
        Curve(name, tuple(i / 20 for i in range(1, 20)), tuple(i / 19 for i in range(20)))
        for name in NAMES
    ),
)


def scores_of(context: MatchContext) -> FloatArray:
    return score_all(context, EVEN).scores


def held(rebuilt: MatchContext, context: MatchContext) -> MatchContext:
    """The context of a rebuilt index with what was known of the whole catalogue before."""
    columns: dict[str, Any] = {name: getattr(context, name) for name in AGGREGATES}  # Any: arrays
    return replace(rebuilt, **columns)


def unlinked(index: Index, row: int, matter_row: int) -> Index:
    """The same index, in which one matter is no longer evidence of one candidate."""
    kept = ~((index.candidate_of == row) & (index.matter_of == matter_row))
    starts = index.starts.copy()
    starts[row + 1 :] -= 1
    matter_of, candidate_of = index.matter_of[kept], index.candidate_of[kept]
    claims = np.unique(candidate_of[~index.is_verified[matter_of]])
    without = replace(
        index, starts=starts, matter_of=matter_of, candidate_of=candidate_of, claimants=claims
    )
    return replace(without, overclaims=overclaiming(without))


@given(supplies())
def test_a_variant_without_any_change_scores_as_the_candidate_does(supply: Supply) -> None:
    context = supply.context()
    rows = range(len(supply.candidates))

    scores, eligible = judge_variants(context, EVEN, [Variant(row) for row in reversed(rows)])

    assert scores.tolist() == scores_of(context)[::-1].tolist()
    assert eligible.tolist() == apply_rules(context)[0][::-1].tolist()


@given(supplies())
def test_a_variant_without_a_piece_scores_as_the_index_without_that_link(supply: Supply) -> None:
    context = supply.context()
    index = context.index
    links = list(zip(index.candidate_of.tolist(), index.matter_of.tolist(), strict=True))

    left = score_variants(context, EVEN, [Variant(row, frozenset([m])) for row, m in links])

    for (row, matter), score in zip(links, left, strict=True):
        really = scores_of(replace(context, index=unlinked(index, row, matter)))
        assert score == pytest.approx(really[row], abs=1e-9)
        others = np.arange(len(really)) != row
        assert really[others].tolist() == scores_of(context)[others].tolist()


@given(supplies(), st.data())
def test_other_facts_score_as_an_index_built_with_them(supply: Supply, data: st.DataObject) -> None:
    donor = data.draw(supplies())
    context = supply.context()
    row = data.draw(st.integers(0, len(supply.candidates) - 1))
    old = context.index.candidates[row]
    new = replace(
        donor.candidates[0],
        provider_id=old.provider_id,
        home_jurisdiction=old.home_jurisdiction,
    )
    others = tuple(one for one in supply.candidates if one.provider_id != old.provider_id)
    rebuilt = replace(supply, candidates=(new, *others)).context()

    scores, eligible = judge_variants(context, EVEN, [Variant(row, candidate=new)])

    assert scores[0] == pytest.approx(scores_of(held(rebuilt, context))[row], abs=1e-9)
    assert eligible[0] == apply_rules(rebuilt)[0][row]


@given(supplies())
def test_verified_evidence_scores_as_an_index_built_with_it(supply: Supply) -> None:
    """With words as rare as they were: verified texts decide that, for the catalogue as a whole."""
    context = supply.context()
    verified = tuple(replace(matter, is_verified=True) for matter in supply.matters)
    built = replace(supply, matters=verified).index()
    rebuilt = lay(
        supply.query, replace(built, words=context.index.words, tasks=context.index.tasks)
    )
    rows = range(len(supply.candidates))

    scores = score_variants(context, EVEN, [Variant(row, is_verified=True) for row in rows])

    assert scores == pytest.approx(scores_of(held(rebuilt, context)), abs=1e-9)


@given(supplies(), st.integers(1, 3))
def test_added_work_scores_as_an_index_built_with_it(supply: Supply, n: int) -> None:
    """For a need without words: whatever is added would change how rare they are."""
    supply = replace(
        supply,
        matters=(*supply.matters, work("y", [], "road")),
        query=replace(supply.query, text="", equivalents=""),
        vectors=np.zeros((len(supply.matters) + 1, 0), np.float32),
    )
    context = supply.context()
    by = [context.index.candidates[0].provider_id]
    added = [
        work(
            f"z{number}",
            by,
            places=("VN", "BD"),
            sectors=("LEG.COR",),
            dated_on=date(2026, 3, 3),
            is_verified=True,
        )
        for number in range(n)
    ]
    pieces = [Piece(0, ("VN", "BD"), ("LEG.COR",), date(2026, 3, 3), i) for i in range(n)]
    rebuilt = replace(
        supply,
        matters=(*supply.matters, *added),
        vectors=np.zeros((len(supply.matters) + n, 0), np.float32),
    ).context()

    scores, eligible = judge_variants(context, EVEN, [Variant(0, pieces=tuple(pieces))])

    assert scores[0] == pytest.approx(scores_of(held(rebuilt, context))[0], abs=1e-9)
    assert eligible[0] == apply_rules(rebuilt)[0][0]


def test_a_piece_is_as_near_to_the_need_as_the_matter_it_is_like() -> None:
    index = index_of([firm("a"), firm("b")], [work("m", ["a"], "road study", is_verified=True)])
    context = lay(need("road study", targets=("VN",)), index)
    piece = Piece(0, ("VN",), (), date(2026, 1, 1))

    laid = lay_variants(context, [Variant(0), Variant(1, pieces=(piece,))])

    assert laid.words.tolist() == [context.words[0]] * 2
    assert laid.in_target.tolist() == [False, True]
    scores = scores_of(laid)
    assert scores[1] > scores[0] > 0.0


def test_who_is_excluded_stays_so_whatever_changes() -> None:
    query = replace(need("road"), excluded_provider_ids=frozenset({"a"}))
    context = lay(query, index_of([firm("a"), firm("b")], []))

    _, eligible = judge_variants(context, EVEN, [Variant(0, candidate=firm("a", "VN"))])

    assert eligible.tolist() == [False]


def test_nothing_is_worked_out_for_no_variant() -> None:
    context = lay(need("road"), index_of([], []))
    assert score_variants(context, EVEN, []).shape == (0,)
    assert [part.shape for part in judge_variants(context, EVEN, [])] == [(0,), (0,)]


def test_an_array_that_nobody_has_placed_is_refused() -> None:
    context = lay(need("road", targets=("VN",)), index_of([firm("a")], [work("m", ["a"], "x")]))
    odd = replace(context, age_years=np.zeros(7))

    with pytest.raises(UnknownColumn, match="age_years"):
        lay_variants(odd, [Variant(0)])


def test_every_column_of_an_index_is_accounted_for() -> None:
    """A column that is neither rebuilt for variants nor true of the whole catalogue is a bug."""
    rebuilt = {
        "candidates", "matters", "starts", "matter_of", "candidate_of", "dated", "amounts",
        "is_statement", "listing_of", "is_verified", "has_no_sector", "places", "filed", "vectors",
        "codes", "norms", "listings", "home_of", "by_jurisdiction", "by_sector", "by_exact_sector", "by_practice", "by_place",
        "practice_until", "by_client", "claimants", "overclaims", "row_of", "levels",
    }  # fmt: skip
    whole = {"tree", "homes", "region_of", "words", "tasks", "version", "proximity"}
    assert set(Index.__dataclass_fields__) == rebuilt | whole, (
        "say in matching/variants.py how variants take the new column"
    )

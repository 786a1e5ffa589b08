"""Faithfulness: without a cited piece of evidence the score falls by exactly what it is worth."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest
from hypothesis import given

from matching.eligibility import apply_rules
from matching.explain import explain
from matching.features.context import MatchContext, make_context
from matching.index.columns import Index, build_index
from matching.scoring import rank, score_all
from matching.text.encoder import PackagedEncoder
from matching.types import Matter, Query, RankedProvider
from matching.understanding.equivalents import equivalents
from providers.vocabulary import read_packaged_terms
from tests.matching.examples import NAMES, Supply, supplies
from tests.matching.features.test_corridors import context_of, corridors
from tests.matching.test_real_catalogue import DEMO_NEEDS, build_real_index
from tests.matching.test_variants import EVEN, unlinked

NEEDS = (
    *DEMO_NEEDS,
    ("audit of the annual accounts of a water utility", "KE"),
    ("環境影響評估", "IN"),
)
SHOWN = 5


def ranked_in(context: MatchContext, top: int) -> tuple[RankedProvider, ...]:
    """The first of a match, explained by the ranker that made it."""
    scored = score_all(context, EVEN)
    eligible, _ = apply_rules(context)
    ids = [one.provider_id for one in context.index.candidates]
    return explain(context, rank(ids, scored, eligible, top=top), scored, NAMES, EVEN)


def check_worth(context: MatchContext, top: int) -> int:
    """Remove every cited piece of the first from the index and compare; how many there were."""
    index = context.index
    seen = 0
    for ranked in ranked_in(context, top):
        row = index.row_of[ranked.provider_id]
        by_id = {
            index.matters[matter].evidence_ids[ranked.provider_id]: int(matter)
            for matter in index.evidence_of(row)
        }
        stated = {e.evidence_id: e.worth for r in ranked.reasons for e in r.evidence}
        for evidence_id, worth in stated.items():
            poorer = unlinked(index, row, by_id[evidence_id])
            left = float(score_all(replace(context, index=poorer), EVEN).scores[row])
            assert ranked.score - left == pytest.approx(worth, abs=1e-9)
            seen += 1
    return seen


@given(supplies())
def test_removing_a_cited_piece_takes_away_what_it_is_worth(supply: Supply) -> None:
    check_worth(supply.context(), len(supply.candidates))


@given(corridors())
def test_the_same_where_nearness_of_jurisdictions_counts(drawn: tuple[Supply, str | None]) -> None:
    check_worth(context_of(*drawn), len(drawn[0].candidates))


@lru_cache(maxsize=1)
def real_index() -> Index:
    """The packaged awards, half of them verified: so claims are weighed too."""
    index = build_real_index()
    matters = [
        replace(matter, is_verified=number % 2 == 0) for number, matter in enumerate(index.matters)
    ]
    return build_index(index.candidates, matters, index.vectors, index.tree)


def real_context(text: str, target: str) -> MatchContext:
    query = Query(
        text,
        date(2026, 11, 22),
        target_jurisdictions=(target,),
        equivalents=equivalents(text, read_packaged_terms()),
    )
    return make_context(query, PackagedEncoder().encode_queries([text])[0], real_index())


@pytest.mark.parametrize(("text", "target"), NEEDS)
def test_every_piece_cited_from_the_real_catalogue_states_its_worth(text: str, target: str) -> None:
    assert check_worth(real_context(text, target), SHOWN) >= SHOWN


def test_a_catalogue_built_anew_without_the_piece_differs_by_little() -> None:
    """What is known of the whole catalogue moves with it, by less than a hundredth of the score."""
    text, target = DEMO_NEEDS[0]
    context = real_context(text, target)
    index = context.index
    first = ranked_in(context, 1)[0]
    cited = max((e for r in first.reasons for e in r.evidence), key=lambda e: e.worth or 0.0)
    matters = [without_evidence(matter, cited.evidence_id) for matter in index.matters]
    rebuilt = build_index(index.candidates, matters, index.vectors, index.tree)
    vector = PackagedEncoder().encode_queries([text])[0]
    row = index.row_of[first.provider_id]

    left = float(score_all(make_context(context.query, vector, rebuilt), EVEN).scores[row])

    assert cited.worth is not None
    assert first.score - left == pytest.approx(cited.worth, abs=0.01 * first.score)


def without_evidence(matter: Matter, evidence_id: str) -> Matter:
    ids = {p: e for p, e in matter.evidence_ids.items() if e != evidence_id}
    return replace(matter, evidence_ids=ids)

from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest

from committee.comparison import compare
from committee.frozen import FrozenQueries, FrozenQuery
from core.db import SessionFactory, transaction
from matching.eligibility import apply_rules
from matching.features.context import make_context
from matching.ranker.additive import AdditiveRanker
from matching.ranker.document import read_document
from matching.ranker.prior import prior
from matching.scoring import rank, score_all
from matching.types import Query
from matching.understanding.equivalents import equivalents
from providers.engine import Engine
from tests.committee.life import Life, document_of, doubled, without_the_strongest
from tests.factories import NOW, make_evidence, make_provider

ROADS = Query("rural roads", NOW.date(), target_jurisdictions=("VN",), sector_codes=("BLT",))
WATER = Query("construction supervision of water supply", NOW.date(), sector_codes=("BLT",))


@pytest.fixture
def engine(life: Life, catalogue_sessions: SessionFactory) -> Engine:
    """The small catalogue and a provider with a claim that nobody verified."""
    with transaction(catalogue_sessions) as session:
        # The last by id, so that ties go to the others on every run.
        claimant = make_provider(
            session, name="Synthetic Claimant", sectors=("BLT",), provider_id=UUID(int=2**128 - 1)
        )
        make_evidence(session, claimant, description="rural roads", is_verified=False)
    return life.holder.current()


def frozen(engine: Engine, *queries: Query) -> FrozenQueries:
    """Each query with the provider that the prior ranks first as its answer."""
    ids = [candidate.provider_id for candidate in engine.index.candidates]
    made: list[FrozenQuery] = []
    for number, query in enumerate(queries):
        context = make_context(query, np.zeros(0, dtype=np.float32), engine.index)
        scored = score_all(context, prior())
        best = rank(ids, scored, np.ones(len(ids), dtype=np.bool_), top=1)[0]
        made.append(FrozenQuery(f"q{number}", query, {best.provider_id: 3}, {"language": ("en",)}))
    return FrozenQueries(NOW.date(), tuple(made))


def first_five(engine: Engine, query: Query, ranker: AdditiveRanker) -> list[str]:
    query = replace(query, equivalents=equivalents(query.text, engine.terms))
    context = make_context(query, np.zeros(0, dtype=np.float32), engine.index)
    names = {one.provider_id: one.name for one in engine.index.candidates}
    scored = score_all(context, ranker)
    placed = rank(list(names), scored, apply_rules(context)[0], top=5)
    return [names[one.provider_id] for one in placed]


def test_both_rankers_are_scored_as_each_would_be_alone(engine: Engine) -> None:
    worse = read_document(document_of("worse", without_the_strongest)).ranker
    queries = frozen(engine, ROADS, WATER)

    found = compare(engine, queries, worse, prior(), frozen_query_set_id=uuid4())

    [need] = [one for one in found.changed if one.query_id == "q0"]
    assert need.before == first_five(engine, ROADS, prior())
    assert need.after == first_five(engine, ROADS, worse)
    assert found.in_force_ndcg10.mean > found.candidate_ndcg10.mean
    assert (found.queries, found.candidate) == (2, worse.version)


def test_a_ranker_of_the_same_order_changes_no_first_five(engine: Engine) -> None:
    same = read_document(document_of("same", doubled)).ranker

    found = compare(
        engine, frozen(engine, ROADS, WATER), same, prior(), frozen_query_set_id=uuid4()
    )

    assert (found.unchanged, found.changed, found.passed) == (2, [], True)
    assert (found.difference.mean, found.p) == (0.0, 1.0)


def test_a_ranking_that_ignores_a_rule_fails_the_gate(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = read_document(document_of("same", doubled)).ranker
    [need] = frozen(engine, ROADS).queries
    banned = replace(need, query=replace(ROADS, excluded_provider_ids=frozenset(need.grades)))
    queries = FrozenQueries(NOW.date(), (banned,))
    nobody = np.ones(len(engine.index.candidates), dtype=np.bool_)

    kept = compare(engine, queries, same, prior(), frozen_query_set_id=uuid4())
    monkeypatch.setattr("committee.comparison.apply_rules", lambda _context: (nobody, ()))
    ignored = compare(engine, queries, same, prior(), frozen_query_set_id=uuid4())

    assert (kept.passed, ignored.passed) == (True, False)
    assert [one.check for one in ignored.findings if not one.passed] == ["rules"]


def test_names_the_reasons_that_moved(engine: Engine) -> None:
    blind = read_document(
        document_of("blind", lambda curve: doubled(curve) if curve.feature == "recency" else curve)
    ).ranker
    worse = read_document(document_of("worse", without_the_strongest)).ranker

    found = compare(engine, frozen(engine, ROADS), worse, blind, frozen_query_set_id=uuid4())

    moved = found.changed[0].moved
    assert [abs(one.change) for one in moved] == sorted(
        (abs(one.change) for one in moved), reverse=True
    )
    # What spoke for the old first five and is silent now speaks for the new ones, relatively.
    assert moved[0].change > 0

"""A ranker against the one in force, on the same queries, the same day each, the same features."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from committee.frozen import FrozenQueries, FrozenQuery
from committee.gate import GateReport, is_lost, judge
from committee.schemas import (
    ChangedNeedRead,
    ComparisonRead,
    FigureRead,
    FindingRead,
    MovedReasonRead,
    SliceRead,
)
from enterprises.matching_service import as_sentence_read
from matching.eligibility import RULES, apply_rules
from matching.evaluation.metrics import per_query
from matching.features.catalogue import CATALOGUE, PAIRS
from matching.features.context import make_context
from matching.ranker.additive import AdditiveRanker
from matching.scoring import rank, score_each
from matching.types import FloatArray, ScoredCandidate
from matching.understanding.equivalents import equivalents
from providers.engine import Engine

Progress = Callable[[int, int], None]

FIRST = 5
MEASURED = 10
SHOWN_NEEDS = 20
SHOWN_REASONS = 3
LONGEST_TEXT = 600
_REASON_OF = {
    **{feature.name: feature.reason for feature in CATALOGUE},
    **{pair.name: pair.reason for pair in PAIRS},
}
_Rows = list[int]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What both rankers make of one query: the first ten each, and which reasons moved."""

    candidate: tuple[str, ...]
    in_force: tuple[str, ...]
    violations: int
    moved: Mapping[str, float]

    @property
    def changed(self) -> int:
        return len(set(self.candidate[:FIRST]) - set(self.in_force[:FIRST]))


def compare(
    engine: Engine,
    frozen: FrozenQueries,
    candidate: AdditiveRanker,
    in_force: AdditiveRanker,
    *,
    frozen_query_set_id: UUID,
    progress: Progress = lambda done, total: None,
) -> ComparisonRead:
    """Rank every frozen query with both rankers and judge the candidate.

    Args:
        engine: the index and the encoder; its own ranker plays no part.
        frozen: at least one query.
        candidate: the ranker to be promoted.
        in_force: the one it would replace.
        frozen_query_set_id: under which the queries are stored.
        progress: called with the queries done and all of them.
    """
    answers: dict[str, _Answer] = {}
    for done, one in enumerate(frozen.queries, start=1):
        answers[one.query_id] = _answer(engine, one, candidate, in_force)
        progress(done, len(frozen.queries))
    qrels = {one.query_id: one.grades for one in frozen.queries}
    measured = [
        {query_id: figures.ndcg10 for query_id, figures in per_query(qrels, run).items()}
        for run in (
            {query_id: answer.candidate for query_id, answer in answers.items()},
            {query_id: answer.in_force for query_id, answer in answers.items()},
        )
    ]
    report = judge(
        measured[0],
        measured[1],
        frozen.slices(),
        violations=sum(answer.violations for answer in answers.values()),
    )
    return _as_read(
        engine,
        frozen,
        answers,
        report,
        rankers=(candidate, in_force),
        frozen_query_set_id=frozen_query_set_id,
    )


def _answer(
    engine: Engine, one: FrozenQuery, candidate: AdditiveRanker, in_force: AdditiveRanker
) -> _Answer:
    query = one.query
    vector = engine.vector_of(query.text)
    if not query.equivalents:
        query = replace(query, equivalents=equivalents(query.text, engine.terms))
    context = make_context(query, vector, engine.index)
    eligible, _ = apply_rules(context)
    # Asked of every rule once more: `eligible` is what the ranking itself went by.
    is_removed = np.logical_or.reduce([rule.removes(context) for rule in RULES])
    ids = [each.provider_id for each in engine.index.candidates]
    new, old = score_each(context, (candidate, in_force))
    ours = rank(ids, new, eligible, top=MEASURED)
    theirs = rank(ids, old, eligible, top=MEASURED)
    rows = engine.index.row_of
    before = [rows[place.provider_id] for place in theirs[:FIRST]]
    after = [rows[place.provider_id] for place in ours[:FIRST]]
    return _Answer(
        candidate=_ids(ours),
        in_force=_ids(theirs),
        violations=sum(bool(is_removed[rows[place.provider_id]]) for place in ours),
        moved=_moved(
            _by_kind(candidate, new.contributions),
            _by_kind(in_force, old.contributions),
            (before, after),
        ),
    )


def _ids(ranked: Sequence[ScoredCandidate]) -> tuple[str, ...]:
    return tuple(place.provider_id for place in ranked)


def _moved(
    ours: Mapping[str, FloatArray], theirs: Mapping[str, FloatArray], rows: tuple[_Rows, _Rows]
) -> dict[str, float]:
    """Say which kinds of reasons made the change.

    A kind moves by how much more it speaks for the new first five, against the old, with the
    candidate's curves than with those in force.
    """
    before, after = rows
    if not before or set(before) == set(after):
        return {}

    def spoken(by_kind: Mapping[str, FloatArray], kind: str) -> float:
        values = by_kind.get(kind)
        return 0.0 if values is None else float(values[after].mean() - values[before].mean())

    return {kind: spoken(ours, kind) - spoken(theirs, kind) for kind in {*ours, *theirs}}


def _by_kind(ranker: AdditiveRanker, contributions: FloatArray) -> dict[str, FloatArray]:
    """Sum the contributions that say the same thing: kind of reason to shape (n,)."""
    found: dict[str, FloatArray] = {}
    for column, term in enumerate(ranker.terms):
        kind = str(_REASON_OF.get(term, term))
        found[kind] = found.get(kind, 0.0) + contributions[:, column]
    return found


def _as_read(
    engine: Engine,
    frozen: FrozenQueries,
    answers: Mapping[str, _Answer],
    report: GateReport,
    *,
    rankers: tuple[AdditiveRanker, AdditiveRanker],
    frozen_query_set_id: UUID,
) -> ComparisonRead:
    most_changed = sorted(
        (one for one in frozen.queries if answers[one.query_id].changed),
        key=lambda one: (-answers[one.query_id].changed, one.query_id),
    )
    return ComparisonRead(
        candidate=rankers[0].version,
        in_force=rankers[1].version,
        frozen_query_set=frozen_query_set_id,
        queries=report.queries,
        index=engine.versions.index,
        encoder=engine.versions.encoder,
        passed=report.passed,
        candidate_ndcg10=_figure(*report.candidate),
        in_force_ndcg10=_figure(*report.in_force),
        difference=_figure(report.difference, report.low, report.high),
        p=round(report.p, 4),
        findings=[
            FindingRead(check=one.check, passed=one.passed, sentence=as_sentence_read(one.sentence))
            for one in report.findings
        ],
        slices=[
            SliceRead(
                name=one.name,
                queries=one.queries,
                candidate=round(one.ours, 4),
                in_force=round(one.theirs, 4),
                difference=round(one.difference, 4),
                low=round(one.low, 4),
                high=round(one.high, 4),
                p=round(one.p, 4),
                is_lost=is_lost(one),
            )
            for one in report.slices
        ],
        unchanged=len(frozen.queries) - len(most_changed),
        changed=[
            _changed(engine, one, answers[one.query_id]) for one in most_changed[:SHOWN_NEEDS]
        ],
    )


def _changed(engine: Engine, one: FrozenQuery, answer: _Answer) -> ChangedNeedRead:
    index = engine.index
    moved = sorted(answer.moved.items(), key=lambda item: (-abs(item[1]), item[0]))

    def named(provider_ids: Sequence[str]) -> list[str]:
        return [index.candidates[index.row_of[key]].name for key in provider_ids[:FIRST]]

    return ChangedNeedRead(
        query_id=one.query_id,
        text=one.query.text[:LONGEST_TEXT],
        on=one.query.on,
        target_jurisdictions=list(one.query.target_jurisdictions),
        changed=answer.changed,
        before=named(answer.in_force),
        after=named(answer.candidate),
        moved=[
            MovedReasonRead(reason=kind, change=round(change, 4))
            for kind, change in moved[:SHOWN_REASONS]
            if not np.isclose(change, 0.0)
        ],
    )


def _figure(mean: float, low: float, high: float) -> FigureRead:
    return FigureRead(mean=round(mean, 4), low=round(low, 4), high=round(high, 4))

"""All judgements, preferences and outcomes as values to learn from: for the platform itself."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from committee.access import of_living_needs
from committee.judgements.models import Judgement, Outcome, Preference
from enterprises.corrections import as_used
from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.queries import as_query
from enterprises.schemas import ReadingRead, StructuredNeed
from matching.learning import types
from matching.types import Query

Revised = TypeVar("Revised", Judgement, Preference)
VersionKey = tuple[UUID, int]
_BATCH = 200


class _Shown(NamedTuple):
    """The parts of a recommendation that say what was shown when."""

    need_id: UUID
    need_version: int
    id: UUID
    matched_on: date
    versions: Mapping[str, str | int]
    record: str


def shown_providers(recommendation: Recommendation) -> tuple[UUID, ...]:
    """Return the providers of a recommendation's record, best first."""
    ranked = json.loads(recommendation.record)["ranked"]
    return tuple(UUID(one["provider"]["id"]) for one in ranked)


def query_id(need_id: UUID, need_version: int) -> str:
    """Name the query that a version of a need is; another version asks for something else."""
    return f"{need_id}:{need_version}"


def feedback(session: Session) -> types.Feedback:
    """Return everything recorded, for learning, as of the day it was recorded about.

    A query's day is that of its first recommendation, or else the day its need was written: what
    became known later was not known to those who judged and chose. Needs that were deleted are
    left out with all that was said about them, and so are revisions that were replaced.

    Returns:
        Values in an order of their own: equal databases give equal values.
    """
    first_day: dict[VersionKey, date] = {}
    showings: list[types.Showing] = []
    version_of: dict[UUID, VersionKey] = {}
    for row in _recommendations(session):
        key = (row.need_id, row.need_version)
        first_day[key] = min(row.matched_on, first_day.get(key, row.matched_on))
        version_of[row.id] = key
        ranked = json.loads(row.record)["ranked"]
        showings.append(
            types.Showing(
                str(row.id),
                query_id(*key),
                tuple(str(UUID(one["provider"]["id"])) for one in ranked),
                tuple(float(one["score"]) for one in ranked),
                str(row.versions["ranker"]),
            )
        )
    judgements = _last(
        session.scalars(of_living_needs(Judgement)),
        lambda one: (one.need_id, one.need_version, one.provider_id, one.judge_id),
    )
    preferences = _last(
        session.scalars(of_living_needs(Preference)),
        lambda one: (one.need_id, one.need_version, one.first_id, one.second_id, one.judge_id),
    )
    outcomes = session.scalars(of_living_needs(Outcome)).all()
    judged = {(one.need_id, one.need_version) for one in judgements}
    judged |= {(one.need_id, one.need_version) for one in preferences}
    return types.Feedback(
        queries=_queries(session, judged | first_day.keys(), first_day),
        judgements=tuple(
            sorted(
                map(_as_judgement, judgements),
                key=lambda one: (one.query_id, one.provider_id, one.judge_id),
            )
        ),
        preferences=tuple(
            sorted(
                map(_as_preference, preferences),
                key=lambda one: (one.query_id, one.better, one.worse, one.judge_id),
            )
        ),
        outcomes=tuple(
            sorted(
                (_as_outcome(one, version_of[one.recommendation_id]) for one in outcomes),
                key=lambda one: (one.list_id, one.provider_id, one.enterprise_id, one.kind),
            )
        ),
        showings=tuple(sorted(showings, key=lambda one: one.list_id)),
    )


def _recommendations(session: Session) -> Iterator[_Shown]:
    """Yield lists a few at a time: a record is ten kilobytes and more."""
    wanted = (
        select(
            Recommendation.need_id,
            Recommendation.need_version,
            Recommendation.id,
            Recommendation.matched_on,
            Recommendation.versions,
            Recommendation.record,
        )
        .join(Need, Need.id == Recommendation.need_id)
        .where(Need.deleted_at.is_(None))
        .execution_options(yield_per=_BATCH)
    )
    for row in session.execute(wanted):
        yield _Shown(*row)


def _last(
    recorded: Iterable[Revised], pair: Callable[[Revised], tuple[object, ...]]
) -> list[Revised]:
    """Keep the last revision of each pair and person."""
    last: dict[tuple[object, ...], Revised] = {}
    for one in recorded:
        known = last.setdefault(pair(one), one)
        if one.revision > known.revision:
            last[pair(one)] = one
    return list(last.values())


def _queries(
    session: Session, keys: Collection[VersionKey], first_day: Mapping[VersionKey, date]
) -> dict[str, Query]:
    queries: dict[str, Query] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        wanted = select(NeedVersion).where(
            tuple_(NeedVersion.need_id, NeedVersion.version).in_(batch)
        )
        for stored in session.scalars(wanted):
            key = (stored.need_id, stored.version)
            need = StructuredNeed.model_validate(stored.structured)
            reading = None if stored.reading is None else ReadingRead.model_validate(stored.reading)
            on = first_day.get(key, stored.written_at.date())
            queries[query_id(*key)] = as_query(as_used(need, reading), on=on)
    return dict(sorted(queries.items()))


def _as_judgement(stored: Judgement) -> types.Judgement:
    query = query_id(stored.need_id, stored.need_version)
    return types.Judgement(query, str(stored.provider_id), stored.judge_id, stored.grade)


def _as_preference(stored: Preference) -> types.Preference:
    query = query_id(stored.need_id, stored.need_version)
    return types.Preference(query, str(stored.better_id), str(stored.worse_id), stored.judge_id)


def _as_outcome(stored: Outcome, key: VersionKey) -> types.Outcome:
    return types.Outcome(
        query_id(*key),
        str(stored.provider_id),
        stored.enterprise_id,
        types.OutcomeKind(stored.kind),
        stored.place,
        stored.is_verified,
        stored.rating,
        list_id=str(stored.recommendation_id),
    )

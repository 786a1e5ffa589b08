"""Judgements, preferences and outcomes as tables: from judging sheets and from a chamber's records.

A cell that names a need or a provider holds its id, or its reference in the file's source.
"""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from committee.access import versions_to_judge
from committee.judgements.models import Judgement, Outcome, Preference
from committee.judgements.queries import shown_providers
from committee.judgements.schemas import StableId, require_fitting_rating
from committee.judgements.service import record_judgement, record_outcome, record_preference
from core.identity.actor import OPERATOR, Actor, UserKind
from enterprises.access import access_recommendation_to_report
from enterprises.errors import RecommendationNotFound
from enterprises.importing import need_id as need_id_of
from matching.learning.types import MAX_GRADE, MAX_RATING, OutcomeKind
from providers.importing.cells import ImportRow, Switch
from providers.importing.rows import Reference
from providers.importing.spec import (
    KindSpec,
    KindTable,
    NumberedRow,
    RowProblem,
    RowsCheck,
    WriteContext,
)
from providers.importing.supply import provider_id as provider_id_of
from providers.models import Provider, ProviderStatus

Identify = Callable[[str, str], UUID]
Version = Annotated[int, Field(ge=1, le=2_147_483_647)]


class JudgementRow(ImportRow):
    """A judge's grade of a provider for a need."""

    need: Reference
    need_version: Version | None = None
    provider: Reference
    judge_id: StableId
    grade: Annotated[int, Field(ge=0, le=MAX_GRADE)]


class PreferenceRow(ImportRow):
    """A judge's statement which of two providers answers a need better."""

    need: Reference
    need_version: Version | None = None
    better: Reference
    worse: Reference
    judge_id: StableId


class OutcomeRow(ImportRow):
    """What an enterprise did about a provider that a recommendation showed it."""

    recommendation_id: UUID
    provider: Reference
    enterprise_id: StableId
    kind: OutcomeKind
    rating: Annotated[int, Field(ge=1, le=MAX_RATING)] | None = None
    is_verified: Switch | None = None


def identify(source: str, cell: str, by_reference: Identify) -> UUID:
    """Return the id that a cell holds, or else the one its reference has in the source."""
    try:
        return UUID(cell)
    except ValueError:
        return by_reference(source, cell)


def check_judgements(session: Session, source: str) -> RowsCheck[JudgementRow]:
    """Return the check that needs and providers exist."""

    def check(rows: Sequence[NumberedRow[JudgementRow]]) -> list[RowProblem]:
        problems = _check_needs(session, source, rows)
        return problems + _check_providers(
            session, source, [(row.row_no, "provider", row.row.provider) for row in rows]
        )

    return check


def check_preferences(session: Session, source: str) -> RowsCheck[PreferenceRow]:
    """Return the check that needs and providers exist and that the two are not one."""

    def check(rows: Sequence[NumberedRow[PreferenceRow]]) -> list[RowProblem]:
        problems = _check_needs(session, source, rows)
        named = [(row.row_no, "better", row.row.better) for row in rows]
        named += [(row.row_no, "worse", row.row.worse) for row in rows]
        problems += _check_providers(session, source, named)
        for numbered in rows:
            row = numbered.row
            both = {identify(source, cell, provider_id_of) for cell in (row.better, row.worse)}
            if len(both) == 1:
                reason = "is the same provider as better: name two"
                problems.append(RowProblem(numbered.row_no, "worse", row.worse, reason))
        return problems

    return check


def check_outcomes(session: Session, source: str) -> RowsCheck[OutcomeRow]:
    """Return the check that each row could be recorded, after the good rows above it."""
    # By recommendation, provider and enterprise: the engagements of the file so far.
    engaged: dict[tuple[UUID, UUID, str], bool] = {}
    shown: dict[UUID, tuple[UUID, ...]] = {}

    def check(rows: Sequence[NumberedRow[OutcomeRow]]) -> list[RowProblem]:
        problems: list[RowProblem] = []
        for numbered in rows:
            row, row_no = numbered.row, numbered.row_no
            provider_id = identify(source, row.provider, provider_id_of)
            key = (row.recommendation_id, provider_id, row.enterprise_id)
            try:
                require_fitting_rating(row.kind, row.rating)
                if row.recommendation_id not in shown:
                    found = access_recommendation_to_report(
                        session, OPERATOR, row.recommendation_id
                    )
                    shown[row.recommendation_id] = shown_providers(found)
            except ValueError as error:
                problems.append(RowProblem(row_no, "rating", str(row.rating or ""), str(error)))
                continue
            except RecommendationNotFound:
                reason = "is no recommendation"
                cell = str(row.recommendation_id)
                problems.append(RowProblem(row_no, "recommendation_id", cell, reason))
                continue
            if provider_id not in shown[row.recommendation_id]:
                reason = "is not shown by this recommendation"
                problems.append(RowProblem(row_no, "provider", row.provider, reason))
            elif row.kind is OutcomeKind.REVIEWED:
                problems += _check_review(session, numbered, key, engaged)
            elif row.kind is OutcomeKind.ENGAGED:
                known = _stored(session, key, OutcomeKind.ENGAGED)
                before = known is not None and known.is_verified
                engaged[key] = before if row.is_verified is None else row.is_verified
        return problems

    return check


def _check_review(
    session: Session,
    numbered: NumberedRow[OutcomeRow],
    key: tuple[UUID, UUID, str],
    engaged: dict[tuple[UUID, UUID, str], bool],
) -> list[RowProblem]:
    row, row_no = numbered.row, numbered.row_no
    stored = _stored(session, key, OutcomeKind.ENGAGED)
    is_verified = engaged.get(key, stored.is_verified if stored is not None else None)
    if is_verified is None or (row.is_verified and not is_verified):
        which = "a verified engagement" if row.is_verified else "an engagement"
        reason = f"needs {which} of the same enterprise first"
        hint = "put the row of the engagement above it"
        return [RowProblem(row_no, "kind", row.kind, reason, hint)]
    known = _stored(session, key, OutcomeKind.REVIEWED)
    if known is None or known.rating == row.rating:
        return []
    if not known.is_verified and row.is_verified:
        return []
    reason = f"differs from the review that is recorded, whose rating is {known.rating}"
    return [RowProblem(row_no, "rating", str(row.rating), reason)]


def _stored(session: Session, key: tuple[UUID, UUID, str], kind: OutcomeKind) -> Outcome | None:
    recommendation_id, provider_id, enterprise_id = key
    return session.scalar(
        select(Outcome).where(
            Outcome.recommendation_id == recommendation_id,
            Outcome.provider_id == provider_id,
            Outcome.enterprise_id == enterprise_id,
            Outcome.kind == kind,
        )
    )


def _check_needs(
    session: Session,
    source: str,
    rows: Sequence[NumberedRow[JudgementRow] | NumberedRow[PreferenceRow]],
) -> list[RowProblem]:
    ids = {row.row.need: identify(source, row.row.need, need_id_of) for row in rows}
    versions = versions_to_judge(session, set(ids.values()))
    problems: list[RowProblem] = []
    for numbered in rows:
        row = numbered.row
        found = versions.get(ids[row.need])
        if found is None:
            reason = f"is no need to judge, by its id or by its reference in the source {source!r}"
            problems.append(RowProblem(numbered.row_no, "need", row.need, reason))
        elif row.need_version is not None and row.need_version not in found:
            reason = f"is no version of this need; the last one is {max(found)}"
            cell = str(row.need_version)
            problems.append(RowProblem(numbered.row_no, "need_version", cell, reason))
    return problems


def _check_providers(
    session: Session, source: str, named: Sequence[tuple[int, str, str]]
) -> list[RowProblem]:
    ids = {cell: identify(source, cell, provider_id_of) for _, _, cell in named}
    wanted = select(Provider.id).where(
        Provider.id.in_(ids.values()), Provider.status == ProviderStatus.PUBLISHED
    )
    known = set(session.scalars(wanted))
    reason = f"is no published provider, by its id or by its reference in the source {source!r}"
    return [
        RowProblem(row_no, column, cell, reason)
        for row_no, column, cell in named
        if ids[cell] not in known
    ]


def write_judgements(session: Session, rows: Sequence[JudgementRow], context: WriteContext) -> int:
    """Record judgements and return how many are new."""
    before = _count(session, Judgement)
    for row in rows:
        record_judgement(
            session,
            Actor(UserKind.COMMITTEE, row.judge_id),
            need_id=identify(context.source, row.need, need_id_of),
            need_version=row.need_version,
            provider_id=identify(context.source, row.provider, provider_id_of),
            grade=row.grade,
            now=context.now,
        )
    return _count(session, Judgement) - before


def write_preferences(
    session: Session, rows: Sequence[PreferenceRow], context: WriteContext
) -> int:
    """Record preferences and return how many are new."""
    before = _count(session, Preference)
    for row in rows:
        record_preference(
            session,
            Actor(UserKind.COMMITTEE, row.judge_id),
            need_id=identify(context.source, row.need, need_id_of),
            need_version=row.need_version,
            better_id=identify(context.source, row.better, provider_id_of),
            worse_id=identify(context.source, row.worse, provider_id_of),
            now=context.now,
        )
    return _count(session, Preference) - before


def write_outcomes(session: Session, rows: Sequence[OutcomeRow], context: WriteContext) -> int:
    """Record outcomes with an operator's word; return how many are new or say something else."""
    changed = 0
    for row in rows:
        provider_id = identify(context.source, row.provider, provider_id_of)
        key = (row.recommendation_id, provider_id, row.enterprise_id)
        known = _stored(session, key, row.kind)
        before = None if known is None else (known.rating, known.is_verified)
        stored = record_outcome(
            session,
            OPERATOR,
            recommendation_id=row.recommendation_id,
            provider_id=provider_id,
            enterprise_id=row.enterprise_id,
            kind=row.kind,
            rating=row.rating,
            is_verified=row.is_verified,
            now=context.now,
        )
        changed += before != (stored.rating, stored.is_verified)
    return changed


def _count(session: Session, model: type[Judgement | Preference]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


JUDGEMENTS = KindSpec(
    kind="judgements",
    table="judgements",
    columns=("need", "provider", "judge_id", "grade"),
    optional=("need_version",),
    row_schema=JudgementRow,
    key=lambda row: f"{row.need}|{row.need_version or ''}|{row.provider}|{row.judge_id}",
    make_check=check_judgements,
    write=write_judgements,
    is_matched=False,
)
PREFERENCES = KindSpec(
    kind="preferences",
    table="preferences",
    columns=("need", "better", "worse", "judge_id"),
    optional=("need_version",),
    row_schema=PreferenceRow,
    key=lambda row: "|".join(
        (row.need, str(row.need_version or ""), *sorted((row.better, row.worse)), row.judge_id)
    ),
    make_check=check_preferences,
    write=write_preferences,
    is_matched=False,
)
OUTCOMES = KindSpec(
    kind="outcomes",
    table="outcomes",
    columns=("recommendation_id", "provider", "enterprise_id", "kind"),
    optional=("rating", "is_verified"),
    row_schema=OutcomeRow,
    key=lambda row: f"{row.recommendation_id}|{row.provider}|{row.enterprise_id}|{row.kind}",
    make_check=check_outcomes,
    write=write_outcomes,
    is_matched=False,
)
COMMITTEE_KINDS: KindTable = {spec.kind: (spec,) for spec in (JUDGEMENTS, PREFERENCES, OUTCOMES)}

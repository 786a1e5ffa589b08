"""Reads of demand, and a need translated for matching."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from core.json_lists import json_is_null, json_list_has
from enterprises.errors import NeedNotFound, RecommendationNotFound
from enterprises.models import Need, NeedVersion, ReadingCorrection, Recommendation
from enterprises.schemas import NeedRead, ReadingRead, StructuredNeed
from matching.types import Query
from providers.queries import require_known_codes


def get_need(session: Session, need_id: UUID, *, is_locked: bool = False) -> Need:
    """Return a need with its current version; locked, nobody changes it before the caller ends.

    Raises:
        NeedNotFound: there is none, or it was deleted.
    """
    wanted = select(Need).where(Need.id == need_id, Need.deleted_at.is_(None))
    need = session.scalar(wanted.with_for_update(of=Need) if is_locked else wanted)
    if need is None:
        raise NeedNotFound(f"no need has the id {need_id}")
    return need


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """Which needs are meant; None leaves a question open.

    Attributes:
        jurisdiction: a target, as the need says or as its text was read.
        sector: a service asked for, or one below it; as above.
        created_from: the first day on which it was stored, by UTC.
        created_to: the last one.
    """

    jurisdiction: str | None = None
    sector: str | None = None
    created_from: date | None = None
    created_to: date | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Give the conditions on a need and its current version."""
        if self.jurisdiction is not None:
            yield _is_said("target_jurisdictions", self.jurisdiction)
        if self.sector is not None:
            yield _is_said("sector_codes", self.sector, ".")
        if self.created_from is not None:
            yield Need.created_at >= datetime.combine(self.created_from, time(), UTC)
        if self.created_to is not None and self.created_to < date.max:
            after = self.created_to + timedelta(days=1)
            yield Need.created_at < datetime.combine(after, time(), UTC)


def _is_said(field: str, code: str, separator: str = "") -> ColumnElement[bool]:
    said, read = NeedVersion.structured, NeedVersion.reading
    return or_(
        json_list_has(said, field, code, separator),
        and_(json_is_null(said, field), json_list_has(read, field, code, separator)),
    )


def list_needs(
    session: Session,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
    chosen: NeedFilter | None = None,
) -> Sequence[Need]:
    """Return needs, newest first.

    Args:
        session: the caller's transaction.
        before: `created_at` and `id` of the last need already seen; those after it are returned.
        limit: how many at most.
        chosen: which needs; all if None.

    Raises:
        InvalidInput: the filter names a jurisdiction or a sector that is not in the lists.
    """
    wanted = select(Need).where(Need.deleted_at.is_(None))
    if chosen is not None:
        require_known_codes(session, chosen.jurisdiction, chosen.sector)
        wanted = wanted.join(
            NeedVersion,
            and_(NeedVersion.need_id == Need.id, NeedVersion.version == Need.version),
        ).where(*chosen.conditions())
    if before is not None:
        wanted = wanted.where(tuple_(Need.created_at, Need.id) < before)
    newest_first = wanted.order_by(Need.created_at.desc(), Need.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


def get_recommendation(session: Session, recommendation_id: UUID) -> Recommendation:
    """Return a stored recommendation.

    Raises:
        RecommendationNotFound: there is none, or its need was deleted.
    """
    found = session.scalar(
        select(Recommendation)
        .join(Need, Need.id == Recommendation.need_id)
        .where(Recommendation.id == recommendation_id, Need.deleted_at.is_(None))
    )
    if found is None:
        raise RecommendationNotFound(f"no recommendation has the id {recommendation_id}")
    return found


def latest_recommendation(session: Session, need_id: UUID) -> Recommendation | None:
    """Return the newest recommendation for a need, whatever its version."""
    return session.scalar(
        select(Recommendation)
        .join(Need, Need.id == Recommendation.need_id)
        .where(Recommendation.need_id == need_id, Need.deleted_at.is_(None))
        .order_by(Recommendation.created_at.desc(), Recommendation.id.desc())
        .limit(1)
    )


def list_training_material(session: Session) -> list[dict[str, object]]:
    """Return what enterprises corrected and let us keep, oldest first.

    One entry for each need version: its `text`, the day `on` which it was read, and under `fields`
    what was `read` and what is `meant`.
    """
    rows = session.execute(
        select(ReadingCorrection, NeedVersion)
        .join(
            NeedVersion,
            (NeedVersion.need_id == ReadingCorrection.need_id)
            & (NeedVersion.version == ReadingCorrection.version),
        )
        .order_by(
            ReadingCorrection.recorded_at,
            ReadingCorrection.need_id,
            ReadingCorrection.version,
            ReadingCorrection.field,
        )
    )
    material: dict[tuple[UUID, int], dict[str, object]] = {}
    fields: dict[tuple[UUID, int], dict[str, object]] = {}
    for correction, version in rows:
        key = (correction.need_id, correction.version)
        fields.setdefault(key, {})[correction.field] = {
            "read": correction.read,
            "meant": correction.meant,
        }
        material[key] = {
            "text": version.structured["text"],
            "on": (version.reading or {})["reference_date"],
            "fields": fields[key],
        }
    return list(material.values())


def as_structured(need: Need) -> StructuredNeed:
    """Return what the enterprise said in the current version."""
    return StructuredNeed.model_validate(need.current.structured)


def as_reading(need: Need) -> ReadingRead | None:
    """Return how the text of the current version was read, None where there is no text."""
    stored = need.current.reading
    return None if stored is None else ReadingRead.model_validate(stored)


def as_need_read(need: Need) -> NeedRead:
    """Return a need as it is sent."""
    return NeedRead(
        **as_structured(need).model_dump(),
        id=need.id,
        version=need.version,
        created_at=need.created_at,
        updated_at=need.updated_at,
        reading=as_reading(need),
    )


def as_query(used: StructuredNeed, *, on: date) -> Query:
    """Translate a need, as `as_used` returns it, for matching."""
    return Query(
        text=used.text or "",
        on=on,
        home_jurisdiction=used.home_jurisdiction,
        target_jurisdictions=tuple(used.target_jurisdictions or ()),
        sector_codes=tuple(used.sector_codes or ()),
        excluded_jurisdictions=tuple(used.excluded_jurisdictions or ()),
        excluded_sector_codes=tuple(used.excluded_sector_codes or ()),
        languages_wanted=tuple(used.languages_wanted or ()),
        languages_required=used.languages_required,
        excluded_provider_ids=frozenset(map(str, used.excluded_provider_ids or ())),
        conflicted_provider_ids=frozenset(map(str, used.conflicted_provider_ids or ())),
        amount_usd=used.amount_usd,
    )

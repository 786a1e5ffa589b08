"""What is stored of needs, as values: what was said, how it was read, a need translated for matching.

Needs themselves are read through `enterprises.access`.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from enterprises.models import Need, NeedVersion, ReadingCorrection
from enterprises.schemas import NeedRead, ReadingRead, StructuredNeed
from matching.types import Query


def list_training_material(session: Session) -> list[dict[str, object]]:
    """Return what enterprises corrected and let us keep, oldest first: for the platform itself.

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

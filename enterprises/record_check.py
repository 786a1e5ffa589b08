"""Whether what was promised never to change is as it was written."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.records import sha256_of

_ROWS_AT_ONCE = 500
_NAMED = 3


def count_recommendations(session: Session) -> int:
    """Return how many there are."""
    return session.scalar(select(func.count()).select_from(Recommendation)) or 0


def find_broken_records(session: Session) -> list[str]:
    """Return what is wrong with needs and recommendations; every record is read and hashed."""
    found: list[str] = []
    lost = session.scalars(
        select(Need.id)
        .outerjoin(
            NeedVersion, (NeedVersion.need_id == Need.id) & (NeedVersion.version == Need.version)
        )
        .where(NeedVersion.need_id.is_(None))
        .limit(_NAMED)
    ).all()
    found += [f"the current version of need {need_id} is missing" for need_id in lost]
    orphans = session.scalars(
        select(Recommendation.id)
        .outerjoin(
            NeedVersion,
            (NeedVersion.need_id == Recommendation.need_id)
            & (NeedVersion.version == Recommendation.need_version),
        )
        .where(NeedVersion.need_id.is_(None))
        .limit(_NAMED)
    ).all()
    found += [f"recommendation {key} is for a need that is not there" for key in orphans]
    rows = session.execute(
        select(Recommendation.id, Recommendation.record, Recommendation.sha256).execution_options(
            yield_per=_ROWS_AT_ONCE
        )
    )
    changed = [key for key, record, checksum in rows if sha256_of(record) != checksum]
    found += [
        f"recommendation {key} is not what was recommended: its checksum is another"
        for key in changed[:_NAMED]
    ]
    if len(changed) > _NAMED:
        found.append(f"{len(changed) - _NAMED} more recommendations likewise")
    return found

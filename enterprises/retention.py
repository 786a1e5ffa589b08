"""How long what enterprises have deleted is kept."""

from sqlalchemy import select

from core.retention import rows_of
from enterprises.models import Need
from enterprises.need_matches import NeedMatch

RETENTION = (
    rows_of(
        "lists of deleted needs",
        days=0,
        key=NeedMatch.need_id,
        needless=lambda before: NeedMatch.need_id.in_(
            select(Need.id).where(Need.deleted_at < before)
        ),
    ),
    # With their versions, recommendations and all that was said of them.
    rows_of(
        "deleted needs",
        days=30,
        key=Need.id,
        needless=lambda before: Need.deleted_at < before,
    ),
)

"""How long firms can read why claims of theirs were refused."""

from typing import Final

from core.retention import rows_of
from providers.own.models import RefusedClaim

RETENTION: Final = (
    rows_of(
        "refused claims",
        days=180,
        key=RefusedClaim.id,
        needless=lambda before: RefusedClaim.refused_at < before,
    ),
)

"""How long it is kept what organisations were told."""

from core.outbox.models import Notification
from core.retention import rows_of

RETENTION = (
    rows_of(
        "what organisations were told, with its messages",
        days=90,
        key=Notification.id,
        needless=lambda before: Notification.occurred_at < before,
    ),
)

"""When something is sent again, as Standard Webhooks 1.0 proposes."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

_MINUTE = 60
_HOUR = 3600
# Seconds between an attempt and the next: ten attempts over about three days.
RETRY_SECONDS: Final = (
    5,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
# An endpoint that has accepted nothing for so long is disabled, and its owner told.
DISABLED_AFTER: Final = timedelta(hours=24)


_LONGEST_WISH = 24 * _HOUR
_JITTER = 0.1


def next_attempt(
    attempt: int, *, failed_at: datetime, message_id: UUID, wished_seconds: int | None = None
) -> datetime | None:
    """Return when to try again after the attempt of this number failed, counted from 1.

    Up to a tenth is added, by the id: messages that failed together do not all come back together.

    Args:
        attempt: its number.
        failed_at: when it failed.
        message_id: of the message.
        wished_seconds: what the receiver asked to be left alone for; a day at most counts.

    Returns:
        None after the last attempt.
    """
    if attempt > len(RETRY_SECONDS):
        return None
    seconds = RETRY_SECONDS[attempt - 1] * (
        1 + _JITTER * ((message_id.int + attempt) % 1000) / 1000
    )
    return failed_at + timedelta(seconds=max(seconds, min(wished_seconds or 0, _LONGEST_WISH)))

"""How long what is to be told has waited."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.moment import moment
from core.outbox.models import MessageState, Notification, OutboxMessage


def oldest_unsent_seconds(session: Session) -> float:
    """Return for how long the oldest thing that should have left has waited; 0 where nothing has.

    That is a notification of which no message was made yet, or a message whose next attempt is due. A
    message that rests until its next attempt does not wait: its receiver is at fault.
    """
    unspread = select(func.min(Notification.occurred_at)).where(Notification.spread_at.is_(None))
    due = select(func.min(OutboxMessage.run_after)).where(
        OutboxMessage.state == MessageState.WAITING, OutboxMessage.run_after < moment()
    )
    now = session.scalars(select(moment())).one()
    since: list[datetime] = [
        one for wanted in (unspread, due) if (one := session.scalar(wanted)) is not None
    ]
    return max((now - min(since)).total_seconds(), 0.0) if since else 0.0

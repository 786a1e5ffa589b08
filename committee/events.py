"""What happens to rankers, written down."""

from datetime import datetime

from sqlalchemy.orm import Session

from committee.models import EventKind, RankerEvent
from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.identity.actor import Actor


def record_event(
    session: Session,
    actor: Actor,
    kind: EventKind,
    version: str | None,
    *,
    reason: str,
    now: datetime,
    replaced_version: str | None = None,
) -> None:
    """Write down what happened to a ranker, or to the frozen queries, and have it stand in the trail.

    Args:
        session: the transaction in which it happens.
        actor: who does it.
        kind: what happens.
        version: of the ranker; None for the frozen queries.
        reason: why, in words.
        now: the moment of the request.
        replaced_version: which ranker was in force before.
    """
    session.add(
        RankerEvent(
            ranker_version=version,
            kind=kind,
            by=actor.actor_id,
            at=now,
            reason=reason,
            replaced_version=replaced_version,
        )
    )
    session.flush()  # ids are given in the order of events
    subject = Subject(SubjectKind.RANKER, version or "frozen queries")
    record(session, actor, Action(f"ranker.{kind}"), subject, {"replaced": replaced_version})

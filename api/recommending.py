"""A recommendation as a request makes it: read, match in turn without a transaction, write shortly."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.match_desk import MatchDesk
from core.identity.actor import Actor
from enterprises import matching_service
from enterprises.answers import Matched
from enterprises.models import Recommendation
from enterprises.schemas import StructuredNeed
from providers.engine import Engine


def recommend_stored(
    reads: Session,
    session: Session,
    actor: Actor,
    engine: Engine,
    desk: MatchDesk,
    *,
    need_id: UUID,
    top: int,
    now: datetime,
) -> Recommendation:
    """Match the current version of a stored need and keep the result.

    Args:
        reads: a session that only reads; its connection is given back before the match.
        session: the transaction of the request, in which nothing was done yet.
        actor: who asks.
        engine: what is matched with.
        desk: gives turns at matching.
        need_id: the need.
        top: how many to recommend.
        now: the moment.

    Raises:
        NeedNotFound: there is no such need, or the actor may not know of it.
        InvalidInput: a code of the need has left the lists since.
        Overloaded: no turn came in time.
        MatchOutOfTime: the match took too long.
    """
    asked = matching_service.read_asked(reads, actor, need_id=need_id, now=now)
    reads.close()
    with desk.turns.take() as turn:
        matched = matching_service.match_asked(
            engine, asked, on=now.date(), top=top, out_of_time=turn.is_over
        )
    return matching_service.recommend(
        session,
        actor,
        engine,
        need_id=need_id,
        top=top,
        now=now,
        matched=matched,
        matched_version=asked.version,
        out_of_time=turn.is_over,
    )


def match_before_storing(
    engine: Engine, desk: MatchDesk, need: StructuredNeed, *, top: int, now: datetime
) -> Matched:
    """Match what is about to be stored, before the transaction that stores it begins.

    Raises:
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
        Overloaded: no turn came in time.
        MatchOutOfTime: the match took too long.
    """
    with desk.turns.take() as turn:
        return matching_service.match_need(
            engine, need, on=now.date(), top=top, out_of_time=turn.is_over
        )

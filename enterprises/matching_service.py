"""Matches and recommendations: what the engine answers for a need, in words and on record."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.audit import service as audit
from core.audit.vocabulary import Action
from core.identity import policy
from core.identity.actor import Actor
from enterprises import queries, understanding
from enterprises.access import access_need_to_change, lock_own_need
from enterprises.answers import Matched, as_matched
from enterprises.corrections import as_used
from enterprises.errors import MatchOutOfTime
from enterprises.match_schemas import MatchRead, RecommendationRead, SentenceRead
from enterprises.models import Recommendation
from enterprises.readings import KnownReading, as_known
from enterprises.records import sha256_of
from enterprises.schemas import MatchRequest, StructuredNeed
from enterprises.trail import need_subject
from matching.search.laid import OutOfTime
from matching.types import Candidate, Sentence
from providers.engine import Engine

# Asked every few milliseconds; once it says yes, the match is given up.
IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class AskedNeed:
    """A stored need in one of its versions, read once and matched without the database."""

    need_id: UUID
    version: int
    structured: StructuredNeed
    known: KnownReading | None


def match(
    engine: Engine, body: MatchRequest, *, today: date, out_of_time: IsOver | None = None
) -> Matched:
    """Match a need that is not stored.

    Args:
        engine: what is matched with.
        body: the need.
        today: the day of the match where the need names none.
        out_of_time: whether to give up.

    Raises:
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
        MatchOutOfTime: it took too long.
    """
    return match_need(engine, body, on=body.on or today, top=body.top, out_of_time=out_of_time)


def match_need(
    engine: Engine,
    need: StructuredNeed,
    *,
    on: date,
    top: int,
    out_of_time: IsOver | None = None,
) -> Matched:
    """Match a need that is not stored, or not yet; raises as `match` does."""
    known = understanding.understand_and_remember(engine, need, on=on)
    return _match(engine, need, known, on=on, top=top, out_of_time=out_of_time)


def read_asked(session: Session, actor: Actor, *, need_id: UUID, now: datetime) -> AskedNeed:
    """Read what a match of a stored need depends on.

    Raises:
        NeedNotFound: there is no such need, or the actor may not know of it.
        Forbidden: the actor may read it, and no more.
    """
    need = access_need_to_change(session, actor, need_id, now=now)
    reading = queries.as_reading(need)
    return AskedNeed(
        need.id,
        need.version,
        queries.as_structured(need),
        None if reading is None else as_known(reading),
    )


def match_asked(
    engine: Engine,
    asked: AskedNeed,
    *,
    on: date,
    top: int,
    out_of_time: IsOver | None = None,
) -> Matched:
    """Match a stored need as it was read when it was written.

    Raises:
        InvalidInput: a code of the need has left the lists since.
        MatchOutOfTime: it took too long.
    """
    understanding.require_known_codes(engine, asked.structured)
    return _match(engine, asked.structured, asked.known, on=on, top=top, out_of_time=out_of_time)


def recommend(
    session: Session,
    actor: Actor,
    engine: Engine,
    *,
    need_id: UUID,
    top: int,
    now: datetime,
    matched: Matched | None = None,
    matched_version: int | None = None,
    out_of_time: IsOver | None = None,
) -> Recommendation:
    """Keep the match of a stored need as a record.

    Args:
        session: the caller's transaction. Who brings a match writes shortly; without one the
            match is made within it.
        actor: who asks.
        engine: what is matched with.
        need_id: the need.
        top: how many to recommend.
        now: the moment.
        matched: a match of the need made before this transaction began.
        matched_version: the version of the need that it is of. If the need has another by now,
            that one is matched anew, within the transaction, in which nobody can change it again.
        out_of_time: whether to give up.

    Raises:
        NeedNotFound: there is no such need.
        InvalidInput: a code of the need has left the lists since.
        MatchOutOfTime: it took too long.
    """
    policy.require(policy.may_write_needs(actor), actor)
    tenant_id, current = lock_own_need(session, actor, need_id)
    if matched is None or matched_version != current:
        asked = read_asked(session, actor, need_id=need_id, now=now)
        matched = match_asked(engine, asked, on=now.date(), top=top, out_of_time=out_of_time)
    record = matched.as_record()
    recommendation = Recommendation(
        id=uuid4(),
        tenant_id=tenant_id,
        need_id=need_id,
        need_version=current,
        created_at=now,
        matched_on=matched.on,
        versions=dict(matched.versions),
        eligible=matched.eligible,
        record=record,
        sha256=sha256_of(record),
    )
    session.add(recommendation)
    session.flush()
    subject, made = need_subject(need_id, tenant_id), {"recommendation_id": str(recommendation.id)}
    audit.record(session, actor, Action.NEED_RECOMMENDED, subject, made)
    return recommendation


def as_recommendation_read(recommendation: Recommendation) -> RecommendationRead:
    """Return a stored recommendation as values, for pages and programs of our own."""
    return RecommendationRead(
        id=recommendation.id,
        need_id=recommendation.need_id,
        need_version=recommendation.need_version,
        created_at=recommendation.created_at,
        sha256=recommendation.sha256,
        result=MatchRead.model_validate_json(recommendation.record),
    )


def as_sentence_read(sentence: Sentence) -> SentenceRead:
    """Return a statement as it is sent and stored."""
    return SentenceRead.model_validate(
        {"en": sentence.en, "zh-Hans": sentence.zh_hans, "zh-Hant": sentence.zh_hant}
    )


def shown_candidate(engine: Engine, provider_id: str) -> Candidate:
    """Return a provider that the engine has named.

    Raises:
        LookupError: it does not hold it.
    """
    candidate = engine.candidate(provider_id)
    if candidate is None:
        raise LookupError(f"the engine holds no provider {provider_id}")
    return candidate


@contextmanager
def in_time() -> Generator[None]:
    """Say in the words of this side that the engine ran out of time.

    Raises:
        MatchOutOfTime: it did.
    """
    try:
        yield
    except OutOfTime as error:
        raise MatchOutOfTime(
            "the match was given up: ask for fewer places or sectors, or try again later"
        ) from error


def _match(
    engine: Engine,
    need: StructuredNeed,
    known: KnownReading | None,
    *,
    on: date,
    top: int,
    out_of_time: IsOver | None,
) -> Matched:
    used = as_used(need, None if known is None else known.reading)
    with in_time():
        result = engine.match(queries.as_query(used, on=on), top=top, out_of_time=out_of_time)
    return as_matched(
        result,
        versions=engine.versions,
        on=on,
        used=used,
        known=known,
        candidates=[shown_candidate(engine, one.provider_id) for one in result.ranked],
    )

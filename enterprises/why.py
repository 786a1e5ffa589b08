"""Why a provider stands where it stands for a need, or does not stand there at all."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from enterprises import queries, understanding
from enterprises.answers import as_ranked_document, as_versions_document
from enterprises.corrections import as_used
from enterprises.match_schemas import RankedRead, VersionsRead
from enterprises.matching_service import IsOver, as_sentence_read, in_time, shown_candidate
from enterprises.models import Need
from enterprises.schemas import ReadingRead, StructuredNeed
from enterprises.storable import is_storable
from enterprises.why_schemas import (
    BrokenRuleRead,
    ChangedFactRead,
    ChangeRead,
    WhyRead,
    WhyRequest,
)
from matching.changes import Change
from matching.text.folding import fold
from matching.why import UnknownProvider
from providers.engine import Engine
from providers.errors import ProviderNotFound
from providers.models import Provider, ProviderStatus
from providers.queries import get_provider, search_providers


def explain_provider(
    engine: Engine,
    session: Session,
    body: WhyRequest,
    *,
    today: date,
    out_of_time: IsOver | None = None,
) -> WhyRead:
    """Say why a provider stands where it stands for a need that is not stored.

    Raises:
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
        ProviderNotFound: there is no such provider, or it is not published.
        MatchOutOfTime: `out_of_time` said so.
    """
    on = body.on or today
    reading = understanding.understand(engine, body, on=on)
    need = StructuredNeed.model_validate(body.model_dump(include=set(StructuredNeed.model_fields)))
    return _explain(
        engine,
        session,
        need,
        reading,
        body.provider_id,
        on=on,
        top=body.top,
        out_of_time=out_of_time,
    )


def explain_provider_for_need(
    engine: Engine,
    session: Session,
    need: Need,
    *,
    provider_id: UUID,
    on: date,
    top: int,
    out_of_time: IsOver | None = None,
) -> WhyRead:
    """Say why a provider stands where it stands for a need that was accessed.

    Raises:
        InvalidInput: a code of the need has left the lists since.
        ProviderNotFound: there is no such provider, or it is not published.
        MatchOutOfTime: `out_of_time` said so.
    """
    structured = queries.as_structured(need)
    understanding.require_known_codes(engine, structured)
    reading = queries.as_reading(need)
    return _explain(
        engine,
        session,
        structured,
        reading,
        provider_id,
        on=on,
        top=top,
        out_of_time=out_of_time,
    )


def find_by_name(session: Session, name: str, *, limit: int) -> Sequence[Provider]:
    """Return the published providers of a name, or else those whose names hold it, by name.

    Case, accents and script do not matter.
    """
    folded = fold(name).strip() if is_storable(name) else ""
    if not folded:
        return ()
    called = select(Provider).where(
        Provider.name_folded == folded, Provider.status == ProviderStatus.PUBLISHED
    )
    exact = session.scalars(called.order_by(Provider.id).limit(limit)).all()
    return exact or search_providers(session, text=name, limit=limit)


def _explain(
    engine: Engine,
    session: Session,
    need: StructuredNeed,
    reading: ReadingRead | None,
    provider_id: UUID,
    *,
    on: date,
    top: int,
    out_of_time: IsOver | None,
) -> WhyRead:
    get_provider(session, provider_id)  # refuses one that is not, or not to be seen
    used = as_used(need, reading)
    try:
        with in_time():
            found = engine.why(
                queries.as_query(used, on=on), str(provider_id), k=top, out_of_time=out_of_time
            )
    except UnknownProvider as error:  # published after the engine was built
        raise ProviderNotFound(str(error)) from error
    return WhyRead(
        versions=VersionsRead.model_validate(as_versions_document(engine.versions)),
        on=on,
        need=used,
        reading=reading,
        top=top,
        eligible=found.eligible,
        rank=found.rank,
        broken=[
            BrokenRuleRead(rule=one.rule, sentence=as_sentence_read(one.sentence))
            for one in found.broken
        ],
        score_to_reach=found.score_of_kth,
        sentence=as_sentence_read(found.sentence),
        explained=RankedRead.model_validate(
            as_ranked_document(found.explained, shown_candidate(engine, str(provider_id)))
        ),
        change=None if found.change is None else _as_change(found.change),
    )


def _as_change(change: Change) -> ChangeRead:
    return ChangeRead(
        is_enough=change.is_enough,
        rank=change.rank,
        score=change.score,
        facts=[
            ChangedFactRead(
                kind=fact.kind,
                codes=list(fact.codes),
                count=fact.count,
                sentence=as_sentence_read(fact.sentence),
            )
            for fact in change.facts
        ],
        sentence=as_sentence_read(change.sentence),
    )

"""Matches and recommendations: what the engine answers for a need, in words and on record."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.identity.actor import Actor, UserKind
from enterprises import queries, understanding
from enterprises.corrections import as_used
from enterprises.models import Recommendation
from enterprises.records import canonical_json, sha256_of
from enterprises.schemas import (
    CitedEvidenceRead,
    ContributionRead,
    GapRead,
    MatchedProviderRead,
    MatchRead,
    MatchRequest,
    RankedRead,
    ReadingRead,
    ReasonRead,
    RecommendationRead,
    RemovedRead,
    SentenceRead,
    SharedPlaceRead,
    StructuredNeed,
    VersionsRead,
)
from matching.types import RankedProvider, Reason, Sentence, SharedPlace
from providers.engine import Engine, EngineVersions
from providers.models import Provider


def match(engine: Engine, session: Session, body: MatchRequest, *, today: date) -> MatchRead:
    """Match a need that is not stored.

    Raises:
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
    """
    on = body.on or today
    reading = understanding.understand(engine, body, on=on)
    need = StructuredNeed.model_validate(body.model_dump(include=set(StructuredNeed.model_fields)))
    return _match(engine, session, need, reading, on=on, top=body.top)


def recommend(
    session: Session, actor: Actor, engine: Engine, *, need_id: UUID, top: int, now: datetime
) -> Recommendation:
    """Match a stored need as it was read when it was written, and keep the result as a record.

    Raises:
        NeedNotFound: there is no such need.
        InvalidInput: a code of the need has left the lists since.
    """
    actor.require(UserKind.ENTERPRISE)
    need = queries.get_need(session, need_id)
    structured = queries.as_structured(need)
    understanding.require_known_codes(engine, structured)
    result = _match(engine, session, structured, queries.as_reading(need), on=now.date(), top=top)
    record = canonical_json(result.model_dump(mode="json", by_alias=True))
    recommendation = Recommendation(
        id=uuid4(),
        need_id=need.id,
        need_version=need.version,
        created_at=now,
        matched_on=result.on,
        versions=result.versions.model_dump(),
        eligible=result.eligible,
        record=record,
        sha256=sha256_of(record),
    )
    session.add(recommendation)
    session.flush()
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


def _match(
    engine: Engine,
    session: Session,
    need: StructuredNeed,
    reading: ReadingRead | None,
    *,
    on: date,
    top: int,
) -> MatchRead:
    used = as_used(need, reading)
    result = engine.match(queries.as_query(used, on=on), top=top)
    ids = [UUID(ranked.provider_id) for ranked in result.ranked]
    providers = queries.map_providers(session, ids)
    return MatchRead(
        versions=as_versions_read(engine.versions),
        on=on,
        need=used,
        reading=reading,
        considered=result.considered,
        eligible=result.eligible,
        removed=[
            RemovedRead(
                rule=count.rule, removed=count.removed, sentence=as_sentence_read(count.sentence)
            )
            for count in result.removed
        ],
        ranked=[
            as_ranked_read(ranked, providers[provider_id])
            for ranked, provider_id in zip(result.ranked, ids, strict=True)
        ],
    )


def as_versions_read(versions: EngineVersions) -> VersionsRead:
    """Return what a result depends on, as it is sent."""
    return VersionsRead(
        sector_list=versions.sector_list,
        index=versions.index,
        ranker=versions.ranker,
        features=versions.features,
        encoder=versions.encoder,
        treaties=versions.treaties,
    )


def as_ranked_read(ranked: RankedProvider, provider: Provider) -> RankedRead:
    """Return a place of a ranking as it is sent and stored."""
    return RankedRead(
        rank=ranked.rank,
        provider=MatchedProviderRead(
            id=provider.id,
            name=provider.name,
            kind=provider.kind,
            home_jurisdiction=provider.home_jurisdiction,
            city=provider.city,
            source=provider.source,
        ),
        score=ranked.score,
        fit=ranked.fit,
        contributions=[
            ContributionRead(feature=feature, value=value, contribution=contribution)
            for feature, value, contribution in ranked.contributions
        ],
        reasons=[_as_reason(reason) for reason in ranked.reasons],
        gaps=[
            GapRead(
                code=gap.code, is_unknown=gap.is_unknown, sentence=as_sentence_read(gap.sentence)
            )
            for gap in ranked.gaps
        ],
        shares_place=_as_shared_place(ranked.shares_place),
    )


def _as_shared_place(shared: SharedPlace | None) -> SharedPlaceRead | None:
    if shared is None:
        return None
    return SharedPlaceRead(
        first_rank=shared.first_rank,
        size=shared.size,
        band=shared.band,
        sentence=as_sentence_read(shared.sentence),
    )


def _as_reason(reason: Reason) -> ReasonRead:
    return ReasonRead(
        kind=reason.feature,
        contribution=reason.contribution,
        sentence=as_sentence_read(reason.sentence),
        evidence=[
            CitedEvidenceRead(
                id=UUID(cited.evidence_id),
                text=cited.text,
                jurisdictions=list(cited.jurisdictions),
                dated_on=cited.dated_on,
                worth=cited.worth,
            )
            for cited in reason.evidence
        ],
    )


def as_sentence_read(sentence: Sentence) -> SentenceRead:
    """Return a statement as it is sent and stored."""
    return SentenceRead.model_validate(
        {"en": sentence.en, "zh-Hans": sentence.zh_hans, "zh-Hant": sentence.zh_hant}
    )

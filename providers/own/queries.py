"""Reads of a provider's own profile."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from providers.credentials import stages_of
from providers.models import Evidence, Provider
from providers.own.models import RefusedClaim
from providers.own.schemas import CredentialRead, OwnProviderRead
from providers.own.service import OWN_SOURCE
from providers.schemas import ProviderRead


def describe_own(session: Session, provider: Provider, *, on: date) -> OwnProviderRead:
    """Say how a provider is listed, as its own people see it.

    Args:
        session: the caller's transaction.
        provider: in any state.
        on: the day on which qualifications are looked at.
    """
    counted = select(Evidence.is_verified, func.count()).where(Evidence.provider_id == provider.id)
    pieces: dict[bool, int] = {
        bool(is_verified): number
        for is_verified, number in session.execute(counted.group_by(Evidence.is_verified))
    }
    return OwnProviderRead(
        **dict(ProviderRead.model_validate(provider)),
        status_reason=provider.status_reason,
        credentials=[
            CredentialRead(jurisdiction=code, last_on=last, stage=stage)
            for code, (stage, last) in sorted(stages_of(provider.qualified_in, on).items())
        ],
        evidence_verified=pieces.get(True, 0),
        evidence_unverified=pieces.get(False, 0),
    )


def list_claims(
    session: Session,
    *,
    is_verified: bool = False,
    after: tuple[UUID, UUID] | None = None,
    limit: int = 50,
) -> Sequence[tuple[Evidence, Provider]]:
    """Return what firms claim of their own work, each with the firm; those of a firm stand together.

    Args:
        session: the caller's transaction.
        is_verified: those found to be true, or those that wait to be looked at.
        after: the ids of the firm and of the last claim already seen.
        limit: how many at most.
    """
    place = tuple_(Evidence.provider_id, Evidence.id)
    wanted = (
        select(Evidence, Provider)
        .join(Provider, Provider.id == Evidence.provider_id)
        .where(Evidence.source == OWN_SOURCE, Evidence.is_verified.is_(is_verified))
        .order_by(Evidence.provider_id, Evidence.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(place > after)
    return [(evidence, provider) for evidence, provider in session.execute(wanted)]


def list_refused(session: Session, provider_id: UUID) -> Sequence[RefusedClaim]:
    """Return the claims of a firm that were refused, the latest first."""
    return session.scalars(
        select(RefusedClaim)
        .where(RefusedClaim.provider_id == provider_id)
        .order_by(RefusedClaim.refused_at.desc(), RefusedClaim.id)
    ).all()

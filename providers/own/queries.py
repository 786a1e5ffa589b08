"""Reads of a provider's own profile."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from providers.credentials import stages_of
from providers.models import Evidence, Provider
from providers.own.schemas import CredentialRead, OwnProviderRead
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

"""Reads of supply: profiles, searches, evidence."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, nulls_last, or_, select
from sqlalchemy.orm import Session

from core.errors import FieldError, InvalidInput
from matching.text.folding import fold
from providers.errors import ProviderNotFound
from providers.jurisdictions.models import Jurisdiction
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceSector,
    Provider,
    ProviderKind,
    ProviderSector,
    ProviderStatus,
)
from providers.sectors.queries import known_sector_codes


def get_provider(session: Session, provider_id: UUID) -> Provider:
    """Return a published provider.

    Raises:
        ProviderNotFound: there is none, or it is not published: who may not be proposed may not
            be looked up either.
    """
    provider = session.get(Provider, provider_id)
    if provider is None or provider.status != ProviderStatus.PUBLISHED:
        raise ProviderNotFound(f"no provider has the id {provider_id}")
    return provider


def search_providers(
    session: Session,
    *,
    text: str | None = None,
    jurisdiction: str | None = None,
    sector: str | None = None,
    kind: ProviderKind | None = None,
    is_accepting: bool | None = None,
    status: ProviderStatus = ProviderStatus.PUBLISHED,
    after: tuple[str, UUID] | None = None,
    limit: int = 20,
) -> Sequence[Provider]:
    """Return providers by name.

    Args:
        session: the caller's transaction.
        text: a part of the name, in any script, case or accent.
        jurisdiction: where the provider is based, or where it has evidence.
        sector: a sector that it is listed for or shows, or the parent of one.
        kind: what sort of firm or person.
        is_accepting: whether it is known to take new work, or known not to.
        status: where its profile stands.
        after: `name_folded` and `id` of the last provider already seen.
        limit: how many at most.

    Raises:
        InvalidInput: the jurisdiction or the sector is not in the lists.
    """
    require_known_codes(session, jurisdiction, sector)
    wanted = select(Provider).where(Provider.status == status)
    if kind is not None:
        wanted = wanted.where(Provider.kind == kind)
    if is_accepting is not None:
        wanted = wanted.where(Provider.is_accepting.is_(is_accepting))
    if text and (folded := fold(text).strip()):
        wanted = wanted.where(Provider.name_folded.contains(folded, autoescape=True))
    if jurisdiction:
        shown = select(Evidence.provider_id).join(EvidenceJurisdiction)
        wanted = wanted.where(
            or_(
                Provider.home_jurisdiction == jurisdiction,
                Provider.id.in_(
                    shown.where(EvidenceJurisdiction.jurisdiction_code == jurisdiction)
                ),
            )
        )
    if sector:
        listed = select(ProviderSector.provider_id)
        shown = select(Evidence.provider_id).join(EvidenceSector)
        wanted = wanted.where(
            or_(
                Provider.id.in_(
                    listed.where(
                        or_(
                            ProviderSector.sector_code == sector,
                            ProviderSector.sector_code.startswith(f"{sector}.", autoescape=True),
                        )
                    )
                ),
                Provider.id.in_(
                    shown.where(
                        or_(
                            EvidenceSector.sector_code == sector,
                            EvidenceSector.sector_code.startswith(f"{sector}.", autoescape=True),
                        )
                    )
                ),
            )
        )
    if after is not None:
        name, provider_id = after
        wanted = wanted.where(
            or_(
                Provider.name_folded > name,
                and_(Provider.name_folded == name, Provider.id > provider_id),
            )
        )
    return session.scalars(wanted.order_by(Provider.name_folded, Provider.id).limit(limit)).all()


def require_known_codes(session: Session, jurisdiction: str | None, sector: str | None) -> None:
    """Refuse to look for what no list has: nothing could be found.

    Raises:
        InvalidInput: the jurisdiction or the sector is not in the lists.
    """
    errors: list[FieldError] = []
    if jurisdiction and session.get(Jurisdiction, jurisdiction) is None:
        errors.append(
            FieldError(f"no jurisdiction has the code {jurisdiction!r}", "#/jurisdiction")
        )
    if sector and sector not in known_sector_codes(session).values():
        errors.append(FieldError(f"no sector has the code {sector!r}", "#/sector"))
    if errors:
        raise InvalidInput("; ".join(error.detail for error in errors), fields=errors)


def list_evidence(
    session: Session,
    provider_id: UUID,
    *,
    after: tuple[date | None, UUID] | None = None,
    limit: int = 50,
) -> Sequence[Evidence]:
    """Return a provider's evidence, latest first, undated last.

    Args:
        session: the caller's transaction.
        provider_id: whose evidence.
        after: `dated_on` and `id` of the last piece already seen.
        limit: how many at most.
    """
    wanted = select(Evidence).where(Evidence.provider_id == provider_id)
    if after is not None:
        day, evidence_id = after
        if day is None:
            wanted = wanted.where(Evidence.dated_on.is_(None), Evidence.id > evidence_id)
        else:
            wanted = wanted.where(
                or_(
                    Evidence.dated_on < day,
                    Evidence.dated_on.is_(None),
                    and_(Evidence.dated_on == day, Evidence.id > evidence_id),
                )
            )
    latest_first = wanted.order_by(nulls_last(Evidence.dated_on.desc()), Evidence.id)
    return session.scalars(latest_first.limit(limit)).all()


def get_evidence(session: Session, evidence_ids: Sequence[UUID]) -> Sequence[Evidence]:
    """Return pieces of evidence by id, those that exist, by id."""
    return session.scalars(
        select(Evidence).where(Evidence.id.in_(evidence_ids)).order_by(Evidence.id)
    ).all()

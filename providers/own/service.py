"""Writes of a provider's own people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import FieldError, InvalidInput, InvalidState
from core.identity.actor import Actor
from core.identity.organisations import require_manager
from core.names import require_free_name
from matching.text.folding import fold
from matching.text.vectors import text_hash
from matching.types import evidence_text
from providers.catalogue_state import of_providers, touch_catalogue
from providers.errors import EvidenceNotFound
from providers.importing.spec import check_codes
from providers.jurisdictions.queries import NODES, known_jurisdiction_codes
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceSector,
    Provider,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)
from providers.own.access import own_provider_id
from providers.own.errors import TooManyClaims
from providers.own.models import RefusedClaim
from providers.own.schemas import ClaimCreate, OwnProviderChange
from providers.sectors.queries import known_sector_codes
from providers.service import lock_provider, mark_changed, mark_own, unmark_own

# The data set that claims are of. No import writes it: those of operators name other sources.
OWN_SOURCE: Final = "provider"
MAX_CLAIMS: Final = 50
WITHDRAWN: Final = "withdrawn by the provider"


def lock_own_provider(session: Session, actor: Actor) -> Provider:
    """Return the profile that the actor's organisation answers for, locked until the end.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
    """
    return lock_provider(session, own_provider_id(session, actor))


def change_own_provider(
    session: Session, actor: Actor, *, body: OwnProviderChange, now: datetime
) -> Provider:
    """Change how the provider is listed; what the body leaves out stays.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
        InvalidInput: a sector is in no list, or the name says nothing.
        NameTaken: another firm is verified by a name that looks the same.
    """
    provider = lock_own_provider(session, actor)
    changed: list[str] = []
    for name in ("name", "city", "languages", "is_accepting"):
        value = getattr(body, name)
        if name in body.model_fields_set and getattr(provider, name) != value:
            setattr(provider, name, value)
            changed.append(name)
    if "name" in changed:
        _require_name(session, provider.name, actor)
        provider.name_folded = fold(provider.name)[:300]
    if body.claimed_sectors is not None and _claim_sectors(session, provider, body.claimed_sectors):
        changed.append("claimed_sectors")
    if changed:
        mark_own(provider, *(name for name in changed if name != "claimed_sectors"))
        mark_changed(session, provider, now)
        record(session, actor, Action.PROVIDER_SAVED, _subject(provider.id), {"fields": changed})
    return provider


def _require_name(session: Session, name: str, actor: Actor) -> None:
    try:
        require_free_name(session, name, organisation_id=actor.tenant)
    except ValueError as error:
        raise InvalidInput(str(error), fields=[FieldError(str(error), "#/name")]) from error


def _claim_sectors(session: Session, provider: Provider, codes: Sequence[str]) -> bool:
    """Make these the claimed sectors; return whether that is a change."""
    _require_codes(sectors=codes, session=session, field="claimed_sectors")
    listed = [one for one in provider.sectors if one.basis == SectorBasis.LISTED]
    claimed = {one.sector_code: one for one in provider.sectors if one.basis == SectorBasis.CLAIMED}
    wanted = [code for code in codes if code not in {one.sector_code for one in listed}]
    if set(wanted) == set(claimed):
        return False
    provider.sectors = listed + [
        claimed.get(code)
        or ProviderSector(provider_id=provider.id, sector_code=code, basis=SectorBasis.CLAIMED)
        for code in wanted
    ]
    return True


def add_claim(session: Session, actor: Actor, *, body: ClaimCreate, now: datetime) -> Evidence:
    """Store a piece of evidence that nobody has verified.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
        InvalidInput: a jurisdiction or a sector is in no list, or the day is to come.
        TooManyClaims: there are as many as there may be.
    """
    provider = lock_own_provider(session, actor)
    _require_codes(
        session=session, places=body.jurisdictions, sectors=body.sector_codes, field="sector_codes"
    )
    if body.dated_on is not None and body.dated_on > now.date():
        said = "write the day on which it ended, not one to come"
        raise InvalidInput(said, fields=[FieldError(said, "#/dated_on")])
    stored = session.scalar(
        select(func.count()).where(
            Evidence.provider_id == provider.id, Evidence.source == OWN_SOURCE
        )
    )
    if (stored or 0) >= MAX_CLAIMS:
        raise TooManyClaims(f"{MAX_CLAIMS} claims are stored: withdraw one first")
    claim = Evidence(
        id=uuid4(),
        provider_id=provider.id,
        source=OWN_SOURCE,
        matter_ref=uuid4().hex,
        kind=body.kind,
        title=body.title,
        description=body.description,
        text_hash=text_hash(evidence_text(body.title, body.description)),
        dated_on=body.dated_on,
        labels={},
        is_verified=False,
        jurisdictions=[
            EvidenceJurisdiction(jurisdiction_code=code)
            for code in dict.fromkeys(body.jurisdictions)
        ],
        sectors=[EvidenceSector(sector_code=code) for code in dict.fromkeys(body.sector_codes)],
    )
    session.add(claim)
    session.flush()
    touch_catalogue(session, of_providers([provider.id]))
    record(session, actor, Action.EVIDENCE_SAVED, evidence_subject(claim.id))
    return claim


def withdraw_claim(session: Session, actor: Actor, *, evidence_id: UUID) -> None:
    """Remove a claim of the provider's own, verified or not; what others say of it stays.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
        EvidenceNotFound: it is no claim of this provider.
    """
    provider = lock_own_provider(session, actor)
    claim = session.get(Evidence, evidence_id)
    if claim is None or claim.provider_id != provider.id or claim.source != OWN_SOURCE:
        raise EvidenceNotFound(f"no claim of yours has the id {evidence_id}")
    remove_claim(session, claim)
    record(session, actor, Action.EVIDENCE_DELETED, evidence_subject(claim.id))


def remove_claim(session: Session, claim: Evidence) -> None:
    """Take a claim out of the catalogue; whoever does so has looked whether it may be done."""
    session.delete(claim)
    session.flush()
    touch_catalogue(session, of_providers([claim.provider_id]))


def withdraw_own_provider(session: Session, actor: Actor, *, now: datetime) -> Provider:
    """Take the provider out of every match and every list from now on; for its managers.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`; or the actor manages nobody.
        InvalidState: it is not published.
    """
    provider = lock_own_provider(session, actor)
    require_manager(actor)
    if provider.status != ProviderStatus.PUBLISHED:
        raise InvalidState(f"the profile is {provider.status}: only a published one is withdrawn")
    provider.status, provider.status_reason = ProviderStatus.SUSPENDED, WITHDRAWN
    mark_own(provider, "status")
    record(session, actor, Action.PROVIDER_WITHDRAWN, _subject(provider.id))
    return mark_changed(session, provider, now)


def return_own_provider(session: Session, actor: Actor, *, now: datetime) -> Provider:
    """List a provider again that its own managers withdrew.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `withdraw_own_provider`.
        InvalidState: it was not they who took it out.
    """
    provider = lock_own_provider(session, actor)
    require_manager(actor)
    if not is_withdrawn(provider):
        raise InvalidState("only a profile that you withdrew is listed again by you")
    provider.status, provider.status_reason = ProviderStatus.PUBLISHED, None
    unmark_own(provider, "status")
    record(session, actor, Action.PROVIDER_RETURNED, _subject(provider.id))
    return mark_changed(session, provider, now)


def is_withdrawn(provider: Provider) -> bool:
    """Tell whether a provider's own managers took it out."""
    return provider.status == ProviderStatus.SUSPENDED and provider.status_reason == WITHDRAWN


def dismiss_refusal(session: Session, actor: Actor, *, evidence_id: UUID) -> None:
    """Forget a refusal that the provider's people have read.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
        EvidenceNotFound: no claim of this provider with that id was refused.
    """
    provider_id = own_provider_id(session, actor)
    refused = session.get(RefusedClaim, evidence_id, with_for_update=True)
    if refused is None or refused.provider_id != provider_id:
        raise EvidenceNotFound(f"no refused claim of yours has the id {evidence_id}")
    session.delete(refused)
    record(session, actor, Action.REFUSAL_DISMISSED, evidence_subject(evidence_id))


def _require_codes(
    *, session: Session, sectors: Sequence[str], field: str, places: Sequence[str] = ()
) -> None:
    nodes = known_jurisdiction_codes(session, kinds=NODES)
    problems = [
        *check_codes(1, "jurisdictions", places, nodes, "jurisdiction of the list"),
        *check_codes(1, field, sectors, known_sector_codes(session), "sector in force"),
    ]
    if problems:
        errors = [FieldError(f"{one.value!r} {one.reason}", f"#/{one.column}") for one in problems]
        raise InvalidInput("; ".join(error.detail for error in errors), fields=errors)


def _subject(provider_id: UUID) -> Subject:
    return Subject(SubjectKind.PROVIDER, str(provider_id))


def evidence_subject(evidence_id: UUID) -> Subject:
    """Return what the trail calls a piece of evidence."""
    return Subject(SubjectKind.EVIDENCE, str(evidence_id))

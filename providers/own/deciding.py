"""What operators decide about a provider's own profile: what of it is true, and who answers for it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action
from core.errors import InvalidInput, InvalidState
from core.identity.actor import Actor
from core.identity.models import Organisation, OrganisationKind
from core.identity.organisations import get_organisation
from core.identity.policy import STAFF
from core.identity.trail import record_organisation
from core.outbox.events import EventType
from core.outbox.notifying import notify
from providers.catalogue_state import lock_catalogue, of_providers, touch_catalogue
from providers.errors import EvidenceNotFound, ProviderNotFound
from providers.models import Evidence, Provider
from providers.own.errors import ProfileTied
from providers.own.models import RefusalReason, RefusedClaim
from providers.own.service import OWN_SOURCE, evidence_subject, remove_claim


def verify_evidence(
    session: Session, actor: Actor, *, evidence_id: UUID, is_verified: bool
) -> Evidence:
    """Write down whether staff of the platform found a piece of evidence to be true.

    Of a claim its firm is told.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is no such staff.
        EvidenceNotFound: there is none.
    """
    actor.require(*STAFF)
    lock_catalogue(session)
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None:
        raise EvidenceNotFound(f"no piece of evidence has the id {evidence_id}")
    if evidence.is_verified != is_verified:
        evidence.is_verified = is_verified
        session.flush()
        touch_catalogue(session, of_providers([evidence.provider_id]))
        if evidence.source == OWN_SOURCE:
            _tell(session, evidence, "verified" if is_verified else "unverified")
    record(
        session,
        actor,
        Action.EVIDENCE_VERIFIED,
        evidence_subject(evidence_id),
        {"is_verified": is_verified},
    )
    return evidence


def refuse_claim(
    session: Session, actor: Actor, *, evidence_id: UUID, reason: RefusalReason, now: datetime
) -> None:
    """Take out a claim that staff of the platform did not find to be true; its firm is told why.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is no such staff.
        EvidenceNotFound: there is no such claim: its firm has withdrawn it, or it is of public record.
        InvalidState: somebody has found it to be true meanwhile.
    """
    actor.require(*STAFF)
    lock_catalogue(session)
    claim = session.get(Evidence, evidence_id, with_for_update=True)
    if claim is None or claim.source != OWN_SOURCE:
        raise EvidenceNotFound(f"no claim has the id {evidence_id}")
    if claim.is_verified:
        raise InvalidState("the claim is verified: take that back first")
    session.add(
        RefusedClaim(
            id=claim.id,
            provider_id=claim.provider_id,
            kind=claim.kind,
            title=claim.title,
            reason=reason,
            refused_at=now,
        )
    )
    _tell(session, claim, "refused")
    remove_claim(session, claim)
    record(
        session,
        actor,
        Action.EVIDENCE_REFUSED,
        evidence_subject(evidence_id),
        {"reason": str(reason)},
    )


def tie_organisation(
    session: Session, actor: Actor, *, organisation_id: UUID, provider_id: UUID | None
) -> Organisation:
    """Let the people of an organisation answer for a profile, or for none any more.

    Of a profile for which nobody answers any more its source has the say again: the next import
    writes over what the people wrote.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is no staff of the platform.
        OrganisationNotFound, ProviderNotFound: there is none.
        InvalidInput: the organisation is not one of a provider.
        ProfileTied: another organisation answers for the profile.
    """
    actor.require(*STAFF)
    organisation = get_organisation(session, organisation_id)
    if organisation.kind != OrganisationKind.PROVIDER:
        raise InvalidInput("only an organisation of providers answers for a profile")
    if provider_id is not None:
        # Locked, so that of two who tie it at once the second sees the first.
        if session.get(Provider, provider_id, with_for_update=True) is None:
            raise ProviderNotFound(f"no provider has the id {provider_id}")
        other = session.scalar(
            select(Organisation.name).where(
                Organisation.provider_id == provider_id, Organisation.id != organisation_id
            )
        )
        if other is not None:
            raise ProfileTied(f"{other} answers for it: untie that organisation first")
    if organisation.provider_id not in {None, provider_id}:
        session.get_one(Provider, organisation.provider_id, with_for_update=True).own_fields = None
        # What these people claimed, and was not taken, is not for those who come after them.
        session.execute(
            delete(RefusedClaim).where(RefusedClaim.provider_id == organisation.provider_id)
        )
    organisation.provider_id = provider_id
    session.flush()
    record_organisation(
        session,
        actor,
        Action.ORGANISATION_TIED,
        organisation_id,
        provider_id=None if provider_id is None else str(provider_id),
    )
    return organisation


def _tell(
    session: Session, claim: Evidence, state: Literal["verified", "unverified", "refused"]
) -> None:
    """Tell those who answer for a firm what became of a claim."""
    answering = select(Organisation.id).where(Organisation.provider_id == claim.provider_id)
    for organisation_id in session.scalars(answering).all():
        notify(session, organisation_id, EventType.CLAIM_DECIDED, str(claim.id), {"state": state})

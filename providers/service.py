"""Writes of supply that an operator does by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import FieldError, InvalidInput, InvalidState
from core.identity.actor import Actor
from core.identity.policy import STAFF
from providers.catalogue_state import lock_catalogue, of_providers, touch_catalogue
from providers.contacts.service import forget_contacts
from providers.errors import EvidenceNotFound, ProviderNotFound
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.importing.spec import NumberedRow, RowProblem, WriteContext
from providers.importing.supply import (
    check_evidence,
    check_providers,
    evidence_id,
    provider_id,
    write_evidence,
    write_providers,
)
from providers.models import Evidence, Provider, ProviderStatus

_DELETED_AT_ONCE = 500


def save_provider(
    session: Session, actor: Actor, *, source: str, row: ProviderRow, now: datetime
) -> UUID:
    """Store a provider of a source as the row says, new or in place of what is stored.

    What the firm wrote itself stays.

    Raises:
        InvalidInput: the row names a jurisdiction or a sector that no list has.
    """
    actor.require(*STAFF)
    lock_catalogue(session)
    _require_good(check_providers(session, source)([NumberedRow(1, row)]))
    context = WriteContext(source=source, now=now)
    write_providers(session, [row], context)
    _log(session, context)
    key = provider_id(source, row.source_ref)
    record(session, actor, Action.PROVIDER_SAVED, _subject(key))
    return key


def save_evidence(
    session: Session, actor: Actor, *, source: str, row: EvidenceRow, now: datetime
) -> UUID:
    """Store a piece of evidence of a provider of the source, new or in place of what is stored.

    Raises:
        InvalidInput: the row says nothing, or names a provider, a jurisdiction or a sector that is
            not there.
    """
    actor.require(*STAFF)
    lock_catalogue(session)
    _require_good(check_evidence(session, source)([NumberedRow(1, row)]))
    context = WriteContext(source=source, now=now)
    write_evidence(session, [row], context)
    _log(session, context)
    key = evidence_id(source, row.matter_ref, provider_id(source, row.provider_ref))
    record(session, actor, Action.EVIDENCE_SAVED, Subject(SubjectKind.EVIDENCE, str(key)))
    return key


def _require_good(problems: list[RowProblem]) -> None:
    if problems:
        errors = [
            FieldError(f"{problem.value!r} {problem.reason}", f"#/{problem.column}")
            for problem in problems
        ]
        raise InvalidInput("; ".join(error.detail for error in errors), fields=errors)


def _log(session: Session, context: WriteContext) -> None:
    session.flush()
    if context.providers:
        touch_catalogue(session, of_providers(context.providers))


def delete_provider(session: Session, actor: Actor, *, provider_id: UUID) -> None:
    """Remove a provider with all its evidence, and what was judged of it.

    Raises:
        ProviderNotFound: there is none.
    """
    actor.require(*STAFF)
    provider = lock_provider(session, provider_id)
    of_provider = select(Evidence.id).where(Evidence.provider_id == provider_id)
    while chunk := session.scalars(of_provider.limit(_DELETED_AT_ONCE)).all():
        # The database removes what refers to these rows; no object is made of them.
        session.execute(
            delete(Evidence)
            .where(Evidence.id.in_(chunk))
            .execution_options(synchronize_session=False)
        )
    forget_contacts(session, provider_id)
    session.execute(
        delete(Provider)
        .where(Provider.id == provider_id)
        .execution_options(synchronize_session=False)
    )
    session.expunge(provider)  # it stays readable for whoever holds it
    session.expire_all()
    touch_catalogue(session, of_providers([provider_id]))
    record(session, actor, Action.PROVIDER_DELETED, _subject(provider_id))


def delete_evidence(session: Session, actor: Actor, *, evidence_id: UUID) -> None:
    """Remove a piece of evidence.

    Raises:
        EvidenceNotFound: there is none.
    """
    actor.require(*STAFF)
    lock_catalogue(session)
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None:
        raise EvidenceNotFound(f"no piece of evidence has the id {evidence_id}")
    session.delete(evidence)
    session.flush()
    touch_catalogue(session, of_providers([evidence.provider_id]))
    subject = Subject(SubjectKind.EVIDENCE, str(evidence_id))
    record(session, actor, Action.EVIDENCE_DELETED, subject)


def suspend_provider(
    session: Session, actor: Actor, *, provider_id: UUID, reason: str, now: datetime
) -> Provider:
    """Take a provider out of every match from now on; the reason is kept.

    Raises:
        ProviderNotFound: there is none.
        InvalidState: it is not published.
    """
    actor.require(*STAFF)
    provider = lock_provider(session, provider_id)
    if provider.status != ProviderStatus.PUBLISHED:
        raise InvalidState(
            f"{provider.name} is {provider.status}: only a published one is suspended"
        )
    provider.status = ProviderStatus.SUSPENDED
    provider.status_reason = reason
    record(session, actor, Action.PROVIDER_SUSPENDED, _subject(provider_id))
    return mark_changed(session, provider, now)


def publish_provider(
    session: Session, actor: Actor, *, provider_id: UUID, now: datetime
) -> Provider:
    """Let a draft or a suspended provider be matched.

    Raises:
        ProviderNotFound: there is none.
        InvalidState: it is published already.
    """
    actor.require(*STAFF)
    provider = lock_provider(session, provider_id)
    if provider.status == ProviderStatus.PUBLISHED:
        raise InvalidState(f"{provider.name} is published already")
    provider.status = ProviderStatus.PUBLISHED
    provider.status_reason = None
    unmark_own(provider, "status")
    record(session, actor, Action.PROVIDER_PUBLISHED, _subject(provider_id))
    return mark_changed(session, provider, now)


def _subject(provider_id: UUID) -> Subject:
    return Subject(SubjectKind.PROVIDER, str(provider_id))


def lock_provider(session: Session, provider_id: UUID) -> Provider:
    """Return a provider that nobody else writes until this transaction ends.

    Raises:
        ProviderNotFound: there is none.
    """
    # The catalogue first, as an import does: two who lock the same rows in another order would each
    # wait for the other.
    lock_catalogue(session)
    provider = session.get(Provider, provider_id, with_for_update=True)
    if provider is None:
        raise ProviderNotFound(f"no provider has the id {provider_id}")
    return provider


def mark_changed(session: Session, provider: Provider, now: datetime) -> Provider:
    """Make what was changed of a provider its next version, which the index follows."""
    provider.version += 1
    provider.updated_at = now
    session.flush()
    touch_catalogue(session, of_providers([provider.id]))
    return provider


def mark_own(provider: Provider, *names: str) -> None:
    """Remember that the firm itself wrote these fields: imports of its source leave them."""
    provider.own_fields = sorted({*(provider.own_fields or ()), *names}) or None


def unmark_own(provider: Provider, *names: str) -> None:
    """Let imports of the source write these fields again."""
    provider.own_fields = sorted({*(provider.own_fields or ())} - {*names}) or None

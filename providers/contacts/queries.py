"""Reads of contacts that open nothing: how many there are, and what is known of the rows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.text.folding import fold
from providers.contacts.errors import ContactNotFound
from providers.contacts.models import Contact
from providers.models import Provider


def get_contact(session: Session, contact_id: UUID) -> Contact:
    """Return a contact, sealed.

    Raises:
        ContactNotFound: there is none.
    """
    found = session.get(Contact, contact_id)
    if found is None:
        raise ContactNotFound(f"no contact has the id {contact_id}: `landbridge contacts list`")
    return found


def list_contacts(session: Session, provider_id: UUID | None = None) -> Sequence[Contact]:
    """Return contacts, sealed: of one provider, or all of them."""
    wanted = select(Contact).order_by(Contact.provider_id, Contact.created_at, Contact.id)
    if provider_id is not None:
        wanted = wanted.where(Contact.provider_id == provider_id)
    return session.scalars(wanted).all()


def count_contacts(session: Session, provider_id: UUID) -> int:
    """Return how many contacts of a provider are stored, shown or not."""
    return session.scalar(select(func.count()).where(Contact.provider_id == provider_id)) or 0


def list_firms(session: Session, text: str = "", *, limit: int = 50) -> Sequence[Provider]:
    """Return the providers of which contacts are stored, by name.

    Args:
        session: the caller's transaction.
        text: a part of the name, in any script, case or accent.
        limit: how many at most.
    """
    wanted = select(Provider).where(Provider.id.in_(select(Contact.provider_id)))
    if folded := fold(text).strip():
        wanted = wanted.where(Provider.name_folded.contains(folded, autoescape=True))
    return session.scalars(wanted.order_by(Provider.name_folded, Provider.id).limit(limit)).all()

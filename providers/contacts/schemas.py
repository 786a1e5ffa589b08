"""Contacts as they are sent, and the rows that bring them in."""

import re
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from core.privacy.law import TransferBasis
from core.privacy.models import Purpose
from providers.contacts.models import FIELDS, FieldGroup
from providers.importing.cells import ImportRow, Name, Values
from providers.importing.rows import Reference

_PHONE = re.compile(r"\+[0-9][0-9 ()-]{4,24}[0-9]")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,9})?")


def _require_email(written: str) -> str:
    try:
        return validate_email(written, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError("is no e-mail address") from error


def _require_phone(written: str) -> str:
    if not _PHONE.fullmatch(written):
        raise ValueError("write the number with + and the country's code, such as +852 2345 6789")
    return written


def require_place(written: str) -> str:
    """Let a place pass that is a country's code, or one with a part of the country.

    Raises:
        ValueError: it is neither.
    """
    if not _PLACE.fullmatch(written):
        raise ValueError("write a country's code, such as HK, or a place's, such as CN-4403")
    return written


def _known_purposes(written: list[str]) -> list[str]:
    for one in written:
        if one not in set(Purpose):
            raise ValueError(f"{one!r} is no purpose: write {', '.join(Purpose)}")
    return written


Purposes = Annotated[Values, AfterValidator(_known_purposes)]
Short = Annotated[Name, StringConstraints(min_length=1, max_length=120)]


class ContactRow(ImportRow):
    """A person at a provider, with what they were told and what they agreed to.

    `purposes` are those of the notice; a group of fields can have fewer in a column of its own.
    `consents` are written down where nothing is known of a purpose yet: a table that is imported
    again does not give back what somebody took away.
    """

    provider_ref: Reference
    name: Short
    role: Short | None = None
    email: Annotated[str, AfterValidator(_require_email)] | None = None
    phone: Annotated[str, AfterValidator(_require_phone)] | None = None
    wechat: Short | None = None
    whatsapp: Annotated[str, AfterValidator(_require_phone)] | None = None
    place: Annotated[str, AfterValidator(require_place)]
    transfer_basis: TransferBasis = TransferBasis.NONE
    contract_ref: Reference | None = None
    notice_version: Annotated[Name, StringConstraints(min_length=1, max_length=40)]
    collected_on: date
    purposes: Annotated[Purposes, Field(min_length=1)]
    business_purposes: Purposes | None = None
    messenger_purposes: Purposes | None = None
    consents: Purposes = Field(default_factory=list)
    evidence: Annotated[Name, StringConstraints(min_length=1, max_length=300)] | None = None

    @model_validator(mode="after")
    def _require_proof(self) -> Self:
        if self.consents and not self.evidence:
            raise ValueError("say in evidence where the proof of the consents lies")
        return self

    def fields_of(self, group: FieldGroup) -> dict[str, str]:
        """Return the fields of a group that the row has."""
        given = {name: getattr(self, name) for name in FIELDS[group]}
        return {name: value for name, value in given.items() if value is not None}

    def purposes_of(self, group: FieldGroup) -> list[str]:
        """Return what the person was told that a group is for."""
        own = {
            FieldGroup.BUSINESS: self.business_purposes,
            FieldGroup.MESSENGER: self.messenger_purposes,
        }.get(group)
        return sorted(set(self.purposes if own is None else own))


class ContactRead(BaseModel):
    """Somebody at a provider, as far as they agreed to be shown."""

    id: UUID
    place: str = Field(description="Where the person is: a country's code, or a place's in it.")
    name: str | None
    role: str | None
    email: str | None
    phone: str | None
    wechat: str | None
    whatsapp: str | None
    notice_version: str = Field(description="What the person was told when it was collected.")


class ContactsRead(BaseModel):
    """Who can be written to at a provider."""

    items: list[ContactRead]
    withheld: int = Field(
        description="How many are not shown: they have not agreed, or their data may not go to "
        "where your organisation is, or it is not verified, or nobody has signed in."
    )

"""How long what shows that duties towards people were met is kept."""

from typing import Final

from sqlalchemy import select

from core.privacy.models import (
    Consent,
    PersonRequest,
    PersonTombstone,
    Transfer,
    TransferPerson,
)
from core.retention import rows_of

# As the Mainland's law wants assessments kept (PIPL, article 56); counsel confirms it for the rest.
_THREE_YEARS: Final = 3 * 365 + 1

RETENTION = (
    rows_of(
        "transfers abroad",
        days=_THREE_YEARS,
        key=Transfer.id,
        needless=lambda before: Transfer.at < before,
    ),
    # A year is over at a place some hours before or after it is over in UTC.
    rows_of(
        "people counted in past years",
        days=31,
        key=TransferPerson.person_id,
        needless=lambda before: TransferPerson.year < before.year,
    ),
    rows_of(
        "requests of people that are closed",
        days=_THREE_YEARS,
        key=PersonRequest.id,
        needless=lambda before: PersonRequest.closed_at < before,
    ),
    rows_of(
        "consents of people who were erased",
        days=_THREE_YEARS,
        key=Consent.person_id,
        needless=lambda before: Consent.person_id.in_(
            select(PersonTombstone.person_id).where(PersonTombstone.erased_at < before)
        ),
    ),
)

"""Whether a person's data may go to a recipient, by where both are and what allows it. Pure rules.

Being looked at from elsewhere is a transfer too. The basis of a standard contract for the Greater
Bay Area serves inside that area only: outside it, and for a recipient who would pass the data on
outside it, it allows nothing, whatever the law of the person says.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from core.privacy.law import (
    TransferBasis,
    TransferRules,
    country_of,
    greater_bay_area,
    transfer_rules_of,
)

# The ISO 3166 code that stands for an unknown country.
UNKNOWN_PLACE: Final = "ZZ"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever gets to see somebody's data.

    Attributes:
        organisation_id: which organisation; None for the platform itself.
        place: its jurisdiction, such as SG, or CN-4403 for Shenzhen; None where not known.
        onward: places to which it is known to pass data on.
    """

    organisation_id: UUID | None
    place: str | None
    onward: frozenset[str] = field(default=frozenset())

    @property
    def country(self) -> str:
        """The country that the ledger names."""
        return UNKNOWN_PLACE if self.place is None else country_of(self.place)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one person's data and one recipient.

    Attributes:
        law: the law of the person's jurisdiction, or `unknown`.
        rules: what that law asks.
        is_transfer: whether the data leave the person's jurisdiction.
        refusal: why they may not; None where they may.
    """

    law: str
    rules: TransferRules
    is_transfer: bool
    refusal: str | None

    @property
    def is_allowed(self) -> bool:
        """Whether the data may go there."""
        return self.refusal is None


def judge(
    place: str,
    basis: TransferBasis,
    recipient: Recipient,
    *,
    has_separate_consent: bool,
    on: date,
) -> Verdict:
    """Judge whether somebody's data may go to a recipient.

    Args:
        place: where the person is, such as HK or CN-4403.
        basis: what allows their data to leave.
        recipient: to whom.
        has_separate_consent: whether the person agreed to transfers by themselves.
        on: the day.
    """
    law, rules = transfer_rules_of(place, on)
    reached = {recipient.country, *map(country_of, recipient.onward)}
    is_transfer = reached != {country_of(place)}
    refusal = _refuse_by_area(place, basis, recipient, on)
    if refusal is None and is_transfer and rules.is_restricted:
        refusal = _refuse_by_law(place, basis, recipient, rules, has_separate_consent)
    return Verdict(law, rules, is_transfer, refusal)


def _refuse_by_area(place: str, basis: TransferBasis, recipient: Recipient, on: date) -> str | None:
    if basis != TransferBasis.GBA_CONTRACT:
        return None
    area = greater_bay_area()
    if on < area.in_force_from:
        return f"the {area.name} was not in force yet"
    if not area.members.issuperset({place, recipient.place, *recipient.onward}):
        return "the data may not leave the Greater Bay Area"
    return None


def _refuse_by_law(
    place: str,
    basis: TransferBasis,
    recipient: Recipient,
    rules: TransferRules,
    has_separate_consent: bool,
) -> str | None:
    if recipient.place is None:
        return "it is not known where the recipient is"
    if basis not in rules.bases:
        return f"{basis} is no basis on which data leave {country_of(place)}"
    if rules.needs_separate_consent and not has_separate_consent:
        return "the person has not agreed to the transfer by itself"
    return None

"""Who is told by e-mail, and where they read it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.actor import UserKind
from core.identity.models import Account, AccountStatus, Membership, PersonKey
from core.outbox.events import PLATFORM_ID, EventType
from core.sealing import Keyring, PersonSeal, SealBroken

_OPERATORS: Final = frozenset({UserKind.OPERATOR, UserKind.ADMINISTRATOR})
# Of the platform's people, who is told of what; of an organisation, its managers are told.
_OF_THE_PLATFORM: Final = {
    EventType.RANKER_PROPOSED: frozenset({UserKind.COMMITTEE}),
    EventType.RANKER_DECIDED: frozenset({UserKind.COMMITTEE, UserKind.OPERATOR}),
    EventType.IMPORT_FINISHED: frozenset({UserKind.OPERATOR}),
    EventType.JOB_PARKED: _OPERATORS,
    EventType.CREDENTIAL_EXPIRING: _OPERATORS,
    EventType.QUALIFICATION_ENDING: frozenset({UserKind.OPERATOR}),
    EventType.WEBHOOK_DELIVERY_FAILED: _OPERATORS,
    EventType.WEBHOOK_DISABLED: _OPERATORS,
}
# Everybody of an enterprise works with its needs.
_OF_ALL_MEMBERS: Final = frozenset({EventType.NEED_REMATCHED})
_BY_ENDPOINT_ONLY: Final = frozenset({EventType.WEBHOOK_TEST})


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to.

    Attributes:
        address: an e-mail address.
        script: `en`, `zh-Hans` or `zh-Hant`.
    """

    address: str
    script: str


def find_recipients(
    session: Session, asked: Collection[tuple[UUID, EventType]]
) -> Mapping[tuple[UUID, EventType], list[UUID]]:
    """Return the accounts that are told, for each organisation and type that is asked for."""
    found: dict[tuple[UUID, EventType], list[UUID]] = {pair: [] for pair in asked}
    members = session.execute(
        select(Membership, Account.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Account.status == AccountStatus.ACTIVE,
            Account.is_service.is_(False),
            Membership.organisation_id.in_({tenant_id for tenant_id, _ in asked})
            | Membership.kind.in_(_OPERATORS | {UserKind.COMMITTEE}),
        )
        .order_by(Account.id)
    )
    for membership, account_id in members:
        for (tenant_id, event_type), accounts in found.items():
            if account_id not in accounts and _is_told(membership, tenant_id, event_type):
                accounts.append(account_id)
    return found


def _is_told(membership: Membership, tenant_id: UUID, event_type: EventType) -> bool:
    if event_type in _BY_ENDPOINT_ONLY:
        return False
    if tenant_id == PLATFORM_ID:
        return membership.kind in _OF_THE_PLATFORM.get(event_type, _OPERATORS)
    if membership.organisation_id != tenant_id:
        return False
    return membership.is_manager or event_type in _OF_ALL_MEMBERS


def find_recipient(session: Session, ring: Keyring, account_id: UUID) -> Recipient | None:
    """Return where somebody is written to; None if they are gone, or were erased."""
    found = session.execute(
        select(Account, PersonKey)
        .join(PersonKey, PersonKey.person_id == Account.id)
        .where(Account.id == account_id, Account.status == AccountStatus.ACTIVE)
    ).first()
    if found is None:
        return None
    account, key = found
    if account.sealed is None:
        return None
    try:
        opened = PersonSeal.unwrap(ring, key.wrapped).open(account.sealed, purpose=ACCOUNT_PURPOSE)
    except SealBroken:
        return None
    return Recipient(address=str(json.loads(opened)["email"]), script=account.script)

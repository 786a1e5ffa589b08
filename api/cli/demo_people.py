"""The people of the demo: one of each kind, with passwords made anew at each start.

They are random and shown on this terminal only, so that a database that was once a demo's holds no
account that anybody could guess.
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from core.identity.actor import UserKind
    from core.identity.models import Organisation, OrganisationKind
    from core.sealing import Keyring

_PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What somebody of the demo signs in with; `seed` and `recovery_code` are the second factor."""

    kind: str
    email: str
    password: str
    seed: str = ""
    recovery_code: str = ""


def seed_people(session: "Session", ring: "Keyring", *, now: "datetime") -> list[DemoSignIn]:
    """Store one account of each kind, each a manager, or give those there are new passwords."""
    from core.identity.actor import NEED_SECOND_FACTOR
    from core.identity.organisations import KINDS_OF
    from core.identity.second_factor import (
        code_at,
        new_recovery_codes,
        new_seed,
        remove_second_factors,
        set_up_totp,
    )

    made: list[DemoSignIn] = []
    for organisation_kind, kinds in KINDS_OF.items():
        organisation = _organisation(session, organisation_kind, now=now)
        for kind in kinds:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            email = f"{kind}@example.com"
            account_id = _account(
                session, ring, organisation, kind, email=email, password=password, now=now
            )
            remove_second_factors(session, account_id)
            seed = recovery_code = ""
            if kind in NEED_SECOND_FACTOR:
                seed = new_seed()
                set_up_totp(
                    session, ring, account_id, seed=seed, code=code_at(seed, now=now), now=now
                )
                recovery_code = new_recovery_codes(session, account_id, now=now)[0]
            made.append(DemoSignIn(kind.value, email, password, seed, recovery_code))
    return made


def _organisation(
    session: "Session", kind: "OrganisationKind", *, now: "datetime"
) -> "Organisation":
    from sqlalchemy import select

    from core.identity.models import Organisation, OrganisationKind
    from core.identity.organisations import (
        create_organisation,
        get_organisation,
        verify_organisation,
    )
    from core.outbox.events import PLATFORM_ID
    from providers.models import Provider, ProviderStatus

    if kind is OrganisationKind.PLATFORM:
        return get_organisation(session, PLATFORM_ID)
    name = f"Demo {kind}"
    found = session.scalar(
        select(Organisation).where(Organisation.kind == kind, Organisation.name == name)
    )
    if found is not None:
        return found
    profile = None
    if kind is OrganisationKind.PROVIDER:
        profile = session.scalar(
            select(Provider.id)
            .where(Provider.status == ProviderStatus.PUBLISHED)
            .order_by(Provider.name_folded, Provider.id)
            .limit(1)
        )
    made = create_organisation(session, kind=kind, name=name, provider_id=profile, now=now)
    return verify_organisation(session, made.id, now=now)


def _account(
    session: "Session",
    ring: "Keyring",
    organisation: "Organisation",
    kind: "UserKind",
    *,
    email: str,
    password: str,
    now: "datetime",
) -> "UUID":
    from core.identity.accounts import create_account, find_account, set_password
    from core.identity.organisations import add_member
    from core.identity.passwords import hash_password

    hashed = hash_password(password)
    account = find_account(session, ring, email=email)
    if account is None:
        account = create_account(
            session,
            ring,
            email=email,
            name=f"Demo {kind}",
            script="en",
            password_hash=hashed,
            now=now,
        )
    else:
        set_password(session, account, hashed, now=now)
    add_member(
        session,
        account_id=account.id,
        organisation=organisation,
        kind=kind,
        is_manager=True,
        now=now,
    )
    return account.id

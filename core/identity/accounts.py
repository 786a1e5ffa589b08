"""Accounts: whom they are of, found by e-mail address, sealed with each person's own key."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, InvalidInput, NotFound, SignInNeeded
from core.identity.actor import Actor, UserKind
from core.identity.models import Account, AccountStatus, PersonKey
from core.identity.sessions import end_sessions_of
from core.sealing import Keyring, PersonSeal

NAME_CHARACTERS: Final = 120
ACCOUNT_PURPOSE: Final = "account"
SCRIPTS: Final = ("en", "zh-Hans", "zh-Hant")


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account-not-found"
    title = "No such account"


class EmailTaken(Conflict):
    """Another account has this e-mail address."""

    code = "email-taken"
    title = "There is an account with this address"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an account is of; of an erased one nothing is left to say."""

    account_id: UUID
    email: str
    name: str


def read_email(text: str) -> str:
    """Return an e-mail address in its one form.

    Raises:
        InvalidInput: it is none.
    """
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", text).strip(), check_deliverability=False
        )
    except EmailNotValidError as error:
        raise InvalidInput(f"this is no e-mail address: {error}") from error
    return found.normalized


def read_name(text: str, *, most: int = NAME_CHARACTERS) -> str:
    """Return a name as it is stored: one line, no character that hides or turns others.

    Raises:
        InvalidInput: it is empty or too long, or holds such a character.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= most:
        raise InvalidInput(f"a name has 1 to {most} characters")
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise InvalidInput("a name holds no control characters: type it anew")
    return name


def digest_of_email(ring: Keyring, email: str) -> str:
    """Return the keyed digest by which an account is found; letters differ in nothing but case."""
    return ring.digest(unicodedata.normalize("NFKC", email).casefold(), purpose="email")


def create_account(
    session: Session,
    ring: Keyring,
    *,
    email: str,
    name: str,
    script: str,
    password_hash: str | None,
    now: datetime,
) -> Account:
    """Store a person's account.

    Args:
        session: the caller's transaction.
        ring: what seals the person's key.
        email: as it was typed.
        name: as it was typed.
        script: in which the platform writes to them.
        password_hash: of `hash_password`; None for somebody who signs in otherwise.
        now: the moment of the request.

    Raises:
        InvalidInput: the address or the name cannot be used.
        EmailTaken: another account has the address.
    """
    address = read_email(email)
    account = Account(
        id=uuid4(),
        email_digest=digest_of_email(ring, address),
        script=script if script in SCRIPTS else "en",
        is_service=False,
        status=AccountStatus.ACTIVE,
        password_hash=password_hash,
        password_changed_at=None if password_hash is None else now,
        created_at=now,
    )
    _seal(session, ring, account, {"email": address, "name": read_name(name)}, now=now)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise EmailTaken("sign in with this address, or take another") from error
    return account


def create_service_account(session: Session, ring: Keyring, *, name: str, now: datetime) -> Account:
    """Store an account for a program: it has tokens, and nothing to sign in with.

    Raises:
        InvalidInput: the name cannot be used.
    """
    account = Account(
        id=uuid4(), script="en", is_service=True, status=AccountStatus.ACTIVE, created_at=now
    )
    _seal(session, ring, account, {"email": "", "name": read_name(name)}, now=now)
    session.add(account)
    session.flush()
    return account


def _seal(
    session: Session, ring: Keyring, account: Account, said: dict[str, str], *, now: datetime
) -> None:
    seal, wrapped = PersonSeal.make(ring)
    session.add(PersonKey(person_id=account.id, wrapped=wrapped, created_at=now))
    account.sealed = seal.seal(json.dumps(said).encode(), purpose=ACCOUNT_PURPOSE)


def person_seal(session: Session, ring: Keyring, account_id: UUID) -> PersonSeal | None:
    """Return what seals one person's data; None where the person was erased."""
    wrapped = session.scalar(select(PersonKey.wrapped).where(PersonKey.person_id == account_id))
    return None if wrapped is None else PersonSeal.unwrap(ring, wrapped)


def read_person(session: Session, ring: Keyring, account_id: UUID) -> Person:
    """Say who an account is of."""
    seal = person_seal(session, ring, account_id)
    sealed = session.scalar(select(Account.sealed).where(Account.id == account_id))
    if seal is None or sealed is None:
        return Person(account_id, "", "")
    said: dict[str, str] = json.loads(seal.open(sealed, purpose=ACCOUNT_PURPOSE))
    return Person(account_id, said.get("email", ""), said.get("name", ""))


def find_account(session: Session, ring: Keyring, *, email: str) -> Account | None:
    """Return the account with an address, whatever its status; None if there is none."""
    try:
        address = read_email(email)
    except InvalidInput:
        return None
    return session.scalar(
        select(Account).where(Account.email_digest == digest_of_email(ring, address))
    )


def get_account(session: Session, account_id: UUID) -> Account:
    """Return an account.

    Raises:
        AccountNotFound: there is none with this id.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise AccountNotFound(f"no account has the id {account_id}")
    return account


def account_id_of(actor: Actor) -> UUID:
    """Return the account of whoever has signed in or shows a token.

    Raises:
        SignInNeeded: the actor has none.
    """
    if actor.kind not in {UserKind.VISITOR, UserKind.SYSTEM}:
        try:
            return UUID(actor.actor_id)
        except ValueError:
            pass
    raise SignInNeeded("sign in, or send a token in the header Authorization")


def set_password(session: Session, account: Account, password_hash: str, *, now: datetime) -> None:
    """Give an account another password; whoever was signed in to it is not any more."""
    account.password_hash = password_hash
    account.password_changed_at = now
    end_sessions_of(session, account.id)
    session.flush()


def suspend_account(session: Session, account: Account) -> None:
    """Let nobody use an account from the next request on."""
    account.status = AccountStatus.SUSPENDED
    end_sessions_of(session, account.id)
    session.flush()


def reinstate_account(session: Session, account: Account) -> None:
    """Let a suspended account be used again."""
    if account.status == AccountStatus.SUSPENDED:
        account.status = AccountStatus.ACTIVE
        session.flush()

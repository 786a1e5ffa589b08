"""`landbridge account ...` and `landbridge organisation ...`: people, from the server's own machine.

The first administrator is made here: whoever may run commands on the machine may do anything.
"""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.console import note, print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.identity.actor import Actor
    from core.identity.models import Account, Organisation
    from core.sealing import Keyring
    from core.settings import Settings


app = typer.Typer()
account = typer.Typer(
    name="account",
    help="People who may sign in: invite, list, suspend, reset.",
    no_args_is_help=True,
)
organisation = typer.Typer(
    name="organisation",
    help="Whom people act for: create, list, verify, suspend.",
    no_args_is_help=True,
)
app.add_typer(account)
app.add_typer(organisation)

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
_Undo = Annotated[bool, typer.Option("--undo", help="Take the suspension back.")]
_OrganisationId = Annotated[
    str, typer.Argument(metavar="ID", help="As `organisation list` shows it.")
]


@contextmanager
def _writing(settings: "Settings") -> "Generator[Session]":
    from core.db import make_session_factory, transaction

    with (
        open_current_database(settings) as engine,
        transaction(make_session_factory(engine)) as session,
    ):
        yield session


def _now() -> "datetime":
    from core.clock import utc_now

    return utc_now()


def _who() -> "Actor":
    """Whoever may run commands on the machine: the platform itself, as the trail has it."""
    from core.identity.actor import Actor, UserKind

    return Actor(UserKind.SYSTEM, "command-line")


@account.command("create")
def create_account(
    email: _Email,
    kind: Annotated[
        str,
        typer.Option(help="enterprise, provider, operator, committee or administrator."),
    ] = "administrator",
    organisation_id: Annotated[
        str | None,
        typer.Option(
            "--organisation", metavar="ID", help="Whom they act for; the platform itself if none."
        ),
    ] = None,
    manager: Annotated[
        bool, typer.Option("--manager", help="Also manages the organisation's people.")
    ] = False,
) -> None:
    """Invite somebody, and print the link with which they choose a name and a password."""
    from core.identity.actor import UserKind
    from core.identity.invitations import LIFETIME, invite
    from core.identity.organisations import KINDS_OF

    known = [one.value for kinds in KINDS_OF.values() for one in kinds]
    if kind not in known:
        raise CommandFailed(f"--kind {kind!r} is not known: choose {', '.join(known)}")
    settings = load_settings()
    with _writing(settings) as session:
        where = _find_organisation(session, organisation_id)
        _invitation, secret = invite(
            session,
            settings.keyring,
            _who(),
            organisation_id=where.id,
            email=email,
            kind=UserKind(kind),
            # Whoever is made on the machine itself is the first: nobody else could invite others.
            is_manager=manager or kind == UserKind.ADMINISTRATOR,
            now=_now(),
        )
    note(f"the link is shown this once and is good for {LIFETIME.days} days:")
    say(f"{public_address(settings)}/invitations/{secret}")


def _find_organisation(session: "Session", written: str | None) -> "Organisation":
    from core.identity.organisations import get_organisation
    from core.outbox.events import PLATFORM_ID

    return get_organisation(session, PLATFORM_ID if written is None else _uuid(written))


@account.command("list")
def list_accounts(as_json: _AsJson = False) -> None:
    """List accounts with what they are; names and addresses are unsealed for it."""
    from sqlalchemy import select

    from core.identity.accounts import read_person
    from core.identity.models import Account, Membership, Organisation

    settings = load_settings()
    rows: list[dict[str, object]] = []
    with _writing(settings) as session:
        ring = settings.keyring
        found = session.execute(
            select(Account, Membership, Organisation)
            .outerjoin(Membership, Membership.account_id == Account.id)
            .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
            .order_by(Account.created_at, Account.id)
        )
        for one, member, place in found:
            person = read_person(session, ring, one.id)
            rows.append(
                {
                    "id": str(one.id),
                    "email": person.email,
                    "name": person.name,
                    "status": str(one.status),
                    "kind": None if member is None else member.kind,
                    "is_manager": bool(member and member.is_manager),
                    "organisation": None if place is None else place.name,
                }
            )
    if as_json:
        print_json({"accounts": rows})
        return
    for row in rows:
        manages = " (manager)" if row["is_manager"] else ""
        say(
            f"{row['email'] or row['id']!s:<36} {row['kind'] or '-'!s:<14} {row['status']!s:<10} "
            f"{row['organisation'] or '-'}{manages}"
        )


@account.command("suspend")
def suspend(email: _Email, undo: _Undo = False) -> None:
    """Sign an account out everywhere, and let nobody use it or its tokens."""
    from core.audit.vocabulary import Action
    from core.identity.accounts import reinstate_account, suspend_account
    from core.identity.trail import record_account

    settings = load_settings()
    with _writing(settings) as session:
        found = _get(session, settings.keyring, email)
        (reinstate_account if undo else suspend_account)(session, found)
        done = Action.ACCOUNT_REINSTATED if undo else Action.ACCOUNT_SUSPENDED
        record_account(session, _who(), done, found.id)
    say(f"{email}: {'may be used again' if undo else 'suspended'}")


@account.command("reset")
def reset(email: _Email) -> None:
    """Print a link with which the owner chooses another password; good once, for an hour."""
    from core.audit.vocabulary import Action
    from core.identity.resets import make_reset_link
    from core.identity.trail import record_account

    settings = load_settings()
    with _writing(settings) as session:
        found = _get(session, settings.keyring, email)
        secret = make_reset_link(session, found.id, now=_now())
        record_account(session, _who(), Action.PASSWORD_LINK_MADE, found.id)
    note("the link is shown this once and is good for an hour:")
    say(f"{public_address(settings)}/password/{secret}")


@account.command("second-factor-reset")
def reset_second_factor(email: _Email) -> None:
    """Forget app, passkeys and recovery codes: the owner sets up others at the next sign-in."""
    from core.audit.vocabulary import Action
    from core.identity.second_factor import remove_second_factors
    from core.identity.sessions import end_sessions_of
    from core.identity.trail import record_account

    settings = load_settings()
    with _writing(settings) as session:
        found = _get(session, settings.keyring, email)
        remove_second_factors(session, found.id)
        end_sessions_of(session, found.id)
        record_account(session, _who(), Action.SECOND_FACTOR_REMOVED, found.id, sort="all")
    say(f"{email}: signed out, and without a second factor")


@organisation.command("create")
def create_organisation_command(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    kind: Annotated[str, typer.Option(help="enterprise, provider or platform.")] = "enterprise",
    provider: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The profile that a provider's people answer for."),
    ] = None,
) -> None:
    """Create an organisation, and print its id."""
    from core.audit.vocabulary import Action
    from core.identity.models import OrganisationKind
    from core.identity.organisations import create_organisation
    from core.identity.trail import record_organisation

    if kind not in list(OrganisationKind):
        raise CommandFailed(
            f"--kind {kind!r} is not known: choose {', '.join(list(OrganisationKind))}"
        )
    with _writing(load_settings()) as session:
        made = create_organisation(
            session,
            kind=OrganisationKind(kind),
            name=name,
            provider_id=None if provider is None else _provider(session, provider),
            now=_now(),
        )
        made_id = made.id
        record_organisation(session, _who(), Action.ORGANISATION_FOUNDED, made_id, kind=kind)
    say(str(made_id))


@organisation.command("list")
def list_organisations_command(as_json: _AsJson = False) -> None:
    """List organisations by name."""
    from core.identity.organisations import list_organisations

    with _writing(load_settings()) as session:
        rows = [
            {
                "id": str(one.id),
                "kind": str(one.kind),
                "name": one.name,
                "is_verified": one.is_verified,
                "is_suspended": one.suspended_at is not None,
            }
            for one in list_organisations(session)
        ]
    if as_json:
        print_json({"organisations": rows})
        return
    for row in rows:
        state = " (suspended)" if row["is_suspended"] else ""
        say(f"{row['id']} {row['kind']!s:<10} {row['name']}{state}")


@organisation.command("suspend")
def suspend_organisation_command(organisation_id: _OrganisationId, undo: _Undo = False) -> None:
    """Let nobody act for an organisation; its data stays."""
    from core.audit.vocabulary import Action
    from core.identity.organisations import reinstate_organisation, suspend_organisation
    from core.identity.trail import record_organisation

    with _writing(load_settings()) as session:
        which = _uuid(organisation_id)
        found = (
            reinstate_organisation(session, which)
            if undo
            else suspend_organisation(session, which, now=_now())
        )
        done = Action.ORGANISATION_REINSTATED if undo else Action.ORGANISATION_SUSPENDED
        record_organisation(session, _who(), done, which)
        name = found.name
    say(f"{name}: {'may be acted for again' if undo else 'suspended'}")


@organisation.command("verify")
def verify_organisation_command(
    organisation_id: _OrganisationId,
    undo: Annotated[bool, typer.Option("--undo", help="Take the verification back.")] = False,
) -> None:
    """Hold an organisation for the firm it says it is; refused if a verified one looks like it."""
    from core.audit.vocabulary import Action
    from core.identity.organisations import verify_organisation, withdraw_verification
    from core.identity.trail import record_organisation

    with _writing(load_settings()) as session:
        which = _uuid(organisation_id)
        found = (
            withdraw_verification(session, which)
            if undo
            else verify_organisation(session, which, now=_now())
        )
        done = Action.VERIFICATION_WITHDRAWN if undo else Action.ORGANISATION_VERIFIED
        record_organisation(session, _who(), done, which)
        name = found.name
    say(f"{name}: {'no longer verified' if undo else 'verified'}")


@organisation.command("tie")
def tie_organisation_command(
    organisation_id: _OrganisationId,
    provider: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The profile its people answer for; without, none."),
    ] = None,
) -> None:
    """Let an organisation's people answer for a provider's profile, or for none any more."""
    from providers.own.deciding import tie_organisation

    with _writing(load_settings()) as session:
        found = tie_organisation(
            session,
            _who(),
            organisation_id=_uuid(organisation_id),
            provider_id=None if provider is None else _provider(session, provider),
        )
        name, profile = found.name, found.provider_id
    say(f"{name}: answers for {profile or 'no profile'}")


def public_address(settings: "Settings") -> str:
    """Return where people reach the server, as far as the settings say."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _get(session: "Session", ring: "Keyring", email: str) -> "Account":
    from core.identity.accounts import find_account

    found = find_account(session, ring, email=email)
    if found is None:
        raise CommandFailed(f"no account has the address {email}: see `landbridge account list`")
    return found


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(f"{written!r} is no id: see `landbridge organisation list`") from error


def _provider(session: "Session", written: str) -> UUID:
    from providers.models import Provider

    found = session.get(Provider, _uuid(written))
    if found is None:
        raise CommandFailed(f"no provider has the id {written}")
    return found.id

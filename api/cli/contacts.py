"""`landbridge contacts ...`: people at providers, brought in from a table, and what they agree to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.console import print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from providers.contacts.schemas import ContactRow
    from providers.importing.spec import NumberedRow

app = typer.Typer()
contacts = typer.Typer(
    name="contacts",
    help="People at providers: bring them in, and write down what they agree to.",
    no_args_is_help=True,
)
app.add_typer(contacts)

_SHOWN_PROBLEMS = 10

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@contacts.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON Lines, with a header.")
    ],
    source: Annotated[
        str, typer.Option("--source", help="Of the providers that the rows name.")
    ] = "operator",
    as_json: _AsJson = False,
) -> None:
    """Store people at providers: all rows of a table, or none. No copy of the table is kept.

    Columns: provider_ref, name, role, email, phone, wechat, whatsapp, place, transfer_basis,
    contract_ref, notice_version, collected_on, purposes, business_purposes, messenger_purposes,
    consents, evidence.
    """
    if not source or len(source) > 60:
        raise CommandFailed("--source must have 1 to 60 characters")
    settings = load_settings()
    rows = _read(file)
    with open_current_database(settings) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from providers.contacts.service import save_contacts

        with transaction(make_session_factory(engine)) as session:
            done = save_contacts(
                session,
                OPERATOR,
                settings.keyring,
                rows,
                source=source,
                platform_place=settings.home_jurisdiction,
                now=utc_now(),
            )
    if as_json:
        print_json({"new": done.new, "known": done.known})
    else:
        say(f"{done.new:,} new, {done.known:,} written anew")


@contacts.command("list")
def list_command(
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="ID", help="Of one provider only.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """List contacts by their random ids, with what they agree to; who they are stays sealed."""
    key = _parse(provider) if provider else None
    with open_current_database(load_settings()) as engine:
        from core.db import reading
        from core.privacy.consents import purposes_of
        from providers.contacts.queries import list_contacts

        with reading(engine) as session:
            found = list_contacts(session, key)
            agreed = purposes_of(session, [contact.id for contact in found])
            rows = [
                {
                    "id": str(contact.id),
                    "provider_id": str(contact.provider_id),
                    "place": contact.place,
                    "transfer_basis": contact.transfer_basis,
                    "groups": [group.group for group in contact.groups],
                    "agrees_to": sorted(agreed[contact.id]),
                }
                for contact in found
            ]
    if as_json:
        print_json({"contacts": rows})
        return
    for row, contact in zip(rows, found, strict=True):
        agrees = ", ".join(sorted(agreed[contact.id])) or "nothing"
        say(f"{row['id']}  of {row['provider_id']}  {row['place']:<8} agrees to {agrees}")


@contacts.command("consent")
def consent_command(
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help="An id, as `contacts list` shows it.")
    ],
    purpose: Annotated[
        str,
        typer.Argument(
            metavar="PURPOSE",
            help="directory, referral, marketing_own, marketing_others or transfer_abroad.",
        ),
    ],
    given: Annotated[
        bool, typer.Option("--given/--withdrawn", help="Whether they agree, or do not any more.")
    ],
    notice: Annotated[
        str, typer.Option("--notice", metavar="V", help="Version of the notice they were given.")
    ],
    evidence: Annotated[str, typer.Option("--evidence", metavar="E", help="Where the proof lies.")],
    group: Annotated[
        str | None,
        typer.Option(help="identity, business or messenger; without, all of their fields."),
    ] = None,
) -> None:
    """Write down what a person agrees to, or not any more: it holds from the next request on."""
    from core.privacy.models import Purpose
    from providers.contacts.models import FieldGroup

    try:
        wanted = Purpose(purpose)
    except ValueError as error:
        raise CommandFailed(f"{purpose!r} is none of {', '.join(Purpose)}") from error
    if group is not None and group not in list(FieldGroup):
        raise CommandFailed(f"--group {group!r} is none of {', '.join(FieldGroup)}")
    if not 1 <= len(notice) <= 40 or not 1 <= len(evidence) <= 300:
        raise CommandFailed("--notice has 1 to 40 characters, --evidence 1 to 300")
    settings, key = load_settings(), _parse(contact)
    with open_current_database(settings) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.consents import record_consent
        from providers.contacts.queries import get_contact

        with transaction(make_session_factory(engine)) as session:
            get_contact(session, key)
            record_consent(
                session,
                OPERATOR,
                settings.keyring,
                person_id=key,
                purpose=wanted,
                field_group=group,
                is_given=given,
                notice_version=notice,
                evidence=evidence,
                now=utc_now(),
            )
    say(f"{key} {'agrees to' if given else 'does not agree any more to'} {wanted}")


def _read(file: Path) -> "list[NumberedRow[ContactRow]]":
    """Read a table; what is wrong is told by row and column, never by what stands there."""
    from pydantic import ValidationError

    from core.tabular import EXTRA, read_table
    from providers.contacts.schemas import ContactRow
    from providers.importing.spec import NumberedRow

    rows: list[NumberedRow[ContactRow]] = []
    problems: list[str] = []
    for number, cells in read_table(file).rows:
        if EXTRA in cells:
            problems.append(f"row {number}: it has more cells than the header")
            continue
        try:
            given = {name: cell for name, cell in cells.items() if cell}
            rows.append(NumberedRow(number, ContactRow.model_validate(given)))
        except ValidationError as error:
            problems += [
                f"row {number}, {'/'.join(map(str, one['loc'])) or 'consents'}: {_reason(one['type'], one['msg'])}"
                for one in error.errors(include_url=False, include_input=False)
            ]
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        said = "; ".join(problems[:_SHOWN_PROBLEMS])
        raise CommandFailed(said if more <= 0 else f"{said}; and {more:,} more")
    if not rows:
        raise CommandFailed("the file has no rows below its header")
    return rows


def _reason(kind: str, message: str) -> str:
    """Say what is wrong; messages of our own repeat the cell only where it is no name."""
    return "is missing" if kind == "missing" else message.removeprefix("Value error, ")


def _parse(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(
            f"{written!r} is no id: `landbridge contacts list` shows them"
        ) from error

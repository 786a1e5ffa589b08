"""`landbridge person ...`: what people may ask for, done and written down."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli import person_requests
from api.cli.console import print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.erased import apply_erasures, shred_list
from api.cli.failures import CommandFailed
from api.cli.person_options import one_of, parse_day, parse_id

app = typer.Typer()
person = typer.Typer(
    name="person",
    help="Data of people: export, erase, requests and their days, transfers abroad, breaches.",
    no_args_is_help=True,
)
app.add_typer(person)
person.add_typer(person_requests.app)

_MOST_BYTES = 20_000_000

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_PersonId = Annotated[
    str, typer.Argument(metavar="PERSON", help="The id of an account or a contact.")
]


@person.command("export")
def export_command(
    person_id: _PersonId,
    target: Annotated[
        Path, typer.Argument(metavar="OUT.zip", help="A file that is not there; readable by you.")
    ],
) -> None:
    """Write all that is kept of a person into one archive: JSON, and a manifest with its hashes."""
    key = parse_id(person_id)
    if target.exists():
        raise CommandFailed(f"{target} is there already: name another file")
    settings = load_settings()
    with open_current_database(settings) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.people import export_person
        from providers.people import PERSON_PARTS

        with transaction(make_session_factory(engine)) as session:
            content = export_person(
                session, OPERATOR, settings.keyring, PERSON_PARTS, person_id=key, now=utc_now()
            )
    target.touch(mode=0o600)
    target.write_bytes(content)
    say(f"{target}: all that is kept of {key}, {len(content):,} bytes")


@person.command("import")
def import_command(
    archive: Annotated[
        Path, typer.Argument(metavar="ARCHIVE", help="As `person export` wrote it.")
    ],
) -> None:
    """Store a person from an archive. They keep their id and are sealed with a new key."""
    if not archive.is_file():
        raise CommandFailed(f"there is no file {archive}")
    if archive.stat().st_size > _MOST_BYTES:
        raise CommandFailed(f"{archive} is larger than an archive of one person")
    settings = load_settings()
    with open_current_database(settings) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.people import bring_in_person
        from providers.people import PERSON_PARTS

        with transaction(make_session_factory(engine)) as session:
            key = bring_in_person(
                session,
                OPERATOR,
                settings.keyring,
                PERSON_PARTS,
                content=archive.read_bytes(),
                now=utc_now(),
            )
    say(f"{key} is stored")


@person.command("erase")
def erase_command(
    person_id: _PersonId,
    reason: Annotated[
        str,
        typer.Option("--reason", help="request, withdrawal, mistake, retention or left."),
    ],
    request: Annotated[
        str | None, typer.Option("--request", metavar="ID", help="The request that asked for it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="It cannot be taken back.")] = False,
) -> None:
    """Erase a person: their data, and the key with which every copy of it was sealed."""
    from core.privacy.people import ErasureReason

    key, why = parse_id(person_id), one_of(ErasureReason, reason, "--reason")
    request_id = parse_id(request) if request else None
    if not yes:
        raise CommandFailed(f"give --yes: nobody can bring {key} back afterwards")
    settings = load_settings()
    with open_current_database(settings) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.people import erase_person
        from core.privacy.requests import Outcome, close_request
        from providers.people import PERSON_PARTS

        with transaction(make_session_factory(engine)) as session:
            erase_person(
                session,
                OPERATOR,
                PERSON_PARTS,
                shred_list(settings),
                person_id=key,
                reason=why,
                request_id=request_id,
                now=utc_now(),
            )
            if request_id is not None:
                close_request(
                    session, OPERATOR, request_id=request_id, outcome=Outcome.DONE, now=utc_now()
                )
    say(f"{key} is erased; backups made before need the list in {settings.shred_location}")


@person.command("transfers")
def transfers_command(as_json: _AsJson = False) -> None:
    """Say how many people's data left their jurisdiction this year, and where each basis ends.

    Ends with 1 where a basis is four fifths used.
    """
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import reading
        from core.privacy.ledger import cap_states, dossiers_due

        with reading(engine) as session:
            states = cap_states(session, now=utc_now())
            dossiers = dossiers_due(session, now=utc_now())
    if as_json:
        print_json(
            {
                "bases": [
                    {
                        "law": one.law,
                        "year": one.year,
                        "basis": one.cap.basis,
                        "persons": one.persons,
                        "most_persons": one.cap.persons - 1,
                        "sensitive_persons": one.sensitive_persons,
                        "most_sensitive_persons": one.cap.sensitive_persons - 1,
                        "is_near": one.is_near,
                    }
                    for one in states
                ],
                "dossiers": [
                    {
                        "law": one.law,
                        "first_at": one.first_at.isoformat(),
                        "due_at": one.due_at.isoformat(),
                    }
                    for one in dossiers
                ],
            }
        )
    else:
        for one in states:
            say(
                f"{'NEAR' if one.is_near else 'ok  '}  {one.law} {one.year} {one.cap.basis:<17} "
                f"{one.persons:,} people of fewer than {one.cap.persons:,}, "
                f"{one.sensitive_persons:,} with sensitive data of fewer than "
                f"{one.cap.sensitive_persons:,}"
            )
        for due in dossiers:
            say(f"      {due.law} wants a dossier by {due.due_at:%Y-%m-%d}: data first left on "
                f"{due.first_at:%Y-%m-%d}")  # fmt: skip
    if any(one.is_near for one in states):
        raise typer.Exit(1)


@person.command("breach")
def breach_command(
    aware: Annotated[
        str | None,
        typer.Option("--aware", metavar="DATE", help="When it was known of; without, now."),
    ] = None,
    assessed: Annotated[
        str | None,
        typer.Option("--assessed", metavar="DATE", help="When it was known to be notifiable."),
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Say whom a breach of the whole database concerns, by law, and who is to be told by when."""
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import reading
        from core.privacy.clocks import breach_due
        from core.privacy.law import country_of
        from providers.people import list_people

        aware_at = parse_day(aware) if aware else utc_now()
        assessed_at = parse_day(assessed) if assessed else None
        by_country: dict[str, list[dict[str, object]]] = {}
        with reading(engine) as session:
            for one in list_people(session):
                where = country_of(one.place) if one.place else "ZZ"
                by_country.setdefault(where, []).append(
                    {"person_id": str(one.person_id), "place": one.place, "fields": one.fields}
                )
    told: list[dict[str, object]] = []
    for country, people in sorted(by_country.items()):
        due = breach_due(country, aware_at=aware_at, assessed_at=assessed_at, people=len(people))
        told.append(
            {
                "country": country,
                "law": due.law,
                "is_notifiable": due.is_notifiable,
                "authority_at": due.authority_at and due.authority_at.isoformat(),
                "persons_at": due.persons_at and due.persons_at.isoformat(),
                "people": people,
            }
        )
    if as_json:
        print_json({"aware_at": aware_at.isoformat(), "laws": told})
        return
    for entry, people in zip(
        told, (people for _, people in sorted(by_country.items())), strict=True
    ):
        say(
            f"{entry['country']}  {entry['law']:<8} {len(people):>7,} people  "
            f"{'to be told' if entry['is_notifiable'] else 'by harm only'}  "
            f"authority by {entry['authority_at'] or 'no set day'}, "
            f"people by {entry['persons_at'] or 'no set day'}"
        )


@person.command("again")
def again_command() -> None:
    """Erase again whoever is on the list of erased people: after a restore by other means.

    `landbridge restore`, `serve` and `worker` do so by themselves.
    """
    settings = load_settings()
    with open_current_database(settings) as engine:
        back = apply_erasures(settings, engine)
    if not back:
        say("nobody who was erased is there")

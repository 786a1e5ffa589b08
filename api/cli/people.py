"""`landbridge person ...`: what people may ask for, done and written down."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

from api.cli.console import note, print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.erased import apply_erasures, shred_list
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from core.privacy.models import PersonRequest

app = typer.Typer()
person = typer.Typer(
    name="person",
    help="Data of people: export, erase, requests and their days, transfers abroad, breaches.",
    no_args_is_help=True,
)
app.add_typer(person)

Choice = TypeVar("Choice", bound=StrEnum)

_MOST_BYTES = 20_000_000

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_PersonId = Annotated[
    str, typer.Argument(metavar="PERSON", help="The id of an account or a contact.")
]
_RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST", help="An id, as `person requests` shows it.")
]


@person.command("export")
def export_command(
    person_id: _PersonId,
    target: Annotated[
        Path, typer.Argument(metavar="OUT.zip", help="A file that is not there; readable by you.")
    ],
) -> None:
    """Write all that is kept of a person into one archive: JSON, and a manifest with its hashes."""
    key = _parse(person_id)
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

    key, why = _parse(person_id), _one_of(ErasureReason, reason, "--reason")
    request_id = _parse(request) if request else None
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


@person.command("requests")
def requests_command(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: _AsJson = False,
) -> None:
    """List what people asked for, those due first at the top. Ends with 1 where one is late."""
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import reading
        from core.privacy.requests import is_late, list_requests

        now = utc_now()
        with reading(engine) as session:
            found = list_requests(session, is_open=not everything)
            late = [request for request in found if is_late(request, now)]
            if as_json:
                print_json({"requests": [_as_json(one, is_late(one, now)) for one in found]})
            else:
                for one in found:
                    state = one.outcome or ("LATE" if one in late else "open")
                    say(
                        f"{one.id}  {one.kind:<10} {one.law:<8} {state:<9} "
                        f"answer by {one.answer_at:%Y-%m-%d}, carry out by {one.carry_out_at:%Y-%m-%d}"
                    )
    if late:
        raise typer.Exit(1)


@person.command("request")
def request_command(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="access, correction, erasure or withdrawal.")
    ],
    place: Annotated[
        str | None,
        typer.Option("--place", help="Where they are, such as HK; without, the strictest days."),
    ] = None,
    person_id: Annotated[
        str | None, typer.Option("--person", metavar="ID", help="Who asks, once that is known.")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", metavar="DATE", help="YYYY-MM-DD; without, now.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Write down what somebody asks for; prints by when it is to be dealt with."""
    from core.privacy.law import RequestKind
    from providers.contacts.schemas import require_place

    wanted = _one_of(RequestKind, kind, "KIND")
    key = _parse(person_id) if person_id else None
    try:
        where = require_place(place) if place else None
    except ValueError as error:
        raise CommandFailed(f"--place: {error}") from error
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import open_request

        with transaction(make_session_factory(engine)) as session:
            made = open_request(
                session,
                OPERATOR,
                kind=wanted,
                place=where,
                person_id=key,
                received_at=_day(received) if received else utc_now(),
            )
    _tell(made, as_json=as_json)


@person.command("answer")
def answer_command(request_id: _RequestId, as_json: _AsJson = False) -> None:
    """Write down that the person got a first answer."""
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import answer_request

        with transaction(make_session_factory(engine)) as session:
            made = answer_request(session, OPERATOR, request_id=_parse(request_id), now=utc_now())
    _tell(made, as_json=as_json)


@person.command("extend")
def extend_command(request_id: _RequestId, as_json: _AsJson = False) -> None:
    """Put off the day on which a request is due, where its law allows that, once."""
    with open_current_database(load_settings()) as engine:
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import extend_request

        with transaction(make_session_factory(engine)) as session:
            made = extend_request(session, OPERATOR, request_id=_parse(request_id))
    _tell(made, as_json=as_json)


@person.command("close")
def close_command(
    request_id: _RequestId,
    outcome: Annotated[str, typer.Option("--outcome", help="done, refused or withdrawn.")],
    as_json: _AsJson = False,
) -> None:
    """Write down how a request ended."""
    from core.privacy.requests import Outcome

    ended = _one_of(Outcome, outcome, "--outcome")
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import close_request

        with transaction(make_session_factory(engine)) as session:
            made = close_request(
                session, OPERATOR, request_id=_parse(request_id), outcome=ended, now=utc_now()
            )
    _tell(made, as_json=as_json)


@person.command("transfers")
def transfers_command(as_json: _AsJson = False) -> None:
    """Say how many people's data left their jurisdiction this year, and where each basis ends.

    Ends with 1 where a basis is four fifths used.
    """
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import reading
        from core.privacy.ledger import cap_states

        with reading(engine) as session:
            states = cap_states(session, now=utc_now())
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
                ]
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

        aware_at = _day(aware) if aware else utc_now()
        assessed_at = _day(assessed) if assessed else None
        by_country: dict[str, list[dict[str, object]]] = {}
        with reading(engine) as session:
            for one in list_people(session):
                where = country_of(one.place) if one.place else "ZZ"
                by_country.setdefault(where, []).append(
                    {"person_id": str(one.person_id), "place": one.place, "fields": one.fields}
                )
    told = []
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


def _tell(request: "PersonRequest", *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(request, is_late=False))
        return
    say(f"{request.id}")
    note(
        f"{request.kind}, law {request.law}: answer by {request.answer_at:%Y-%m-%d %H:%M} UTC, "
        f"carry out by {request.carry_out_at:%Y-%m-%d %H:%M} UTC"
        + (f"; {request.outcome}" if request.outcome else "")
    )


def _as_json(request: "PersonRequest", is_late: bool) -> dict[str, object]:
    return {
        "id": str(request.id),
        "person_id": str(request.person_id) if request.person_id else None,
        "kind": request.kind,
        "place": request.place,
        "law": request.law,
        "received_at": request.received_at.isoformat(),
        "answer_at": request.answer_at.isoformat(),
        "carry_out_at": request.carry_out_at.isoformat(),
        "is_extended": request.is_extended,
        "answered_at": request.answered_at and request.answered_at.isoformat(),
        "closed_at": request.closed_at and request.closed_at.isoformat(),
        "outcome": request.outcome,
        "is_late": is_late,
    }


def _parse(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(f"{written!r} is no id: it looks like {UUID(int=0)}") from error


def _day(written: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(written), time(0), UTC)
    except ValueError as error:
        raise CommandFailed(f"{written!r} is no date: write it as YYYY-MM-DD") from error


def _one_of(kind: type[Choice], written: str, name: str) -> Choice:
    try:
        return kind(written)
    except ValueError as error:
        raise CommandFailed(f"{name}: {written!r} is none of {', '.join(kind)}") from error

"""`landbridge person request ...`: what people ask for, and by when it is to be dealt with."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note, print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed
from api.cli.person_options import one_of, parse_day, parse_id

if TYPE_CHECKING:
    from core.privacy.models import PersonRequest

app = typer.Typer()

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST", help="An id, as `person requests` shows it.")
]


@app.command("requests")
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


@app.command("request")
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

    wanted = one_of(RequestKind, kind, "KIND")
    key = parse_id(person_id) if person_id else None
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
                received_at=parse_day(received) if received else utc_now(),
            )
    _tell(made, as_json=as_json)


@app.command("answer")
def answer_command(request_id: _RequestId, as_json: _AsJson = False) -> None:
    """Write down that the person got a first answer."""
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import answer_request

        with transaction(make_session_factory(engine)) as session:
            made = answer_request(session, OPERATOR, request_id=parse_id(request_id), now=utc_now())
    _tell(made, as_json=as_json)


@app.command("extend")
def extend_command(request_id: _RequestId, as_json: _AsJson = False) -> None:
    """Put off the day on which a request is due, where its law allows that, once."""
    with open_current_database(load_settings()) as engine:
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import extend_request

        with transaction(make_session_factory(engine)) as session:
            made = extend_request(session, OPERATOR, request_id=parse_id(request_id))
    _tell(made, as_json=as_json)


@app.command("close")
def close_command(
    request_id: _RequestId,
    outcome: Annotated[str, typer.Option("--outcome", help="done, refused or withdrawn.")],
    as_json: _AsJson = False,
) -> None:
    """Write down how a request ended."""
    from core.privacy.requests import Outcome

    ended = one_of(Outcome, outcome, "--outcome")
    with open_current_database(load_settings()) as engine:
        from core.clock import utc_now
        from core.db import make_session_factory, transaction
        from core.identity.actor import OPERATOR
        from core.privacy.requests import close_request

        with transaction(make_session_factory(engine)) as session:
            made = close_request(
                session, OPERATOR, request_id=parse_id(request_id), outcome=ended, now=utc_now()
            )
    _tell(made, as_json=as_json)


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

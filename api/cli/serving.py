"""`landbridge demo` and `landbridge serve`: the server, with and without data of its own."""

import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note, progress_bars, say
from api.cli.database import (
    describe_database,
    load_settings,
    open_current_database,
    open_database,
    require_known_revision,
)
from api.cli.erased import apply_erasures
from api.cli.failures import INTERRUPTED, CommandFailed
from api.cli.keys import require_keys

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.cli.demo_people import DemoSignIn
    from core.settings import Settings

app = typer.Typer()

HostOption = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; LANDBRIDGE_HOST by default.")
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65535, help="Port to listen on; LANDBRIDGE_PORT (8000) by default."
    ),
]

EXAMPLES = (
    "feasibility study for rural roads in Vietnam",
    "孟加拉国供水项目的施工监理",
    "在坦桑尼亞做電力項目審計",
)


@app.command()
def demo(
    host: HostOption = None,
    port: PortOption = None,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Load the data, then end without serving.")
    ] = False,
) -> None:
    """Prepare the database with the packaged catalogue of real firms, and serve it.

    Running it again changes nothing that is already there; interrupted, it goes on where it was.
    """
    settings = load_settings()
    _refuse_open_production(settings, prepare_only=prepare_only)
    if prepare_only:
        _prepare(settings)
        say("prepared: run `landbridge demo` or `landbridge serve` to serve it")
        return
    with closing(_listen(host or settings.host, settings.port if port is None else port)) as door:
        _prepare(settings)
        with open_database(settings) as engine:
            require_keys(settings, engine)
        people = _seed_people(settings)
        _serve(settings, door, greet=partial(_say_welcome, people), log_level="WARNING")


@app.command()
def serve(host: HostOption = None, port: PortOption = None) -> None:
    """Serve the API and the pages from the database that the settings name."""
    from core.own_folder import remove_left_folders

    settings = load_settings()
    with open_current_database(settings) as engine:
        # Refused here, in one line, rather than in the log of a server that half starts.
        require_keys(settings, engine)
        apply_erasures(settings, engine)
    remove_left_folders()
    with closing(_listen(host or settings.host, settings.port if port is None else port)) as door:
        _serve(settings, door, greet=_say_address, log_level=settings.log_level)


def _refuse_open_production(settings: "Settings", *, prepare_only: bool) -> None:
    from core.settings import Environment

    if settings.environment is Environment.PRODUCTION and not prepare_only:
        raise CommandFailed(
            "the demo is open to everyone and asks for no sign-in: unset LANDBRIDGE_ENVIRONMENT, "
            "or use --prepare-only to load the packaged catalogue and `landbridge serve` to serve"
        )


def _prepare(settings: "Settings") -> None:
    from core.clock import utc_now
    from core.db import make_session_factory
    from core.migrations.runner import current_revision, upgrade_to_head
    from providers.catalogue import load_packaged_catalogue

    note(f"preparing {describe_database(settings)}")
    try:
        with open_database(settings) as engine, progress_bars() as report:
            require_known_revision(current_revision(engine))
            upgrade_to_head(engine)
            load_packaged_catalogue(make_session_factory(engine), now=utc_now(), progress=report)
            _say_counts(engine)
    except KeyboardInterrupt as interrupt:
        raise CommandFailed(
            f"interrupted: what was loaded is kept in {describe_database(settings)}; give the same "
            "command again to go on from there",
            exit_code=INTERRUPTED,
        ) from interrupt


def _seed_people(settings: "Settings") -> "list[DemoSignIn]":
    from api.cli.demo_people import seed_people
    from core.clock import utc_now
    from core.db import make_session_factory, transaction

    with (
        open_database(settings) as engine,
        transaction(make_session_factory(engine)) as session,
    ):
        return seed_people(session, settings.keyring, now=utc_now())


def _say_counts(engine: "Engine") -> None:
    from sqlalchemy import func, select

    from core.db import reading
    from providers.jurisdictions.models import Jurisdiction
    from providers.models import Evidence, Provider
    from providers.sectors.models import Sector

    with reading(engine) as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in (
                ("providers", Provider),
                ("pieces of evidence", Evidence),
                ("sectors", Sector),
                ("jurisdictions", Jurisdiction),
            )
        }
    say("loaded: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one costs no time.

    Raises:
        CommandFailed: the port is taken or the address is not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, or asyncio leaves Nagle's algorithm on, and an answer whose last part is short waits for
    # 40 milliseconds.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise CommandFailed(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another with --port"
        ) from error
    return door


def _serve(
    settings: "Settings", door: socket.socket, *, greet: Callable[[str], None], log_level: str
) -> None:
    from api.app import create_app
    from api.cli.observing import (
        allow_many_connections,
        metrics_door,
        refuse_forgetful_broker,
        tracing,
    )
    from api.cli.server import GreetingServer
    from core.log import configure_logging

    configure_logging(log_level)
    allow_many_connections()
    refuse_forgetful_broker(settings)
    interrupted = False
    with tracing(settings) as traces:
        made = create_app(settings, tracing=traces)
        server = GreetingServer(made, log_level=log_level, greet=lambda: greet(_address(door)))
        with metrics_door(settings, made.state.metrics):
            try:
                server.run(sockets=[door])
            except KeyboardInterrupt:
                interrupted = True
    # Whether the interrupt comes out of the loop depends on where the loop stood.
    if interrupted or server.is_interrupted:
        raise CommandFailed(
            f"stopped: the data stays in {describe_database(settings)}; the same command serves "
            "it again",
            exit_code=INTERRUPTED,
        )
    if not server.started:
        raise CommandFailed("the server did not start: see the lines above", exit_code=1)


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    # A server that listens everywhere is reached on this machine by its own name.
    name = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104 compared, not bound
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _say_address(address: str) -> None:
    say(f"serving on {address}")


def _say_welcome(people: "list[DemoSignIn]", address: str) -> None:
    program = _program()
    signing_in = "\n".join(_line_of(person) for person in people)
    say(f"""
Landbridge runs on {address} (Ctrl-C stops it)
The demo is open: pages of enterprises ask for no sign-in.

Open in a browser
  {address}/needs/new       say what you need, in English or Chinese
  {address}/providers       the firms and their evidence
  {address}/openapi.json    the API, described

Sign in at {address}/sign-in as one of these; they are made anew at each start
{signing_in}

Type in another terminal
  {program} match --text "{EXAMPLES[0]}"
  {program} understand --text "{EXAMPLES[2]}" --json
  curl {address}/v1/match -H 'Content-Type: application/json' -d '{{"text": "{EXAMPLES[1]}"}}'
""")


def _line_of(person: "DemoSignIn") -> str:
    line = f"  {person.email:<26} password {person.password}"
    if not person.seed:
        return line
    return f"{line}\n{'':<28} key for an app {person.seed}, or once {person.recovery_code}"


def _program() -> str:
    """Return what to type for this very program."""
    found = shutil.which("landbridge")
    started = Path(sys.argv[0])
    if found and started.exists() and Path(found).samefile(started):
        return "landbridge"
    return sys.argv[0] if started.name == "landbridge" else "landbridge"

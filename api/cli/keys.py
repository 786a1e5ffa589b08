"""`landbridge keys ...`: the keys that seal what is stored, and replacing them."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import INTERRUPTED, CommandFailed
from api.cli.operators import command_line_actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

    from core.settings import Settings

app = typer.Typer()
keys = typer.Typer(
    name="keys", help="The keys that seal people's data and secrets, and replacing them.",
    no_args_is_help=True,
)  # fmt: skip
app.add_typer(keys)

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@keys.command("new")
def new_command() -> None:
    """Print a new key for LANDBRIDGE_SEALING_KEYS, to be written before those that are there."""
    from core.sealing import make_key

    say(make_key())


@keys.command("digest")
def digest_command() -> None:
    """Print what LANDBRIDGE_DIGEST_KEY has to be before the oldest sealing key is taken out."""
    say(load_settings().keyring.digest_key)


@keys.command("show")
def show_command(as_json: _AsJson = False) -> None:
    """Say what is sealed with which key, and what is left to do until the older ones can go.

    Ends with 1 where something is sealed with a key that the settings lack.
    """
    from core.db import reading
    from core.sealed_rows import count_sealed

    settings = load_settings()
    with open_current_database(settings) as engine, reading(engine) as session:
        counts = count_sealed(session)
    known = settings.keyring.ids
    unknown = sorted({key for by_key in counts.values() for key in by_key} - set(known))
    if as_json:
        print_json(
            {
                "keys": [
                    {"id": key.hex(), "is_known": key in known, "sealed": _of_key(counts, key)}
                    for key in (*known, *unknown)
                ],
                "has_digest_key": bool(settings.digest_key.get_secret_value()),
            }
        )
    else:
        for place, key in enumerate(known):
            say(f"{key.hex()}  {_name(place, len(known)):<14}{_listed(_of_key(counts, key))}")
        for key in unknown:
            say(f"{key.hex()}  not given     {_listed(_of_key(counts, key))}")
        say(_what_is_left(settings, counts, known))
    if unknown:
        raise typer.Exit(1)


@keys.command("renew")
def renew_command(as_json: _AsJson = False) -> None:
    """Seal everything with the newest key that is sealed with an older one, while servers run.

    Interrupted, it goes on from there when the same command is given again.
    """
    from core.db import make_session_factory
    from core.sealed_rows import seal_anew

    settings = load_settings()
    ring = settings.keyring
    with open_current_database(settings) as engine:
        try:
            with progress_bars() as report:
                done = seal_anew(
                    make_session_factory(engine), command_line_actor(), ring, report=report
                )
        except KeyboardInterrupt as interrupt:
            raise CommandFailed(
                "interrupted: what was sealed anew stays so; give the same command again to go on",
                exit_code=INTERRUPTED,
            ) from interrupt
    if as_json:
        print_json({"key": ring.ids[0].hex(), "sealed_anew": done})
        return
    say(f"sealed anew with {ring.ids[0].hex()}: {_listed(done)}")


def require_keys(settings: "Settings", engine: "Engine") -> None:
    """Refuse keys that do not open what is stored, or do not find who is stored.

    Raises:
        CommandFailed: they do not; it says what to write into the settings.
    """
    fault = key_fault(settings, engine)
    if fault is not None:
        raise CommandFailed(fault)


def key_fault(settings: "Settings", engine: "Engine") -> str | None:
    """Say why the keys of the settings are not those of a database; None where they are."""
    from core.db import reading
    from core.sealed_rows import find_key_fault

    with reading(engine) as session:
        return find_key_fault(session, settings.keyring)


def check_keys(settings: "Settings") -> str:
    """Ask whether the keys open what is stored, for `landbridge check`.

    Raises:
        CommandFailed: they do not.
    """
    from core.db import reading
    from core.sealed_rows import count_sealed

    with open_current_database(settings) as engine:
        require_keys(settings, engine)
        with reading(engine) as session:
            counts = count_sealed(session)
    newest = settings.keyring.ids[0]
    old = sum(n for by_key in counts.values() for key, n in by_key.items() if key != newest)
    whole = f"{sum(_of_key(counts, newest).values()):,} sealed with the newest"
    return whole + (f", {old:,} with others: `landbridge keys show`" if old else "")


def _of_key(counts: "Mapping[str, Mapping[bytes, int]]", key: bytes) -> dict[str, int]:
    return {what: by_key.get(key, 0) for what, by_key in counts.items()}


def _listed(counts: "Mapping[str, int]") -> str:
    said = ", ".join(f"{what} ({count:,})" for what, count in counts.items() if count)
    return said or "nothing"


def _name(place: int, count: int) -> str:
    if place == 0:
        return "newest" if count > 1 else "the only one"
    return "oldest" if place == count - 1 else "older"


def _what_is_left(
    settings: "Settings", counts: "Mapping[str, Mapping[bytes, int]]", known: "Sequence[bytes]"
) -> str:
    if not settings.digest_key.get_secret_value():
        return "before a key is replaced: set LANDBRIDGE_DIGEST_KEY to what `landbridge keys digest` prints"
    if len(known) == 1:
        return "to replace it: write what `landbridge keys new` prints before it"
    if any(sum(_of_key(counts, key).values()) for key in known[1:]):
        return "before an older key is taken out: run `landbridge keys renew`"
    return "the older keys can be taken out of LANDBRIDGE_SEALING_KEYS"

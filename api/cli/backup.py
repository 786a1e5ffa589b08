"""`landbridge backup` and `landbridge restore`: the database saved while it is used, and put back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note, print_json, say
from api.cli.database import describe_database, load_settings, missing_file, open_database
from api.cli.erased import apply_erasures
from api.cli.failures import CommandFailed
from api.cli.keys import key_fault

if TYPE_CHECKING:
    from core.backup.manifest import Manifest

app = typer.Typer()
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where to put it; without, `backups` inside the data folder."),
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Save the database into a folder of its own, while it is used.

    The backup is one state of the database, and has its name once it is whole.
    """
    from core.backup.service import back_up
    from core.clock import utc_now

    settings = load_settings()
    missing = missing_file(settings)
    if missing is not None:
        raise CommandFailed(f"there is no database at {missing}: nothing to save")
    with open_database(settings) as engine:
        made, manifest = back_up(engine, folder or settings.data_dir / "backups", now=utc_now())
    if as_json:
        print_json({"backup": str(made), **_as_json(manifest)})
    else:
        say(f"{made}: {_contents(manifest)}")


@app.command()
def restore(
    folder: Annotated[
        Path, typer.Argument(metavar="BACKUP", help="A folder that `landbridge backup` made.")
    ],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Also where the database is not empty; it is kept aside."),
    ] = False,
    rehearse: Annotated[
        bool,
        typer.Option(
            "--rehearse", help="Restore it beside the database, compare every row, take it away."
        ),
    ] = False,
    as_json: _AsJson = False,
) -> None:
    """Put a backup in the place of the database: all of it, compared row by row, or nothing.

    Stop the server and the workers first. What was there is never deleted.
    """
    from core.backup import service
    from core.clock import utc_now

    if replace and rehearse:
        raise CommandFailed("give --replace or --rehearse: a rehearsal replaces nothing")
    settings = load_settings()
    with open_database(settings) as engine:
        if rehearse:
            manifest = service.rehearse(engine, folder, now=utc_now())
            if as_json:
                print_json({"is_restored": False, "aside": None, **_as_json(manifest)})
            else:
                say(f"{folder} can be restored: {_contents(manifest)}, every row as it was saved")
            return
        done = service.restore(
            engine,
            folder,
            now=utc_now(),
            replace=replace,
            announce=lambda found: note(f"{folder}: every byte as it was written; restoring"),
        )
        if not service.is_behind(done.manifest):  # else when it was migrated and is served
            apply_erasures(settings, engine)
            fault = key_fault(settings, engine)
            if fault is not None:
                note(f"it cannot be served with the keys of the settings: {fault}")
    if as_json:
        print_json({"is_restored": True, "aside": done.aside, **_as_json(done.manifest)})
        return
    say(f"{describe_database(settings)}: {_contents(done.manifest)}, every row as it was saved")
    if done.aside is not None:
        say(f"what was there before is kept as {done.aside}")
    if service.is_behind(done.manifest):
        say("it is of an older release: run `landbridge migrate`")


def _contents(manifest: "Manifest") -> str:
    return (
        f"{manifest.rows:,} rows in {len(manifest.tables)} tables, {manifest.size_bytes / 1e6:,.1f} "
        f"MB, as of {manifest.taken_at[:19].replace('T', ' ')} UTC, schema {manifest.revision}"
    )


def _as_json(manifest: "Manifest") -> dict[str, object]:
    return asdict(manifest)

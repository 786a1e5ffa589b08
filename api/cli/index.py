"""`landbridge index ...`: build the index's snapshot, look at it, check every byte of it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import FAULT, INTERRUPTED, CommandFailed

if TYPE_CHECKING:
    from pathlib import Path

    from core.settings import Settings
    from matching.index.files import SnapshotMeta
    from providers.catalogue_state import Changes

app = typer.Typer()
index = typer.Typer(
    name="index",
    help="The snapshot that matches are made from: build it, look at it, check it.",
    no_args_is_help=True,
)
app.add_typer(index)


@index.command()
def build(
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that build.")
    ] = 2,
) -> None:
    """Build the index from the database and make it the one to serve.

    Servers go over to it by themselves. Until it is whole, and if it fails, the old one serves.
    """
    from core.db import make_session_factory, transaction
    from enterprises.rematching import queue_rematch
    from providers.snapshot.build import name_of, rebuild
    from providers.snapshot.store import open_store

    settings = load_settings()
    with open_current_database(settings) as engine:
        try:
            with progress_bars() as report:
                meta = rebuild(
                    settings, lambda done, total, what: report(what, done, total), workers=workers
                )
        except KeyboardInterrupt as interrupt:
            raise CommandFailed(
                "interrupted: the index is as it was before", exit_code=INTERRUPTED
            ) from interrupt
        with transaction(make_session_factory(engine)) as session:
            queue_rematch(session, {"index": meta.content})
    path = open_store(settings).fetch(name_of(meta))
    say(f"{name_of(meta)}: {_contents(meta)}, {_size(path, meta)}")


@index.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the current snapshot, and how far the catalogue has moved on since."""
    from core.db import reading
    from matching.index.files import SnapshotRefused, read_meta
    from providers.catalogue_state import catalogue_id, changes_since
    from providers.snapshot.opening import require_fit
    from providers.vectors import make_encoder

    settings = load_settings()
    with open_current_database(settings) as engine:
        path = _current(settings)
        with reading(engine) as session:
            try:
                meta = read_meta(path)
            except SnapshotRefused as error:
                raise CommandFailed(str(error), exit_code=FAULT) from error
            changes = changes_since(session, meta.sequence)
            catalogue = catalogue_id(session)
    try:
        version = make_encoder(settings).version
        require_fit(meta, catalogue=catalogue, encoder=version, changes=changes)
        refused = None
    except SnapshotRefused as error:
        refused = f"{error}: run `landbridge index build`"
    if as_json:
        print_json(
            {
                "file": str(path),
                "bytes": path.stat().st_size,
                **asdict(meta),
                "catalogue_sequence": changes.sequence,
                "providers_changed": len(changes.providers),
                "is_used": refused is None,
                "refused": refused,
            }
        )
        return
    say(str(path))
    say(f"{_contents(meta)}, {_size(path, meta)}")
    say(f"built {meta.built_at} by {meta.writer}")
    say(f"vectors of {meta.encoder}, sector list {meta.sector_list}")
    say(_moved_on(meta, changes))
    say("it is used" if refused is None else f"it is not used: {refused}")


@index.command()
def verify() -> None:
    """Read the current snapshot from end to end and compare every checksum.

    Ends with 1 where the file is damaged.
    """
    from matching.index.files import SnapshotRefused, verify_snapshot

    path = _current(load_settings())
    try:
        meta = verify_snapshot(path)
    except SnapshotRefused as error:
        raise CommandFailed(f"{error}: run `landbridge index build`", exit_code=FAULT) from error
    say(f"{path.name}: {_contents(meta)}, every byte as it was written")


def _current(settings: "Settings") -> "Path":
    from providers.snapshot.store import open_store

    store = open_store(settings)
    name = store.current()
    if name is None:
        raise CommandFailed(f"there is no snapshot in {store.url}: run `landbridge index build`")
    return store.fetch(name)


def _contents(meta: "SnapshotMeta") -> str:
    return f"{meta.providers:,} providers, {meta.pieces:,} pieces of evidence"


def _size(path: "Path", meta: "SnapshotMeta") -> str:
    size = path.stat().st_size
    each = f" ({size // meta.providers:,} bytes a provider)" if meta.providers else ""
    return f"{size / 1e6:,.1f} MB{each}"


def _moved_on(meta: "SnapshotMeta", changes: "Changes") -> str:
    return (
        f"stands at change {meta.sequence:,} of {changes.sequence:,}; "
        f"{len(changes.providers):,} providers changed since"
    )

"""`landbridge imports ...` and `landbridge export`: tables looked at, confirmed, undone; and out again."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.cli.console import note, print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed
from api.cli.operators import command_line_actor
from api.cli.worker import wait_for_job

if TYPE_CHECKING:
    from core.db import SessionFactory
    from core.settings import Settings
    from providers.imports.models import SupplyImport
    from providers.imports.service import UploadedFile

app = typer.Typer()
imports = typer.Typer(
    name="imports",
    help="Look at tables of providers or evidence before they are imported, confirm them, undo them.",
    no_args_is_help=True,
)
app.add_typer(imports)

_SHOWN_ROWS = 10
_SHOWN_CHARACTERS = 60
_KINDS = "providers or evidence."

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_ImportId = Annotated[
    str, typer.Argument(metavar="IMPORT", help="An id, as `imports list` shows it.")
]
_Kind = Annotated[str, typer.Argument(metavar="KIND", help=_KINDS)]
_Source = Annotated[str, typer.Option("--source", help="Whose data these are.")]


@imports.command("dry-run")
def dry_run_command(
    kind: _Kind,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON Lines, with a header.")
    ],
    source: _Source = "operator",
    as_json: _AsJson = False,
) -> None:
    """Say what each row of a table would change, and keep it to be confirmed. Nothing is written."""
    with _opened() as (settings, sessions):
        from core.clock import utc_now
        from core.db import transaction
        from providers.imports.service import accept_file

        with _read(file, settings) as uploaded, transaction(sessions) as session:
            accepted = accept_file(
                session,
                command_line_actor(),
                kind=kind,
                source=source,
                file=uploaded,
                now=utc_now(),
            )
            made, is_repeat = accepted.supply_import, accepted.is_repeat
        if is_repeat:
            note(f"{file.name} is being dealt with already: import {made.id}")
        _wait(settings, sessions, made.id, stage="rows looked at")
        _tell(sessions, made.id, as_json=as_json, with_rows=True)


@imports.command("list")
def list_command(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: _AsJson = False,
) -> None:
    """List imports, newest first."""
    from core.db import reading
    from providers.imports.queries import list_imports

    with _opened() as (_, sessions), reading(sessions) as session:
        found = list_imports(session, limit=limit)
        if as_json:
            print_json({"imports": [_as_json(one) for one in found]})
            return
        for one in found:
            say(f"{one.id}  {one.state:<9} {one.kind:<9} {one.created_at:%Y-%m-%d %H:%M:%S}  "
                f"{one.file_name}")  # fmt: skip


@imports.command("show")
def show_command(import_id: _ImportId, as_json: _AsJson = False) -> None:
    """Show an import: what its rows do, and what is wrong with some of them."""
    with _opened() as (_, sessions):
        _tell(sessions, _parse(import_id), as_json=as_json, with_rows=True)


@imports.command("confirm")
def confirm_command(import_id: _ImportId, as_json: _AsJson = False) -> None:
    """Write the new and changed rows of an import that was looked at."""
    with _opened() as (settings, sessions):
        from core.clock import utc_now
        from core.db import transaction
        from providers.imports.service import confirm_import

        key = _parse(import_id)
        with transaction(sessions) as session:
            confirm_import(session, command_line_actor(), import_id=key, now=utc_now())
        _wait(settings, sessions, key, stage="rows written")
        _tell(sessions, key, as_json=as_json)


@imports.command("undo")
def undo_command(import_id: _ImportId, as_json: _AsJson = False) -> None:
    """Put back what was stored before an import, except where somebody has edited it since."""
    with _opened() as (settings, sessions):
        from core.clock import utc_now
        from core.db import transaction
        from providers.imports.service import undo_import

        key = _parse(import_id)
        with transaction(sessions) as session:
            undo_import(session, command_line_actor(), import_id=key, now=utc_now())
        _wait(settings, sessions, key, stage="rows taken back")
        _tell(sessions, key, as_json=as_json)


@imports.command("discard")
def discard_command(import_id: _ImportId) -> None:
    """Put away an import that was not confirmed."""
    from core.db import transaction
    from providers.imports.service import discard_import

    with _opened() as (_, sessions), transaction(sessions) as session:
        say(
            f"{discard_import(session, command_line_actor(), import_id=_parse(import_id)).id} is discarded"
        )


@imports.command("errors")
def errors_command(
    import_id: _ImportId,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A workbook to write, ending .xlsx.")
    ],
) -> None:
    """Write the rows that were left out as a workbook, with what is wrong beside each."""
    from core.db import reading
    from providers.imports.exports import iterate_errors, write_workbook
    from providers.imports.queries import get_import

    if file.suffix.lower() != ".xlsx":
        raise CommandFailed(f"{file} is written as a workbook: let its name end in .xlsx")
    with _opened() as (_, sessions), reading(sessions) as session, _replaced(file) as path:
        write_workbook(iterate_errors(session, get_import(session, _parse(import_id))), path)
    say(f"{file} is written")


@app.command("export")
def export_command(
    kind: _Kind,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What to write, ending .csv or .xlsx.")
    ],
    source: _Source = "operator",
) -> None:
    """Write all providers or evidence of a source, with the columns of an import.

    A cell that a spreadsheet program would take for a formula begins with an apostrophe, which
    `landbridge imports` takes away again.
    """
    from core.db import reading
    from providers.imports.exports import as_csv, iterate_table, require_kind, write_workbook

    require_kind(kind)
    ending = file.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise CommandFailed(f"{file} can be written as CSV or XLSX: let its name end so")
    with _opened() as (_, sessions), reading(sessions) as session, _replaced(file) as path:
        rows = iterate_table(session, kind, source)
        if ending == ".xlsx":
            write_workbook(rows, path)
        else:
            with path.open("wb") as written:
                written.writelines(as_csv(rows))
    say(f"{file} is written")


@contextmanager
def _replaced(file: Path) -> Generator[Path]:
    """Give a path to write to; it becomes the file only if all went well."""
    with NamedTemporaryFile(dir=file.parent, prefix=".landbridge-", delete=False) as made:
        path = Path(made.name)
    try:
        yield path
        path.replace(file)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _opened() -> Generator[tuple["Settings", "SessionFactory"]]:
    settings = load_settings()
    with open_current_database(settings) as engine:
        from core.db import make_session_factory

        yield settings, make_session_factory(engine)


@contextmanager
def _read(path: Path, settings: "Settings") -> Generator["UploadedFile"]:
    from providers.imports.service import UploadedFile

    if not path.is_file():
        raise CommandFailed(f"there is no file {path}")
    size = path.stat().st_size
    if size > settings.max_import_bytes:
        raise CommandFailed(
            f"{path} has more than {settings.max_import_bytes:,} bytes: split it, or use "
            "`landbridge import`"
        )
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        yield UploadedFile(content=content, name=path.name, sha256=sha256, size=size)


def _wait(settings: "Settings", sessions: "SessionFactory", import_id: UUID, *, stage: str) -> None:
    """Stay until the present job of an import has ended."""
    from core.db import reading
    from providers.imports.queries import get_import
    from providers.imports.service import is_in_hand

    with reading(sessions) as session:
        found = get_import(session, import_id)
    if found.job_id is None or not is_in_hand(found):
        return
    tree = wait_for_job(settings, sessions, found.job_id, stage=stage)
    if not tree.is_done:
        raise CommandFailed(
            f"not all of it is done: see `landbridge jobs show {found.job_id}`", exit_code=1
        )


def _tell(
    sessions: "SessionFactory", import_id: UUID, *, as_json: bool, with_rows: bool = False
) -> None:
    """Print an import; a refused file is a failure."""
    from core.db import reading
    from providers.imports.models import RowOutcome, SupplyImportState
    from providers.imports.queries import get_import, list_rows

    with reading(sessions) as session:
        found = get_import(session, import_id)
        shown = {
            outcome: list_rows(session, import_id, outcome=outcome, limit=_SHOWN_ROWS)
            for outcome in (RowOutcome.CHANGED, RowOutcome.REFUSED)
            if with_rows
        }
        own = list_rows(session, import_id, is_own=True, limit=_SHOWN_ROWS) if with_rows else ()
    if as_json:
        print_json(_as_json(found))
    elif found.state != SupplyImportState.REFUSED:
        say(f"{found.id}: {found.state}")
        say(_say_counts(found))
        for row in own:
            for column, (kept, written) in (row.kept or {}).items():
                say(f"  row {row.row_no}, {column}: {_cut(kept)} stays, not {_cut(written)}")
        for row in shown.get(RowOutcome.CHANGED, ()):
            for column, (before, after) in (row.changes or {}).items():
                say(f"  row {row.row_no}, {column}: {_cut(before)} -> {_cut(after)}")
        for row in shown.get(RowOutcome.REFUSED, ()):
            for problem in row.problems or ():
                meant = f" (perhaps {problem['suggestion']})" if problem["suggestion"] else ""
                where = f"row {row.row_no}, {problem['column']}"
                say(f"  {where}: {_cut(problem['value'])} {problem['reason']}{meant}")
    if found.state == SupplyImportState.REFUSED:
        raise CommandFailed(f"{found.file_name}: {found.problem}")


def _say_counts(found: "SupplyImport") -> str:
    from providers.imports.models import SupplyImportState

    if found.state == SupplyImportState.UNDONE:
        return (
            f"{found.rows_restored:,} rows are as before; {found.rows_kept:,} were left, because "
            "they were edited since or something refers to them"
        )
    if found.state == SupplyImportState.APPLIED:
        return (
            f"{found.rows_written:,} rows written; {found.rows_stale:,} left, because what is "
            f"stored had changed; {found.rows_refused:,} were refused"
        )
    counts = (
        f"{found.rows_new:,} new, {found.rows_changed:,} changed, {found.rows_same:,} as they are "
        f"stored, {found.rows_refused:,} refused"
    )
    if found.rows_own:
        counts += f"; of {found.rows_own:,} something stays, because the firm wrote it itself"
    if found.state != SupplyImportState.CHECKED:
        return counts
    if not found.rows_new + found.rows_changed:
        before = "; the same file was imported before" if found.repeats_id else ""
        return f"{counts}{before}; there is nothing to import"
    return f"{counts}; nothing is written before `landbridge imports confirm {found.id}`"


def _cut(text: str) -> str:
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return repr(shown)


def _parse(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(
            f"{written!r} is no id of an import: `landbridge imports list` shows them"
        ) from error


def _as_json(found: "SupplyImport") -> dict[str, Any]:  # Any: a JSON document
    from providers.imports.schemas import ImportRead

    return ImportRead.model_validate(found).model_dump(mode="json")

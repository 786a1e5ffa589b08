"""`landbridge import`: a table of supply, of needs, or of what was said of recommendations."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import INTERRUPTED, CommandFailed, one_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.db import SessionFactory
    from core.settings import Settings
    from providers.importing.plan import ImportPlan
    from providers.importing.run import ImportReport
    from providers.importing.spec import KindTable

app = typer.Typer()


@app.command("import")
def import_table(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="sectors, jurisdictions, providers, evidence, needs, judgements, preferences or "
            "outcomes.",
        ),
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON Lines, with a header.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and write nothing.")
    ] = False,
    keep_good: Annotated[
        bool,
        typer.Option("--keep-good", "--yes", help="Leave bad rows out and import the others."),
    ] = False,
    source: Annotated[
        str, typer.Option("--source", help="Whose data these are; rows are known within a source.")
    ] = "operator",
) -> None:
    """Import a table. Bad rows are listed in FILE.errors.csv; a broken-off import can be repeated.

    Nothing is written where a row is bad, unless the good ones are to be kept. Providers and evidence
    that should be looked at row by row, and can be undone, go through `landbridge imports`.
    """
    if not source or len(source) > 60:
        raise CommandFailed("--source must have 1 to 60 characters")
    settings = load_settings()
    specs = _kinds().get(kind)
    if specs is None:
        raise CommandFailed(f"{kind!r} is no kind of table: choose one of {', '.join(_kinds())}")
    with open_current_database(settings) as engine:
        from core.db import reading
        from providers.importing.plan import plan_import

        with reading(engine) as session:
            plan = plan_import(session, specs, file, source=source)
        if plan.is_guessed:
            note(f"{file.name} is not UTF-8; it was read as {plan.encoding}")
        if dry_run:
            _rehearse(engine, plan)
        else:
            _import(engine, plan, keep_good=keep_good)
            if kind == "evidence":
                _encode(engine, settings)


def _kinds() -> "KindTable":
    from committee.judgements.importing import COMMITTEE_KINDS
    from enterprises.importing import NEEDS
    from providers.importing.kinds import SUPPLY_KINDS

    return {**SUPPLY_KINDS, NEEDS.kind: (NEEDS,), **COMMITTEE_KINDS}


def _rehearse(engine: "Engine", plan: "ImportPlan") -> None:
    from core.clock import utc_now
    from core.db import make_session_factory
    from providers.importing.run import rehearse_import

    found = rehearse_import(make_session_factory(engine), plan, now=utc_now())
    unchanged = found.rows_total - found.rows_bad - found.rows_changed
    say(
        f"{found.rows_total:,} {plan.spec.table}: {found.rows_changed:,} new or changed, "
        f"{unchanged:,} as they are stored, {found.rows_bad:,} bad; nothing was written"
    )
    _say_kept(found, "would keep")
    if plan.problems:
        raise CommandFailed(_say_bad_rows(plan))


def _import(engine: "Engine", plan: "ImportPlan", *, keep_good: bool) -> None:
    from core.db import make_session_factory

    if plan.is_done:
        say(f"{plan.path.name} was imported before; nothing was done")
        return
    if plan.problems:
        bad_rows = _say_bad_rows(plan)
        if plan.spec.is_whole:
            raise CommandFailed(f"{bad_rows}; {plan.spec.table} are imported as a whole or not")
        if not keep_good and not _agrees(plan, bad_rows):
            raise CommandFailed(
                f"{bad_rows}; mend them, or import the others with --keep-good. Nothing was written"
            )
    _write(make_session_factory(engine), plan)


def _encode(engine: "Engine", settings: "Settings") -> None:
    """Give every new text of evidence its vector, so that no visitor has to wait for it."""
    from core.db import make_session_factory
    from providers.vectors import encode_missing, make_encoder

    try:
        with progress_bars() as report:
            encode_missing(
                make_session_factory(engine),
                make_encoder(settings),
                progress=lambda done, total: report("texts encoded", done, total),
            )
    except KeyboardInterrupt as interrupt:
        raise CommandFailed(
            "interrupted: the rows are in, some texts have no vector yet and are found by their "
            "words; give the same command again to go on from there",
            exit_code=INTERRUPTED,
        ) from interrupt


def _agrees(plan: "ImportPlan", bad_rows: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    note(bad_rows)
    good = plan.rows_total - len(plan.bad_rows)
    return typer.confirm(f"Import the other {good:,} rows?", default=False, err=True)


def _write(sessions: "SessionFactory", plan: "ImportPlan") -> None:
    from core.clock import utc_now
    from providers.importing.run import run_import

    done = 0
    with progress_bars() as report:

        def progress(rows_done: int, total: int) -> None:
            nonlocal done
            done = rows_done
            report(plan.spec.table, rows_done, total)

        try:
            result = run_import(sessions, plan, keep_good=True, now=utc_now(), progress=progress)
        except KeyboardInterrupt as interrupt:
            raise CommandFailed(
                f"interrupted after {done:,} of {plan.rows_total:,} rows, which are kept; "
                "give the same command again to go on from there",
                exit_code=INTERRUPTED,
            ) from interrupt
    unchanged = result.rows_total - result.rows_bad - result.rows_resumed - result.rows_changed
    parts = [f"{result.rows_changed:,} new or changed", f"{unchanged:,} as they were stored"]
    if result.rows_resumed:
        parts.append(f"{result.rows_resumed:,} dealt with by an earlier run")
    if result.rows_bad:
        parts.append(f"{result.rows_bad:,} left out, see {_report_path(plan).name}")
    say(f"{result.rows_total:,} {plan.spec.table}: {', '.join(parts)}")
    _say_kept(result, "keep")


def _say_kept(result: "ImportReport", keep: str) -> None:
    if result.kept:
        say(f"{len(result.kept):,} {keep} what their firms wrote themselves:")
        for ref, columns in sorted(result.kept.items()):
            say(f"  {one_line(ref)}: {', '.join(columns)}")


def _say_bad_rows(plan: "ImportPlan") -> str:
    """Write the error report and say in one line how many rows are bad, and the first of them."""
    from providers.importing.plan import write_error_report

    path = _report_path(plan)
    try:
        write_error_report(plan, path)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror}") from error
    first = plan.problems[0]
    where = f"row {first.row_no}" + (f", {first.column}" if first.column else "")
    return one_line(
        f"{len(plan.bad_rows):,} of {plan.rows_total:,} rows are bad (first: {where}: "
        f"{first.value[:60]!r} {first.reason}), all listed in {path}"
    )


def _report_path(plan: "ImportPlan") -> Path:
    return plan.path.with_name(f"{plan.path.name}.errors.csv")

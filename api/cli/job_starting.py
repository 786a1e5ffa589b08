"""`landbridge jobs start`, `schedules` and `overdue`: work begun by hand, by the clock, and its rest."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed
from api.cli.needs import parse_day
from api.cli.worker import jobs, tell_workers, wait_for_job

if TYPE_CHECKING:
    from core.schedules import Standing

app = typer.Typer()
app.add_typer(jobs)

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@jobs.command("start")
def start_command(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="train, compare, retention, credential_expiry, encode_texts, anchor_chains, "
            "verify_chains, index_build or rematch.",
        ),
    ],
    version: Annotated[str | None, typer.Option(help="compare: which ranker.")] = None,
    name: Annotated[str, typer.Option(help="train: what the ranker is called.")] = "learned",
    seed: Annotated[int, typer.Option(help="train: equal seeds and data, equal rankers.")] = 0,
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=parse_day, metavar="DATE", help="train: work since this day."
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option("--until", parser=parse_day, metavar="DATE", help="train: up to this day."),
    ] = None,
    by: Annotated[
        str, typer.Option("--as", metavar="ID", help="Who starts it: a stable id.")
    ] = "command-line",
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Stay until it is done; work on it here if nobody else does."),
    ] = False,
    as_json: _AsJson = False,
) -> None:
    """Queue a job that is otherwise queued by the clock or by what it is needed for."""
    settings = load_settings()
    with open_current_database(settings) as database:
        from api.cli.rankers import operator_called
        from core.db import make_session_factory, transaction
        from jobs.starting import Wishes, start_job

        wishes = Wishes(version=version, name=name, seed=seed, first=first, until=until)
        sessions = make_session_factory(database)
        with transaction(sessions) as session:
            job_id = start_job(session, operator_called(by), kind=kind, wishes=wishes).id
        if not wait:
            tell_workers(settings, job_id)
            if as_json:
                print_json({"job": str(job_id)})
            else:
                say(f"{job_id} is queued: `landbridge jobs show {job_id}` says how far it is")
            return
        tree = wait_for_job(settings, sessions, job_id, stage=kind)
    if as_json:
        print_json({"job": str(job_id), "state": tree.job.state})
    elif tree.is_done:
        say(f"{job_id} is done")
    if not tree.is_done:
        why = tree.job.last_error or f"it is {tree.job.state}"
        raise CommandFailed(f"not all of it is done: {why}", exit_code=1)


@jobs.command("schedules")
def schedules_command(as_json: _AsJson = False) -> None:
    """List what is done by the clock: when it was due last, when it is next. Times are UTC."""
    with open_current_database(load_settings()) as database:
        from core.db import reading
        from core.schedules import standings
        from jobs.schedules import SCHEDULES

        with reading(database) as session:
            found = standings(session, SCHEDULES)
    if as_json:
        print_json({"schedules": [_as_json(one) for one in found]})
        return
    for one in found:
        last = "not yet" if one.last is None else f"{one.last.due_at:%Y-%m-%d %H:%M}"
        say(f"{one.schedule.name:<18} {one.schedule.kind:<18} last {last:<17} "
            f"next {one.next_at:%Y-%m-%d %H:%M}")  # fmt: skip


def _as_json(one: "Standing") -> dict[str, object]:
    return {
        "name": one.schedule.name,
        "kind": one.schedule.kind,
        "every_seconds": one.schedule.every.total_seconds(),
        "last_due_at": one.last and one.last.due_at.isoformat(),
        "last_job": one.last and one.last.job_id and str(one.last.job_id),
        "next_due_at": one.next_at.isoformat(),
    }


@jobs.command("overdue")
def overdue_command(as_json: _AsJson = False) -> None:
    """List how long rows are kept, and how many should be gone by now; `retention` deletes them."""
    with open_current_database(load_settings()) as database:
        from core.db import reading
        from core.retention import count_overdue
        from jobs.retention import CLASSES, database_now

        with reading(database) as session:
            overdue = count_overdue(session, CLASSES, database_now(session))
    if as_json:
        rows = [{"name": one.name, "days": one.days, "tables": list(one.tables),
                 "overdue": overdue[one.name]} for one in CLASSES]  # fmt: skip
        print_json({"classes": rows})
        return
    for one in CLASSES:
        say(f"{one.name:<30} {one.days:>5g} days  {overdue[one.name]:>9,} overdue")

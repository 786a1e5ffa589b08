"""Imports killed at every named point: what is left is what an unbroken run leaves."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading
from core.job_runs import Outcome
from providers.imports import checking, writing
from providers.imports.models import SupplyImportRow
from providers.imports.states import Subject, state_of_provider
from providers.models import Provider
from tests.core.job_steps import Killed, let_leases_run_out
from tests.providers.import_steps import (
    SOURCE,
    as_csv,
    confirm,
    imported,
    provider_row,
    read,
    rows_of,
    send,
    undo,
    work,
)

POINTS = (*checking.CRASH_POINTS, *writing.CRASH_POINTS)
BEFORE = as_csv([provider_row(f"p{number}") for number in range(0, 7, 2)])
FILE = as_csv(
    [provider_row(f"p{number}", city="Hanoi") for number in range(7)]
    + [provider_row("bad", kind="nonsense")]
)
Findings = dict[str, Any]  # Any: whatever is compared


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (checking, writing):
        monkeypatch.setattr(module, "CHUNK_ROWS", 3)


class Dying:
    """Dies where a point is reached for the n-th time, and notes which are reached."""

    def __init__(self, point: str = "", time: int = 1) -> None:
        self.reached: Counter[str] = Counter()
        self._fatal = (point, time)

    def __call__(self, point: str) -> None:
        self.reached[point] += 1
        if (point, self.reached[point]) == self._fatal:
            raise Killed


def finish(sessions: SessionFactory, import_id: UUID, dying: Dying) -> int:
    """Do the job of an import, again after each death; return how often it died."""
    deaths = 0
    while True:
        try:
            assert work(sessions, import_id, dying) is Outcome.DONE
        except Killed:
            deaths += 1
            let_leases_run_out(sessions)
        else:
            return deaths


def live_through(sessions: SessionFactory, dying: Dying) -> tuple[int, Sequence[Findings]]:
    imported(sessions, BEFORE)
    import_id = send(sessions, FILE).supply_import.id
    found: list[Findings] = []
    steps: list[Callable[[SessionFactory, UUID], None]] = [lambda *_: None, confirm, undo]
    deaths = 0
    for step in steps:
        step(sessions, import_id)
        deaths += finish(sessions, import_id, dying)
        found.append(everything(sessions, import_id))
    return deaths, found


def everything(sessions: SessionFactory, import_id: UUID) -> Findings:
    made = read(sessions, import_id)
    counts = {name: getattr(made, name) for name in vars(made) if name.startswith("rows_")}
    rows = [
        (
            row.row_no,
            row.outcome,
            row.cells,
            row.changes,
            row.before,
            row.after,
            row.result,
            row.undo,
        )
        for row in rows_of(sessions, import_id)
    ]
    with reading(sessions) as session:
        providers = {
            provider.source_ref: (provider.version, state_of_provider(provider))
            for provider in session.scalars(select(Provider).where(Provider.source == SOURCE))
        }
    return {"state": made.state, "counts": counts, "rows": rows, "providers": providers}


def test_every_named_point_is_reached_and_no_other(catalogue_sessions: SessionFactory) -> None:
    dying = Dying()

    _, found = live_through(catalogue_sessions, dying)

    assert set(dying.reached) == set(POINTS)
    assert [one["state"] for one in found] == ["checked", "applied", "undone"]
    assert found[2]["counts"]["rows_restored"] == 7


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_killed_there_it_leaves_what_an_unbroken_run_leaves(
    catalogue_sessions: SessionFactory, point: str, time: int
) -> None:
    deaths, found = live_through(catalogue_sessions, Dying(point, time))

    # The ends are reached once in a run; a second time only by the run after a death.
    once = point.endswith(("-end", "-file"))
    assert deaths == (0 if once and time == 2 else 1)
    assert found[1]["counts"] == {
        "rows_new": 3, "rows_changed": 4, "rows_same": 0, "rows_own": 0, "rows_refused": 1,
        "rows_written": 7, "rows_stale": 0, "rows_restored": 0, "rows_kept": 0,
    }  # fmt: skip
    assert [row[0] for row in found[0]["rows"]] == list(range(2, 10))
    assert {name: version for name, (version, _) in found[1]["providers"].items()} == {
        f"p{number}": 1 if number % 2 else 2 for number in range(7)
    }
    assert {name: version for name, (version, _) in found[2]["providers"].items()} == {
        f"p{number}": 3 for number in range(0, 7, 2)
    }
    assert all(state["city"] is None for _, state in found[2]["providers"].values())


def test_marks_that_are_written_apart_from_the_rows_are_found_out(
    catalogue_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mechanism broken on purpose: rows first, and later what became of them."""
    write = writing._write_rows

    def write_apart(
        session: Session,
        subject: Subject,
        source: str,
        rows: Sequence[SupplyImportRow],
        now: datetime,
    ) -> None:
        write(session, subject, source, rows, now)
        session.flush()
        session.execute(update(SupplyImportRow).values(result=None, after=None))
        session.expire_all()

    monkeypatch.setattr(writing, "_write_rows", write_apart)
    import_id = send(catalogue_sessions, FILE).supply_import.id
    finish(catalogue_sessions, import_id, Dying())
    confirm(catalogue_sessions, import_id)
    with pytest.raises(Killed):
        work(catalogue_sessions, import_id, Dying("apply-committed", 1))
    monkeypatch.setattr(writing, "_write_rows", write)
    let_leases_run_out(catalogue_sessions)

    finish(catalogue_sessions, import_id, Dying())

    # What is stored but not known to be of this import would never be taken back.
    assert read(catalogue_sessions, import_id).rows_written < 7

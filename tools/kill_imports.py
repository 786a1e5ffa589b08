"""Kill imports while they run: `python tools/kill_imports.py [--rows 3000] [--kills 10] [--json]`.

Imports a made-up table into an SQLite file with worker processes that are killed (SIGKILL) at random
moments, through the check, the writing and the undoing. Then it compares: each row has one result,
each provider was written once, progress never went back by more than a chunk, and undoing leaves
nothing. With `--break`, what became of rows is forgotten now and then: that must be found out.
"""

import argparse
import csv
import hashlib
import io
import json
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, update  # noqa: E402 after the path

from core.clock import utc_now  # noqa: E402 as above
from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction  # noqa: E402 as above
from core.identity.actor import OPERATOR  # noqa: E402 as above
from core.jobs import Job  # noqa: E402 as above
from core.log import configure_logging  # noqa: E402 as above
from core.migrations.runner import upgrade_to_head  # noqa: E402 as above
from jobs import imports as import_jobs  # noqa: E402 as above
from jobs.embedded import EmbeddedWorker, lock_of  # noqa: E402 as above
from providers.importing.formats import PROVIDER_COLUMNS  # noqa: E402 as above
from providers.importing.kinds import SUPPLY_KINDS  # noqa: E402 as above
from providers.importing.plan import plan_import  # noqa: E402 as above
from providers.importing.run import run_import  # noqa: E402 as above
from providers.imports import service  # noqa: E402 as above
from providers.imports.checking import CHUNK_ROWS  # noqa: E402 as above
from providers.imports.models import RowResult, SupplyImport, SupplyImportRow  # noqa: E402 as above
from providers.imports.queries import get_import  # noqa: E402 as above
from providers.models import Provider  # noqa: E402 as above

_MOST_SECONDS, _MOST_SECONDS_A_ROW = 120.0, 0.05
_pause = Event()  # never set: waiting for it is waiting


def work(url: str) -> None:
    """Be a worker until killed: say so once it looks for jobs."""
    configure_logging("ERROR")
    sessions = make_session_factory(make_engine(url))
    registry = {
        service.IMPORT_CHECK: import_jobs.check,
        service.IMPORT_APPLY: import_jobs.apply,
        service.IMPORT_UNDO: import_jobs.undo,
    }
    EmbeddedWorker(sessions, registry, lock=lock_of(url)).start()
    sys.stdout.write("working\n")
    sys.stdout.flush()
    while True:
        _pause.wait(60)


def make_table(rows: int) -> bytes:
    """Return a table of made-up providers."""
    written = io.StringIO()
    writer = csv.DictWriter(written, PROVIDER_COLUMNS)
    writer.writeheader()
    for number in range(rows):
        writer.writerow(
            {
                "source_ref": f"s{number}", "name": f"Synthetic firm {number}",
                "kind": "consulting_firm", "home_jurisdiction": "VN", "languages": "en;zh",
            }
        )  # fmt: skip
    return written.getvalue().encode()


def prepare(url: str) -> SessionFactory:
    """Make a database with the packaged lists."""
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    data = Path(str(files("providers.data")))
    for kind, name in (("sectors", "sectors.csv"),
                       ("jurisdictions", "jurisdictions/jurisdictions.csv")):  # fmt: skip
        with reading(sessions) as session:
            plan = plan_import(session, SUPPLY_KINDS[kind], data / name)
        run_import(sessions, plan, keep_good=False, now=utc_now())
    return sessions


class Killer:
    """Keeps a worker at work on an import, and kills it now and then."""

    def __init__(self, url: str, sessions: SessionFactory, rows: int, seed: int) -> None:
        self.url = url
        self.sessions = sessions
        self.killed = 0
        self.went_back = 0
        self.tamper: Callable[[], None] = lambda: None
        self._most_seconds = _MOST_SECONDS + rows * _MOST_SECONDS_A_ROW
        self._chance = random.Random(seed)  # noqa: S311 moments, not secrets

    def finish(self, import_id: UUID, kills: int) -> None:
        """Have workers deal with the present job, killing so many of them on the way."""
        until = monotonic() + self._most_seconds
        while service.is_in_hand(self._read(import_id)):
            self._run_a_worker(import_id, until, is_killed=kills > 0)
            kills -= 1

    def _run_a_worker(self, import_id: UUID, until: float, *, is_killed: bool) -> None:
        before = self._done(import_id)
        with subprocess.Popen(  # noqa: S603 this program
            [sys.executable, __file__, "--work", self.url],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        ) as worker:  # fmt: skip
            try:
                assert worker.stdout is not None  # noqa: S101 it was asked for
                worker.stdout.readline()
                end = monotonic() + self._chance.uniform(0.05, 1.2)
                while service.is_in_hand(self._read(import_id)):
                    if monotonic() > until:
                        raise SystemExit(f"the import does not end: {self._say(import_id)}")
                    if is_killed and monotonic() > end:
                        self.killed += 1
                        break
                    _pause.wait(0.02)
                self.went_back = max(self.went_back, before - self._done(import_id))
            finally:
                worker.send_signal(signal.SIGKILL)
        self.tamper()

    def _read(self, import_id: UUID) -> SupplyImport:
        with reading(self.sessions) as session:
            return get_import(session, import_id)

    def _say(self, import_id: UUID) -> str:
        with reading(self.sessions) as session:
            job = session.get_one(Job, get_import(session, import_id).job_id)
            return f"its job is {job.state}, attempt {job.attempt}: {job.last_error or 'no error'}"

    def _done(self, import_id: UUID) -> int:
        with reading(self.sessions) as session:
            job_id = get_import(session, import_id).job_id
            return session.scalar(select(Job.done).where(Job.id == job_id)) or 0


def live_through(rows: int, kills: int, seed: int, *, is_broken: bool) -> dict[str, object]:
    """Import and undo a table while workers are killed; return what was found."""
    with tempfile.TemporaryDirectory(prefix="landbridge-kill-") as folder:
        url = f"sqlite:///{folder}/killed.db"
        sessions = prepare(url)
        killer = Killer(url, sessions, rows, seed)
        if is_broken:
            killer.tamper = lambda: forget_some(sessions)
        content = make_table(rows)
        with transaction(sessions) as session:
            import_id = service.accept_file(
                session, OPERATOR, kind="providers", source="operator", now=utc_now(),
                file=service.UploadedFile(
                    io.BytesIO(content), "made-up.csv", hashlib.sha256(content).hexdigest(),
                    len(content),
                ),
            ).supply_import.id  # fmt: skip
        killer.finish(import_id, kills // 3)
        with transaction(sessions) as session:
            service.confirm_import(session, OPERATOR, import_id=import_id, now=utc_now())
        killer.finish(import_id, kills // 3)
        found = look(sessions, rows)
        with transaction(sessions) as session:
            service.undo_import(session, OPERATOR, import_id=import_id, now=utc_now())
        killer.finish(import_id, kills - 2 * (kills // 3))
        with reading(sessions) as session:
            left = session.scalar(select(func.count()).select_from(Provider)) or 0
            integrity = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
    found |= {
        "rows": rows, "killed": killer.killed, "rows_gone_back": killer.went_back,
        "left_after_undo": left, "integrity": integrity,
    }  # fmt: skip
    found["is_good"] = (
        not any(
            found[name] for name in ("lost", "missing", "doubled", "unmarked", "left_after_undo")
        )
        and integrity == "ok"
        and killer.went_back <= CHUNK_ROWS
    )
    return found


def look(sessions: SessionFactory, rows: int) -> dict[str, object]:
    """Compare what is stored with what was sent."""
    with reading(sessions) as session:
        stored = session.scalar(select(func.count()).select_from(Provider)) or 0
        again = session.scalar(
            select(func.count()).select_from(Provider).where(Provider.version != 1)
        )
        known = session.scalar(select(func.count()).select_from(SupplyImportRow)) or 0
        written = session.scalar(
            select(func.count()).where(SupplyImportRow.result == RowResult.WRITTEN)
        )
    return {"lost": rows - known, "missing": rows - stored, "doubled": again,
            "unmarked": rows - (written or 0)}  # fmt: skip


def forget_some(sessions: SessionFactory) -> None:
    """Break the mechanism: forget what became of the first rows, as if that were written later."""
    with transaction(sessions) as session:
        session.execute(
            update(SupplyImportRow)
            .where(SupplyImportRow.row_no < 50, SupplyImportRow.undo.is_(None))
            .values(result=None, after=None)
        )


def main() -> int:
    """Read the options, do it, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=3_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", action="store_true", dest="is_broken")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--work", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
    begun = monotonic()
    found = live_through(options.rows, options.kills, options.seed, is_broken=options.is_broken)
    found["seconds"] = round(monotonic() - begun, 1)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("; ".join(f"{name} {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""Back up under write load, restore, compare, and kill both in the middle; print what was found.

    python tools/drill_backup.py                                          # a minute or two
    python tools/drill_backup.py --rounds 20 --kills 200 --megabytes 1000 # before a release

On SQLite and, where it is installed, on a PostgreSQL of its own. A process commits all the time; what
it was told is committed before a backup begins must be in it. Ends with 1 where anything was lost.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psycopg
from sqlalchemy import func, insert, select, text

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from api.bench.postgresql import is_installed, running_postgresql  # noqa: E402 needs the path above
from core.backup import postgresql, sqlite  # noqa: E402
from core.backup.errors import BackupRefused  # noqa: E402
from core.backup.manifest import Manifest, TableSum, difference  # noqa: E402
from core.backup.service import file_of, read_backup  # noqa: E402
from core.db import make_engine, make_session_factory, reading, transaction  # noqa: E402
from core.migrations.runner import upgrade_to_head  # noqa: E402
from providers.catalogue_state import RANKER, touch_catalogue  # noqa: E402
from providers.models import CatalogueMark, CatalogueState, TextVector  # noqa: E402

_ROWS_AT_ONCE = 2_000
_VECTOR_BYTES = 480
_PATIENCE_SECONDS = 1_800.0


@dataclass(slots=True)
class Found:
    """What a drill found. All but the first four counts are to be zero."""

    database: str
    megabytes: float = 0.0
    commits: int = 0
    restores: int = 0
    kills: int = 0
    lost: int = 0
    torn: int = 0
    different: int = 0
    unreadable: int = 0
    half_restored: int = 0
    backup_seconds: list[float] = field(default_factory=list[float])
    restore_seconds: list[float] = field(default_factory=list[float])

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost."""
        wrong = self.lost + self.torn + self.different + self.unreadable + self.half_restored
        return self.restores > 0 and wrong == 0


class Writer:
    """A process that commits change after change and says the number of each once it is."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 this script
            [sys.executable, __file__, "--write", url],
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(url),
        )
        self.acknowledged = 0
        self.count = 0
        self._first = Event()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 it was asked for
        for line in self._process.stdout:
            self.acknowledged = int(line)
            self.count += 1
            self._first.set()

    def wait(self) -> None:
        """Return when it has begun."""
        if not self._first.wait(_PATIENCE_SECONDS):
            raise SystemExit("the writer does not write")

    def stop(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()


def write(url: str) -> None:
    """Be the writer."""
    sessions = make_session_factory(make_engine(url))
    while True:
        with transaction(sessions) as session:
            number = touch_catalogue(session, RANKER)
            session.execute(insert(TextVector).values(_vector(str(uuid4()))))
        print(number, flush=True)  # noqa: T201 what the drill reads


def _vector(name: str) -> dict[str, object]:
    return {
        "encoder_version": "drill",
        "text_hash": name,
        "codes": os.urandom(_VECTOR_BYTES),
        "scale": random.random(),  # noqa: S311 not a secret
    }


def fill(url: str, megabytes: int) -> None:
    """Make a database of some size."""
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    for start in range(0, megabytes * 1_000_000 // _VECTOR_BYTES, _ROWS_AT_ONCE):
        rows = [_vector(f"{start + number:012}") for number in range(_ROWS_AT_ONCE)]
        with transaction(sessions) as session:
            session.execute(insert(TextVector), rows)
    engine.dispose()


def drill(database: str, options: argparse.Namespace) -> Found:
    """Run the drill on one kind of database."""
    found = Found(database)
    with _databases(database) as (folder, make):
        url = make()
        fill(url, options.megabytes)
        saved = _under_load(url, folder, options.rounds, found)
        target = make()
        for backup, manifest in saved:
            started = time.monotonic()
            _run(target, "restore", str(backup), "--replace")
            found.restore_seconds.append(round(time.monotonic() - started, 2))
            found.restores += 1
            found.different += difference(manifest.tables, sums_of(target)) is not None
            found.torn += not _is_one_state(target)
        _kill_backups(url, folder / "killed", options.kills, found)
        _kill_restores(target, saved, options.kills, found)
    return found


def _under_load(url: str, folder: Path, rounds: int, found: Found) -> list[tuple[Path, Manifest]]:
    writer = Writer(url)
    try:
        writer.wait()
        saved: list[tuple[Path, Manifest]] = []
        for _ in range(rounds):
            before, started = writer.acknowledged, time.monotonic()
            backup = Path(
                json.loads(_run(url, "backup", str(folder / "saved"), "--json"))["backup"]
            )
            found.backup_seconds.append(round(time.monotonic() - started, 2))
            manifest = read_backup(backup, found.database)
            found.lost += manifest.catalogue_sequence < before
            saved.append((backup, manifest))
        found.megabytes = round(saved[-1][1].size_bytes / 1e6, 1)
    finally:
        writer.stop()
    found.commits = writer.count
    return saved


def _is_one_state(url: str) -> bool:
    """Tell whether what is always committed together is there together."""
    engine = make_engine(url)
    with reading(engine) as session:
        sequence = session.scalar(select(CatalogueState.sequence))
        marks = session.scalar(select(func.count()).select_from(CatalogueMark))
        written = session.scalar(
            select(func.count()).where(func.length(TextVector.text_hash) == len(str(uuid4())))
        )
    engine.dispose()
    return sequence == marks == written


def _kill_backups(url: str, folder: Path, kills: int, found: Found) -> None:
    for _ in range(kills):
        longest = max(found.backup_seconds)
        _killed(url, random.uniform(0, longest), "backup", str(folder))  # noqa: S311 not a secret
        found.kills += 1
        for path in folder.glob("landbridge-*"):
            if path.name.endswith(".part"):
                continue
            try:
                read_backup(path, found.database)
            except BackupRefused:
                found.unreadable += 1
            shutil.rmtree(path)


def _kill_restores(url: str, saved: list[tuple[Path, Manifest]], kills: int, found: Found) -> None:
    current = saved[-1][1]
    for number in range(kills):
        backup, manifest = saved[number % len(saved)]
        longest = max(found.restore_seconds)
        _killed(url, random.uniform(0, longest), "restore", str(backup), "--replace")  # noqa: S311
        found.kills += 1
        after = sums_of(url)
        if difference(manifest.tables, after) is None:
            current = manifest
        elif difference(current.tables, after) is not None:
            found.half_restored += 1
        _forget_former(url)


def _forget_former(url: str) -> None:
    """Remove what restores have set aside: it would fill the disk."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        for path in file_of(engine).parent.glob(f"{file_of(engine).name}.before_*"):
            path.unlink()
    else:
        with engine.begin() as connection:
            names = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\\_%'")
            for name in connection.scalars(names).all():
                connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
    engine.dispose()


def sums_of(url: str) -> tuple[TableSum, ...]:
    """Hash every row of a database that nobody writes to."""
    engine = make_engine(url)
    try:
        if engine.dialect.name == "postgresql":
            return postgresql.sums(engine)
        return sqlite.sums(file_of(engine))
    finally:
        engine.dispose()


def _environment(url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "LANDBRIDGE" not in name}
    return {**kept, "PYTHONPATH": str(ROOT), "LANDBRIDGE_DATABASE_URL": url}


def _run(url: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-m", "api.cli.main", *arguments],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"landbridge {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _killed(url: str, after_seconds: float, *arguments: str) -> None:
    process = subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-m", "api.cli.main", *arguments],
        env=_environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(after_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _databases(database: str) -> Generator[tuple[Path, Callable[[], str]]]:
    """Give a folder, and a function that makes an empty database."""
    with tempfile.TemporaryDirectory(prefix="landbridge-drill-") as name:
        folder = Path(name)
        if database == "sqlite":
            yield folder, lambda: f"sqlite:///{folder / uuid4().hex}.db"
            return
        with running_postgresql() as server:

            def make() -> str:
                made = f"drill_{uuid4().hex}"
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(f'CREATE DATABASE "{made}"'.encode())
                return server.replace("/postgres?", f"/{made}?")

            yield folder, make


def _kinds(wanted: str) -> Iterator[str]:
    if wanted in {"sqlite", "both"}:
        yield "sqlite"
    if wanted == "postgresql" or (wanted == "both" and is_installed()):
        yield "postgresql"


def main() -> int:
    """Run the drill and print a JSON document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=3, help="backups under load, each restored")
    parser.add_argument(
        "--kills", type=int, default=5, help="of a backup, and as many of a restore"
    )
    parser.add_argument("--megabytes", type=int, default=20, help="size of the database")
    parser.add_argument("--write", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write)
    results = [drill(kind, options) for kind in _kinds(options.database)]
    print(json.dumps([asdict(found) for found in results], indent=2))  # noqa: T201 the result
    return 0 if results and all(found.is_good for found in results) else 1


if __name__ == "__main__":
    sys.exit(main())

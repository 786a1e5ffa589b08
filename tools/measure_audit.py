"""Measure what the audit trail costs: rows a second with many writers, and the row of one reader.

    python tools/measure_audit.py                                   # SQLite and PostgreSQL
    python tools/measure_audit.py --writers 8 --seconds 10 --json

Each writer is a process that commits transactions of one event, all into one chain and then each into
a chain of its own. `read` is what recording adds to a request that shows one need. The trail is
verified at the end: it exits with 1 where it is not as it was written.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from api.bench.postgresql import is_installed, running_postgresql  # noqa: E402 needs the path above
from core.audit.reads import ReadsDesk  # noqa: E402
from core.audit.service import record, record_read  # noqa: E402
from core.audit.verify import verify_trail  # noqa: E402
from core.audit.vocabulary import Action, ReadPurpose, Subject, SubjectKind  # noqa: E402
from core.db import (  # noqa: E402
    SessionFactory,
    make_engine,
    make_session_factory,
    reading,
    transaction,
)
from core.identity.actor import OPERATOR  # noqa: E402
from core.migrations.runner import upgrade_to_head  # noqa: E402

_READS = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one database.

    Attributes:
        one_chain_per_second: rows a second, all writers in one chain.
        own_chains_per_second: rows a second, each writer in its own.
        read_p50_ms: half of the reads were recorded within this time.
        read_p99_ms: 99 of 100 were.
        verified_per_second: events read again a second by `audit verify`.
        faults: findings of the verification.
    """

    database: str
    writers: int
    one_chain_per_second: float
    own_chains_per_second: float
    read_p50_ms: float
    read_p99_ms: float
    verified_per_second: float
    faults: int


def write_for(url: str, chain: int, seconds: float) -> int:
    """Commit one event after another for so long; return how many."""
    engine = make_engine(url, pool_size=1)
    sessions = make_session_factory(engine)
    subject = Subject(SubjectKind.NEED, str(UUID(int=chain)), UUID(int=chain))
    written, ends_at = 0, time.monotonic() + seconds
    while time.monotonic() < ends_at:
        with transaction(sessions) as session:
            record(session, OPERATOR, Action.NEED_UPDATED, subject, {"version": written})
        written += 1
    engine.dispose()
    return written


def _rate(url: str, chains: Sequence[int], seconds: float) -> float:
    count = len(chains)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as writers:
        # Once for nothing: a process that has just begun imports for a while.
        list(writers.map(write_for, [url] * count, chains, [0.2] * count))
        begun = time.monotonic()
        written = sum(writers.map(write_for, [url] * count, chains, [seconds] * count))
        return written / (time.monotonic() - begun)


def _time_reads(sessions: SessionFactory) -> list[float]:
    """Return how many milliseconds each of some recorded reads took, in order of length."""
    desk = ReadsDesk(sessions)
    took: list[float] = []
    for number in range(_READS):
        with reading(sessions) as session:
            subject = Subject(SubjectKind.NEED, str(number), UUID(int=1))
            record_read(session, OPERATOR, subject, purpose=ReadPurpose.SUPPORT)
        begun = time.perf_counter()
        desk.write(session)
        took.append((time.perf_counter() - begun) * 1_000)
    return sorted(took)


def measure(database: str, url: str, *, writers: int, seconds: float) -> Measured:
    """Measure on an empty database."""
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    one = _rate(url, [1] * writers, seconds)
    own = _rate(url, range(1, writers + 1), seconds)
    reads = _time_reads(sessions)
    begun = time.monotonic()
    with reading(sessions) as session:
        verdict = verify_trail(session)
    verified = verdict.events / (time.monotonic() - begun)
    engine.dispose()
    return Measured(
        database=database,
        writers=writers,
        one_chain_per_second=round(one, 1),
        own_chains_per_second=round(own, 1),
        read_p50_ms=round(reads[len(reads) // 2], 2),
        read_p99_ms=round(reads[len(reads) * 99 // 100], 2),
        verified_per_second=round(verified),
        faults=len(verdict.findings),
    )


@contextmanager
def _database(kind: str) -> Generator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/audit.db"
        return
    # Unlike a benchmark of queries: what is committed has to be on the disk.
    with running_postgresql(is_durable=True) as url:
        yield url


def main() -> int:
    """Measure, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    kinds = arguments.database or ["sqlite", *(["postgresql"] if is_installed() else [])]
    found: list[Measured] = []
    for kind in kinds:
        with _database(kind) as url:
            found.append(measure(kind, url, writers=arguments.writers, seconds=arguments.seconds))
    is_good = not any(one.faults for one in found)
    if arguments.json:
        document = {"is_good": is_good, "databases": [asdict(one) for one in found]}
        print(json.dumps(document, indent=2))  # noqa: T201 the result of a command
        return 0 if is_good else 1
    for one in found:
        for name, value in asdict(one).items():
            print(f"{name:<22} {value}")  # noqa: T201 as above
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())

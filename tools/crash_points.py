"""Die at every named point, once per kind of job, and compare with a run that did not die.

    python tools/crash_points.py                      # every kind on SQLite, five minutes or more
    python tools/crash_points.py --database postgresql
    python tools/crash_points.py --kinds rematch,import_apply --json
    python tools/crash_points.py --break              # effects apart from `done`: it must be found out

A process does a job and ends with `os._exit` where it reaches a point of `core/crash_points.py` for
the first time, and in another run for the last; then another process takes over. What the database and
the folder of the index hold in the end must be what a run without a crash leaves. Ends with 1 where it
is not, or where a point is reached by no kind.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from api.bench.postgresql import running_postgresql  # noqa: E402 needs the path above
from core.crash_points import COMMITS, STEPS, points_of, watching  # noqa: E402
from core.db import make_engine, make_session_factory, transaction  # noqa: E402
from core.job_control import expire_leases  # noqa: E402
from core.log import configure_logging  # noqa: E402
from core.settings import Settings  # noqa: E402
from jobs.registry import Workshop  # noqa: E402
from providers.imports import checking, writing  # noqa: E402
from tools.drills.broken import break_settling  # noqa: E402
from tools.drills.crash_kinds import NOT_REACHED, NOT_TRIED, Kind, kinds  # noqa: E402
from tools.drills.crash_requests import REQUESTS, live_through_requests  # noqa: E402
from tools.drills.databases import Databases  # noqa: E402
from tools.drills.forked import CRASHED, fork, load_everything  # noqa: E402
from tools.drills.states import State, differences, ids_in, read_state  # noqa: E402
from tools.drills.world import prepare  # noqa: E402

PROVIDERS, NEEDS = 12, 34
# Reached as time passes: only a kind that sees to that is let die there.
_TIMED = set(points_of("job.lease"))
_PATIENCE_SECONDS = 120.0


def all_points() -> set[str]:
    """Return every point there is."""
    commits = {point for commit in COMMITS for point in points_of(commit)}
    return {*commits, *STEPS, *checking.CRASH_POINTS, *writing.CRASH_POINTS}


@dataclass(slots=True)
class Found:
    """What was found; `wrong` says how a state differs, by kind and point."""

    database: str
    runs: int = 0
    crashes: int = 0
    reached: dict[str, int] = field(default_factory=dict[str, int])
    job_kinds: list[str] = field(default_factory=list[str])
    points_not_reached: list[str] = field(default_factory=list[str])
    kinds_not_met: list[str] = field(default_factory=list[str])
    wrong: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    seconds: float = 0.0


def live(
    settings: Settings,
    work: Callable[[Settings], None],
    fatal: tuple[str, int],
    told: int,
    *,
    is_broken: bool,
) -> None:
    """Work until there is nothing left, or until a point is reached for the n-th time."""
    configure_logging("ERROR")
    reached: Counter[str] = Counter()

    def watch(point: str) -> None:
        reached[point] += 1
        os.write(told, f"{point}\n".encode())
        if (point, reached[point]) == fatal:
            os._exit(CRASHED)

    with break_settling(is_broken=is_broken), watching(watch):
        work(settings)


class Trial:
    """Lets one kind of job live and die on copies of one database."""

    def __init__(self, databases: Databases, begun: Settings, work: Callable[[Settings], None],
                 log: Path, *, is_broken: bool) -> None:  # fmt: skip
        self._databases = databases
        self._begun = begun
        self._work = work
        self._log = log
        self._is_broken = is_broken
        self._known = ids_in(self._read(begun, frozenset()))

    def run(self, fatal: tuple[str, int] = ("", 0)) -> tuple[bool, list[str], State]:
        """Tell whether it died, which points it reached, and what was left in the end."""
        settings = self._databases.copy(self._begun)
        told = self._log.with_name("reached")
        told.unlink(missing_ok=True)
        died = self._be(settings, fatal, told) == CRASHED
        reached = told.read_text().split()
        if died:
            engine = make_engine(settings.sqlalchemy_url)
            with transaction(make_session_factory(engine)) as session:
                expire_leases(session)  # as if their time had passed
            engine.dispose()
            if self._be(settings, ("", 0), told):
                raise SystemExit(f"after {fatal[0]} nobody can go on: see {self._log}")
        state = self._read(settings, self._known)
        self._databases.drop(settings)
        return died, reached, state

    def _be(self, settings: Settings, fatal: tuple[str, int], told: Path) -> int:
        file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        child = fork(
            partial(live, settings, self._work, fatal, file, is_broken=self._is_broken), self._log
        )
        os.close(file)
        code = child.wait(_PATIENCE_SECONDS)
        if code not in {0, CRASHED}:
            raise SystemExit(f"the process ended with {code}:\n{self._log.read_text()[-3000:]}")
        return code

    def _read(self, settings: Settings, known: frozenset[str]) -> State:
        engine = make_engine(settings.sqlalchemy_url)
        state = read_state(engine, known)
        engine.dispose()
        index = settings.data_dir / "index"
        names = sorted(path.name for path in index.glob("*.lbx")) if index.exists() else []
        current = index / "current.json"
        state["(index)"] = Counter([*names, current.read_text() if current.exists() else ""])
        return state


def try_kind(
    found: Found, name: str, kind: Kind, trial: Trial, options: argparse.Namespace
) -> None:
    """Let a kind die at each point that it reaches."""
    died, points, wanted = trial.run()
    if died:
        raise SystemExit("a run without a fatal point died")
    found.runs += 1
    times = Counter(points)
    for row in wanted["job"]:
        found.job_kinds.append(json.loads(row)["kind"])
    for point in times:
        if point in _TIMED and not kind.is_timed:
            continue
        if options.points and point not in options.points.split(","):
            continue
        found.reached[point] = found.reached.get(point, 0) + 1
        for time in [1] if options.is_first else sorted({1, times[point]}):
            died, _, state = trial.run((point, time))
            found.runs += 1
            found.crashes += died
            wrong = differences(wanted, state)
            if not died and time == 1:
                wrong.append("it was not reached again")
            if wrong:
                found.wrong[f"{name} at {point}, time {time}"] = wrong[:5]


def try_all(options: argparse.Namespace, server: str | None) -> Found:
    """Try the kinds that are wanted; all if none is named."""
    wanted = [name for name in options.kinds.split(",") if name]
    begun_at = monotonic()
    found = Found(options.database)
    with tempfile.TemporaryDirectory(prefix="landbridge-crash-") as name:
        folder = Path(name)
        databases = Databases(folder, server)
        world = databases.make()
        prepare(world.sqlalchemy_url, providers=PROVIDERS, needs=NEEDS)
        for kind_name in [*kinds(world), REQUESTS]:
            if wanted and kind_name not in wanted:
                continue
            settings = databases.copy(world)
            log = folder / f"{kind_name}.log"
            if kind_name == REQUESTS:
                found.crashes += live_through_requests(
                    found.reached, found.wrong, databases, settings, log
                )
                continue
            kind = kinds(settings)[kind_name]
            engine = make_engine(settings.sqlalchemy_url)
            kind.queue(make_session_factory(engine))
            engine.dispose()
            trial = Trial(databases, settings, kind.work, log, is_broken=options.is_broken)
            try_kind(found, kind_name, kind, trial, options)
        registered = set(Workshop(world).registry)
    found.job_kinds = sorted(set(found.job_kinds))
    if not wanted and not options.points:
        found.points_not_reached = sorted(all_points() - NOT_REACHED - set(found.reached))
        found.kinds_not_met = sorted(registered - set(NOT_TRIED) - set(found.job_kinds))
    found.seconds = round(monotonic() - begun_at, 1)
    return found


@contextmanager
def _server(database: str) -> Generator[str | None]:
    if database == "sqlite":
        yield None
        return
    with running_postgresql() as url:
        yield url


def main() -> int:
    """Read the options, try, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--kinds", default="", help="with commas between them; all if none is given"
    )
    parser.add_argument("--points", default="", help="as --kinds: at which of them to die")
    parser.add_argument(
        "--first", action="store_true", dest="is_first", help="only the first time of each point"
    )
    parser.add_argument("--break", action="store_true", dest="is_broken")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    load_everything()
    with _server(options.database) as server:
        found = try_all(options, server)
    is_good = not (found.wrong or found.points_not_reached or found.kinds_not_met)
    if options.json:
        sys.stdout.write(json.dumps({**asdict(found), "is_good": is_good}, indent=2) + "\n")
    else:
        for place, wrong in found.wrong.items():
            sys.stdout.write(f"{place}: " + "; ".join(wrong) + "\n")
        for point in found.points_not_reached:
            sys.stdout.write(f"no kind of job reaches {point}\n")
        for kind in found.kinds_not_met:
            sys.stdout.write(f"no job of the kind {kind} was tried\n")
        sys.stdout.write(
            f"{found.database}: {found.crashes} crashes at {len(found.reached)} points in "
            f"{found.seconds:.0f} s: {'every end as without them' if is_good else 'WRONG'}\n"
        )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())

"""Kill what runs in production, one at random each time, and compare what is left with what it said.

    python tools/kill_fleet.py --kills 20             # two minutes or so
    python tools/kill_fleet.py --kills 1000 --json    # before a release

A server with PostgreSQL and Redis, a worker with two processes; both sweep. Callers write over HTTP as
in `kill_embedded.py`, through all outages. Killed (SIGKILL) is the server, the worker with its
processes, Redis (which comes back empty) or PostgreSQL with all of its processes. In the end: the same
four zeros, and no job left within 120 seconds. Ends with 1 where that is not so.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from sqlalchemy.exc import SQLAlchemyError  # noqa: E402 needs the path above

from core.db import make_engine, make_session_factory, transaction  # noqa: E402
from core.job_runs import Timing  # noqa: E402
from core.log import configure_logging  # noqa: E402
from enterprises.rematching import queue_rematch  # noqa: E402
from tools.drills.forked import free_port, serve, take_variables, variables_of  # noqa: E402
from tools.drills.http import Client, NoAnswer  # noqa: E402
from tools.drills.ledger import Ledger, Writer, confirm_what_is_checked  # noqa: E402
from tools.drills.services import PostgreSQL, Redis, running_services  # noqa: E402
from tools.drills.states import jobs_left, say_left  # noqa: E402
from tools.drills.waiting import rest, wait_while_it_goes_on  # noqa: E402
from tools.drills.world import prepare  # noqa: E402
from tools.drills.zeros import compare  # noqa: E402
from tools.drills.zygote import Found, Servers, drive  # noqa: E402

WRITERS = 4
PROVIDERS, NEEDS = 24, 5
VICTIMS = {"worker": 4, "redis": 3, "postgresql": 2, "server": 3}
# What a killed worker had in hand is taken up once its lease ends: with one of a minute, that minute is
# waited out in the end, and nothing else comes to pass in it.
TIMING = Timing(lease_seconds=6)
_LEAST_SECONDS, _MOST_SECONDS = 0.05, 1.2
_DOWN_SECONDS = 0.5
_START_SECONDS = 60.0
_DRAIN_SECONDS = 120.0


def run(what: str, port: int, variables: Mapping[str, str]) -> None:
    """Be the server, or the worker with the processes that it forks."""
    os.setpgid(0, 0)  # killed with all that it starts
    if what == "server":
        serve(port, variables)
        return
    from api.cli.worker import run_worker  # noqa: PLC0415 a server must not load it

    take_variables(variables)
    run_worker(2, timing=TIMING)


class Fleet:
    """The server and the worker, started again whenever they are gone."""

    def __init__(self, servers: Servers, variables: Mapping[str, str]) -> None:
        self._servers = servers
        self._variables = variables
        self.port = free_port()
        self._numbers: dict[str, int] = {}
        self.starts: Counter[str] = Counter()

    def look_after(self) -> None:
        """Start what does not run, as a supervisor does."""
        for what in ("server", "worker"):
            number = self._numbers.get(what)
            if number is None or self._servers.poll(number) is not None:
                self._numbers[what] = self._servers.start(what, self.port, self._variables)
                self.starts[what] += 1

    def kill(self, what: str) -> None:
        """End one with all of its processes."""
        if what in self._numbers:
            self._servers.kill_group(self._numbers[what])

    def end(self) -> None:
        """End both."""
        for what in self._numbers:
            self.kill(what)


class Drill:
    """Kills at random while callers write."""

    def __init__(
        self,
        servers: Servers,
        services: tuple[PostgreSQL, Redis],
        variables: Mapping[str, str],
        options: argparse.Namespace,
    ) -> None:
        self._postgresql, self._redis = services
        self._url = variables["LANDBRIDGE_DATABASE_URL"]
        self._fleet = Fleet(servers, variables)
        self._kills: int = options.kills
        self._slack: float = options.slack
        self._chance = random.Random(options.seed)  # noqa: S311 moments, not secrets
        self._ledger = Ledger()
        self._writers = [
            Writer(self._ledger, f"w{number}", options.seed + number, providers=PROVIDERS,
                   is_matched=number % 2 == 0)
            for number in range(WRITERS)
        ]  # fmt: skip
        self._rematches: set[str] = set()
        self._victims: Counter[str] = Counter()
        self._engine = make_engine(self._url, pool_size=2)

    def run(self) -> Found:
        """Kill, drain, compare."""
        self._fleet.look_after()
        client = Client(self._fleet.port)
        client.wait_until_there(_START_SECONDS)
        is_over = Event()
        begun = monotonic()
        with ThreadPoolExecutor(WRITERS + 1) as callers:
            asked = [
                callers.submit(self._go_on, partial(writer.write), is_over)
                for writer in self._writers
            ]
            asked.append(
                callers.submit(self._go_on, partial(confirm_what_is_checked, self._ledger), is_over)
            )
            try:
                for _ in range(self._kills):
                    self._kill_one()
                killed_for = monotonic() - begun
            finally:
                is_over.set()
        for one in asked:
            one.result()  # whatever a caller stumbled over is a mistake of the drill
        drained = self._drain(client)
        zeros = compare(self._engine, self._ledger, self._rematches)
        self._fleet.end()
        ledger = self._ledger
        wrong = [name for name in ledger.refused if not name.endswith(" 503")]
        return {
            "kills": dict(self._victims),
            "acknowledged": ledger.count(),
            "of_them": {kind: len(found) for kind, found in ledger.written.items()}
            | {"imports": len(ledger.imports), "rematches": len(self._rematches)},
            "unanswered": ledger.unanswered,
            "refused": dict(ledger.refused),
            "started": dict(self._fleet.starts),
            "killed_for_seconds": round(killed_for, 1),
            "drained_seconds": round(drained, 1),
            **asdict(zeros),
            "is_good": zeros.is_good
            and not wrong
            and ledger.count() > 0
            and drained <= _DRAIN_SECONDS * self._slack,
        }

    def _go_on(self, ask: Callable[[Client], object], is_over: Event) -> None:
        client = Client(self._fleet.port)
        while not is_over.is_set():
            try:
                ask(client)
                is_over.wait(0.02)
            except NoAnswer:
                is_over.wait(0.1)
        client.close()

    def _kill_one(self) -> None:
        victim = self._chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        if self._chance.random() < 0.3:
            self._rematch()
        rest(self._chance.uniform(_LEAST_SECONDS, _MOST_SECONDS))
        self._victims[victim] += 1
        kill, start = {
            "redis": (self._redis.kill, self._redis.start),
            "postgresql": (self._postgresql.kill, self._postgresql.start),
        }.get(victim, (partial(self._fleet.kill, victim), lambda: None))
        kill()
        rest(self._chance.uniform(0, _DOWN_SECONDS))
        start()
        self._fleet.look_after()

    def _rematch(self) -> None:
        """As `landbridge rematch` does, from a process of its own."""
        with suppress(SQLAlchemyError):
            with transaction(make_session_factory(self._engine)) as session:
                job = queue_rematch(session, {"drill": str(len(self._rematches))})
            self._rematches.add(str(job.id))

    def _drain(self, client: Client) -> float:
        begun = monotonic()
        sessions = make_session_factory(self._engine)

        def is_over() -> bool:
            self._fleet.look_after()
            with suppress(NoAnswer, SQLAlchemyError):
                return not confirm_what_is_checked(self._ledger, client) and not jobs_left(sessions)
            return False

        wait_while_it_goes_on(is_over, _DRAIN_SECONDS, partial(say_left, sessions))
        drained = monotonic() - begun
        self._rematch()
        wait_while_it_goes_on(is_over, _DRAIN_SECONDS, partial(say_left, sessions))
        return drained


def main() -> int:
    """Read the options, kill, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slack", type=float, default=1.0, help="stretches the time to drain")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="landbridge-fleet-") as name:
        found = drive(partial(_drive, name=name, options=options), run, Path(name))
    found["seconds"] = round(monotonic() - begun, 1)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


def _drive(servers: Servers, *, name: str, options: argparse.Namespace) -> Found:
    # Here, and not where the servers are forked: nobody but its parent may wait for a process.
    with running_services() as services:
        postgresql, redis = services
        variables = variables_of(name, postgresql.url, LANDBRIDGE_REDIS_URL=redis.url)
        prepare(postgresql.url, providers=PROVIDERS, needs=NEEDS)
        return Drill(servers, services, variables, options).run()


if __name__ == "__main__":
    sys.exit(main())

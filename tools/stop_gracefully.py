"""Stop a server under load with SIGTERM, again and again: what it took in hand, it answers.

    python tools/stop_gracefully.py --stops 20

Callers write and match over HTTP while the server is told to stop. Whatever it answers is a success and
is kept; a request without an answer never reached it, so nothing of it is there; jobs are finished or
given back. It ends within twenty seconds (`--slack` stretches that). Ends with 1 where that is not so.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Event, Lock
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402 needs the path above

from committee.judgements.models import Judgement  # noqa: E402
from core.db import make_engine, make_session_factory, reading, transaction  # noqa: E402
from core.log import configure_logging  # noqa: E402
from enterprises.importing import need_id  # noqa: E402
from enterprises.rematching import queue_rematch  # noqa: E402
from providers.importing.supply import provider_id  # noqa: E402
from tools.drills.forked import free_port, serve, variables_of  # noqa: E402
from tools.drills.http import Client, NoAnswer  # noqa: E402
from tools.drills.ledger import Ledger, Writer, confirm_what_is_checked  # noqa: E402
from tools.drills.states import jobs_left, say_left  # noqa: E402
from tools.drills.waiting import rest, wait_until  # noqa: E402
from tools.drills.world import SOURCE, prepare  # noqa: E402
from tools.drills.zeros import compare  # noqa: E402
from tools.drills.zygote import Found, Servers, drive  # noqa: E402

PROVIDERS, NEEDS = 24, 5
STOP_SECONDS = 20.0
_JUDGES, _MATCHERS = 4, 2
_START_SECONDS = 60.0
_DRAIN_SECONDS = 60.0


def run(_what: str, port: int, variables: Mapping[str, str]) -> None:
    """Be the server."""
    serve(port, variables)


class Drill:
    """Servers that are told to stop, one after the other, while callers ask."""

    def __init__(self, servers: Servers, folder: Path, options: argparse.Namespace) -> None:
        self._servers = servers
        self._url = f"sqlite:///{folder / 'landbridge.db'}"
        self._variables = variables_of(folder, self._url)
        self._options = options
        self._chance = random.Random(options.seed)  # noqa: S311 moments, not secrets
        self._ledger = Ledger()
        self._lock = Lock()
        self._answered: set[str] = set()
        self._unanswered: set[str] = set()
        self._statuses: Counter[int] = Counter()
        self._numbers = iter(range(10**9))

    def run(self) -> Found:
        """Stop, look, compare."""
        took = [self._one_life() for _ in range(self._options.stops)]
        engine = make_engine(self._url)
        sessions = make_session_factory(engine)
        server, client = self._start()
        with transaction(sessions) as session:
            rematch = str(queue_rematch(session, {}).id)
        wait_until(
            lambda: not confirm_what_is_checked(self._ledger, client) and not jobs_left(sessions),
            _DRAIN_SECONDS,
            partial(say_left, sessions),
        )
        self._servers.kill(server)
        with reading(sessions) as session:
            kept = set(session.scalars(select(Judgement.judge_id)))
        zeros = compare(engine, self._ledger, {rematch})
        engine.dispose()
        lost, unasked = self._answered - kept, self._unanswered & kept
        failed = {status: count for status, count in self._statuses.items() if status >= 300}
        refused = dict(self._ledger.refused)
        return {
            "stops": len(took),
            "slowest_stop_seconds": round(max(took), 2),
            "answered": sum(self._statuses.values()) + self._ledger.count(),
            "unanswered": len(self._unanswered) + self._ledger.unanswered,
            "answered_and_lost": len(lost),
            "done_without_an_answer": len(unasked),
            "failed": {**failed, **refused},
            **asdict(zeros),
            "is_good": not (lost or unasked or failed or refused)
            and zeros.is_good
            and max(took) <= STOP_SECONDS * self._options.slack
            and len(self._answered) > 0,
        }

    def _start(self) -> tuple[int, Client]:
        port = free_port()
        self._port = port
        number = self._servers.start("server", port, self._variables)
        client = Client(port)
        client.wait_until_there(_START_SECONDS)
        client.ask("POST", "/v1/needs/readings", {"text": "an audit in Vietnam"})
        return number, client

    def _one_life(self) -> float:
        server, client = self._start()
        client.close()
        is_over = Event()
        writer = Writer(self._ledger, f"w{server}", server, providers=PROVIDERS, is_matched=False)
        with ThreadPoolExecutor(_JUDGES + _MATCHERS + 2) as callers:
            asked = [callers.submit(self._go_on, self._judge, is_over) for _ in range(_JUDGES)]
            asked += [callers.submit(self._go_on, self._match, is_over) for _ in range(_MATCHERS)]
            asked.append(callers.submit(self._go_on, writer.write, is_over))
            asked.append(
                callers.submit(self._go_on, partial(confirm_what_is_checked, self._ledger), is_over)
            )
            rest(self._chance.uniform(0.2, 1.0))
            begun = monotonic()
            self._servers.kill(server, signal.SIGTERM)
            wait_until(
                lambda: self._servers.poll(server) is not None,
                STOP_SECONDS * self._options.slack + 10,
                "the server does not end",
            )
            took = monotonic() - begun
            is_over.set()
        for one in asked:
            one.result()  # whatever a caller stumbled over is a mistake of the drill
        return took

    def _go_on(self, ask: Callable[[Client], object], is_over: Event) -> None:
        client = Client(self._port)
        while not is_over.is_set():
            try:
                ask(client)
            except NoAnswer:
                return
        client.close()

    def _judge(self, client: Client) -> None:
        with self._lock:
            judge = f"judge-{next(self._numbers)}"
        body = {
            "need_id": str(need_id(SOURCE, "n0")),
            "provider_id": str(provider_id(SOURCE, "s1")),
            "judge_id": judge,
            "grade": 2,
        }
        try:
            answer = client.ask("POST", "/v1/judgements", body)
        except NoAnswer:
            with self._lock:
                self._unanswered.add(judge)
            raise
        with self._lock:
            self._statuses[answer.status] += 1
            if answer.is_acknowledged:
                self._answered.add(judge)

    def _match(self, client: Client) -> None:
        answer = client.ask("POST", "/v1/match", {"text": "rural roads in Vietnam"})
        with self._lock:
            self._statuses[answer.status] += 1


def main() -> int:
    """Read the options, stop, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stops", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slack", type=float, default=1.0, help="stretches the limit of time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="landbridge-stop-") as name:
        folder = Path(name)
        prepare(f"sqlite:///{folder / 'landbridge.db'}", providers=PROVIDERS, needs=NEEDS)
        found = drive(partial(_drive, folder=folder, options=options), run, folder)
    found["seconds"] = round(monotonic() - begun, 1)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


def _drive(servers: Servers, *, folder: Path, options: argparse.Namespace) -> Found:
    return Drill(servers, folder, options).run()


if __name__ == "__main__":
    sys.exit(main())

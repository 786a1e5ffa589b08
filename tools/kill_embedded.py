"""Kill a server on SQLite again and again (SIGKILL), and compare what is left with what it said.

    python tools/kill_embedded.py --kills 60            # a minute or two
    python tools/kill_embedded.py --kills 1000 --json   # before a release
    python tools/kill_embedded.py --kills 12 --break    # effects apart from `done`: must be found out

Callers write over HTTP (needs, judgements, preferences, recommendations and outcomes, files of
providers that are confirmed and written by jobs) and note what was answered with a 2xx; open needs are
matched anew now and then. Five to 250 milliseconds after the first answer the server is killed, and
the next one starts. In the end: 0 acknowledged writes lost, 0 effects missing, 0 effects twice, and a
database that is whole. Ends with 1 where one of them is not 0.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from core.db import make_engine, make_session_factory, transaction  # noqa: E402 needs the path above
from core.job_runs import Run  # noqa: E402
from core.log import configure_logging  # noqa: E402
from core.settings import EncoderKind, Settings  # noqa: E402
from enterprises.rematching import queue_rematch  # noqa: E402
from tools.drills.broken import break_settling  # noqa: E402
from tools.drills.forked import free_port, serve, variables_of  # noqa: E402
from tools.drills.http import Client, NoAnswer  # noqa: E402
from tools.drills.ledger import Ledger, Writer, confirm_what_is_checked  # noqa: E402
from tools.drills.states import jobs_left, say_left  # noqa: E402
from tools.drills.waiting import rest, wait_while_it_goes_on  # noqa: E402
from tools.drills.world import prepare  # noqa: E402
from tools.drills.zeros import compare  # noqa: E402
from tools.drills.zygote import Found, Servers, drive  # noqa: E402

WRITERS = 4
PROVIDERS, NEEDS = 24, 5
_LEAST_SECONDS, _MOST_SECONDS = 0.005, 0.25
_START_SECONDS = 60.0
# A job whose worker was killed waits for the end of its lease; one that dies again and again ends.
_STUCK_SECONDS = 120.0
_BROKEN_SECONDS = 120.0


def run(_what: str, port: int, variables: Mapping[str, str]) -> None:
    """Be the server; with the mechanism broken, one that dies between the two transactions."""

    def die_once(of: Run) -> None:
        # A rematch is what brings about something that may be there twice: its parts.
        if of.attempt == 1 and "versions" in of.payload:
            os.kill(os.getpid(), signal.SIGKILL)

    is_broken = variables.get("DRILL_BROKEN") == "1"
    kept = {name: value for name, value in variables.items() if name != "DRILL_BROKEN"}
    with break_settling(is_broken=is_broken, between=die_once):
        serve(port, kept)


class Drill:
    """Servers that are killed, one after the other, while callers write."""

    def __init__(self, servers: Servers, folder: Path, options: argparse.Namespace) -> None:
        self._servers = servers
        self._url = f"sqlite:///{folder / 'landbridge.db'}"
        is_broken = "1" if options.is_broken else "0"
        self._variables = variables_of(folder, self._url, DRILL_BROKEN=is_broken)
        self._kills: int = options.kills
        self._chance = random.Random(options.seed)  # noqa: S311 moments, not secrets
        self._ledger = Ledger()
        self._writers = [
            Writer(
                self._ledger,
                f"w{number}",
                options.seed + number,
                providers=PROVIDERS,
                is_matched=number % 2 == 0,
            )
            for number in range(WRITERS)
        ]
        self._rematches: set[str] = set()
        self._starts: list[float] = []
        self._died_by_itself = 0

    def run(self) -> Found:
        """Kill, drain, compare."""
        begun = monotonic()
        for number in range(self._kills):
            self._one_life(number)
        killed_for = monotonic() - begun
        engine = make_engine(self._url)
        drained = self._drain()
        zeros = compare(engine, self._ledger, self._rematches)
        ledger = self._ledger
        refused = dict(ledger.refused)
        wrong = [name for name in refused if not name.endswith("503")]
        return {
            "kills": self._kills,
            "acknowledged": ledger.count(),
            "of_them": {kind: len(found) for kind, found in ledger.written.items()}
            | {"imports": len(ledger.imports), "rematches": len(self._rematches)},
            "unanswered": ledger.unanswered,
            "refused": refused,
            "died_by_itself": self._died_by_itself,
            "start_seconds": round(median(self._starts), 3),
            "killed_for_seconds": round(killed_for, 1),
            "drained_seconds": round(drained, 1),
            **asdict(zeros),
            "is_good": zeros.is_good and not wrong and ledger.count() > 0,
        }

    def _start(self, *, is_warm: bool) -> tuple[int, int]:
        begun = monotonic()
        port = free_port()
        number = self._servers.start("server", port, self._variables)
        client = Client(port)
        try:
            client.wait_until_there(_START_SECONDS)
            if is_warm:
                # The first reading builds the engine.
                client.ask("POST", "/v1/needs/readings", {"text": "an audit in Vietnam"})
        except NoAnswer:
            pass  # with the mechanism broken it dies by itself
        finally:
            client.close()
        self._starts.append(monotonic() - begun)
        return number, port

    def _one_life(self, number: int) -> None:
        server, port = self._start(is_warm=number % 4 == 0)
        began, is_over = Event(), Event()
        with ThreadPoolExecutor(WRITERS + 1) as callers:
            asked = [
                callers.submit(self._write, writer, port, began, is_over)
                for writer in self._writers
            ]
            asked.append(callers.submit(self._confirm, port, is_over))
            began.wait(_START_SECONDS)
            if number % 3 == 0:
                self._rematch()
            rest(self._chance.uniform(_LEAST_SECONDS, _MOST_SECONDS))
            if self._servers.poll(server) is not None:
                self._died_by_itself += 1
            self._servers.kill(server)
            is_over.set()
        for one in asked:
            one.result()  # whatever a caller stumbled over is a mistake of the drill

    def _write(self, writer: Writer, port: int, began: Event, is_over: Event) -> None:
        writer.on_acknowledged = began.set
        client = Client(port)
        with suppress(NoAnswer):
            while not is_over.is_set():
                writer.write(client)
        client.close()
        began.set()

    def _confirm(self, port: int, is_over: Event) -> None:
        client = Client(port)
        with suppress(NoAnswer):
            while not is_over.is_set():
                confirm_what_is_checked(self._ledger, client)
                is_over.wait(0.05)
        client.close()

    def _rematch(self) -> None:
        """As `landbridge rematch` does, from a process of its own."""
        engine = make_engine(self._url)
        with transaction(make_session_factory(engine)) as session:
            job = queue_rematch(session, {"drill": str(len(self._rematches))})
        self._rematches.add(str(job.id))
        engine.dispose()

    def _drain(self) -> float:
        """Let servers do what is left; with the mechanism broken, as many as it takes."""
        begun = monotonic()
        engine = make_engine(self._url)
        sessions = make_session_factory(engine)
        is_last = False
        while True:
            server, port = self._start(is_warm=False)
            client = Client(port)

            def is_over(client: Client = client) -> bool:
                client.ask(
                    "GET", "/healthz"
                )  # it may be gone, and then nothing would happen any more
                return not confirm_what_is_checked(self._ledger, client) and not jobs_left(sessions)

            try:
                wait_while_it_goes_on(is_over, _STUCK_SECONDS, partial(say_left, sessions))
                if not is_last:
                    is_last = True
                    self._rematch()
                    wait_while_it_goes_on(is_over, _STUCK_SECONDS, partial(say_left, sessions))
                break
            except NoAnswer:
                self._died_by_itself += 1
                if monotonic() - begun > _BROKEN_SECONDS:
                    raise SystemExit("the jobs do not end") from None
            finally:
                client.close()
                self._servers.kill(server)
        engine.dispose()
        return monotonic() - begun


def main() -> int:
    """Read the options, kill, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", action="store_true", dest="is_broken")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="landbridge-kill-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'landbridge.db'}"
        prepare(url, providers=PROVIDERS, needs=NEEDS)
        warm = Settings(_env_file=None, data_dir=folder, database_url=url, encoder=EncoderKind.NONE)
        found = drive(partial(_drive, folder=folder, options=options), run, folder, warm)
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

"""One process that forks servers, and another that tells it when: threads and forks kept apart."""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from core.settings import Settings
from tools.drills.forked import Child, fork, load_everything

Found = dict[str, Any]
"""What a drill found, as it is printed. Any: counts, names, times."""

Run = Callable[[str, int, Mapping[str, str]], None]
"""Be a process: what kind of one, on which port, with which variables."""


# Of each log, where a drill found something: its end.
_TOLD_CHARACTERS = 4_000


class Servers:
    """Has processes started and killed by the one that forks; one caller at a time."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line.makefile("rw")

    def start(self, what: str, port: int, variables: Mapping[str, str]) -> int:
        """Start a process and return the number by which it is known."""
        return int(self._tell({"do": "start", "what": what, "port": port, "with": dict(variables)}))

    def kill(self, number: int, signal_number: int = 9) -> int | None:
        """End one and return how it ended; None where another signal than 9 was sent."""
        code: int | None = self._tell({"do": "kill", "number": number, "signal": signal_number})
        return code

    def kill_group(self, number: int) -> int | None:
        """End one with all that it started; it leads a group of its own."""
        code: int | None = self._tell({"do": "kill_group", "number": number})
        return code

    def pid(self, number: int) -> int:
        """Return its number in the system."""
        return int(self._tell({"do": "pid", "number": number}))

    def poll(self, number: int) -> int | None:
        """Return how one ended, or None while it lives."""
        code: int | None = self._tell({"do": "poll", "number": number})
        return code

    def _tell(self, order: Mapping[str, object]) -> Any:  # noqa: ANN401 a number, or nothing
        self._line.write(json.dumps(order) + "\n")
        self._line.flush()
        return json.loads(self._line.readline())


def drive(
    driver: Callable[[Servers], Found], run: Run, folder: Path, warm: Settings | None = None
) -> Found:
    """Load everything, and have a driver in a process of its own say what is to be forked from here.

    Args:
        driver: may open connections and begin threads; what it returns is returned.
        run: what a forked process does.
        folder: for the logs of those that are forked.
        warm: of a database that may be read before anything is forked.
    """
    load_everything(warm)
    ours, theirs = socket.socketpair()
    result = folder / "result.json"

    def be_driver() -> None:
        ours.close()
        result.write_text(json.dumps(driver(Servers(theirs))))

    # Whoever stops a drill stops all that it began: as an exception, it passes through what cleans up.
    signal.signal(signal.SIGTERM, _stop)
    told = fork(be_driver, folder / "driver.log")
    theirs.close()
    children: list[Child] = []
    try:
        for line in ours.makefile("r"):
            order = json.loads(line)
            ours.sendall(json.dumps(_obey(order, children, run, folder)).encode() + b"\n")
    finally:
        for child in children:
            child.kill(is_group=child.leads_a_group())
        if told.poll() is None:
            os.kill(told.pid, signal.SIGTERM)
    if told.wait(60):
        raise SystemExit((folder / "driver.log").read_text()[-_TOLD_CHARACTERS:])
    found: Found = json.loads(result.read_text())
    if not found.get("is_good", True):
        found["logged"] = {
            log.name: log.read_text(errors="replace")[-_TOLD_CHARACTERS:] for log in _logs(folder)
        }
    return found


def _logs(folder: Path) -> list[Path]:
    return sorted(log for log in folder.glob("*.log") if log.stat().st_size)


def _stop(_number: int, _frame: object) -> None:
    sys.exit("stopped")


def _obey(
    order: Mapping[str, Any], children: list[Child], run: Run, folder: Path
) -> int | None:  # Any: an order as it was written
    if order["do"] == "start":
        what, port, variables = order["what"], order["port"], order["with"]
        children.append(fork(partial(run, what, port, variables), folder / f"{what}.log"))
        return len(children) - 1
    child: Child = children[order["number"]]
    if order["do"] == "pid":
        return child.pid
    if order["do"] == "kill_group":
        child.kill(is_group=True)
    elif order["do"] == "kill" and order["signal"] == 9:
        child.kill()
    elif order["do"] == "kill" and child.poll() is None:
        os.kill(child.pid, order["signal"])
    return child.poll()

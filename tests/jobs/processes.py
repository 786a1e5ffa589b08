"""Processes of our own program, waited for and killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0

_pause = Event()  # never set: waiting for it is waiting


def wait_until(
    condition: Callable[[], bool], *, alive: subprocess.Popen[str] | None = None
) -> None:
    """Return as soon as a condition holds; fail if it takes too long or the process has ended."""
    until = monotonic() + PATIENCE_SECONDS
    while not condition():
        assert monotonic() < until, "it takes too long"
        assert alive is None or alive.poll() is None, "the process has ended"
        _pause.wait(0.05)


@contextmanager
def running(
    command: Sequence[str], log: Path, **variables: str
) -> Generator[subprocess.Popen[str], None, None]:
    """A process of our own program, with all that it starts; killed at the end."""
    kept = {name: value for name, value in os.environ.items() if "LANDBRIDGE" not in name}
    with log.open("a") as written:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=log.parent,
            env={**kept, "PYTHONPATH": str(ROOT), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    except BaseException:
        sys.stderr.write(log.read_text("utf-8"))
        raise
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process and its children at once, as the system does when memory runs out."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()

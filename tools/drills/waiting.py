"""Waiting for something to come true, for as long as it is worth."""

from collections.abc import Callable
from threading import Event
from time import monotonic

_pause = Event()  # never set: waiting for it is waiting


def rest(seconds: float) -> None:
    """Do nothing for so long."""
    _pause.wait(seconds)


def wait_until(
    condition: Callable[[], bool], seconds: float, problem: str | Callable[[], str]
) -> float:
    """Return once a condition holds, and how many seconds that took.

    Raises:
        SystemExit: it takes too long; `problem` is, or says, what is the matter.
    """
    begun = monotonic()
    while not condition():
        if monotonic() - begun > seconds:
            said = problem if isinstance(problem, str) else problem()
            raise SystemExit(f"{said} after {seconds:.0f} s")
        rest(0.02)
    return monotonic() - begun

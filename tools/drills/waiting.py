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


def wait_while_it_goes_on(
    condition: Callable[[], bool], seconds: float, left: Callable[[], str]
) -> float:
    """Return once a condition holds, however long it takes, and how many seconds that was.

    Raises:
        SystemExit: nothing changed in what is left, as `left` says it, for so many seconds.
    """
    begun = changed = looked = monotonic()
    before = left()
    while not condition():
        if monotonic() - looked > 1:
            looked, now = monotonic(), left()
            if now != before:
                before, changed = now, looked
            elif looked - changed > seconds:
                raise SystemExit(f"{now}, and nothing of it was done in {seconds:.0f} s")
        rest(0.02)
    return monotonic() - begun

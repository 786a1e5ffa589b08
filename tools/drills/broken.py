"""The mechanism of jobs broken on purpose, to see that a drill finds it out.

What a job brings about is committed first, and that it is done in a second transaction: a process that
dies in between does it again. Only drills have it; nothing of the product knows the switch.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from core.crash_points import crash_point
from core.db import transaction
from core.job_runs import Effects, Run

APART = "broken.apart"


@contextmanager
def break_settling(
    *, is_broken: bool, between: Callable[[Run], None] = lambda _run: None
) -> Generator[None]:
    """Have `Run.finish` take two transactions as long as the context lasts, if `is_broken`.

    Args:
        is_broken: nothing is changed without.
        between: called with the attempt after the first one is committed.
    """
    if not is_broken:
        yield
        return
    whole = Run.finish

    def finish_apart(self: Run, effects: Effects | None) -> None:
        if effects is not None:
            with transaction(self.sessions) as session:
                effects(session)
            crash_point(APART)
            between(self)
        whole(self, None)

    # By name: to a type checker a method is not to be replaced.
    setattr(Run, "finish", finish_apart)  # noqa: B010 see above
    try:
        yield
    finally:
        setattr(Run, "finish", whole)  # noqa: B010 as above

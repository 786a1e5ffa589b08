"""A process that looks at the clock, made to be killed: `killed_scheduler.py URL HOW`.

HOW is `together`, or `apart`: the mechanism broken on purpose, with the job queued before the due
time is written down, in a transaction of its own. `dies` is `apart` and dies between the two.
"""

import os
import signal
import sys
from datetime import timedelta
from threading import Event

from core.db import make_engine, make_session_factory, reading, transaction
from core.jobs import enqueue
from core.schedules import Schedule, find_due, meet
from jobs.schedules import queue_due

TICK = Schedule("tick", "tick", timedelta(seconds=1))
_pause = Event()


def main(url: str, how: str) -> None:
    """Be the process."""
    sessions = make_session_factory(make_engine(url))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        if how == "together":
            queue_due(sessions, [TICK])
        else:
            with reading(sessions) as session:
                found = find_due(session, [TICK])
            for due_at in [due_at for _, moments in found for due_at in moments]:
                with transaction(sessions) as session:
                    enqueue(session, TICK.kind, {})
                if how == "dies":
                    os.kill(os.getpid(), signal.SIGKILL)
                with transaction(sessions) as session:
                    job = meet(session, TICK, due_at)
                    if job is not None:
                        session.delete(job)
        _pause.wait(0.02)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""How long PostgreSQL bears with a session, by what the session is for."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Limits of time in seconds; 0: as long as it takes.

    Attributes:
        name: what `pg_stat_activity` calls the session.
        statement: for one statement, waiting for locks included.
        lock: for one lock.
        idle: between two statements of a transaction; then the session is ended, and what it held
            is let go of.
    """

    name: str
    statement: float = 0.0
    lock: float = 0.0
    idle: float = 0.0

    @property
    def options(self) -> str:
        """Write them as a server takes them at the begin of a connection."""
        limits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={round(value * 1000)}" for name, value in limits.items())


# Somebody waits for it at a terminal: a backup or a migration takes as long as it takes.
COMMAND: Final = SessionLimits("landbridge-command")
# As the limit of workers, which is beyond any job that goes well.
JOBS: Final = SessionLimits("landbridge-jobs", statement=3600, lock=60, idle=3600)

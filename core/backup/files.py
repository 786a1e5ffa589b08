"""Files of backups: written through to the disk, by one process at a time."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from core.backup.errors import RestoreRefused


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, outlive a loss of power."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def alone(lock: Path) -> Generator[None]:
    """Be the only process that backs up to, or restores, one place."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            # Let go of by the system when this process ends, however it does.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RestoreRefused(
                f"another process holds {lock}: a backup or a restore is under way, let it finish"
            ) from error
        yield

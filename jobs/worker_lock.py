"""A lock that a process holds for as long as it lives, whatever ends it."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


class WorkerLock:
    """`flock` on a file: the kernel frees it when its holder is gone, kill -9 included."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def try_to_take(self) -> bool:
        """Take the lock unless somebody, here or in another process, has it; tell whether."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let go of the lock; nothing happens if it is not held."""
        if self._file is not None:
            # The file stays: deleting it would let two processes lock two files of one name.
            with suppress(OSError):
                os.close(self._file)
            self._file = None

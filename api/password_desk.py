"""Where passwords are hashed and compared: two at a time, the others wait without a thread."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from core.errors import Overloaded
from core.identity.passwords import hash_password, verify_password

_AT_ONCE: Final = 2
_MOST_WAITING: Final = 512

Result = TypeVar("Result")


def _give_way() -> None:
    """Make the calling thread ten steps less urgent, where threads have an urgency of their own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        # Never more urgent than the process already is: that would take a privilege.
        urgency = min(19, os.getpriority(os.PRIO_PROCESS, thread) + 10)
        os.setpriority(os.PRIO_PROCESS, thread, urgency)


class PasswordDesk:
    """Hashes and compares passwords on threads of its own.

    Each takes 19 MiB and 31 ms of a processor. However many people sign in at once, two are served
    at a time; requests that do something else keep their threads. On Linux the threads here give way
    to those of requests (ten steps less urgent): a crowd at the door does not slow down matches.
    """

    def __init__(self, *, at_once: int = _AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(at_once, "password", initializer=_give_way)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises:
            Overloaded: too many wait already.
        """
        return await self._do(lambda: hash_password(password))

    async def verify(self, password: str, hashed: str | None) -> tuple[bool, str | None]:
        """Compare a password with a hash, as `core.identity.passwords.verify_password` does.

        Raises:
            Overloaded: too many wait already.
        """
        return await self._do(lambda: verify_password(password, hashed))

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _do(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= self._most_waiting:
            raise Overloaded("many people sign in at this moment: try again in a few seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

"""How often each caller has called: a window that slides, counted here and shared through Redis.

No request waits for Redis. Each process decides by what it has counted itself and by what it last
heard of the others, which it asks about once a second; with Redis gone or frozen it goes on by
itself. So a caller may get ahead by what it sends to other processes within a second.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from threading import Event, Lock, Thread
from typing import Final

import structlog
from redis import Redis, RedisError

from api.broker import NO_RETRY

WINDOW_SECONDS: Final = 60
SHARED_SECONDS: Final = 1.0
# Beyond so many callers in a window new ones are not counted: memory is bounded, and what so many
# addresses send is for the proxy in front to stop.
MAX_CALLERS: Final = 200_000
_REDIS_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands: whether this call is allowed, how many are left, when to come again."""

    is_allowed: bool
    left: int
    retry_seconds: int
    reset_seconds: int


class CallCounts:
    """Counts calls by caller over a sliding window, for one process and what it hears of others.

    The window before counts for as much of it as still lies within the last minute, as if its calls
    had come evenly.

    Args:
        limit: calls in a window, of callers for whom no other limit is given.
        clock: seconds since 1970, since processes share windows by it.
    """

    def __init__(self, limit: int, *, clock: Callable[[], float] = time.time) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = Lock()
        self._window = 0
        self._before: dict[str, int] = {}
        self._own: dict[str, int] = {}
        self._others: dict[str, int] = {}
        self._unsaid: dict[str, int] = {}

    def count(self, caller: str, limit: int | None = None) -> Standing:
        """Count a call, unless it is one too many."""
        limit = self.limit if limit is None else limit
        now = self._clock()
        window, gone = divmod(now, WINDOW_SECONDS)
        share = 1 - gone / WINDOW_SECONDS
        with self._lock:
            if window != self._window:
                self._turn_to(int(window))
            before = self._before.get(caller, 0)
            current = self._own.get(caller, 0) + self._others.get(caller, 0)
            free = limit - current - before * share
            reset = ceil(share * WINDOW_SECONDS)
            if free < 1:
                return Standing(False, 0, _wait(limit, before, current, share), reset)
            if caller in self._own or len(self._own) < MAX_CALLERS:
                self._own[caller] = self._own.get(caller, 0) + 1
                self._unsaid[caller] = self._unsaid.get(caller, 0) + 1
            return Standing(True, int(free) - 1, 0, reset)

    def _turn_to(self, window: int) -> None:
        is_next = window == self._window + 1
        self._before = self._totals() if is_next else {}
        self._own, self._others, self._unsaid = {}, {}, {}
        self._window = window

    def _totals(self) -> dict[str, int]:
        return {caller: count + self._others.get(caller, 0) for caller, count in self._own.items()}

    def unsaid(self) -> tuple[int, dict[str, int]]:
        """Return the window, and what the others have not been told of it; it counts as told."""
        with self._lock:
            said, self._unsaid = self._unsaid, {}
            return self._window, said

    def hear(self, window: int, totals: dict[str, int]) -> None:
        """Take in how often callers have called all processes, this one too."""
        with self._lock:
            if window != self._window:
                return
            for caller, total in totals.items():
                told = self._own.get(caller, 0) - self._unsaid.get(caller, 0)
                self._others[caller] = max(total - told, 0)


def _wait(limit: int, before: int, current: int, share: float) -> int:
    """Return in how many seconds a call is allowed again, if none is made until then."""
    room = limit - 1 - current
    if room >= 0:
        return max(ceil((share - room / before) * WINDOW_SECONDS), 1)
    # Not in this window: in the next one, once enough of this one has passed.
    into = 1 - (limit - 1) / current
    return max(ceil((share + into) * WINDOW_SECONDS), 1)


class SharedCounts:
    """Tells the other processes, through Redis, what `CallCounts` counts, and hears of theirs.

    Redis learns no address: callers stand there under a digest that needs the secret.

    Args:
        counts: what is shared.
        redis_url: of the server.
        secret: of the installation.
    """

    def __init__(self, counts: CallCounts, redis_url: str, secret: str) -> None:
        self._counts = counts
        self._key = blake2b(secret.encode(), digest_size=32).digest()
        self._redis: Redis = Redis.from_url(
            redis_url,
            socket_connect_timeout=_REDIS_SECONDS,
            socket_timeout=_REDIS_SECONDS,
            retry=NO_RETRY,
        )
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="call-counts", daemon=True)

    def start(self) -> None:
        """Begin to share."""
        self._thread.start()

    def stop(self) -> None:
        """End, whatever Redis does."""
        self._stopping.set()
        self._thread.join(3 * _REDIS_SECONDS)
        self._redis.close()

    def share(self) -> None:
        """Say and hear once.

        Raises:
            RedisError: Redis did not answer; what was said may be lost.
        """
        window, said = self._counts.unsaid()
        if not said:
            return
        key = f"landbridge:calls:{window}"
        pipeline = self._redis.pipeline(transaction=False)
        for caller, count in said.items():
            pipeline.hincrby(key, self._digest(caller), count)
        pipeline.expire(key, 2 * WINDOW_SECONDS)
        totals = pipeline.execute()[:-1]
        self._counts.hear(window, dict(zip(said, map(int, totals), strict=True)))

    def _digest(self, caller: str) -> str:
        return blake2b(caller.encode(), key=self._key, digest_size=12).hexdigest()

    def _run(self) -> None:
        is_heard = True
        while not self._stopping.wait(SHARED_SECONDS):
            try:
                self.share()
                is_heard = True
            except RedisError as error:
                if is_heard:
                    log.warning(
                        "calls are counted by this process alone", error=type(error).__name__
                    )
                is_heard = False

"""Work that several ask for at the same time, done once."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Lets those who ask for the same thing at the same time share one computation.

    Nothing is remembered: who asks after the answer was given computes anew.

    Args:
        at_most: how many different things are shared at once; what comes beyond them is computed
            by whoever asks for it, alone.
    """

    def __init__(self, *, at_most: int) -> None:
        self._at_most = at_most
        self._lock = Lock()
        self._running: dict[K, Future[V]] = {}

    def compute_or_join(self, key: K, compute: Callable[[], V]) -> Future[V]:
        """Compute in this thread, or join whoever is computing the same.

        Returns:
            The outcome, a value or an error: already there where this thread computed it, to be
            waited for otherwise. It cannot be cancelled, since others may wait for it too.
        """
        with self._lock:
            shared = self._running.get(key)
            if shared is not None:
                return shared
            outcome: Future[V] = Future()
            outcome.set_running_or_notify_cancel()
            if len(self._running) < self._at_most:
                self._running[key] = outcome
        try:
            value = compute()
        except BaseException as error:  # noqa: BLE001 whoever asks for the outcome raises it
            self._forget(key, outcome)
            outcome.set_exception(error)
        else:
            self._forget(key, outcome)
            outcome.set_result(value)
        return outcome

    def _forget(self, key: K, outcome: Future[V]) -> None:
        with self._lock:
            if self._running.get(key) is outcome:
                del self._running[key]

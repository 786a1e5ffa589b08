from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.single_flight import SingleFlight


class Work:
    """Work that lasts until it is let go, and counts how often it is done."""

    def __init__(self, outcome: Callable[[], str] = lambda: "done") -> None:
        self.outcome = outcome
        self.times = 0
        self.has_begun = Event()
        self.may_end = Event()

    def __call__(self) -> str:
        self.times += 1
        self.has_begun.set()
        assert self.may_end.wait(timeout=10)
        return self.outcome()


def fail() -> str:
    raise LookupError("nothing there")


def test_those_who_ask_at_the_same_time_share_one_computation() -> None:
    flights, work = SingleFlight[str, str](at_most=8), Work()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(flights.compute_or_join, "a", work)
        assert work.has_begun.wait(timeout=10)
        joined = [flights.compute_or_join("a", work) for _ in range(5)]
        assert not any(one.done() or one.cancel() for one in joined)
        work.may_end.set()
        outcomes = [first.result(timeout=10), *joined]

    assert [one.result(timeout=10) for one in outcomes] == ["done"] * 6
    assert work.times == 1
    assert flights.compute_or_join("a", work).result() == "done"
    assert work.times == 2


def test_they_share_its_error_too() -> None:
    flights, work = SingleFlight[str, str](at_most=8), Work(fail)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(flights.compute_or_join, "a", work)
        assert work.has_begun.wait(timeout=10)
        joined = flights.compute_or_join("a", work)
        work.may_end.set()
        with pytest.raises(LookupError, match="nothing there"):
            joined.result(timeout=10)
    assert flights.compute_or_join("a", lambda: "better").result() == "better"


def test_what_is_asked_for_beyond_the_bound_is_computed_alone() -> None:
    flights, work = SingleFlight[str, str](at_most=1), Work()
    with ThreadPoolExecutor(1) as threads:
        threads.submit(flights.compute_or_join, "a", work)
        assert work.has_begun.wait(timeout=10)
        assert flights.compute_or_join("b", lambda: "alone").result() == "alone"
        assert flights.compute_or_join("a", work).done() is False
        work.may_end.set()
    assert work.times == 1

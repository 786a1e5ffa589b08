import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Event

import pytest
from anyio.lowlevel import checkpoint

from core.errors import Overloaded
from core.turns import SpareThreads, Turn, Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_turn_is_over_when_its_time_is_up() -> None:
    clock = Clock()
    with Turns(at_once=1, waiting=0, seconds=2.0, clock=clock).take() as turn:
        clock.now = 1.9
        assert not turn.is_over()
        clock.now = 2.0
        assert turn.is_over()
        assert not turn.extended(0.5).is_over()


def test_who_finds_too_many_waiting_is_sent_away_at_once() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)
    with turns.take(), pytest.raises(Overloaded, match="0 requests wait already"), turns.take():
        pass
    with turns.take():
        pass


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def test_who_waits_too_long_is_sent_away_and_keeps_nobody_from_a_turn(threads: Executor) -> None:
    turns = Turns(at_once=1, waiting=1, seconds=0.02)

    def run() -> float:
        return asyncio.run(turns.run(lambda turn: turn.ends_at, threads))

    with turns.take():
        with pytest.raises(Overloaded, match=r"within 0\.02 seconds"), turns.take():
            pass
        for _ in range(3):
            with pytest.raises(Overloaded, match=r"within 0\.02 seconds"):
                run()
    assert run() > 0


def test_no_more_threads_wait_than_may_and_coroutines_wait_on(threads: Executor) -> None:
    turns = Turns(at_once=1, waiting=9, seconds=60.0, waiting_threads=0)

    async def wait_beside_a_thread() -> str:
        with turns.take():
            waiting = asyncio.create_task(turns.run(lambda _: "had a turn", threads))
            await checkpoint()
            with pytest.raises(Overloaded, match="of this kind wait"), turns.take():
                pass
        return await waiting

    assert asyncio.run(wait_beside_a_thread()) == "had a turn"
    with turns.take():
        pass


def test_who_goes_on_has_no_longer_than_was_left(threads: Executor) -> None:
    clock = Clock()
    turns = Turns(at_once=1, waiting=1, seconds=10.0, clock=clock)

    def ends_at(until: float) -> float:
        return asyncio.run(turns.run(lambda turn: turn.ends_at, threads, until=until))

    clock.now = 7.0
    assert ends_at(9.0) == 9.0
    with turns.take(), pytest.raises(Overloaded):
        ends_at(6.0)


def test_an_error_during_a_turn_is_the_callers_and_gives_the_turn_back() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)
    for _ in range(3):
        with pytest.raises(TimeoutError, match="mine"), turns.take():
            raise TimeoutError("mine")


def test_an_error_of_the_work_is_raised_to_who_waits_and_gives_the_turn_back(
    threads: Executor,
) -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)

    def fail(_turn: Turn) -> None:
        raise TimeoutError("mine")

    for _ in range(3):
        with pytest.raises(TimeoutError, match="mine"):
            asyncio.run(turns.run(fail, threads))


def test_who_gives_up_waiting_leaves_the_turn_to_the_next(threads: Executor) -> None:
    turns = Turns(at_once=1, waiting=5, seconds=60.0)
    order: list[str] = []

    def ask(name: str) -> Coroutine[None, None, None]:
        return turns.run(lambda _: order.append(name), threads)

    async def run() -> None:
        with turns.take():
            waiting = [asyncio.create_task(ask(name)) for name in "abc"]
            await checkpoint()
            waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())
    assert order == ["b", "c"]


def test_who_gives_up_work_that_has_begun_leaves_it_its_turn_until_it_ends(
    threads: Executor,
) -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)
    has_begun, may_end = Event(), Event()

    def work(_turn: Turn) -> None:
        has_begun.set()
        assert may_end.wait(timeout=30)

    async def run() -> None:
        given_up = asyncio.create_task(turns.run(work, threads))
        await checkpoint()
        assert has_begun.wait(timeout=30)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        with pytest.raises(Overloaded), turns.take():
            pass
        may_end.set()

    asyncio.run(run())
    threads.shutdown()
    with turns.take():
        pass


def test_the_patient_wait_beyond_the_bounds_and_their_time_begins_with_their_turn(
    threads: Executor,
) -> None:
    clock = Clock()
    turns = Turns(at_once=1, waiting=0, seconds=1.0, clock=clock)

    async def run() -> bool:
        with turns.take():
            patient = asyncio.create_task(
                turns.run(lambda turn: turn.is_over(), threads, is_patient=True)
            )
            await checkpoint()
            clock.now = 5.0
        return await patient

    assert asyncio.run(run()) is False


def test_spare_threads_help_only_while_a_turn_is_held_by_nobody(threads: Executor) -> None:
    turns = Turns(at_once=2, waiting=0, seconds=60.0)
    spare = SpareThreads(turns, threads)
    may_end = Event()

    with turns.take():
        helping = spare.submit(may_end.wait, 30)
        # One is held and one is lent.
        assert spare.submit(may_end.set).cancelled()
        # What is lent keeps nobody from a turn.
        with turns.take():
            assert spare.submit(may_end.set).cancelled()
        may_end.set()
        assert helping.result(timeout=30) is True
        assert spare.submit(lambda: "again").result(timeout=30) == "again"
        with turns.take():
            assert spare.submit(may_end.set).cancelled()


def test_help_that_is_not_wanted_any_more_is_given_back() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)
    may_end = Event()
    with ThreadPoolExecutor(1) as threads:
        busy = threads.submit(may_end.wait, 30)
        spare = SpareThreads(turns, threads)
        for _ in range(3):
            wanted = spare.submit(may_end.set)
            assert not wanted.done()
            assert wanted.cancel()
        may_end.set()
        assert busy.result(timeout=30) is True


def test_no_more_than_allowed_hold_a_turn_among_threads_and_coroutines() -> None:
    turns = Turns(at_once=2, waiting=100, seconds=60.0)
    holding: list[int] = []
    most = 0

    def enter() -> None:
        nonlocal most
        holding.append(1)
        most = max(most, len(holding))

    def in_thread(_number: int) -> None:
        with turns.take():
            enter()
            holding.pop()

    def for_coroutine(_turn: Turn) -> None:
        enter()
        holding.pop()

    async def many() -> None:
        await asyncio.gather(*(turns.run(for_coroutine, workers) for _ in range(40)))

    with ThreadPoolExecutor(2) as workers, ThreadPoolExecutor(8) as threads:
        work = threads.map(in_thread, range(200))
        asyncio.run(many())
        assert len(list(work)) == 200
    assert 1 <= most <= 2

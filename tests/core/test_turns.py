import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from anyio.lowlevel import checkpoint

from core.errors import Overloaded
from core.turns import Turns


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


def test_who_waits_too_long_is_sent_away_and_keeps_nobody_from_a_turn() -> None:
    turns = Turns(at_once=1, waiting=1, seconds=0.02)

    async def wait() -> None:
        async with turns.take_async():
            pass

    with turns.take():
        with pytest.raises(Overloaded, match=r"within 0\.02 seconds"), turns.take():
            pass
        for _ in range(3):
            with pytest.raises(Overloaded, match=r"within 0\.02 seconds"):
                asyncio.run(wait())
    asyncio.run(wait())


def test_no_more_threads_wait_than_may_and_coroutines_wait_on() -> None:
    turns = Turns(at_once=1, waiting=9, seconds=60.0, waiting_threads=0)

    async def wait_beside_a_thread() -> None:
        async with turns.take_async():
            waiting = asyncio.create_task(wait())
            await checkpoint()
            with pytest.raises(Overloaded, match="of this kind wait"), turns.take():
                pass
        await waiting

    async def wait() -> None:
        async with turns.take_async():
            pass

    asyncio.run(wait_beside_a_thread())
    with turns.take():
        pass


def test_who_goes_on_has_no_longer_than_was_left() -> None:
    clock = Clock()
    turns = Turns(at_once=1, waiting=1, seconds=10.0, clock=clock)

    async def ends_at(until: float | None) -> float:
        async with turns.take_async(until=until) as turn:
            return turn.ends_at

    clock.now = 7.0
    assert asyncio.run(ends_at(9.0)) == 9.0
    with turns.take(), pytest.raises(Overloaded):
        asyncio.run(ends_at(6.0))


def test_an_error_during_a_turn_is_the_callers_and_gives_the_turn_back() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60.0)
    for _ in range(3):
        with pytest.raises(TimeoutError, match="mine"), turns.take():
            raise TimeoutError("mine")


def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    turns = Turns(at_once=1, waiting=5, seconds=60.0)
    order: list[str] = []

    async def ask(name: str) -> None:
        async with turns.take_async():
            order.append(name)

    async def run() -> None:
        async with turns.take_async():
            waiting = [asyncio.create_task(ask(name)) for name in "abc"]
            await checkpoint()
            waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())
    assert order == ["b", "c"]


def test_the_patient_wait_beyond_the_bounds_and_their_time_begins_with_their_turn() -> None:
    clock = Clock()
    turns = Turns(at_once=1, waiting=0, seconds=1.0, clock=clock)

    async def wait() -> bool:
        async with turns.take_async(is_patient=True) as turn:
            return turn.is_over()

    async def run() -> bool:
        async with turns.take_async():
            patient = asyncio.create_task(wait())
            await checkpoint()
            clock.now = 5.0
        return await patient

    assert asyncio.run(run()) is False


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

    async def in_coroutine() -> None:
        async with turns.take_async():
            enter()
            await checkpoint()
            holding.pop()

    async def many() -> None:
        await asyncio.gather(*(in_coroutine() for _ in range(40)))

    with ThreadPoolExecutor(8) as threads:
        work = threads.map(in_thread, range(200))
        asyncio.run(many())
        assert len(list(work)) == 200
    assert 1 <= most <= 2

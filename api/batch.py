"""A batch of needs: JSON lines in, JSON lines out, in order and as they are matched.

The body is read as fast as it comes, up to a limit, whether or not the client reads its answers: many
send everything before they read anything. At most `AHEAD` lines are matched, or matched and not yet
taken by the client, at the same time.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import orjson
from anyio.abc import TaskGroup
from starlette.types import Message, Receive, Send

from core.errors import BodyTooLarge, Overloaded, PlatformError

MOST_LINES = 50_000
AHEAD = 2
# A body that is always read at once has no reason to take longer, and a client that sends slowly
# keeps others waiting for their batch.
BODY_SECONDS = 300.0
# How long an answer may wait for the client to read it. All of them together may wait as long, and a
# second more for each so many bytes that were read: a client that takes a little now and then would
# keep others from their batch for days.
UNREAD_SECONDS = 60.0
SLOWEST_BYTES_PER_SECOND = 16_384
MOST_UNREAD_SECONDS = 1_800.0

Answer = Callable[[int, bytes], Awaitable[bytes]]
Complain = Callable[[int, PlatformError], bytes]


class TooSlow(PlatformError):
    """The body of the request did not arrive in time. Send it faster, or in several requests."""

    code = "body-too-slow"
    status = 408
    title = "The request took too long to arrive"


class Places:
    """Bounds how many batches there are at once: each may hold as many bytes as its limit says."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._taken = 0

    def require_room(self) -> None:
        """Pass where a place is free.

        Raises:
            Overloaded: all are taken.
        """
        if self._taken >= self._at_most:
            raise Overloaded(
                f"{self._at_most} batches are being matched already: try again when one has ended"
            )

    @asynccontextmanager
    async def take(self) -> AsyncGenerator[None]:
        """Hold a place.

        Raises:
            Overloaded: all are taken.
        """
        self.require_room()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


class _Body:
    """The lines of a body, of which one task reads and another takes."""

    def __init__(self, receive: Receive, *, most_bytes: int, most_line_bytes: int) -> None:
        self._receive = receive
        self._most_bytes = most_bytes
        self._most_line_bytes = most_line_bytes
        self._buffer = bytearray()
        self._searched = 0
        self._came = anyio.Event()
        self._is_whole = False
        self._problem: PlatformError | None = None

    async def read(self) -> bool:
        """Read to the end of the body, or until it is refused; False where the client went away."""
        received = 0
        with anyio.move_on_after(BODY_SECONDS) as limit:
            while not self._is_whole:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    return False
                part = message.get("body", b"")
                received += len(part)
                if received > self._most_bytes:
                    self._problem = BodyTooLarge(
                        f"a batch may carry {self._most_bytes:,} bytes at most: send the rest in "
                        "another"
                    )
                    break
                self._buffer += part
                self._is_whole = not message.get("more_body", False)
                self._came.set()
        if limit.cancelled_caught:
            self._problem = TooSlow(
                f"the whole batch must arrive within {BODY_SECONDS:g} seconds: send fewer lines"
            )
        self._came.set()
        return True

    async def next_line(self) -> bytes | None:
        """Return the next line without its end; None after the last.

        Raises:
            BodyTooLarge: the body, or this line, is too long; the body ends here.
            TooSlow: the body did not arrive in time; it ends here.
        """
        while True:
            end = self._buffer.find(b"\n", self._searched)
            if (end if end >= 0 else len(self._buffer)) > self._most_line_bytes:
                raise BodyTooLarge(
                    f"a line may carry {self._most_line_bytes:,} bytes at most: what follows it was "
                    "not read"
                )
            if end >= 0:
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                self._searched = 0
                return line
            self._searched = len(self._buffer)
            if self._is_whole:
                line = bytes(self._buffer)
                self._buffer.clear()
                self._searched = 0
                return line or None
            if self._problem is not None:
                raise self._problem
            await self._came.wait()
            if not self._is_whole and self._problem is None:
                self._came = anyio.Event()


class _Slot:
    """Room for the answer to one line."""

    def __init__(self) -> None:
        self.is_filled = anyio.Event()
        self.answer = b""


async def stream_batch(
    receive: Receive,
    send: Send,
    *,
    answer: Answer,
    complain: Complain,
    media_type: str,
    most_bytes: int,
    most_line_bytes: int,
) -> None:
    """Answer every line of a body; stop when the client goes away or no longer reads.

    Args:
        receive, send: those of the request, whose body nobody has read.
        answer: the answer to the line of a number, from 1, with its end; raises nothing.
        complain: likewise what is said where the body ends before its last line.
        media_type: that of the answer.
        most_bytes, most_line_bytes: how long the body and each of its lines may be.
    """
    body = _Body(receive, most_bytes=most_bytes, most_line_bytes=most_line_bytes)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            # What remains of a body that is refused is not read, so the connection ends here.
            "headers": [(b"content-type", media_type.encode()), (b"connection", b"close")],
        }
    )
    async with anyio.create_task_group() as group:

        async def read_and_watch() -> None:
            is_there = await body.read()
            while is_there:
                is_there = (await receive())["type"] != "http.disconnect"
            group.cancel_scope.cancel()

        group.start_soon(read_and_watch)
        await _answer_lines(group, body, send, answer, complain)
        group.cancel_scope.cancel()


async def _answer_lines(
    group: TaskGroup, body: _Body, send: Send, answer: Answer, complain: Complain
) -> None:
    free = anyio.Semaphore(AHEAD)
    give, take = anyio.create_memory_object_stream[_Slot](AHEAD)

    async def fill(slot: _Slot, number: int, line: bytes) -> None:
        slot.answer = await answer(number, line)
        slot.is_filled.set()

    async def hand_out() -> None:
        async with give:
            number = 1
            try:
                while (line := await body.next_line()) is not None:
                    if number > MOST_LINES:
                        raise BodyTooLarge(
                            f"a batch may have {MOST_LINES:,} lines at most: send the rest in "
                            "another"
                        )
                    if line.strip():
                        await free.acquire()
                        slot = _Slot()
                        group.start_soon(fill, slot, number, line)
                        await give.send(slot)
                    number += 1
            except PlatformError as error:
                slot = _Slot()
                slot.answer = complain(number, error)
                slot.is_filled.set()
                await give.send(slot)

    group.start_soon(hand_out)
    reader = Reader(send)
    async with take:
        async for slot in take:
            await slot.is_filled.wait()
            if not await reader.takes(slot.answer):
                return
            free.release()
    await reader.takes(b"", is_last=True)


class Reader:
    """The client as it reads the answers, and how long it has kept them waiting in all."""

    def __init__(self, send: Send, clock: Callable[[], float] = anyio.current_time) -> None:
        self._send = send
        self._clock = clock
        self._read = 0
        self._waited = 0.0

    async def takes(self, part: bytes, *, is_last: bool = False) -> bool:
        """Send a part; False where it was not read in time."""
        message: Message = {"type": "http.response.body", "body": part, "more_body": not is_last}
        in_all = min(UNREAD_SECONDS + self._read / SLOWEST_BYTES_PER_SECOND, MOST_UNREAD_SECONDS)
        left = in_all - self._waited
        if left <= 0:
            return False
        began = self._clock()
        with anyio.move_on_after(min(UNREAD_SECONDS, left)) as limit:
            await self._send(message)
        self._waited += self._clock() - began
        self._read += len(part)
        return not limit.cancelled_caught


def batch_line(number: int, name: object, outcome: str, value: bytes) -> bytes:
    """Write one line of an answer.

    Args:
        number: of the line that is answered, from 1.
        name: the id that came with it.
        outcome: `result` or `problem`.
        value: the outcome as JSON.
    """
    return b'{"line":%d,"id":%b,"%b":%b}\n' % (
        number,
        orjson.dumps(name),
        outcome.encode(),
        value,
    )

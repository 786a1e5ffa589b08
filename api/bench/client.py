"""A client that costs little beside the server: bytes made before, sockets kept, heads skimmed.

It runs in a process of its own. Each connection has one request on its way at a time.
"""

import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from api.cli.failures import CommandFailed

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_READ = 1 << 18
_PATIENCE = 120.0


class WrongAnswer(CommandFailed):
    """The server answered something else than was measured for."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=1)


@dataclass(frozen=True, slots=True)
class Drive:
    """What a client saw.

    Attributes:
        times: seconds of each answer, in the order in which they came.
        seconds: from the first request to the last answer.
        busy: the share of that time for which the client's process used a core.
        received: bytes of the bodies.
    """

    times: tuple[float, ...]
    seconds: float
    busy: float
    received: int

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds


def as_request(method: str, path: str, body: bytes) -> bytes:
    """Write a request down as it is sent."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def connect(port: int) -> socket.socket:
    """Open a connection on which nothing waits for more to be sent with it."""
    line = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def ask_on(line: socket.socket, request: bytes) -> bytes:
    """Send one request over an open connection and return the body of the answer.

    Raises:
        WrongAnswer: the status is none of the 200s, or the server closed the connection.
    """
    line.sendall(request)
    got = bytearray()
    while (end := _end_of(got)) is None:
        part = line.recv(_READ)
        if not part:
            raise WrongAnswer("the server closed the connection: see its log")
        got += part
    return bytes(got[got.index(_HEAD_END) + 4 : end])


def ask_all(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """Send requests over one connection, one after the other, and return the bodies of the answers."""
    with closing(connect(port)) as line:
        return [ask_on(line, request) for request in requests]


def _end_of(got: bytearray) -> int | None:
    """Return where the answer ends, or None while it is not all there."""
    head = got.find(_HEAD_END)
    if head < 0:
        return None
    length = _LENGTH.search(got, 0, head)
    if length is None:
        raise WrongAnswer(f"an answer without a length: {bytes(got[:200])!r}")
    end = head + 4 + int(length[1])
    if len(got) < end:
        return None
    if not got.startswith(b"HTTP/1.1 2"):
        raise WrongAnswer(f"the server answered {bytes(got[:end])[:2000]!r}")
    return end


@dataclass(slots=True)
class _Line:
    """A connection with a request on its way."""

    link: socket.socket
    sent: float = 0.0
    got: bytearray = field(default_factory=bytearray)

    def send(self, message: bytes) -> None:
        self.got.clear()
        self.sent = time.perf_counter()
        self.link.sendall(message)


def drive(
    port: int, messages: Sequence[bytes], connections: int, seconds: float, skip: int = 0
) -> Drive:
    """Send messages in turn over some connections for some seconds, then wait for what is open.

    Whichever connection is free takes the next message, so that messages on their way differ as
    long as there are more of them than connections.

    Raises:
        WrongAnswer: an answer is not what was asked for.
    """
    watched = selectors.DefaultSelector()
    lines = [_Line(connect(port)) for _ in range(connections)]
    times: list[float] = []
    received, following, open_ones = 0, skip, connections
    try:
        cpu, began = time.process_time(), time.perf_counter()
        for line in lines:
            watched.register(line.link, selectors.EVENT_READ, line)
            line.send(messages[following % len(messages)])
            following += 1
        while open_ones:
            events = watched.select(_PATIENCE)
            if not events:
                raise WrongAnswer(f"no answer within {_PATIENCE:.0f} seconds")
            for key, _ in events:
                line = key.data
                part = line.link.recv(_READ)
                if not part:
                    raise WrongAnswer("the server closed a connection: see its log")
                line.got += part
                end = _end_of(line.got)
                if end is None:
                    continue
                now = time.perf_counter()
                times.append(now - line.sent)
                received += end - line.got.index(_HEAD_END) - 4
                if now - began >= seconds:
                    open_ones -= 1
                    continue
                line.send(messages[following % len(messages)])
                following += 1
        lasted = time.perf_counter() - began
        busy = (time.process_time() - cpu) / lasted
    finally:
        watched.close()
        for line in lines:
            line.link.close()
    return Drive(tuple(times), lasted, busy, received)


_messages: dict[str, Sequence[bytes]] = {}


def _remember(messages: Mapping[str, Sequence[bytes]]) -> None:
    _messages.update(messages)


def _drive(port: int, name: str, connections: int, seconds: float, skip: int) -> Drive:
    return drive(port, _messages[name], connections, seconds, skip)


class Client:
    """A process that drives a server with messages it was given once."""

    def __init__(self, messages: Mapping[str, Sequence[bytes]]) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_remember, initargs=(messages,)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()

    def drive(
        self, port: int, name: str, connections: int, seconds: float, *, skip: int = 0
    ) -> Drive:
        """Send the messages of this name for some seconds, from the one numbered `skip` on."""
        return self._pool.submit(_drive, port, name, connections, seconds, skip).result()

"""How long a caller may take: deadlines for heads, bodies and for reading the answer.

Uvicorn has none: thousands of connections that send a byte now and then stay open as long as they
like. Its limit on concurrency makes it worse, since honest callers are then refused too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from api.manners.addresses import Network, is_within, one_caller

if TYPE_CHECKING:
    import asyncio

    from uvicorn.config import Config
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
    from uvicorn.server import ServerState
else:  # whichever of its parsers uvicorn takes by itself; both have the same parts
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol

LATE: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"  # RFC 9110, 15.5.9
TOO_MANY: Final = (
    b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 5\r\n"
    b"content-length: 0\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How much a caller may take of the server's time and connections.

    Attributes:
        head_seconds: for the head of a request, from its first byte or the connection.
        body_seconds: for the whole body.
        stalled_seconds: without taking anything of an answer that waits to be sent.
        streamed: paths whose bodies are long, with the seconds for them.
        connections_per_address: how many one address may have open; 0 means any number.
        proxies: networks to which that number does not apply: they speak for many.
    """

    head_seconds: float
    body_seconds: float
    stalled_seconds: float
    streamed: Mapping[str, float] = field(default_factory=dict[str, float])
    connections_per_address: int = 0
    proxies: tuple[Network, ...] = ()


@dataclass(slots=True)
class Watch:
    """What the connections of a server share.

    Attributes:
        patience: with them.
        ended: told why a connection was ended: `head`, `body`, `stalled` or `too_many`.
        by_address: how many connections each address has open.
        is_stopping: whether the server has begun to stop and takes no more.
    """

    patience: Patience
    ended: Callable[[str], None]
    by_address: Counter[str] = field(default_factory=Counter[str])
    is_stopping: bool = False


def look_at(connections: Iterable[Any], now: float) -> None:
    """End the connections whose time is up; called about twice a second.

    Any: uvicorn keeps protocols of any kind, those of web sockets too.
    """
    for connection in [one for one in connections if isinstance(one, WatchedProtocol)]:
        connection.look(now)


class WatchedProtocol(HttpProtocol):
    """One connection: uvicorn's, with deadlines. `watching` binds it to the watch of a server."""

    watch: Watch

    def __init__(
        self,
        config: "Config",
        server_state: "ServerState",
        app_state: dict[str, Any],  # Any: as uvicorn has it
        _loop: "asyncio.AbstractEventLoop | None" = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_since: float | None = None
        self._has_sent = False
        self._cycle_seen: object = None
        self._body_since = 0.0
        self._stalled_since: float | None = None
        self._address: str | None = None

    def connection_made(self, transport: "asyncio.Transport") -> None:  # type: ignore[override]
        """Begin to wait for a head."""  # the ignore: uvicorn narrows the argument too
        super().connection_made(transport)
        self._head_since = self.loop.time()
        patience = self.watch.patience
        if patience.connections_per_address and self.client is not None:
            address = one_caller(self.client[0])
            if not is_within(self.client[0], patience.proxies):
                self._address = address
                self.watch.by_address[address] += 1
                if self.watch.by_address[address] > patience.connections_per_address:
                    self._end("too_many", TOO_MANY)
        if self.watch.is_stopping:
            # Accepted before, made after uvicorn told all connections that they are the last: this
            # one would be kept alive, and cut off in the middle of some request.
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._address is not None:
            self.watch.by_address[self._address] -= 1
            if not self.watch.by_address[self._address]:
                del self.watch.by_address[self._address]
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, and note when a head began and when it was whole."""
        before = self.cycle
        if self._head_since is None and (before is None or before.response_complete):
            self._head_since = self.loop.time()
        self._has_sent = True
        super().data_received(data)
        if self.cycle is not before:
            self._head_since = None

    def pause_writing(self) -> None:
        """Note that the caller does not read as fast as is written."""
        self._stalled_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that the caller reads again."""
        self._stalled_since = None
        super().resume_writing()

    def look(self, now: float) -> None:
        """End the connection if its time is up."""
        patience, cycle = self.watch.patience, self.cycle
        if self.transport.is_closing():
            return
        if self._stalled_since is not None and now - self._stalled_since > patience.stalled_seconds:
            self.watch.ended("stalled")
            self.transport.abort()  # to close would wait until what is written is read
        elif cycle is None or cycle.response_complete:
            since = self._head_since
            if since is not None and now - since > patience.head_seconds:
                # To whoever never sent anything, such as a browser that connects ahead, nothing
                # is owed.
                self._end("head", LATE if self._has_sent else b"")
        elif cycle is not self._cycle_seen:
            self._cycle_seen = cycle
            self._body_since = now
        elif cycle.more_body:
            seconds = patience.streamed.get(cycle.scope["path"], patience.body_seconds)
            if now - self._body_since > seconds:
                self._end("body", b"" if cycle.response_started else LATE)

    def _end(self, reason: str, answer: bytes) -> None:
        self.watch.ended(reason)
        if answer:
            self.transport.write(answer)
        self.transport.close()


def watching(watch: Watch) -> type[WatchedProtocol]:
    """Return the protocol of a server whose connections share a watch."""
    return type("BoundProtocol", (WatchedProtocol,), {"watch": watch})

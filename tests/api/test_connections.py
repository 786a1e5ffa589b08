"""Slow callers against a server of our own, on a port of its own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from fastapi import FastAPI

import api.cli.server
from api.app import create_app
from api.cli.server import GreetingServer
from api.observing.metrics import Metrics
from api.v1.match_batch import ADDRESS, MEDIA_TYPE
from core.settings import Settings
from tests.conftest import SqliteDatabases, make_settings
from tests.conftest import _prepare_catalogue as prepare_catalogue
from tools.slow_clients import BODY, HEAD, attack

CLIENTS = 100  # of each kind


@dataclass(frozen=True)
class Served:
    port: int
    metrics: Metrics

    def ended(self, reason: str) -> float:
        registry = self.metrics.registry
        sample = registry.get_sample_value("landbridge_connections_ended_total", {"reason": reason})
        return sample or 0.0

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


def all_that_comes(connection: socket.socket) -> bytes:
    """Read until the server ends the connection."""
    parts: list[bytes] = []
    while part := connection.recv(10_000):
        parts.append(part)
    return b"".join(parts)


def asked_again(connection: socket.socket) -> bool:
    """Ask on a connection that may be over, and tell whether that was answered."""
    with suppress(OSError):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n")
        return connection.recv(10_000).startswith(b"HTTP/1.1 200 ")
    return False


class CalledAsItStops(GreetingServer):
    """A server that takes a connection in the very turn of its loop in which it begins to stop."""

    def __init__(self, app: FastAPI, address: tuple[str, int]) -> None:
        super().__init__(app, log_level="WARNING", greet=lambda: None)
        self._address = address
        self.calls: Queue[socket.socket] = Queue()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.calls.put(socket.create_connection(self._address, timeout=20))
        # Not 0: those whose time has come have their turn after those who call.
        await asyncio.sleep(1e-9)
        await super().shutdown(sockets)


def _serve(settings: Settings) -> Iterator[Served]:
    door = socket.create_server(("127.0.0.1", 0))
    greeted = Event()
    app = create_app(settings)
    server = GreetingServer(app, log_level="WARNING", greet=greeted.set)
    thread = Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        assert greeted.wait(60)
        yield Served(door.getsockname()[1], app.state.metrics)
    finally:
        server.should_exit = True
        thread.join()
        door.close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(api.cli.server, "compile_kernels", lambda: None)
    url = SqliteDatabases(tmp_path).copy_of(prepare_catalogue)
    return make_settings(url).model_copy(
        update={"head_seconds": 1.0, "body_seconds": 1.5, "stalled_seconds": 1.0}
    )


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    yield from _serve(settings)


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Served]:
    yield from _serve(
        settings.model_copy(update={"connections_per_address": 2, "trusted_proxies": ()})
    )


def test_slow_callers_are_ended_and_honest_ones_are_served(served: Served) -> None:
    found = asyncio.run(attack("127.0.0.1", served.port, clients=CLIENTS, seconds=5, every=0.3))

    assert all(len(found.ended_after[kind]) >= CLIENTS for kind in ("head", "body"))
    assert found.longest() < 4
    assert found.failed == 0
    assert len(found.honest) > 50
    assert served.ended("head") >= CLIENTS
    assert served.ended("body") >= CLIENTS


@pytest.mark.parametrize("begun", [HEAD, BODY], ids=["head", "body"])
def test_a_caller_who_is_late_is_told_so(served: Served, begun: bytes) -> None:
    with served.connect() as connection:
        connection.sendall(begun)
        told = all_that_comes(connection)

    assert told.startswith(b"HTTP/1.1 408 ")


def test_a_batch_may_take_longer(served: Served) -> None:
    batch = BODY.replace(b"/v1/readings", ADDRESS.encode())
    with served.connect() as longer, served.connect() as other:
        longer.sendall(batch.replace(b"application/json", MEDIA_TYPE.encode()))
        other.sendall(BODY)
        assert all_that_comes(other).startswith(b"HTTP/1.1 408 ")
        # It came first, has the head of its answer, and is still waited for.
        assert longer.recv(10_000).startswith(b"HTTP/1.1 200 ")
        longer.setblocking(False)
        with pytest.raises(BlockingIOError):
            longer.recv(1)


def test_who_never_sent_anything_is_told_nothing(served: Served) -> None:
    with served.connect() as connection:
        assert connection.recv(100) == b""


def test_a_second_request_that_never_ends_is_late_too(served: Served) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(whole)
        assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
        connection.sendall(HEAD)
        assert b"HTTP/1.1 408 " in all_that_comes(connection)


def test_who_does_not_read_is_cut_off(served: Served) -> None:
    # More answers than the buffers of both sides hold, none of which is read.
    many = b"GET /openapi.json HTTP/1.1\r\nHost: a.example\r\n\r\n" * 200
    with served.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(many)
        while not served.ended("stalled"):
            # Another connection, so that this one stays unread.
            with served.connect() as other:
                other.sendall(
                    b"GET /healthz HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
                )
                assert all_that_comes(other).startswith(b"HTTP/1.1 200")


def test_one_address_has_so_many_connections(impatient: Served) -> None:
    with impatient.connect(), impatient.connect(), impatient.connect() as third:
        assert all_that_comes(third).startswith(b"HTTP/1.1 429 ")
    assert impatient.ended("too_many") == 1


def test_a_connection_that_comes_as_the_server_stops_is_not_kept_alive(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = CalledAsItStops(create_app(settings), door.getsockname())
        server.should_exit = True
        thread = Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        answers = 0
        with server.calls.get(timeout=60) as connection:
            while thread.is_alive():
                answers += asked_again(connection)

    assert answers <= 1

"""A server process as `landbridge serve` runs it, with a bare endpoint beside the real ones.

The bare endpoint takes the same request through the same middlewares and answers bytes it was
given before: what a match costs beyond that is ours.
"""

import socket
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from fastapi import APIRouter, FastAPI, Request, Response

from api.app import create_app
from api.cli.failures import CommandFailed
from api.cli.server import GreetingServer
from core.log import configure_logging
from core.settings import Settings

BARE = "/v1/bare"
_START_SECONDS = 900.0
_STOP_SECONDS = 20.0

router = APIRouter(prefix=BARE)


@router.put("/{number}")
async def keep(number: int, request: Request) -> Response:
    """Keep the bytes to answer with under a number."""
    request.app.state.bare[number] = await request.body()
    return Response(b"{}", media_type="application/json")


@router.post("/{number}")
async def answer(number: int, request: Request) -> Response:
    """Read the request and answer the bytes of this number."""
    await request.body()
    return Response(request.app.state.bare[number], media_type="application/json")


def create_bench_app(settings: Settings) -> FastAPI:
    """Make the application as it is, with the bare endpoint besides."""
    app = create_app(settings)
    app.state.bare = {}
    # Before the others: they end with pages that would answer any address.
    known = list(app.router.routes)
    app.include_router(router)
    added = app.router.routes[len(known) :]
    app.router.routes[:] = [*added, *known]
    return app


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs: its port and its process."""

    port: int
    pid: int


@contextmanager
def serving(settings: Settings) -> Generator[Serving]:
    """Run a server in a process of its own until the block ends.

    Raises:
        CommandFailed: it does not start.
    """
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(settings, there), daemon=False)
    process.start()
    there.close()
    try:
        if not here.poll(_START_SECONDS):
            raise CommandFailed("the server did not start in time: see the lines above")
        try:
            port = int(here.recv())
        except EOFError as error:
            raise CommandFailed("the server did not start: see the lines above") from error
        if process.pid is None:
            raise CommandFailed("the server has ended: see the lines above")
        yield Serving(port, process.pid)
    finally:
        here.close()
        process.terminate()
        process.join(_STOP_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(settings: Settings, answer_to: Connection) -> None:
    configure_logging("ERROR")
    with closing(_listen()) as door:
        port = door.getsockname()[1]
        server = GreetingServer(
            create_bench_app(settings), log_level="ERROR", greet=lambda: answer_to.send(port)
        )
        server.run(sockets=[door])


def _listen() -> socket.socket:
    # Named as TCP: asyncio sets TCP_NODELAY only where the protocol is not left to the system, and
    # without it an answer whose last segment is short waits 40 ms for an acknowledgement.
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    return door

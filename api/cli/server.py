"""The server process: uvicorn, which says that it is ready when it is."""

import asyncio
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from api.batch import BODY_SECONDS
from api.cli.console import note
from api.connections import Patience, Watch, look_at, watching
from api.manners.addresses import read_networks
from api.observing.metrics import Metrics
from core.clock import utc_now
from core.db import is_outage
from core.errors import Unavailable
from core.garbage import spare_what_is_loaded
from core.settings import Settings
from enterprises import matching_service
from enterprises.schemas import MatchRequest
from matching.search.warm import compile_kernels
from providers.engine import EngineHolder

# Places, a kind of work, a language and a sum: what most needs name, so that all of it is ready.
WARM_UP_TEXT = (
    "Audit of a USD 2 million road project in Vietnam for a Hong Kong company, in English"
)
# What is read while it is answered keeps its own time and says so; this is for when it does not.
_STREAMED_SECONDS = BODY_SECONDS + 30
# Of the twenty seconds in which a server that is told to stop ends: as long as any request takes that
# keeps its deadline. The rest is for the job in hand.
_LAST_ANSWERS_SECONDS = 12
# Uvicorn ticks ten times a second.
_TICKS_PER_LOOK = 5


class GreetingServer(uvicorn.Server):
    """A uvicorn server that builds the matching engine before it greets.

    Otherwise the first visitor would wait for that. Where nothing is loaded yet it serves all the
    same: `/readyz` says what is missing, and the engine follows what is imported.
    """

    def __init__(self, app: FastAPI, *, log_level: str, greet: Callable[[], None]) -> None:
        settings: Settings = app.state.settings
        self._watch = _make_watch(settings, app)
        super().__init__(
            uvicorn.Config(
                app,
                http=watching(self._watch),
                ws="none",  # there are none, and an upgrade would escape the deadlines
                forwarded_allow_ips=list(settings.trusted_proxies),
                log_config=None,  # our own, on stderr
                log_level=log_level.lower(),
                access_log=False,  # addresses may hold what somebody typed
                server_header=False,
                timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            )
        )
        self._app = app
        self._greet = greet
        self.is_interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, and remember whether somebody pressed Ctrl-C."""
        self.is_interrupted = self.is_interrupted or sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Look after slow callers, twice a second, beside what uvicorn does ten times."""
        if counter % _TICKS_PER_LOOK == 0:
            look_at(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what is in hand and nothing else."""
        self._watch.is_stopping = True
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Compile what matches, start to listen, build the engine, greet."""
        # Before anybody can ask.
        note("compiling what matches: some twenty seconds on the first start, none later")
        await asyncio.to_thread(compile_kernels)
        await super().startup(sockets=sockets)
        if not self.started:
            return
        try:
            await self._prepare()
        except Exception:
            # It listens already, and does jobs: what is in hand is ended as when it is told to stop.
            await self.shutdown(sockets)
            raise
        self._greet()

    async def _prepare(self) -> None:
        note("opening the index; where there is none, a small one is built first")
        try:
            note(await asyncio.to_thread(_warm_up, self._app.state.engine_holder))
        except Unavailable as error:
            note(f"landbridge: {error.detail}")
        except SQLAlchemyError as error:
            if not is_outage(error):
                raise
            note("landbridge: the database went away: the first match opens the index")


def _make_watch(settings: Settings, app: FastAPI) -> Watch:
    metrics: Metrics = app.state.metrics
    patience = Patience(
        head_seconds=settings.head_seconds,
        body_seconds=settings.body_seconds,
        stalled_seconds=settings.stalled_seconds,
        streamed=dict.fromkeys(app.state.streamed, _STREAMED_SECONDS),
        connections_per_address=settings.connections_per_address,
        proxies=read_networks(settings.trusted_proxies),
    )
    return Watch(patience, lambda reason: metrics.connections_ended.labels(reason).inc())


def _warm_up(holder: EngineHolder) -> str:
    """Match a need: the first one loads the encoder, the vocabulary and the names."""
    engine = holder.current()
    matching_service.match(engine, MatchRequest(text=WARM_UP_TEXT), today=utc_now().date())
    spare_what_is_loaded()
    return f"matching {holder.status}"

"""The server process: uvicorn, which says that it is ready when it is."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from api.cli.console import note
from core.errors import Unavailable
from providers.engine import EngineHolder


class GreetingServer(uvicorn.Server):
    """A uvicorn server that builds the matching engine before it greets.

    Otherwise the first visitor would wait for that. Where nothing is loaded yet it serves all the
    same: `/readyz` says what is missing, and the engine follows what is imported.
    """

    def __init__(self, app: FastAPI, *, log_level: str, greet: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,  # our own, on stderr
                log_level=log_level.lower(),
                access_log=False,  # addresses may hold what somebody typed
                server_header=False,
            )
        )
        self._app = app
        self._greet = greet

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, build the engine, greet."""
        await super().startup(sockets=sockets)
        if not self.started:
            return
        try:
            await asyncio.to_thread(_warm_up, self._app.state.engine_holder)
        except Unavailable as error:
            note(f"landbridge: {error.detail}")
        self._greet()


def _warm_up(holder: EngineHolder) -> None:
    # The encoder loads its model with the first text.
    holder.current().vector_of("warm-up")

"""One line, one count and, where asked for, one span for each request."""

from time import perf_counter
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observing.metrics import Metrics
from api.observing.route_names import RouteNames
from api.observing.traces import Tracing

# As nginx writes it: the caller left before there was an answer.
CALLER_LEFT: Final = 499

log = structlog.get_logger(__name__)


class RequestObserver:
    """Tells of each request its method, the template of its route, its status and how long it took.

    Nothing else of a request is told: addresses, queries, bodies and headers hold what somebody
    typed. Stands inside of `RequestEnvelope`, which knows the id, and outside of the routes, whose
    match it reads once the answer is out.
    """

    def __init__(
        self, app: ASGIApp, *, names: RouteNames, metrics: Metrics, tracing: Tracing | None
    ) -> None:
        self.app = app
        self._names = names
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = CALLER_LEFT
        began = perf_counter()

        async def send_seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        span = None if self._tracing is None else self._tracing.begin(scope["headers"])
        try:
            await self.app(scope, receive, send_seen)
        except Exception:
            status = 500 if status == CALLER_LEFT else status
            raise
        finally:
            seconds = perf_counter() - began
            method, route = self._names.of(scope)
            self._metrics.count_request(method, route, status, seconds)
            log.info(
                "request", method=method, route=route, status=status, ms=round(seconds * 1e3, 2)
            )
            if self._tracing is not None and span is not None:
                self._tracing.end(span, method, route, status)

"""What holds for every call: versions of the API, and how often one address may call."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.manners.addresses import one_caller
from api.manners.call_counts import WINDOW_SECONDS, CallCounts, Standing
from api.manners.versions import CURRENT, HEADER, UnsupportedVersion, require_known
from api.observing.metrics import Metrics
from core.errors import PlatformError, RateLimited

_VERSION_NAME: Final = HEADER.lower().encode()
_VERSION_LINE: Final = (_VERSION_NAME, CURRENT.encode())
# What supervisors ask, and what pages are made of.
_FREE: Final = ("/healthz", "/readyz", "/static/")


class CallRules:
    """Refuse unknown versions, and callers who call too often; tell both in headers.

    Header fields are those of draft-ietf-httpapi-ratelimit-headers-10.

    Args:
        app: what is inside.
        counts: who has called how often; anybody may call as often as they like if None.
        metrics: told of each refusal.
    """

    def __init__(self, app: ASGIApp, *, counts: CallCounts | None, metrics: Metrics) -> None:
        self.app = app
        self._counts = counts
        self._metrics = metrics
        limit = 0 if counts is None else counts.limit
        self._policy = (
            b"ratelimit-policy",
            f'"address";q={limit};w={WINDOW_SECONDS}'.encode(),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        lines: list[tuple[bytes, bytes]] = []
        refusal: PlatformError | None = None
        if path.startswith("/v1/"):
            lines.append(_VERSION_LINE)
            refusal = _wrong_version(scope)
        if self._counts is not None and not path.startswith(_FREE):
            standing = self._counts.count(_caller(scope))
            lines += (
                self._policy,
                (b"ratelimit", f'"address";r={standing.left};t={standing.reset_seconds}'.encode()),
            )
            if not standing.is_allowed:
                self._metrics.rate_limited.inc()
                refusal = self._too_many(standing)
                lines.append((b"retry-after", str(standing.retry_seconds).encode()))
        if not lines:
            await self.app(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *lines]}
            await send(message)

        if refusal is None:
            await self.app(scope, receive, send_told)
            return
        response = problems.as_response(Request(scope), refusal)
        # A body is not read, so the connection cannot be used again.
        response.headers["Connection"] = "close"
        await response(scope, receive, send_told)

    def _too_many(self, standing: Standing) -> RateLimited:
        limit = 0 if self._counts is None else self._counts.limit
        return RateLimited(
            f"one address may send {limit:,} requests in {WINDOW_SECONDS} seconds: try again in "
            f"{standing.retry_seconds} seconds"
        )


def _wrong_version(scope: Scope) -> UnsupportedVersion | None:
    for name, value in scope["headers"]:
        if name == _VERSION_NAME:
            try:
                require_known(value)
            except UnsupportedVersion as error:
                return error
    return None


def _caller(scope: Scope) -> str:
    client = scope.get("client")
    return one_caller(client[0]) if client else ""

"""What holds for every call: versions of the API, and how often one address may call.

What else is limited: `api.manners.limits`.
"""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.manners.addresses import one_caller
from api.manners.call_counts import WINDOW_SECONDS, CallCounts, Standing
from api.manners.limits import STANDINGS
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
        counts: who has called how often; where its limit is 0, any address may call as often as
            it likes.
        metrics: told of each refusal.
    """

    def __init__(self, app: ASGIApp, *, counts: CallCounts, metrics: Metrics) -> None:
        self.app = app
        self._counts = counts
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        lines: list[tuple[bytes, bytes]] = []
        standings: list[tuple[str, int, Standing]] = []
        # What counts accounts and organisations, further in, adds to it.
        scope[STANDINGS] = standings
        refusal: PlatformError | None = None
        if path.startswith("/v1/"):
            lines.append(_VERSION_LINE)
            refusal = _wrong_version(scope)
        if self._counts.limit and not path.startswith(_FREE):
            standing = self._counts.count(_caller(scope))
            standings.append(("address", self._counts.limit, standing))
            if not standing.is_allowed:
                self._metrics.rate_limited.inc()
                refusal = self._too_many(standing)

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [*message["headers"], *lines, *_tell(standings)],
                }
            await send(message)

        if refusal is None:
            await self.app(scope, receive, send_told)
            return
        response = problems.as_response(Request(scope), refusal)
        # A body is not read, so the connection cannot be used again.
        response.headers["Connection"] = "close"
        await response(scope, receive, send_told)

    def _too_many(self, standing: Standing) -> RateLimited:
        return RateLimited(
            f"one address may send {self._counts.limit:,} requests in {WINDOW_SECONDS} seconds: "
            f"try again in {standing.retry_seconds} seconds",
            retry_after_seconds=standing.retry_seconds,
        )


def _tell(standings: list[tuple[str, int, Standing]]) -> list[tuple[bytes, bytes]]:
    """Write the header fields that say how a caller stands."""
    if not standings:
        return []
    policy = ", ".join(f'"{name}";q={limit};w={WINDOW_SECONDS}' for name, limit, _ in standings)
    left = ", ".join(f'"{name}";r={one.left};t={one.reset_seconds}' for name, _, one in standings)
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]


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

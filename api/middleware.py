"""What every request and every answer passes through, outside of the routes. Plain ASGI: Starlette's
`BaseHTTPMiddleware` would copy every body through a queue."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.observing.request_ids import request_id_of
from core.errors import BodyTooLarge, NotFound
from core.log import request_known

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types app"
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# Pages that say the same to everybody. Compressed length tells of what stands in a page (BREACH), so
# a page that holds a secret, such as the token of a form, must repeat nothing of its address, and
# pages about needs, which are all secret, go out as they are. Static files come compressed.
COMPRESSED_PAGES: Final = (
    "/accessibility",
    "/how-matching-works",
    "/privacy",
    "/providers",
    "/rankers",
    "/routes",
)
_LEAST_COMPRESSED_BYTES = 1_000
_COMPRESSION_LEVEL = 6


class RequestEnvelope:
    """Give each request its id and each answer its security headers; answer what nothing else did.

    Public pages are compressed on their way out.

    HEAD is answered as GET without the body. An error that no handler knows becomes a problem
    without details here, inside of Starlette's own last resort, which would log it again and
    answer without these headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = PublicCompression(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = request_id_of(scope["headers"])
        request_id = str(given)
        is_head = scope["method"] == "HEAD"
        inner: Scope = {**scope, problems.REQUEST_ID: request_id}
        if is_head:
            inner["method"] = "GET"
        started = False

        async def send_wrapped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "private, no-cache")
                headers["X-Request-Id"] = request_id
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        with request_known(given):
            try:
                await self.app(inner, receive, send_wrapped)
            except Exception as error:  # noqa: BLE001 the last resort: logged, answered, not raised
                known = problems.unexpected(inner, error)
                if not started:
                    response = problems.as_response(Request(inner), known)
                    await response(inner, receive, send_wrapped)


class PublicCompression:
    """Compress the pages of `COMPRESSED_PAGES` for those who take gzip.

    Only what is read: the answer to a form repeats what was sent beside the form's token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressing = GZipMiddleware(
            app, minimum_size=_LEAST_COMPRESSED_BYTES, compresslevel=_COMPRESSION_LEVEL
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        is_public = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and any(
                scope["path"] == page or scope["path"].startswith(f"{page}/")
                for page in COMPRESSED_PAGES
            )
        )
        await (self.compressing if is_public else self.app)(scope, receive, send)


class RequestGuard:
    """Refuse what no route should see: bodies over the limit, NUL in the address.

    A body is read to its end here, before a thread or a connection is taken for it, so that a
    client that sends slowly holds neither. Addresses that read their body while they answer, and
    hold neither while they wait for it, have limits of their own and keep them themselves; here
    only what says beforehand that it is too long is refused.
    """

    def __init__(
        self, app: ASGIApp, max_body_bytes: int, streamed: Mapping[str, int] | None = None
    ) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.streamed = dict(streamed or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "\x00" in scope["path"]:
            await self._refuse(NotFound("an address has no NUL character"), scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        limit = self.streamed.get(scope["path"], self.max_body_bytes)
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
            await self._refuse(self._too_large(limit), scope, receive, send)
        elif scope["path"] in self.streamed or not (declared or "transfer-encoding" in headers):
            await self.app(scope, receive, send)
        else:
            await self._read_first(scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > self.max_body_bytes:
                await self._refuse(self._too_large(self.max_body_bytes), scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
        pending = [whole]

        async def receive_whole() -> Message:
            return pending.pop() if pending else await receive()

        await self.app(scope, receive_whole, send)

    @staticmethod
    def _too_large(limit: int) -> BodyTooLarge:
        return BodyTooLarge(
            f"a request may carry {limit:,} bytes at most: send less, or import a file with "
            "`landbridge import`"
        )

    @staticmethod
    async def _refuse(
        error: BodyTooLarge | NotFound, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = problems.as_response(Request(scope), error)
        # What remains of the body is not read, so the connection cannot be used again.
        response.headers["Connection"] = "close"
        await response(scope, receive, send)

"""Posting to an address that somebody else named, and nowhere else.

A name is resolved once, every address it has must be public, and the connection goes to one of those
very addresses: what the name says a moment later changes nothing. The certificate is checked for the
name. There is no port but 443, no redirect is followed and no proxy of the environment is used.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpcore2
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream, SyncBackend

from core.errors import InvalidInput
from core.outgoing.addresses import MAX_URL_CHARACTERS, is_public

PORT: Final = 443
TIMEOUT_SECONDS: Final = 15.0

Resolve = Callable[[str], Sequence[str]]
"""Returns every address of a name; raises OSError where there is none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What of an answer is looked at: its status, and when it asks to be called again."""

    status: int
    retry_after_seconds: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether it was taken; a redirect is not."""
        return 200 <= self.status < 300


class Unreachable(Exception):
    """There was no answer; the text says why in a few words that may be shown to whoever named it."""


class AddressUnusable(InvalidInput):
    """Write `https://`, the name of a host on the public net, and a path."""

    code = "address-unusable"
    title = "Nothing can be sent to this address"


def require_usable(url: str) -> str:
    """Return an address that may be posted to, as it will be used.

    What its name resolves to is looked at whenever something is sent, and not here.

    Raises:
        AddressUnusable: it is not `https` to a name on port 443.
    """
    _split(url)
    return url


def _split(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise AddressUnusable(
            "the address has characters that an address does not have: write a host's name in "
            "ASCII (xn--…), and the path percent-encoded"
        )
    if len(url) > MAX_URL_CHARACTERS:
        raise AddressUnusable(f"the address has more than {MAX_URL_CHARACTERS} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressUnusable(f"the address cannot be read: {error}") from error
    host = parts.hostname or ""
    if parts.scheme != "https":
        raise AddressUnusable("the address must begin with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressUnusable("leave user, password and #fragment out of the address")
    if port not in {None, PORT}:
        raise AddressUnusable(f"the port must be {PORT}: leave it out")
    if not _is_name(host):
        raise AddressUnusable("name a host on the public net, such as hooks.example.com")
    return parts


def _is_name(host: str) -> bool:
    labels = host.split(".")
    # The last label tells a name from a number in any of its spellings (127.1, 0x7f000001).
    return (
        len(labels) > 1
        and len(host) <= 253
        and all(_is_label(label) for label in labels)
        and labels[-1][0].isalpha()
    )


def _is_label(label: str) -> bool:
    return (
        0 < len(label) <= 63
        and not label.startswith("-")
        and not label.endswith("-")
        and all(one.isalnum() or one == "-" for one in label)
    )


def _resolve(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class _Stream(NetworkStream):
    """A connection that ends at a moment, however slowly the other side goes on."""

    def __init__(self, inner: NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def _left(self) -> float:
        left = self._deadline - monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("out of time")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._left())
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 as its base has it
        return self._inner.get_extra_info(info)


class _Guard(NetworkBackend):
    """Connects to what a name resolves to now, if all of it is public."""

    def __init__(self, resolve: Resolve, backend: NetworkBackend, deadline: float) -> None:
        self._resolve = resolve
        self._backend = backend
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        try:
            addresses = self._resolve(host)
        except OSError:
            addresses = ()
        if port != PORT or not addresses or not all(is_public(one) for one in addresses):
            # One answer for all of it: which names are known inside is nobody's business.
            raise Unreachable("its name leads to no public address")
        for address in addresses:
            left = self._deadline - monotonic()
            if left <= 0:
                break
            try:
                opened = self._backend.connect_tcp(address, port, left)
            except (httpcore2.NetworkError, httpcore2.TimeoutException):
                continue
            return _Stream(opened, self._deadline)
        raise Unreachable("it takes no connection")


class OutgoingClient:
    """Posts over https; each request has a connection of its own and a moment by which it ends."""

    def __init__(
        self,
        *,
        resolve: Resolve = _resolve,
        backend: NetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Prepare.

        Args:
            resolve: asks the resolver.
            backend: opens connections to addresses that were found fit; plain sockets if None.
            ssl_context: whose certificates are believed; those of the system if None.
            timeout_seconds: for one request, from the connection to the head of the answer.
        """
        self._resolve = resolve
        self._backend = SyncBackend() if backend is None else backend
        self._ssl_context = ssl_context
        self._timeout_seconds = timeout_seconds

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body and return the head of the answer; what it says is not read.

        Raises:
            AddressUnusable: nothing may be sent there.
            Unreachable: nobody answered in time.
        """
        _split(url)
        guard = _Guard(self._resolve, self._backend, monotonic() + self._timeout_seconds)
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            with (
                httpcore2.ConnectionPool(
                    ssl_context=self._ssl_context, network_backend=guard, max_connections=1
                ) as pool,
                pool.stream("POST", url, headers=sent, content=body) as answer,
            ):
                return Answer(answer.status, _retry_after(answer.headers))
        except httpcore2.TimeoutException as error:
            raise Unreachable("it did not answer in time") from error
        except (httpcore2.NetworkError, ssl.SSLError, OSError) as error:
            raise Unreachable(_said(error)) from error
        except (httpcore2.ProtocolError, ValueError) as error:
            raise Unreachable("it did not answer with HTTP") from error


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Read the seconds of `Retry-After`; a date in it is taken for none."""
    for name, value in headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 10:
            return int(value)
    return None


def _said(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not valid for its name"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS as it should"
        cause = cause.__cause__ or cause.__context__
    return "it ended the connection"

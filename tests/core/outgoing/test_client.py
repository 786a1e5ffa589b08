"""Requests to addresses that a stranger names: none of them may reach this machine or its net.

Every connection that is opened here ends at one listener, whatever its address: if a forbidden
address were connected to, the listener would see it, as it sees the public one.
"""

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore2
import pytest
import trustme
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream, SyncBackend

from core.outgoing import client as outgoing
from core.outgoing.addresses import is_public
from core.outgoing.client import (
    AddressUnusable,
    Answer,
    OutgoingClient,
    Unreachable,
    require_usable,
)

PUBLIC = "93.184.215.14"
HOST = "hooks.example.com"
LOOPBACKS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1",
    "017700000001", "0x7f.1", "127.0.0.1.", "0", "0.0.0.0",  # noqa: S104 never bound to
    "localhost", "LOCALHOST", "127.255.255.254",
    "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "%31%32%37.0.0.1",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
)  # fmt: skip
ADDRESSES = (
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "169.254.169.254",
    "169.254.170.2", "100.64.0.1", "100.100.100.200", "100.127.255.254", "192.0.0.9", "192.0.0.192",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "0.1.2.3",
    "::1", "::", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001::7f00:1", "2001:db8::1", "2001:10::1", "3fff::1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "5f00::1",
)  # fmt: skip
METADATA = ("metadata.google.internal", "instance-data.ec2.internal", "metadata.tencentyun.com")


@dataclass
class Listener:
    """Answers over TLS with what it is told to, and counts who came."""

    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    asked_for: list[str] = field(default_factory=list[str])
    requests: list[bytes] = field(default_factory=list[bytes])


class ToListener(NetworkBackend):
    """Opens every connection to the listener, and notes to whom it was meant to go."""

    def __init__(self, port: int, listener: Listener) -> None:
        self._port = port
        self._listener = listener

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        self._listener.asked_for.append(f"{host}:{port}")
        return SyncBackend().connect_tcp("127.0.0.1", self._port, timeout)


def _whole_request(connection: ssl.SSLSocket) -> bytes:
    received = b""
    while not received.partition(b"\r\n\r\n")[1]:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def _listening(listener: Listener, server: ssl.SSLContext) -> Iterator[int]:
    opened = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = opened.accept()
            except OSError:
                return
            with plain:
                try:
                    with server.wrap_socket(plain, server_side=True) as secured:
                        listener.requests.append(_whole_request(secured))
                        secured.sendall(listener.answer)
                except OSError:
                    listener.requests.append(b"no TLS")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield opened.getsockname()[1]
    finally:
        opened.shutdown(socket.SHUT_RDWR)
        opened.close()
        thread.join()


@dataclass
class Net:
    """What a name resolves to, and a client in whose net everything ends at the listener."""

    listener: Listener
    port: int
    trust: ssl.SSLContext
    names: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    resolved: list[str] = field(default_factory=list[str])

    def resolve(self, host: str) -> Sequence[str]:
        self.resolved.append(host)
        if host in self.names:
            return self.names[host]
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        return [str(one[4][0]) for one in found]

    def client(self, timeout_seconds: float = 5.0) -> OutgoingClient:
        return OutgoingClient(
            resolve=self.resolve,
            backend=ToListener(self.port, self.listener),
            ssl_context=self.trust,
            timeout_seconds=timeout_seconds,
        )

    def post(self, url: str) -> Answer:
        return self.client().post(url, headers={"X-Test": "1"}, body=b"{}")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def net(authority: trustme.CA) -> Iterator[Net]:
    listener = Listener()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(server)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with _listening(listener, server) as port:
        yield Net(listener, port, trust, {HOST: [PUBLIC]})


def test_posts_to_a_public_name_with_its_certificate(net: Net) -> None:
    answer = net.post(f"https://{HOST}/in?x=1")

    assert answer == Answer(204)
    assert net.listener.asked_for == [f"{PUBLIC}:443"]
    (request,) = net.listener.requests
    assert request.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}\r\n".encode() in request
    assert request.endswith(b"{}")


@pytest.mark.parametrize("host", LOOPBACKS)
def test_no_spelling_of_this_machine_is_connected_to(net: Net, host: str) -> None:
    for url in (f"https://{host}/", f"https://{host}:443/"):
        with pytest.raises((AddressUnusable, Unreachable)):
            net.post(url)

    assert net.listener.asked_for == []


def test_the_spellings_of_this_machine_would_reach_it(net: Net) -> None:
    """So the test above can fail: the resolver takes most of them for this machine."""
    reached = 0
    for host in LOOPBACKS:
        try:
            found = socket.getaddrinfo(host.strip("[]"), 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            continue
        reached += not is_public(str(found[0][4][0]))

    assert reached >= 15


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_name_leads_to_an_address_that_is_not_public(net: Net, address: str) -> None:
    net.names[HOST] = [address]
    with pytest.raises(Unreachable, match="no public address"):
        net.post(f"https://{HOST}/")
    # Every one of its addresses must pass, not one of them.
    net.names[HOST] = [PUBLIC, address]
    with pytest.raises(Unreachable, match="no public address"):
        net.post(f"https://{HOST}/")

    assert net.listener.asked_for == []


@pytest.mark.parametrize("name", METADATA)
def test_names_of_the_inside_are_told_from_unknown_ones_by_nobody(net: Net, name: str) -> None:
    net.names[name] = ["169.254.169.254"]
    with pytest.raises(Unreachable) as inside:
        net.post(f"https://{name}/")
    net.names[name] = []
    with pytest.raises(Unreachable) as unknown:
        net.post(f"https://{name}/")

    assert str(inside.value) == str(unknown.value)
    assert net.listener.asked_for == []


def test_a_name_that_changes_between_check_and_connection_changes_nothing(net: Net) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])

    def rebind(_host: str) -> Sequence[str]:
        return next(answers)

    client = OutgoingClient(
        resolve=rebind, backend=ToListener(net.port, net.listener), ssl_context=net.trust
    )

    assert client.post(f"https://{HOST}/", headers={}, body=b"").status == 204
    assert net.listener.asked_for == [f"{PUBLIC}:443"]
    with pytest.raises(Unreachable):
        client.post(f"https://{HOST}/", headers={}, body=b"")
    assert len(net.listener.asked_for) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(net: Net, status: int) -> None:
    net.listener.answer = (
        f"HTTP/1.1 {status} Moved\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    ).encode()

    answer = net.post(f"https://{HOST}/")

    assert (answer.status, answer.is_success) == (status, False)
    assert len(net.listener.requests) == len(net.listener.asked_for) == 1


def test_no_proxy_of_the_environment_is_used(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert net.post(f"https://{HOST}/").status == 204


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://hooks.example.com:80/",
        "https://user:password@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks.example.com/\r\nX-Injected: 1",
        "https://hooks.example.com/ x",
        "https://hooks/",
        "https://203.0.113.9/",
        "https:///path",
        "https://-.example.com/",
        "https://hooks.example.com:99999999/",
        "ftp://hooks.example.com/",
        "https://例子.中国/",
        "https://hooks.example.com/" + "a" * 1000,
        "",
    ],
)
def test_says_what_is_wrong_with_an_address_before_anything_is_sent(net: Net, url: str) -> None:
    with pytest.raises(AddressUnusable):
        require_usable(url)
    with pytest.raises(AddressUnusable):
        net.post(url)
    assert net.resolved == net.listener.asked_for == []


def test_a_certificate_for_another_name_is_not_believed(net: Net) -> None:
    net.names["other.example.com"] = [PUBLIC]

    with pytest.raises(Unreachable, match="certificate"):
        net.post("https://other.example.com/")


def test_an_answer_that_never_ends_is_given_up(net: Net) -> None:
    """A byte now and then would satisfy a timeout that counts from one byte to the next."""
    clock = iter(range(0, 1000, 4))
    stream = outgoing._Stream(_Dripping(), 10.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing, "monotonic", lambda: float(next(clock)))
        read = 0
        with pytest.raises(httpcore2.ReadTimeout):
            while True:
                read += len(stream.read(1))

    assert read == 3


class _Dripping(NetworkStream):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert timeout is not None
        assert timeout > 0
        return b"x"


def test_what_is_not_http_is_no_answer(net: Net) -> None:
    net.listener.answer = b"SSH-2.0-OpenSSH\r\n\r\n"

    with pytest.raises(Unreachable, match="HTTP"):
        net.post(f"https://{HOST}/")


def test_reads_how_long_it_is_asked_to_wait(net: Net) -> None:
    net.listener.answer = b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"

    assert net.post(f"https://{HOST}/") == Answer(503, 120)

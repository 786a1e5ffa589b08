"""Send notifications to a receiver that fails at random, and count what arrives.

    python tools/flaky_receiver.py --events 200 --days 4
    python tools/flaky_receiver.py --always-failing --days 2

The receiver is a server on this machine that speaks TLS and fails in six ways: 500, 503, a redirect, no
HTTP, a connection that is ended, and no answer at all. Requests are made as ever, but for a resolver that
calls the receiver's name public. Days go by in seconds. Ends with 1 where an event did not arrive, came
with another id or body, or had a number missing; with `--always-failing`, where the endpoint was not
disabled after 24 hours or nobody was told.
"""

import argparse
import random
import socket
import ssl
import sys
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock, Thread
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

import trustme  # noqa: E402 needs the path above, as all below
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream, SyncBackend  # noqa: E402
from sqlalchemy import select  # noqa: E402

from core.db import make_engine, make_session_factory, reading, transaction  # noqa: E402
from core.identity.actor import ENTERPRISE, OPEN_ACCESS_ID  # noqa: E402
from core.job_runs import Registry  # noqa: E402
from core.log import configure_logging  # noqa: E402
from core.migrations.runner import upgrade_to_head  # noqa: E402
from core.outbox.endpoints import create_endpoint  # noqa: E402
from core.outbox.events import EventRead, EventType  # noqa: E402
from core.outbox.kinds import DELIVER_WEBHOOKS, NOTIFY  # noqa: E402
from core.outbox.models import Notification, WebhookEndpoint  # noqa: E402
from core.outbox.notifying import notify  # noqa: E402
from core.outbox.schemas import WebhookCreate  # noqa: E402
from core.outbox.spreading import spread_notifications  # noqa: E402
from core.outbox.webhooks import deliver_webhooks  # noqa: E402
from core.outgoing.client import OutgoingClient  # noqa: E402
from core.sealing import Keyring  # noqa: E402
from tools.drills.days import Days  # noqa: E402

HOST = "receiver.example.com"
PUBLIC = "93.184.215.14"
RING = Keyring([b"d" * 32])
TIMEOUT_SECONDS = 0.3
SUBJECTS = 20
GOOD = b"HTTP/1.1 204 No Content\r\n\r\n"
FAILURES: tuple[bytes | None, ...] = (
    b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
    b"SSH-2.0-OpenSSH\r\n\r\n",
    b"",
    None,
)


@dataclass
class Receiver:
    """What came, by `webhook-id`, and how often it failed."""

    chance: random.Random
    share_failing: float
    tries: int = 0
    failures: int = 0
    bodies: dict[str, set[bytes]] = field(default_factory=dict[str, set[bytes]])
    accepted: set[str] = field(default_factory=set[str])
    lock: Lock = field(default_factory=Lock)

    def answer(self, connection: ssl.SSLSocket) -> None:
        """Take one request, and answer or fail."""
        head, body = _read_request(connection)
        message_id = head.partition("webhook-id: ")[2].partition("\r\n")[0]
        with self.lock:
            self.tries += 1
            self.bodies.setdefault(message_id, set()).add(body)
            is_failing = self.chance.random() < self.share_failing
            self.failures += is_failing
            said = self.chance.choice(FAILURES) if is_failing else GOOD
            if not is_failing:
                self.accepted.add(message_id)
        if said is None:
            connection.settimeout(TIMEOUT_SECONDS * 3)
            connection.recv(1)  # until the other side has had enough
        elif said:
            connection.sendall(said)


def _read_request(connection: ssl.SSLSocket) -> tuple[str, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode(), body


class _ToReceiver(NetworkBackend):
    def __init__(self, port: int) -> None:
        self._port = port

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        return SyncBackend().connect_tcp("127.0.0.1", self._port, timeout)


@contextmanager
def serving(receiver: Receiver, authority: trustme.CA) -> Generator[int]:
    """Let a receiver listen; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)

    def take(plain: socket.socket) -> None:
        # Whoever is not answered in time ends the connection.
        with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as secured:
            receiver.answer(secured)

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            Thread(target=take, args=(plain,), daemon=True).start()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


class Drill(Days):
    """Days of an organisation with one endpoint."""

    def __init__(self, url: str, port: int, authority: trustme.CA) -> None:
        self._engine = make_engine(url)
        upgrade_to_head(self._engine)
        super().__init__(make_session_factory(self._engine))
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        self._client = OutgoingClient(
            resolve=lambda _host: [PUBLIC],
            backend=_ToReceiver(port),
            ssl_context=trust,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        with transaction(self.sessions) as session:
            wanted = WebhookCreate(url=f"https://{HOST}/in")
            made = create_endpoint(session, ENTERPRISE, RING, wanted=wanted, now=self.now)
        self.endpoint_id = made.id

    def registry(self) -> Registry:
        """Return the handlers."""
        return {
            NOTIFY: lambda run: spread_notifications(run, has_mail=False, clock=self.clock),
            DELIVER_WEBHOOKS: lambda run: deliver_webhooks(
                run, poster=self._client, ring=RING, clock=self.clock
            ),
        }

    def tell(self, subject: str) -> UUID:
        """Tell the organisation of a subject."""
        kind = EventType.NEED_REMATCHED
        with transaction(self.sessions) as session:
            said = {"need_version": 1}
            return notify(session, OPEN_ACCESS_ID, kind, subject, said, now=self.now).id

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def check_arrivals(drill: Drill, receiver: Receiver, events: int, days: float) -> list[str]:
    """Tell of things over some hours, let the days go by, and say what is wrong."""
    told: dict[str, str] = {}
    for number in range(events):
        subject = f"subject-{number % SUBJECTS}"
        told[str(drill.tell(subject))] = subject
        drill.run_for(minutes=3)
    drill.run_for(days=days)
    wrong = [f"{one} did not arrive" for one in sorted(told.keys() - receiver.accepted)]
    wrong += [f"{one} was never told" for one in sorted(receiver.accepted - told.keys())]
    numbers: dict[str, set[int]] = {}
    for message_id, bodies in receiver.bodies.items():
        if len(bodies) != 1:
            wrong.append(f"{message_id} had {len(bodies)} bodies")
        for body in bodies:
            data = EventRead.model_validate_json(body).data
            numbers.setdefault(data.id, set()).add(data.sequence)
    for subject in set(told.values()):
        count = sum(one == subject for one in told.values())
        if numbers.get(subject) != set(range(1, count + 1)):
            wrong.append(f"{subject} has a number missing")
    return wrong


def check_disabling(drill: Drill, days: float) -> list[str]:
    """Tell of one thing, let the days go by, and say what is wrong."""
    drill.tell(str(uuid4()))
    drill.run_for(days=days)
    with reading(drill.sessions) as session:
        endpoint = session.get_one(WebhookEndpoint, drill.endpoint_id)
        about = select(Notification).where(Notification.event_type == EventType.WEBHOOK_DISABLED)
        is_told = session.scalar(about) is not None
    wrong = [] if is_told else ["nobody was told"]
    if endpoint.disabled_at is None:
        return [*wrong, "the endpoint was not disabled"]
    after = endpoint.disabled_at - drill.start
    if not timedelta(hours=24) <= after <= timedelta(hours=24, minutes=5):
        wrong.append(f"it was disabled after {after}")
    return wrong


def main() -> int:
    """Read the options, send, print what came of it and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--days", type=float, default=4)
    parser.add_argument("--failing", type=float, default=0.5, help="share of requests that fail")
    parser.add_argument("--always-failing", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    configure_logging("ERROR")
    share = 1.0 if options.always_failing else options.failing
    receiver = Receiver(random.Random(options.seed), share)  # noqa: S311 a drill that can be repeated
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder, serving(receiver, authority) as port:
        drill = Drill(f"sqlite:///{folder}/drill.db", port, authority)
        if options.always_failing:
            wrong = check_disabling(drill, options.days)
        else:
            wrong = check_arrivals(drill, receiver, options.events, options.days)
        drill.close()
    sys.stdout.write(
        "".join(f"{one}\n" for one in wrong)
        + f"{receiver.tries} requests, {receiver.failures} failed, {len(receiver.accepted)} events "
        f"arrived: {'WRONG' if wrong else 'as it should be'}\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What callers meet while Redis is gone or hangs, or PostgreSQL is gone."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Lock

from sqlalchemy import text

from api.app import connections_of
from core.db import make_engine, make_session_factory
from core.session_limits import JOBS
from core.settings import Settings
from jobs.registry import CONNECTIONS
from tools.drills.forked import free_port
from tools.drills.http import Answer, Client, NoAnswer
from tools.drills.ledger import Ledger, Writer, confirm_what_is_checked
from tools.drills.services import PostgreSQL, Redis
from tools.drills.states import jobs_left, say_left
from tools.drills.waiting import rest, wait_until
from tools.drills.zygote import Found, Servers

PROVIDERS, NEEDS = 24, 5
WRITERS = 4
# Limits of the goals, in seconds; on a busy machine they are stretched.
WRITE_SECONDS = 0.5
ANSWER_SECONDS = 3.0
BACK_SECONDS = 5.0
DRAIN_SECONDS = 10.0
# However busy the machine, a job that lost its database does not wait for its lease to end.
_LEAST_LEASE_SECONDS = 45.0
_START_SECONDS = 60.0
_DRAIN_SECONDS = 120.0
_LIMITED_PER_MINUTE = 30
_CROWD = 64


@dataclass
class Record:
    """Every answer of one part of a drill.

    Attributes:
        seconds: by method, of those that were answered.
        statuses: how often each came; `none` where nobody answered.
        problems: by method, the types of those from 500 on.
        without_retry: 503s that did not say when to come again.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    statuses: Counter[str] = field(default_factory=Counter[str])
    problems: Counter[str] = field(default_factory=Counter[str])
    without_retry: int = 0
    lock: Lock = field(default_factory=Lock)

    def slowest(self) -> float:
        """Return how long the slowest answer took."""
        return max((one for found in self.seconds.values() for one in found), default=0.0)

    def p99(self, method: str) -> float:
        """Return the 99th percentile of a method's answers."""
        found = sorted(self.seconds[method])
        return found[min(int(len(found) * 0.99), len(found) - 1)] if found else 0.0

    def as_document(self) -> Found:
        """Return what is printed."""
        return {
            "answers": dict(self.statuses),
            "problems": dict(self.problems),
            "write_p99_seconds": round(self.p99("POST"), 3),
            "read_p99_seconds": round(self.p99("GET"), 3),
            "slowest_seconds": round(self.slowest(), 3),
        }


class WatchedClient(Client):
    """A client whose answers are recorded."""

    def __init__(self, port: int, record: Callable[[], Record]) -> None:
        super().__init__(port)
        self._record = record

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """As any client asks."""
        try:
            answer = super().ask(method, path, body, headers)
        except NoAnswer:
            record = self._record()
            with record.lock:
                record.statuses["none"] += 1
            raise
        record = self._record()
        with record.lock:
            record.statuses[str(answer.status)] += 1
            if answer.status >= 500 and isinstance(answer.document, dict):
                record.problems[f"{method} {answer.document.get('type')}"] += 1
            record.seconds[method].append(answer.seconds)
            if answer.status == 503 and "retry-after" not in answer.headers:
                record.without_retry += 1
        return answer


class Load:
    """Callers that write and read until they are told to stop, whatever they are answered."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self.record = Record()
        self.readiness: Counter[str] = Counter()
        self._port = port
        self._ledger = ledger
        self._is_over = Event()
        self._threads = ThreadPoolExecutor(WRITERS + 3)
        steps: list[Callable[[Client], object]] = [
            Writer(ledger, f"w{number}", number, providers=PROVIDERS).write
            for number in range(WRITERS)
        ]
        steps += [self._read, self._ask_readiness, partial(confirm_what_is_checked, ledger)]
        self._asked = [self._threads.submit(self._go_on, step) for step in steps]

    def part(self) -> Record:
        """Begin a new record and return the one so far."""
        record, self.record = self.record, Record()
        return record

    def stop(self) -> None:
        """End; whatever a caller stumbled over is raised."""
        self._is_over.set()
        self._threads.shutdown()
        for one in self._asked:
            one.result()

    def _go_on(self, step: Callable[[Client], object]) -> None:
        client = WatchedClient(self._port, lambda: self.record)
        while not self._is_over.is_set():
            with suppress(NoAnswer):
                step(client)
            self._is_over.wait(0.02)
        client.close()

    def _read(self, client: Client) -> None:
        for path in ("/v1/needs?limit=20", "/v1/providers?limit=20", "/v1/judgements"):
            client.ask("GET", path)

    def _ask_readiness(self, client: Client) -> None:
        answer = client.ask("GET", "/readyz")
        state = answer.document["state"] if isinstance(answer.document, dict) else answer.status
        self.readiness[str(state)] += 1
        self._is_over.wait(0.1)


@dataclass(frozen=True, slots=True)
class Outage:
    """What a drill of an outage is given.

    Attributes:
        servers: starts processes.
        postgresql, redis: run, with the database prepared.
        variables: of the server and the worker.
        seconds: how long the outage lasts.
        slack: by which the limits of time are multiplied.
        every: which operations of the API are tried: all, every second one, and so on.
    """

    servers: Servers
    postgresql: PostgreSQL
    redis: Redis
    variables: Mapping[str, str]
    seconds: float
    slack: float
    every: int

    def start(self, what: str, **more: str) -> tuple[int, int]:
        """Start a server or a worker and return its number and port."""
        port = free_port()
        number = self.servers.start(what, port, {**self.variables, **more})
        if what == "server":
            client = Client(port)
            client.wait_until_there(_START_SECONDS)
            wait_until(
                lambda: client.ask("GET", "/readyz").status == 200,
                _START_SECONDS,
                "it is not ready",
            )
            client.ask("POST", "/v1/needs/readings", {"text": "an audit in Vietnam"})
            client.close()
        return number, port

    @property
    def url(self) -> str:
        """Address of the database."""
        return self.variables["LANDBRIDGE_DATABASE_URL"]


def lose_redis(outage: Outage, *, is_frozen: bool) -> Found:
    """Kill or freeze Redis under load; see that nobody but the workers notices."""
    _, port = outage.start("server")
    outage.start("worker")
    _, limited = outage.start("server", LANDBRIDGE_REQUESTS_PER_MINUTE=str(_LIMITED_PER_MINUTE))
    ledger = Ledger()
    load = Load(port, ledger)
    rest(min(outage.seconds, 3))
    before = load.part()
    load.readiness.clear()
    (outage.redis.freeze if is_frozen else outage.redis.kill)()
    limits = _ask_too_often(limited)
    rest(outage.seconds)
    during, readiness = load.part(), dict(load.readiness)
    outage.redis.thaw() if is_frozen else outage.redis.start()
    load.stop()
    client = Client(port)
    late = _wait_for_jobs(outage, ledger, client)
    most = (ANSWER_SECONDS if is_frozen else WRITE_SECONDS) * outage.slack
    took = during.slowest() if is_frozen else during.p99("POST")
    failed = {name for name in {**before.statuses, **during.statuses, **limits}
              if name == "none" or name >= "500"}  # fmt: skip
    return {
        "before": before.as_document(),
        "during": during.as_document(),
        "readiness": readiness,
        "limited": dict(limits),
        "acknowledged": ledger.count(),
        "jobs_done_after_seconds": round(late, 1),
        "is_good": not failed
        and took <= most
        and readiness.get("degraded", 0) > 0
        and readiness.get("down", 0) == 0
        and limits["429"] > 0
        and ledger.count() > 0,
    }


def _wait_for_jobs(outage: Outage, ledger: Ledger, client: Client) -> float:
    """Return how long it took until nothing was left to do."""
    engine = make_engine(outage.url, pool_size=2)
    sessions = make_session_factory(engine)
    try:
        return wait_until(
            lambda: not confirm_what_is_checked(ledger, client) and not jobs_left(sessions),
            _DRAIN_SECONDS,
            partial(say_left, sessions),
        )
    finally:
        engine.dispose()


def _ask_too_often(port: int) -> Counter[str]:
    client = Client(port)
    found = Counter(
        str(client.ask("GET", "/v1/providers?limit=1").status)
        for _ in range(_LIMITED_PER_MINUTE * 2)
    )
    client.close()
    return found


def lose_postgresql(outage: Outage) -> Found:
    """Kill PostgreSQL with all of its processes; see that callers are told so, and nothing leaks."""
    number, port = outage.start("server")
    pid = outage.servers.pid(number)
    unasked = _held(outage, pid)["threads"]
    _crowd(port)
    held_before = _held(outage, pid)
    ledger = Ledger()
    load = Load(port, ledger)
    rest(max(min(outage.seconds, 5), 3))
    before = load.part()
    outage.postgresql.kill()
    rest(0.5)  # what was in hand
    load.part()
    rest(outage.seconds)
    during = load.part()
    outage.postgresql.start()
    client = Client(port)
    back = wait_until(
        lambda: client.ask("GET", "/v1/needs?limit=1").status == 200, _START_SECONDS, "not back"
    )
    written = wait_until(
        lambda: client.ask("POST", "/v1/needs", {"text": "an audit in Vietnam"}).status == 201,
        _START_SECONDS, "nothing can be written",
    )  # fmt: skip
    load.part()
    rest(min(outage.seconds, 3))
    after = load.part()
    load.stop()
    late = _wait_for_jobs(outage, ledger, client)
    _crowd(port)
    held_after = _held(outage, pid)
    allowed = {"200", "503"}
    leaks = _leaks(unasked, held_after)
    return {
        "before": before.as_document(),
        "during": during.as_document(),
        "without_retry_after": during.without_retry,
        "back_after_seconds": round(back, 2),
        "written_after_seconds": round(back + written, 2),
        "after": after.as_document(),
        "jobs_done_after_seconds": round(late, 1),
        "held_before": held_before,
        "held_after": held_after,
        "leaks": leaks,
        "acknowledged": ledger.count(),
        "is_good": during.statuses["503"] > 0
        and set(during.statuses) <= allowed
        and during.without_retry == 0
        and during.slowest() <= ANSWER_SECONDS * outage.slack
        and back + written <= BACK_SECONDS * outage.slack
        and late <= min(DRAIN_SECONDS * outage.slack, _LEAST_LEASE_SECONDS)
        and not [name for name in after.statuses if name == "none" or name >= "500"]
        and not leaks,
    }


def _crowd(port: int) -> None:
    """Ask with more callers than a server has threads, so that it has started all of them."""

    def ask(number: int) -> None:
        client = Client(port)
        for _ in range(4):
            with suppress(NoAnswer):
                # Those whose match is another's wait for their turn in a thread.
                client.ask("POST", "/v1/match", {"text": f"an audit number {number} in Vietnam"})
                client.ask("GET", "/v1/providers?limit=100")
        client.close()

    with ThreadPoolExecutor(_CROWD) as crowd:
        list(crowd.map(ask, range(_CROWD)))


def _held(outage: Outage, pid: int) -> dict[str, int]:
    """Count what a server holds: threads, and connections of the database by what they are for."""
    # Some threads come and go: what keeps the lease of a job, what looks at a new snapshot.
    threads = []
    for _ in range(20):
        threads.append(len(list(Path(f"/proc/{pid}/task").iterdir())))
        rest(0.05)
    engine = make_engine(outage.url, pool_size=1)
    with engine.connect() as connection:
        named = connection.execute(
            text(
                "SELECT application_name, count(*) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
                "GROUP BY application_name"
            )
        ).all()
    engine.dispose()
    return {"threads": min(threads), **{row[0]: row[1] for row in named}}


def _leaks(unasked: int, after: Mapping[str, int]) -> list[str]:
    """Say of what more is held than may be.

    Pools start threads and open connections when they first need them: how many a server has held
    before says less than how many its pools may hold beside the threads of one that nobody has asked
    anything. A thread or connection beyond that is one that none has.
    """
    settings = Settings(_env_file=None)
    allowed = {
        "threads": unasked + settings.request_threads + 2 * settings.matches_at_once,
        settings.session_limits.name: connections_of(settings),
        JOBS.name: CONNECTIONS,
    }
    return [
        f"{count} {name} where {allowed.get(name, 0)} may be"
        for name, count in after.items()
        if count > allowed.get(name, 0)
    ]

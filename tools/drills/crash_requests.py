"""A server that dies at the points of a request: asked again, it ends as one that did not die."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core.crash_points import watching
from core.db import make_engine, make_session_factory, transaction
from core.job_control import expire_leases
from core.settings import Settings
from enterprises.importing import need_id
from providers.importing.supply import provider_id
from tools.drills.databases import Databases
from tools.drills.forked import CRASHED, fork, free_port, serve, variables_of
from tools.drills.http import Answer, Client, NoAnswer
from tools.drills.states import State, differences, ids_in, jobs_left, read_state
from tools.drills.waiting import wait_until
from tools.drills.world import SOURCE, provider_row, providers_table

REQUESTS = "requests"
_PATIENCE_SECONDS = 120.0


@dataclass
class _Caller:
    """Asks for one thing after the other, each until it is acknowledged, over all deaths."""

    import_id: str = ""
    steps: int = 0
    deaths: int = 0
    refused: list[str] = field(default_factory=list[str])

    def go_on(self, client: Client) -> bool:
        """Ask for what is left; tell whether all is acknowledged, and not whether it went away."""
        try:
            for number, step in enumerate(self._steps(client)):
                if number < self.steps:
                    continue
                answer = step()
                if not answer.is_acknowledged:
                    self.refused.append(f"step {number}: {answer.status} {answer.document}")
                if number == 0:
                    self.import_id = answer.document["id"]
                self.steps = number + 1
        except NoAnswer:
            return False
        return True

    def _steps(self, client: Client) -> "Iterator[partial[Answer]]":
        table = providers_table(provider_row(number, "asked") for number in range(4))
        sent = {"Content-Type": "text/csv"}
        need = str(need_id(SOURCE, "n0"))
        first, second = (str(provider_id(SOURCE, f"s{number}")) for number in (0, 1))
        judge = {"need_id": need, "judge_id": "chan"}
        path = f"/v1/imports?kind=providers&source={SOURCE}&file_name=asked.csv"
        yield partial(client.ask, "POST", path, table, sent)
        yield partial(
            client.ask, "POST", "/v1/judgements", {**judge, "provider_id": first, "grade": 2}
        )
        yield partial(
            client.ask, "POST", "/v1/preferences",
            {**judge, "better_id": first, "worse_id": second},
        )  # fmt: skip
        self._wait_until_checked(client)
        yield partial(client.ask, "POST", f"/v1/imports/{self.import_id}/confirm")

    def _wait_until_checked(self, client: Client) -> None:
        def is_checked() -> bool:
            answer = client.ask("GET", f"/v1/imports/{self.import_id}")
            return answer.document["state"] not in {"waiting", "checking"}

        wait_until(is_checked, _PATIENCE_SECONDS, "the import is not looked at")


def live_through_requests(
    reached: dict[str, int],
    wrong: dict[str, list[str]],
    databases: Databases,
    begun: Settings,
    log: Path,
) -> int:
    """Try every point that a request reaches; return how often a server died."""
    known = ids_in(_state(begun, frozenset()))
    points: Counter[str] = Counter()
    _, wanted, refused = _live(databases, begun, known, ("", 0), log)
    if refused:
        raise SystemExit(f"a server refuses what the drill asks for: {refused}")
    points.update(_told(log).read_text().split())
    deaths = 0
    for point, times in points.items():
        reached[point] = reached.get(point, 0) + 1
        for time in sorted({1, times}):
            died, state, refused = _live(databases, begun, known, (point, time), log)
            deaths += died
            found = [*differences(wanted, state), *refused]
            if not died:
                found.append("it was not reached again")
            if found:
                wrong[f"{REQUESTS} at {point}, time {time}"] = found[:5]
    return deaths


def _live(
    databases: Databases, begun: Settings, known: frozenset[str], fatal: tuple[str, int], log: Path
) -> tuple[bool, State, list[str]]:
    settings = databases.copy(begun)
    told = _told(log)
    told.unlink(missing_ok=True)
    caller = _Caller()
    died = False
    while True:
        port = free_port()
        server = fork(partial(_serve, settings, port, fatal, told), log)
        client = Client(port)
        try:
            client.wait_until_there(_PATIENCE_SECONDS)
            is_over = caller.go_on(client)
            if is_over:
                _drain(settings)
        finally:
            client.close()
            if server.poll() is None and not died and fatal[0]:
                # An answer that left before the process was gone.
                server.wait(5) if is_dying(told, fatal) else None
            died = died or server.poll() == CRASHED
            server.kill()
        if is_over:
            break
        fatal = ("", 0)
        _expire(settings)
    state = _state(settings, known)
    databases.drop(settings)
    return died, state, caller.refused


def _told(log: Path) -> Path:
    return log.with_name("requested")


def is_dying(told: Path, fatal: tuple[str, int]) -> bool:
    """Tell whether the fatal point was reached."""
    return told.read_text().split().count(fatal[0]) >= fatal[1]


def _serve(settings: Settings, port: int, fatal: tuple[str, int], told: Path) -> None:
    reached: Counter[str] = Counter()
    file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def watch(point: str) -> None:
        if not point.startswith("request"):
            return
        reached[point] += 1
        os.write(file, f"{point}\n".encode())
        if (point, reached[point]) == fatal:
            os._exit(CRASHED)

    with watching(watch):
        url = settings.database_url.get_secret_value()
        serve(port, variables_of(settings.data_dir, url))


def _drain(settings: Settings) -> None:
    engine = make_engine(settings.sqlalchemy_url)
    sessions = make_session_factory(engine)
    wait_until(lambda: not jobs_left(sessions), _PATIENCE_SECONDS, "jobs are left")
    engine.dispose()


def _expire(settings: Settings) -> None:
    engine = make_engine(settings.sqlalchemy_url)
    with transaction(make_session_factory(engine)) as session:
        expire_leases(session)
    engine.dispose()


def _state(settings: Settings, known: frozenset[str]) -> State:
    engine = make_engine(settings.sqlalchemy_url)
    state = read_state(engine, known)
    engine.dispose()
    return state

"""Keys under everything at once: repeats, other bodies, two tenants, failures, and kill -9."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from api.app import create_app
from api.manners.idempotency import HEADER, REPLAYED
from core.clock import utc_now
from core.db import transaction
from core.idempotency import KeptAnswer
from core.identity.tokens import Scope, make_token
from enterprises.models import Need
from tests.api.import_steps import sessions_of
from tests.api.manners.killed_writer import BODY
from tests.conftest import make_settings
from tests.core.identity.people import make_member
from tests.jobs.processes import ROOT

KEYS = st.sampled_from(["a", "b", "c"])
BODIES = st.sampled_from([{"sector_codes": [code]} for code in ("BLT", "LEG")])
WHO = st.sampled_from([0, 1])
KILLS = 4


def notice(session: Session, _flush: object) -> None:
    """Know the transaction that an answer is kept in from all others."""
    session.info["keeps"] = session.info.get("keeps") or any(
        isinstance(one, KeptAnswer) for one in session.new
    )


def cut(session: Session) -> None:
    """Let nothing go on from here."""
    if session.info.pop("keeps", False):
        raise RuntimeError("the power goes")


@dataclass
class Known:
    """What was answered to a key, and for what."""

    body: object
    content: bytes


class Keys(RuleBasedStateMachine):
    """Needs written with keys by two tenants; the model says what must be there."""

    client: TestClient
    tokens: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[int, str], Known] = {}
        self.before = self._count()
        self.round = f"{uuid4()}-"

    def _post(self, who: int, key: str, body: object) -> Response:
        headers = {HEADER: self.round + key, "Authorization": f"Bearer {self.tokens[who]}"}
        return self.client.post("/v1/needs", json=body, headers=headers)

    def _count(self) -> int:
        with sessions_of(self.client)() as session:
            return session.scalar(select(func.count()).select_from(Need)) or 0

    def _check(self, who: int, key: str, body: object, answer: Response) -> None:
        known = self.known.get((who, key))
        if known is None:
            assert answer.status_code == 201, answer.text
            assert REPLAYED not in answer.headers
            self.known[who, key] = Known(body, answer.content)
        elif known.body == body:
            assert (answer.status_code, answer.content) == (201, known.content)
        else:
            assert answer.json()["type"] == "/problems/key-reused"

    @rule(who=WHO, key=KEYS, body=BODIES)
    def send(self, who: int, key: str, body: object) -> None:
        self._check(who, key, body, self._post(who, key, body))

    @rule(who=WHO, key=KEYS, body=BODIES)
    def send_at_once(self, who: int, key: str, body: object) -> None:
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda _: self._post(who, key, body), range(20)))
        done = [answer for answer in answers if answer.status_code != 409]
        assert done
        fresh = [answer for answer in done if REPLAYED not in answer.headers]
        for answer in sorted(done, key=lambda one: REPLAYED in one.headers):
            self._check(who, key, body, answer)
        assert len(fresh) <= 1 or self.known[who, key].body != body

    @rule(who=WHO, key=KEYS, body=BODIES)
    def lose_power_before_the_commit(self, who: int, key: str, body: object) -> None:
        sessions = sessions_of(self.client)
        event.listen(sessions.class_, "after_flush", notice)
        event.listen(sessions.class_, "before_commit", cut)
        try:
            # Keys that are known write nothing, and are answered.
            is_new = (who, key) not in self.known
            assert (self._post(who, key, body).status_code == 500) is is_new
        finally:
            event.remove(sessions.class_, "before_commit", cut)
            event.remove(sessions.class_, "after_flush", notice)

    @invariant()
    def each_key_was_done_once(self) -> None:
        assert self._count() - self.before == len(self.known)


@pytest.fixture
def keys_of_two(client: TestClient) -> Iterator[type[Keys]]:
    with transaction(sessions_of(client)) as session:
        made = [
            make_token(
                session,
                account_id=member.account_id,
                organisation_id=member.organisation_id,
                name="keys",
                scopes=[Scope.WRITE, Scope.READ],
                now=utc_now(),
                lifetime=timedelta(days=1),
            )[1]
            for member in (make_member(session), make_member(session))
        ]
    Keys.client, Keys.tokens = client, made
    yield Keys
    del Keys.client, Keys.tokens


def test_each_key_is_done_once_whatever_happens(keys_of_two: type[Keys]) -> None:
    run_state_machine_as_test(
        keys_of_two,
        settings=settings(
            max_examples=6,
            phases=[Phase.generate],
            stateful_step_count=8,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_killed_at_any_moment_effect_and_answer_are_there_or_neither(
    catalogue_url: str, tmp_path: Path
) -> None:
    script = Path(__file__).with_name("killed_writer.py")
    done = subprocess.run(
        [sys.executable, str(script), catalogue_url, str(KILLS), "7"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    asked = {line[0] for line in lines}
    told = {line[0]: line[1] for line in lines if len(line) == 2}
    assert len({int(number) // 10_000 for number in asked}) == KILLS

    with TestClient(create_app(make_settings(catalogue_url))) as client:
        for number in asked:
            headers = {HEADER: f"key-{number}"}
            answer = client.post("/v1/needs", json=BODY, headers=headers)
            assert answer.status_code == 201, answer.text
            assert told.get(number) in {None, answer.json()["id"]}
            assert number not in told or answer.headers[REPLAYED] == "true"
        with sessions_of(client)() as session:
            # One more, with which the processes began.
            count = session.scalar(select(func.count()).select_from(Need))
            assert count == len(asked) + 1

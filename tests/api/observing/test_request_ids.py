import io
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.observing.request_ids import request_id_of
from core.db import SessionFactory, reading, transaction
from core.job_runs import Run, execute_job
from core.jobs import Job, enqueue
from core.log import current_request_id, request_known
from tests.api.ranker_steps import ready_for

OURS = UUID("6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55")
SENT = str(OURS)


@pytest.mark.parametrize("sent", [SENT, SENT.upper(), SENT.replace("-", "")])
def test_a_uuid_that_the_caller_sends_is_the_id(sent: str) -> None:
    assert request_id_of([(b"x-request-id", sent.encode())]) == OURS


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Chan Tai Man",
        SENT + "0",
        "{" + SENT + "}",
        "urn:uuid:" + SENT,
        SENT[:8] + SENT[9:],
        "é",
    ],
)
def test_anything_else_gets_an_id_that_is_made(sent: str) -> None:
    made = request_id_of([(b"x-request-id", sent.encode())])

    assert made != OURS
    assert made.version == 4


def test_two_ids_are_none() -> None:
    assert request_id_of([(b"x-request-id", SENT.encode())] * 2) != OURS


def test_answer_problem_and_lines_carry_the_id(client: TestClient, logged: io.StringIO) -> None:
    headers = {"X-Request-ID": SENT.replace("-", "")}
    found = client.get("/healthz", headers=headers)
    missing = client.get("/v1/needs/6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55", headers=headers)

    assert found.headers["x-request-id"] == SENT
    assert missing.json()["instance"] == f"urn:uuid:{SENT}"
    mine = [line for line in logged.getvalue().splitlines() if f"request_id={SENT}" in line]
    assert ["route=/healthz" in mine[0], "route=/v1/needs/{need_id}" in mine[1]] == [True, True]


def test_a_job_carries_the_id_of_the_request_that_queued_it(client: TestClient) -> None:
    version = ready_for(client, "/promotion")
    promoted = client.post(
        f"/v1/rankers/{version}/promotion",
        json={"by": "operator-1", "reason": "because"},
        headers={"X-Request-ID": SENT},
    )
    assert promoted.status_code == 200, promoted.text

    sessions: SessionFactory = client.app.state.sessions  # type: ignore[attr-defined]  # ours
    with reading(sessions) as session:
        assert OURS in set(session.scalars(select(Job.request_id)))


def test_what_a_job_queues_and_logs_carries_it_on(
    sessions: SessionFactory, logged: io.StringIO
) -> None:
    with transaction(sessions) as session, request_known(OURS):
        first = enqueue(session, "first", {}).id

    def queue_another(run: Run) -> None:
        with transaction(run.sessions) as session:
            enqueue(session, "second", {})

    execute_job(sessions, {"first": queue_another}, first)

    assert current_request_id() is None
    with reading(sessions) as session:
        second = session.scalars(select(Job).where(Job.kind == "second")).one()
    assert second.request_id == OURS
    (line,) = [line for line in logged.getvalue().splitlines() if f"job={first}" in line]
    assert f"event=job request_id={SENT}" in line

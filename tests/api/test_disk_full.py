"""A full disk: an answer that says so, no half of a change, and no restart when there is room."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from core.db import SessionFactory, reading
from enterprises.models import Need, NeedVersion

NEED = {"text": "rural roads in Vietnam"}


@contextmanager
def no_room(size_bytes: int) -> Iterator[None]:
    """No file may become larger than this."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def counts(sessions: SessionFactory) -> tuple[int | None, int | None]:
    with reading(sessions) as session:
        return (
            session.scalar(select(func.count()).select_from(Need)),
            session.scalar(select(func.count()).select_from(NeedVersion)),
        )


@pytest.mark.parametrize(
    "databases", ["sqlite"], indirect=True
)  # a PostgreSQL server's disk is its own
def test_a_full_disk_is_an_answer_and_nothing_is_half_written(
    client: TestClient,
    catalogue_url: str,
    catalogue_sessions: SessionFactory,
) -> None:
    assert client.post("/v1/needs", json=NEED).status_code == 201
    before = counts(catalogue_sessions)
    log = Path(f"{make_url(catalogue_url).database}-wal")

    with no_room(log.stat().st_size):
        refused = client.post("/v1/needs", json=NEED)
        read = client.get("/v1/providers")
        # Whoever reads what is confidential is recorded, or does not read it.
        unrecorded = client.get("/v1/needs")

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/database-unavailable"
    assert read.status_code == 200
    assert unrecorded.status_code == 503
    assert counts(catalogue_sessions) == before
    assert client.post("/v1/needs", json=NEED).status_code == 201

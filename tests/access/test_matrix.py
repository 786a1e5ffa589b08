"""Who gets what: every operation, seven callers, everybody's objects in every state."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.db import across_tenants
from core.identity import policy
from core.identity.actor import Actor
from core.identity.policy import Verdict
from enterprises import access
from tests.access.calls import Operation, operations
from tests.access.matrix import World, cells, find_leaks, read_expectations

READ_NEED = Operation("GET", "/v1/needs/{need_id}")


def app_of(world: World) -> FastAPI:
    app = world.client.app
    assert isinstance(app, FastAPI)
    return app


def test_everybody_gets_what_the_reviewed_file_says_and_nothing_of_others(world: World) -> None:
    assert find_leaks(world, operations(app_of(world)), read_expectations()) == []


def test_the_reviewed_file_has_every_operation_and_no_other(world: World) -> None:
    reviewed = {row.operation for row in read_expectations()}
    assert reviewed == set(operations(app_of(world)))


def test_each_cell_is_expected_once() -> None:
    rows = read_expectations()
    for operation in {row.operation for row in rows}:
        for whose, state in cells(operation):
            found = [
                row
                for row in rows
                if row.operation == operation and whose in row.whose and state in row.states
            ]
            assert len(found) == 1, (operation, whose, state)


def test_a_funnel_that_forgets_the_tenant_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def reach_everything(session: Session, _actor: Actor) -> Generator[None]:
        with across_tenants(session):
            yield

    monkeypatch.setattr(policy, "may_read_need", lambda *_, **__: Verdict.ALLOWED)
    monkeypatch.setattr(access, "reach", reach_everything)
    found = find_leaks(world, [READ_NEED], read_expectations(), callers=["enterprise", "provider"])
    assert "GET /v1/needs/{need_id}, same, live, enterprise: 200 instead of 404" in found
    assert "GET /v1/needs/{need_id}, other, live, provider: 200 instead of 404" in found


def test_an_operation_that_tells_what_is_there_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_need(need_id: object) -> access.NeedNotFound:
        return access.NeedNotFound(f"you may not read {need_id}")

    monkeypatch.setattr(access, "_no_need", no_need)
    world.missing[READ_NEED, "provider"] = "404 about a need that is not there"
    found = find_leaks(world, [READ_NEED], read_expectations(), callers=["provider"])
    world.missing.clear()
    assert "GET /v1/needs/{need_id}, same, live, provider: tells that there is something" in found


def test_the_second_wall_holds_where_the_policy_lets_everybody_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "may_read_need", lambda *_, **__: Verdict.ALLOWED)
    monkeypatch.setattr(policy, "_is_own", lambda *_: True)
    members = ["enterprise", "service", "provider"]
    found = find_leaks(world, [READ_NEED], read_expectations(), callers=members)
    assert [one for one in found if ", own," not in one] == []

"""Limits by account and by organisation."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.manners.call_counts import CallCounts
from api.manners.limits import (
    count_call,
    limit_for,
)
from core.clock import utc_now
from core.db import transaction
from core.errors import RateLimited
from core.identity.actor import ENTERPRISE, VISITOR
from core.identity.tokens import Scope, make_token
from tests.api.import_steps import sessions_of
from tests.conftest import make_settings
from tests.core.identity.people import make_member, make_organisation

Opened = Callable[..., TestClient]
VIETNAM = {"target_jurisdictions": ["VN"], "top": 1}


@pytest.fixture
def limited(catalogue_url: str) -> Iterator[Opened]:
    clients: list[TestClient] = []

    def open_with(**limits: int | str) -> TestClient:
        settings = make_settings(catalogue_url).model_copy(update=limits)
        client = TestClient(create_app(settings))
        clients.append(client.__enter__())
        # Windows of the real clock turn; those of this one do not.
        counts: CallCounts = cast(FastAPI, client.app).state.call_counts
        counts._clock = lambda: 60_000.0
        return client

    yield open_with
    for client in clients:
        client.__exit__()


def two_of_one_organisation(client: TestClient) -> list[dict[str, str]]:
    with transaction(sessions_of(client)) as session:
        organisation = make_organisation(session)
        members = [make_member(session, organisation_id=organisation) for _ in range(2)]
        members.append(make_member(session))
        made = [
            make_token(
                session,
                account_id=member.account_id,
                organisation_id=member.organisation_id,
                name="limits",
                scopes=[Scope.READ, Scope.WRITE],
                now=utc_now(),
                lifetime=timedelta(days=1),
            )[1]
            for member in members
        ]
    return [{"Authorization": f"Bearer {secret}"} for secret in made]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_an_account_has_its_own_limit_and_its_organisation_another(limited: Opened) -> None:
    client = limited(account_requests_per_minute=3, tenant_requests_per_minute=5)
    one, other, stranger = two_of_one_organisation(client)

    firsts = [client.get("/v1/providers", headers=one) for _ in range(4)]
    others = [client.get("/v1/providers", headers=other) for _ in range(3)]

    assert [answer.status_code for answer in firsts] == [200, 200, 200, 429]
    assert [answer.status_code for answer in others] == [200, 200, 429]
    assert client.get("/v1/providers", headers=stranger).status_code == 200
    assert firsts[0].headers["ratelimit-policy"] == '"account";q=3;w=60, "tenant";q=5;w=60'
    assert firsts[0].headers["ratelimit"] == '"account";r=2;t=60, "tenant";r=4;t=60'
    refused = others[2]
    assert refused.json()["type"] == "/problems/rate-limited"
    assert "one organisation" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_matches_and_searches_have_quotas(limited: Opened) -> None:
    client = limited(tenant_matches_per_minute=2, tenant_searches_per_minute=1)
    one, other, stranger = two_of_one_organisation(client)

    matches = [client.post("/v1/match", json=VIETNAM, headers=who) for who in (one, other, one)]
    searches = [client.get("/v1/providers", headers=who) for who in (one, other, stranger)]

    assert [answer.status_code for answer in matches] == [200, 200, 429]
    assert [answer.status_code for answer in searches] == [200, 429, 200]
    assert client.get("/v1/sectors", headers=one).status_code == 200


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_without_redis_the_process_counts_alone(limited: Opened) -> None:
    client = limited(account_requests_per_minute=1)
    app = cast(FastAPI, client.app)
    assert app.state.settings.redis_url.get_secret_value() == ""
    who = two_of_one_organisation(client)[0]

    assert [client.get("/v1/providers", headers=who).status_code for _ in range(2)] == [200, 429]


def test_buckets_do_not_mix() -> None:
    counts = CallCounts(0, clock=lambda: 60_000.0)
    count_call(counts, "account", "a", 1)
    count_call(counts, "tenant", "a", 1)
    with pytest.raises(RateLimited, match="one account"):
        count_call(counts, "account", "a", 1)


def test_visitors_have_no_account_to_count() -> None:
    settings = make_settings("sqlite://")
    assert limit_for(VISITOR, settings) == ()
    assert [one.bucket for one in limit_for(ENTERPRISE, settings)] == ["account", "tenant"]

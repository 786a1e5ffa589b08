"""Whatever one organisation does, what another can see stays as it was."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.db import transaction
from core.identity.actor import UserKind
from tests.access.callers import headers_of
from tests.access.matrix import World
from tests.core.identity.people import make_organisation

Json = dict[str, Any]  # Any: a JSON document
TEXTS = st.sampled_from(["roads in Vietnam", "孟加拉国供水项目", "在坦桑尼亞做電力項目審計"])
PLACES = st.integers(min_value=0, max_value=5)


class TwoTenants(RuleBasedStateMachine):
    """One acts at random, also on what it knows of the other; the other only looks."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.client: TestClient = self.world.client
        self.seen: list[tuple[int, str]] = []

    @initialize()
    def begin(self) -> None:
        with transaction(self.world.sessions) as session:
            made = make_organisation(session), make_organisation(session)
            self.acting, self.looking = (
                headers_of(session, UserKind.ENTERPRISE, one) for one in made
            )
        self.own: list[str] = []
        body = {"text": "a factory in Thailand", "target_jurisdictions": ["VN"]}
        need = self._post("/v1/needs", body, self.looking).json()["id"]
        recommended = self._post(f"/v1/needs/{need}/recommendations", {}, self.looking).json()
        shown = recommended["result"]["ranked"][0]["provider"]["id"]
        outcome = {"recommendation_id": recommended["id"], "provider_id": shown}
        self._post("/v1/outcomes", {**outcome, "kind": "engaged"}, self.looking)
        self.strangers, self.outcome = need, outcome
        self.watched = [
            "/v1/needs",
            f"/v1/needs/{need}",
            f"/v1/needs/{need}/accesses",
            f"/v1/recommendations/{recommended['id']}",
            "/v1/outcomes",
        ]
        self.seen = self._look()

    @rule(text=TEXTS)
    def store(self, text: str) -> None:
        self.own.append(self._post("/v1/needs", {"text": text}, self.acting).json()["id"])

    @rule(text=TEXTS, place=PLACES)
    def change(self, text: str, place: int) -> None:
        address, is_own = self._pick(place)
        known = self.client.get(address, headers=self.acting)
        version = known.json()["version"] if known.status_code == 200 else 1
        body = {"version": version, "text": text}
        answer = self.client.put(address, json=body, headers=self.acting)
        assert answer.status_code == (200 if is_own else 404)

    @rule(place=PLACES)
    def remove(self, place: int) -> None:
        address, is_own = self._pick(place)
        if is_own:
            self.own.remove(address.rpartition("/")[2])
        answer = self.client.delete(address, headers=self.acting)
        assert answer.status_code == (204 if is_own else 404)

    @rule(place=PLACES)
    def recommend(self, place: int) -> None:
        address, is_own = self._pick(place)
        answer = self._post(f"{address}/recommendations", {"top": 1}, self.acting)
        assert answer.status_code == (201 if is_own else 404)

    @rule()
    def report_for_the_other(self) -> None:
        body = {**self.outcome, "kind": "completed"}
        assert self._post("/v1/outcomes", body, self.acting).status_code == 404

    @invariant()
    def the_other_sees_what_it_saw(self) -> None:
        if self.seen:
            assert self._look() == self.seen

    def _pick(self, place: int) -> tuple[str, bool]:
        """Return a need of one's own, or the other's: every need that is known."""
        known = [*self.own, self.strangers]
        need_id = known[place % len(known)]
        UUID(need_id)
        return f"/v1/needs/{need_id}", need_id != self.strangers

    def _post(self, address: str, body: Json, headers: dict[str, str]) -> Any:  # noqa: ANN401 a response of the test client
        return self.client.post(address, json=body, headers=headers)

    def _look(self) -> list[tuple[int, str]]:
        answers = [self.client.get(one, headers=self.looking) for one in self.watched]
        return [(answer.status_code, answer.text) for answer in answers]


def test_nothing_that_one_tenant_does_is_seen_by_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TwoTenants, "world", world, raising=False)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it so
        TwoTenants,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

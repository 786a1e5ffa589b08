"""Words of strangers come out nowhere; many more calls: `python tools/leak_probe.py`."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from core.db import across_tenants
from core.identity import policy
from core.identity.actor import Actor
from core.identity.policy import Verdict
from enterprises import access
from tests.access.matrix import World
from tests.access.probe import PLANTED, TOLD, columns_with_words, probe


def test_no_canary_comes_out(world: World) -> None:
    assert probe(world, calls=250, seed=1) == []


def test_every_column_with_words_has_a_canary_or_a_reason_for_none() -> None:
    assert columns_with_words() == PLANTED | set(TOLD)


def test_a_leak_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def reach_everything(session: Session, _actor: Actor) -> Generator[None]:
        with across_tenants(session):
            yield

    monkeypatch.setattr(policy, "may_read_need", lambda *_, **__: Verdict.ALLOWED)
    monkeypatch.setattr(access, "reach", reach_everything)
    assert probe(world, calls=60, seed=2, below="/v1/recommendations") != []

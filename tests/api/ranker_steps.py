"""Rankers brought to the point at which a request about them can succeed."""

from dataclasses import replace
from itertools import count
from typing import cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from matching.ranker.additive import Curve
from tests.committee.life import Life, document_of

_NUMBERS = count(1)


def life_of(client: TestClient) -> Life:
    """The rankers of a running application."""
    state = cast(FastAPI, client.app).state
    return Life(state.sessions, state.engine_holder)


def fresh_document() -> bytes:
    """A ranker that nobody has proposed yet and that orders as the prior does."""
    number = next(_NUMBERS)

    def scaled(curve: Curve) -> Curve:
        return replace(curve, values=tuple((1 + number / 100) * value for value in curve.values))

    return document_of(f"made-{number}", scaled)


def ready_for(client: TestClient, path: str) -> str:
    """Return the version of a ranker for which a request to this address can succeed."""
    life = life_of(client)
    if path.endswith(("/votes", "/comparison")):
        version = life.propose(fresh_document())
        life.compare(version)
        return version
    version = life.accepted(fresh_document())
    if path.endswith("/rollback"):
        life.promote(version)
    return version

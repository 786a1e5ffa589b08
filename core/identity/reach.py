"""How far an actor's work leads: staff and judges work with the rows of more than one tenant."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core.db import across_tenants
from core.identity.actor import Actor
from core.identity.policy import sees_across

_Rest = ParamSpec("_Rest")
_Found = TypeVar("_Found")
_Work = Callable[Concatenate[Session, Actor, _Rest], _Found]


@contextmanager
def reach(session: Session, actor: Actor) -> Generator[None]:
    """Look as far as the actor's work may lead; what they may see of it, the policy says.

    For funnels only: whatever is read here has to be asked about before it is given to the actor.
    """
    if not sees_across(actor):
        yield
        return
    with across_tenants(session):
        yield


def reaching(work: _Work[_Rest, _Found]) -> _Work[_Rest, _Found]:
    """Have all of a function that is given a session and an actor look as far as that."""

    @wraps(work)
    def reach_first(
        session: Session, actor: Actor, /, *args: _Rest.args, **options: _Rest.kwargs
    ) -> _Found:
        with reach(session, actor):
            return work(session, actor, *args, **options)

    return reach_first

"""How far an actor's work leads: staff and judges work with the rows of more than one tenant."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from core.db import across_tenants
from core.identity.actor import Actor
from core.identity.policy import sees_across


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

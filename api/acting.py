"""Who acts: whoever has signed in, whatever a body says; a named one only where nobody has to."""

from fastapi import Request

from api.web.forms import require_same_origin
from core.errors import FieldError, InvalidInput, SignInNeeded
from core.identity.actor import OPEN_ACCESS_ID, Actor, UserKind
from core.settings import Settings


def acting(
    request: Request, actor: Actor, kind: UserKind, *, named: str | None, field: str
) -> Actor:
    """Return who acts in a request that may name somebody.

    Where nobody has signed in, and the deployment lets operators in without it, whoever is named
    acts. There the name is taken as it is given.

    Args:
        request: the request.
        actor: who asks.
        kind: of which kind whoever is named would be.
        named: the id in the body, if it holds one.
        field: the name of that field.

    Returns:
        The actor, whatever their kind: whether they may, the services know.

    Raises:
        InvalidInput: it names somebody else than who has signed in, or nobody where it has to.
        SignInNeeded: nobody has signed in, and the deployment asks for it.
    """
    if not is_unknown(actor):
        own = str(actor.tenant_id) if kind is UserKind.ENTERPRISE else actor.actor_id
        if named not in (None, own):
            raise _wrong(field, f"you are signed in as {own}: leave this out")
        return actor
    require_known(request, actor, kind)
    require_same_origin(request)
    if named is None:
        raise _wrong(field, "is missing: nobody has signed in, so name who acts")
    return Actor(kind, named, OPEN_ACCESS_ID if kind is UserKind.ENTERPRISE else None)


def require_known(request: Request, actor: Actor, kind: UserKind = UserKind.OPERATOR) -> None:
    """Let those pass who have signed in; everybody where users of a kind need not.

    Raises:
        SignInNeeded: nobody has signed in, and the deployment asks for it.
    """
    settings: Settings = request.app.state.settings
    is_open = settings.is_open if kind is UserKind.ENTERPRISE else settings.is_open_to_operators
    if is_unknown(actor) and not is_open:
        raise SignInNeeded("sign in, or send a token in the header Authorization")


def looking(request: Request, actor: Actor) -> Actor:
    """Return who looks at what the committee keeps: an operator where nobody has to sign in."""
    settings: Settings = request.app.state.settings
    if is_unknown(actor) and settings.is_open_to_operators:
        return Actor(UserKind.OPERATOR, "operator")
    return actor


def is_unknown(actor: Actor) -> bool:
    """Tell whether nobody has signed in."""
    return actor.kind is UserKind.VISITOR or actor.tenant_id in (None, OPEN_ACCESS_ID)


def _wrong(field: str, detail: str) -> InvalidInput:
    return InvalidInput(f"#/{field}: {detail}", fields=[FieldError(detail, f"#/{field}")])

"""Who acts: the kinds of users, and what every service is told of the one who asks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.errors import Forbidden, SecondFactorNeeded, SignInNeeded


class UserKind(StrEnum):
    """The kinds of users, those who have not signed in, and the platform itself."""

    ENTERPRISE = "enterprise"
    PROVIDER = "provider"
    OPERATOR = "operator"
    COMMITTEE = "committee"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"
    VISITOR = "visitor"
    SYSTEM = "system"


# Who can change what others depend on proves who they are twice (OWASP ASVS 5.0, 6.3.3).
NEED_SECOND_FACTOR: Final = frozenset(
    {UserKind.OPERATOR, UserKind.COMMITTEE, UserKind.ADMINISTRATOR}
)

# The organisation of everybody who has not signed in, where a deployment lets them in.
OPEN_ACCESS_ID: Final = UUID("00000000-0000-4000-8000-00006c616e64")


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something to be done.

    Attributes:
        kind: what sort of user.
        actor_id: stable; of an account, its id.
        tenant_id: the organisation on whose behalf; None for visitors and for the platform itself.
        is_manager: whether the actor manages that organisation's people and tokens.
        is_strong: whether a second factor was shown, or none is needed.
        scopes: what a token may be used for; None for whoever signed in, who may all of it.
    """

    kind: UserKind
    actor_id: str
    tenant_id: UUID | None = None
    is_manager: bool = False
    is_strong: bool = True
    scopes: frozenset[str] | None = None

    def require(self, *kinds: UserKind) -> None:
        """Let only these kinds pass; the platform itself always may.

        Raises:
            SignInNeeded: nobody has signed in.
            SecondFactorNeeded: the kind would do, but it has to be proven twice.
            Forbidden: the actor is of another kind.
        """
        if self.kind is UserKind.SYSTEM:
            return
        if self.kind is UserKind.VISITOR and UserKind.VISITOR not in kinds:
            raise SignInNeeded("sign in, or send a token in the header Authorization")
        if self.kind not in kinds:
            raise Forbidden(f"this needs a user of kind {' or '.join(kinds)}")
        if self.kind in NEED_SECOND_FACTOR and not self.is_strong:
            raise SecondFactorNeeded("show your second factor first")

    @property
    def tenant(self) -> UUID:
        """The organisation on whose behalf the actor acts.

        Raises:
            SignInNeeded: there is none.
        """
        if self.tenant_id is None:
            raise SignInNeeded("sign in as a member of an organisation")
        return self.tenant_id


SYSTEM = Actor(UserKind.SYSTEM, "system")
VISITOR = Actor(UserKind.VISITOR, "visitor")
ENTERPRISE = Actor(UserKind.ENTERPRISE, "open-access", OPEN_ACCESS_ID)
OPERATOR = Actor(UserKind.OPERATOR, "command-line")

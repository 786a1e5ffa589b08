"""Who acts. Accounts come later; the interface that services check against stays."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import Forbidden


class UserKind(StrEnum):
    """The kinds of users, and the platform itself."""

    ENTERPRISE = "enterprise"
    PROVIDER = "provider"
    OPERATOR = "operator"
    COMMITTEE = "committee"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something to be done; `actor_id` is stable."""

    kind: UserKind
    actor_id: str

    def require(self, *kinds: UserKind) -> None:
        """Let only these kinds pass; the platform itself always may.

        Raises:
            Forbidden: the actor is of another kind.
        """
        if self.kind is not UserKind.SYSTEM and self.kind not in kinds:
            raise Forbidden(f"this needs a user of kind {' or '.join(kinds)}")


SYSTEM = Actor(UserKind.SYSTEM, "system")
ENTERPRISE = Actor(UserKind.ENTERPRISE, "open-access")
OPERATOR = Actor(UserKind.OPERATOR, "command-line")

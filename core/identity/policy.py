"""Who may do what: one function for each thing that can be done to what is not everybody's.

Each condition has a line of its own, so that coverage shows which ones tests have met. The first
that holds decides. The functions are asked by the funnels (`enterprises.access`,
`committee.access`), which look things up and turn a verdict into an error.
"""

from enum import StrEnum
from typing import Final
from uuid import UUID

from core.errors import Forbidden, NotFound, PlatformError, SecondFactorNeeded, SignInNeeded
from core.identity.actor import NEED_SECOND_FACTOR, OPEN_ACCESS_ID, Actor, UserKind


class Verdict(StrEnum):
    """What an actor may do; of what is hidden they may not learn that it exists."""

    ALLOWED = "allowed"
    HIDDEN = "hidden"
    FORBIDDEN = "forbidden"


# Those who act for an enterprise: its people, and programs that hold a token of it.
MEMBERS: Final = (UserKind.ENTERPRISE, UserKind.SERVICE)
# Those who run the platform.
STAFF: Final = (UserKind.OPERATOR, UserKind.ADMINISTRATOR)


def may_write_needs(actor: Actor) -> Verdict:
    """Store a need of one's own organisation."""
    if actor.kind is UserKind.SYSTEM:
        return Verdict.ALLOWED
    if actor.kind in MEMBERS:
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def may_read_need(actor: Actor, *, tenant_id: UUID, is_opened: bool, is_agreed: bool) -> Verdict:
    """Read a need: its text, its recommendations, where providers stand for it.

    Args:
        actor: who asks.
        tenant_id: whose need it is.
        is_opened: whether the actor has stated a purpose for it within the last hour.
        is_agreed: whether the enterprise has agreed that committee members see it.
    """
    if actor.kind is UserKind.SYSTEM:
        return Verdict.ALLOWED
    if _is_own(actor, tenant_id):
        return Verdict.ALLOWED
    if _is_staff(actor) and is_opened:
        return Verdict.ALLOWED
    if _is_judge(actor):
        return may_judge_need(tenant_id=tenant_id, is_agreed=is_agreed)
    return Verdict.HIDDEN


def may_change_need(actor: Actor, *, tenant_id: UUID, is_seen: bool) -> Verdict:
    """Change or delete a need, or have it matched and the result kept.

    Args:
        actor: who asks.
        tenant_id: whose need it is.
        is_seen: whether the actor may read it.
    """
    if actor.kind is UserKind.SYSTEM:
        return Verdict.ALLOWED
    if _is_own(actor, tenant_id):
        return Verdict.ALLOWED
    if is_seen:
        return Verdict.FORBIDDEN
    return Verdict.HIDDEN


def may_open_needs(actor: Actor) -> Verdict:
    """Read another's need for a stated purpose, on record and for an hour."""
    if _is_staff(actor):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def may_judge(actor: Actor) -> Verdict:
    """Grade and compare providers."""
    if _is_judge(actor):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def may_judge_need(*, tenant_id: UUID, is_agreed: bool) -> Verdict:
    """Be shown a need in order to judge providers for it.

    Args:
        tenant_id: whose need it is.
        is_agreed: whether the enterprise has agreed that committee members see it.
    """
    # What is written without signing in is nobody's secret: everybody shares it.
    if tenant_id == OPEN_ACCESS_ID:
        return Verdict.ALLOWED
    if is_agreed:
        return Verdict.ALLOWED
    return Verdict.HIDDEN


def may_report_outcome(actor: Actor, *, tenant_id: UUID) -> Verdict:
    """Say what came of a recommendation."""
    if actor.kind is UserKind.SYSTEM:
        return Verdict.ALLOWED
    if _is_own(actor, tenant_id):
        return Verdict.ALLOWED
    if _is_staff(actor):
        return Verdict.ALLOWED
    return Verdict.HIDDEN


def may_keep_consents(actor: Actor, *, is_own: bool) -> Verdict:
    """See what a person at a provider agreed to, and write down what they say now.

    Args:
        actor: who asks.
        is_own: whether the actor's organisation answers for that provider.
    """
    if actor.kind is UserKind.SYSTEM:
        return Verdict.ALLOWED
    if _is_staff(actor):
        return Verdict.ALLOWED
    if is_own:
        return Verdict.ALLOWED
    return Verdict.HIDDEN


def may_see_judgements(actor: Actor) -> Verdict:
    """List what committee members said: their own, or for staff everybody's."""
    if _is_staff(actor):
        return Verdict.ALLOWED
    if _is_judge(actor):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def may_see_outcomes(actor: Actor) -> Verdict:
    """List outcomes: those of one's own organisation, or for staff everybody's."""
    if _is_staff(actor):
        return Verdict.ALLOWED
    if actor.kind in MEMBERS:
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def may_see_judged_needs(actor: Actor) -> Verdict:
    """Read the needs among those that rankers are compared on; the others are of public record."""
    if _is_staff(actor):
        return Verdict.ALLOWED
    if _is_judge(actor):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def refusal(verdict: Verdict, actor: Actor, hidden: NotFound) -> PlatformError:
    """Return the error that a verdict is to the actor.

    Args:
        verdict: hidden or forbidden.
        actor: who asks.
        hidden: what is said where there is nothing, word for word.

    Returns:
        `SignInNeeded` to whoever has not signed in, `SecondFactorNeeded` to whoever has to prove
        twice who they are, whatever the verdict: what is there is said to neither.
    """
    if actor.kind is UserKind.VISITOR:
        return SignInNeeded("sign in, or send a token in the header Authorization")
    if actor.kind in NEED_SECOND_FACTOR and not actor.is_strong:
        return SecondFactorNeeded("show your second factor first")
    if verdict is Verdict.HIDDEN:
        return hidden
    return Forbidden("users of your kind may not do this")


def require(verdict: Verdict, actor: Actor, hidden: NotFound | None = None) -> None:
    """Let what is allowed pass.

    Raises:
        PlatformError: it is not allowed; which error, `refusal` says.
    """
    if verdict is not Verdict.ALLOWED:
        raise refusal(verdict, actor, hidden or NotFound())


def sees_across(actor: Actor) -> bool:
    """Tell whether the actor's work is with more than one tenant's rows."""
    return _is_staff(actor) or _is_judge(actor) or actor.kind is UserKind.SYSTEM


def _is_own(actor: Actor, tenant_id: UUID) -> bool:
    return actor.kind in MEMBERS and actor.tenant_id == tenant_id


def _is_staff(actor: Actor) -> bool:
    return actor.kind in STAFF and actor.is_strong


def _is_judge(actor: Actor) -> bool:
    return actor.kind is UserKind.COMMITTEE and actor.is_strong

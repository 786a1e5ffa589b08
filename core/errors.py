"""The taxonomy of what can go wrong; `api.problems` alone turns it into HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: what is wrong with it, and where it stands as a JSON pointer (`#/text`)."""

    detail: str
    pointer: str


class PlatformError(Exception):
    """The root of every error a user may meet.

    `code` names the type for programs, `status` is its HTTP status, `title` is the same for every
    occurrence; the exception's text says what happened this time and what to change.
    """

    code: ClassVar[str] = "platform-error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str = "", *, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = tuple(fields)


class NotFound(PlatformError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not-found"
    status = 404
    title = "Not found"


class Forbidden(PlatformError):
    """The actor may see this but not do that."""

    code = "forbidden"
    status = 403
    title = "Not allowed"


class SignInNeeded(PlatformError):
    """Nobody has signed in, or what was shown for it is not valid any more."""

    code = "sign-in-needed"
    status = 401
    title = "Sign in first"


class SecondFactorNeeded(Forbidden):
    """Whoever has signed in has to prove it a second time."""

    code = "second-factor-needed"
    title = "A second factor is needed"


class Conflict(PlatformError):
    """The change does not fit what is stored now."""

    code = "conflict"
    status = 409
    title = "Conflict with the stored state"


class InvalidState(PlatformError):
    """The thing is not in a state that allows this step."""

    code = "invalid-state"
    status = 409
    title = "Not possible in this state"


class InvalidInput(PlatformError):
    """A value cannot be used; `errors` says which and why."""

    code = "invalid-input"
    status = 422
    title = "The input cannot be used"


class BodyTooLarge(PlatformError):
    """More was sent than one request may carry."""

    code = "body-too-large"
    status = 413
    title = "The request is too large"


class RateLimited(PlatformError):
    """Too many requests in too short a time."""

    code = "rate-limited"
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 60) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(PlatformError):
    """A part that this request needs is not ready; trying again later may help."""

    code = "unavailable"
    status = 503
    title = "Not ready yet"
    retry_after_seconds: ClassVar[int] = 5


class Overloaded(Unavailable):
    """More is asked for at this moment than can be answered in time. Wait a little, then repeat it."""

    code = "overloaded"
    title = "Too much to do at this moment"
    retry_after_seconds = 2

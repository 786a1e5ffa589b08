"""What can go wrong on the side of demand."""

from core.errors import Conflict, FieldError, NotFound, Unavailable


class NeedNotFound(NotFound):
    """There is no need with this id, or it was deleted."""

    code = "need-not-found"
    title = "There is no such need"


class RecommendationNotFound(NotFound):
    """There is no recommendation with this id, or its need was deleted."""

    code = "recommendation-not-found"
    title = "There is no such recommendation"


class StaleNeed(Conflict):
    """Somebody changed the need after this copy of it was read. Read it again, then change that."""

    code = "stale-need"
    title = "The need has changed meanwhile"

    def __init__(self, sent: int, current: int) -> None:
        super().__init__(
            f"version {sent} was changed meanwhile, version {current} is current: "
            "read the need again and repeat the change",
            fields=[FieldError(f"the current version is {current}", "#/version")],
        )
        self.current = current


class MatchOutOfTime(Unavailable):
    """The match took longer than this installation allows. Ask for less, or try again later."""

    code = "match-out-of-time"
    title = "The match took too long"

"""What can go wrong on the side of quality."""

from core.errors import Conflict, FieldError, Forbidden, InvalidInput, InvalidState, NotFound


class RankerNotFound(NotFound):
    """There is no ranker of this version."""

    code = "ranker-not-found"
    title = "There is no such ranker"


class ComparisonNotFound(NotFound):
    """This ranker was not compared with that one on the frozen queries that count now.

    An operator compares with `landbridge ranker compare VERSION`.
    """

    code = "comparison-not-found"
    title = "The rankers were not compared yet"


class RankerUnusable(InvalidInput):
    """The document is no ranker for this release; the detail says why, and nothing was changed."""

    code = "ranker-unusable"
    title = "The document holds no ranker that can be used"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, fields=[FieldError(reason, "#/document")])


class RankerExists(Conflict):
    """The same ranker was proposed before, or ships with this release: what it ranks is the same."""

    code = "ranker-exists"
    title = "This ranker is known already"


class NotAnApprover(Forbidden):
    """Only the approvers that the setting LANDBRIDGE_APPROVERS names vote on rankers."""

    code = "not-an-approver"
    title = "Only approvers vote"


class VotingClosed(InvalidState):
    """The approvers have decided on this ranker; votes are not changed afterwards."""

    code = "voting-closed"
    title = "The vote on this ranker is over"


class NotAccepted(InvalidState):
    """Only a ranker that the approvers have accepted can be promoted."""

    code = "ranker-not-accepted"
    title = "The ranker is not accepted"


class NotCompared(InvalidState):
    """A ranker is promoted only after a comparison with the one that is in force at that moment.

    An operator compares with `landbridge ranker compare VERSION`.
    """

    code = "ranker-not-compared"
    title = "The ranker was not compared with the one in force"


class GateClosed(InvalidState):
    """On the frozen queries the ranker does worse than the one in force: no vote outweighs that."""

    code = "gate-closed"
    title = "The ranker does worse than the one in force"


class RankerInForceChanged(Conflict):
    """Somebody promoted another ranker at the same moment. Nothing was changed; look again."""

    code = "ranker-in-force-changed"
    title = "Another ranker was promoted meanwhile"


class NothingToRollBack(InvalidState):
    """No ranker was promoted, or every promotion has been rolled back already."""

    code = "nothing-to-roll-back"
    title = "There is no promotion to roll back"


class NothingToFreeze(InvalidState):
    """The catalogue has no dated, verified past work from which needs with answers can be made."""

    code = "nothing-to-freeze"
    title = "There are no past needs to compare on"

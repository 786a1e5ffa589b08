"""What can go wrong with judgements, preferences and outcomes."""

from core.errors import Conflict, InvalidState


class ProviderNotShown(InvalidState):
    """The recommendation does not hold the provider, so nothing can have come of showing it."""

    code = "provider-not-shown"
    title = "The recommendation does not show this provider"


class NotEngaged(InvalidState):
    """An enterprise reviews what it engaged: record the engagement first."""

    code = "not-engaged"
    title = "There is no engagement to review"


class OutcomeDiffers(Conflict):
    """The same outcome is recorded with another rating; what happened does not change."""

    code = "outcome-differs"
    title = "The outcome is recorded otherwise"


class ChangedMeanwhile(Conflict):
    """The same person recorded something about the same pair at the same moment. Try again."""

    code = "changed-meanwhile"
    title = "It was changed meanwhile"

"""What can go wrong with endpoints."""

from core.errors import Conflict, InvalidState, NotFound


class WebhookNotFound(NotFound):
    """No endpoint of the organisation has this id."""

    code = "webhook-not-found"
    title = "There is no such endpoint"


class TooManyWebhooks(Conflict):
    """The organisation has as many endpoints as it may have."""

    code = "too-many-webhooks"
    title = "There are endpoints enough"


class WebhookDisabledAlready(InvalidState):
    """Nothing is sent to this endpoint: enable it first."""

    code = "webhook-disabled"
    title = "The endpoint is disabled"

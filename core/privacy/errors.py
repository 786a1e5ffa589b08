"""What can go wrong with people's data."""

from core.errors import Conflict, Forbidden, InvalidInput, InvalidState, NotFound, PlatformError


class LawDamaged(PlatformError):
    """A law that ships with the product cannot be read; install it again."""

    code = "law-damaged"
    title = "A packaged law is damaged"


class ConsentMissing(Forbidden):
    """The person has not agreed to this use of their data, or does not agree any more."""

    code = "consent-missing"
    title = "There is no consent for this"


class TransferRefused(Forbidden):
    """The person's data may not go to where the recipient is."""

    code = "transfer-refused"
    title = "The data may not go there"


class PersonNotFound(NotFound):
    """Nothing is kept of such a person."""

    code = "person-not-found"
    title = "There is no such person"


class PersonErased(InvalidState):
    """The person was erased: nothing of theirs can be read or stored again."""

    code = "person-erased"
    title = "The person was erased"


class PersonKnown(Conflict):
    """What would be brought in is there already."""

    code = "person-known"
    title = "The person is known already"


class RequestNotFound(NotFound):
    """There is no such request of a person."""

    code = "person-request-not-found"
    title = "There is no such request"


class RequestClosed(InvalidState):
    """The request was dealt with, or was extended as often as the law allows."""

    code = "person-request-closed"
    title = "The request cannot be changed any more"


class RequestOpen(Conflict):
    """You have asked for this already, and it is being dealt with."""

    code = "person-request-open"
    title = "The same was asked for before"


class RequestUnfit(InvalidState):
    """The request asks for something else, or it is not known who asks."""

    code = "person-request-unfit"
    title = "This is not what the request asks for"


class ArchiveRefused(InvalidInput):
    """An archive of a person is damaged, or not of this release."""

    code = "archive-refused"
    title = "The archive cannot be used"


class ShredListUnusable(PlatformError):
    """The list of erased people cannot be read or written: nobody may be erased meanwhile."""

    code = "shred-list-unusable"
    title = "The list of erased people cannot be used"
    status = 503

"""What can go wrong with contacts."""

from core.errors import InvalidInput, NotFound


class ContactNotFound(NotFound):
    """There is no such contact."""

    code = "contact-not-found"
    title = "There is no such contact"


class ContactsRefused(InvalidInput):
    """A table of contacts cannot be imported; nothing was written."""

    code = "contacts-refused"
    title = "The contacts cannot be imported"

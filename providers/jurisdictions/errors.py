"""What can go wrong with jurisdictions."""

from core.errors import NotFound


class JurisdictionNotFound(NotFound):
    """There is no such jurisdiction in the operators' list."""

    code = "jurisdiction-not-found"
    title = "There is no such jurisdiction"

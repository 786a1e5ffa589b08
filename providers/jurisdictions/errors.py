"""What can go wrong with jurisdictions and the routes between them."""

from core.errors import InvalidInput, NotFound


class JurisdictionNotFound(NotFound):
    """There is no such jurisdiction in the operators' list."""

    code = "jurisdiction-not-found"
    title = "There is no such jurisdiction"


class RouteRefused(InvalidInput):
    """A route cannot be planned as it is asked for; `errors` says which part to change."""

    code = "route-refused"
    title = "The route cannot be planned as it is asked for"

"""What can go wrong with sector lists."""

from core.errors import NotFound, Unavailable


class SectorNotFound(NotFound):
    """There is no such sector in the list in force."""

    code = "sector-not-found"
    title = "There is no such sector"


class NoSectorList(Unavailable):
    """No sector list is published yet: load one with `landbridge import sectors`."""

    code = "no-sector-list"
    title = "No sector list is in force"

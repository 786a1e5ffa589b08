"""What can go wrong with supply."""

from core.errors import InvalidInput, NotFound, PlatformError


class ProviderNotFound(NotFound):
    """There is no such provider, or it is not published."""

    code = "provider-not-found"
    title = "There is no such provider"


class EvidenceNotFound(NotFound):
    """There is no such piece of evidence."""

    code = "evidence-not-found"
    title = "There is no such piece of evidence"


class ImportRefused(InvalidInput):
    """A table cannot be imported as it is; nothing was written."""

    code = "import-refused"
    title = "The file cannot be imported"


class PackagedDataDamaged(PlatformError):
    """A file that ships with the product is not what its version says; install it again."""

    code = "packaged-data-damaged"
    title = "The packaged data are damaged"

"""What can go wrong with an import."""

from core.errors import BodyTooLarge, InvalidInput, InvalidState, NotFound


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import-not-found"
    title = "There is no such import"


class FileEmpty(InvalidInput):
    """The file has no bytes."""

    code = "file-empty"
    title = "The file is empty"


class FileTooLarge(BodyTooLarge):
    """The file is larger than one import may be."""

    code = "file-too-large"
    title = "The file is too large"


class ImportNotChecked(InvalidState):
    """The import waits for no confirmation: it is still looked at, was refused or was confirmed before."""

    code = "import-not-checked"
    title = "The import cannot be confirmed"


class ImportNotUndoable(InvalidState):
    """The import cannot be undone: nothing of it is written, or it was written too long ago."""

    code = "import-not-undoable"
    title = "The import cannot be undone"

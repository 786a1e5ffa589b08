"""What can go wrong with backups; whatever it is, the database is as it was before."""

from core.errors import Conflict, InvalidInput, Unavailable


class BackupNotMade(Unavailable):
    """The backup could not be written; nothing of it is left behind."""

    code = "backup-not-made"
    title = "The backup could not be made"


class BackupRefused(InvalidInput):
    """The backup is not what was written, or not one that this release can restore."""

    code = "backup-refused"
    title = "The backup cannot be used"


class RestoreRefused(Conflict):
    """The database is in use, or holds what a restore would replace."""

    code = "restore-refused"
    title = "The database cannot be replaced"

"""What can go wrong while a snapshot is built; whatever it is, the one before it still serves."""

from core.errors import Conflict, Unavailable


class SnapshotNotBuilt(Unavailable):
    """The index could not be built; the one that was there still serves."""

    code = "index-not-built"
    title = "The index could not be built"


class BuildRunning(Conflict):
    """The index is being built already; it is enough to wait."""

    code = "index-being-built"
    title = "The index is being built already"


class BuildStopped(Conflict):
    """Somebody stopped the building of the index; the one that was there still serves."""

    code = "index-build-stopped"
    title = "The building of the index was stopped"

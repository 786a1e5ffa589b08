"""Which snapshot a process serves from: the current one, or the last good one."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from core.errors import Unavailable
from matching.index.files import SnapshotMeta, SnapshotRefused, open_snapshot, read_meta
from matching.index.shard import Shard
from providers.catalogue_state import Changes, catalogue_id, changes_since
from providers.snapshot.store import SnapshotName, SnapshotStore

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Base:
    """The columns that changes are laid over.

    Attributes:
        shard: the columns.
        sequence, mark: the change that they stand at; every later one is laid over them.
        sector_list: version of the sector list under which they were built.
        name: the snapshot they come from, or None where they were built in memory.
    """

    shard: Shard
    sequence: int
    mark: str
    sector_list: int
    name: SnapshotName | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found: the snapshot to serve, if any, and why others were refused."""

    base: Base | None
    refused: tuple[str, ...] = ()


def open_base(
    store: SnapshotStore, session: Session, *, encoder: str, but: SnapshotName | None = None
) -> Opened:
    """Open the current snapshot or, where it cannot serve, the newest other one that can.

    One that is damaged, of another format, database or encoder, or whose changes since are no
    longer in the log, is refused; the log says why.

    Args:
        store: where snapshots lie.
        session: one state of the database.
        encoder: version of the encoder in use.
        but: the snapshot that serves already; where it is the one to serve, none is opened.
    """
    refused: list[str] = []
    for name in _candidates(store, refused):
        if name == but:
            break
        try:
            base = _open(store, name, session, encoder)
        except (SnapshotRefused, Unavailable, OSError) as error:
            refused.append(f"{name} is refused: {error}")
            log.warning("snapshot refused", snapshot=str(name), reason=str(error))
        else:
            store.prune_cache(name)
            return Opened(base, tuple(refused))
    return Opened(None, tuple(refused))


def require_fit(meta: SnapshotMeta, *, catalogue: str, encoder: str, changes: Changes) -> None:
    """Refuse a snapshot that is not of this catalogue as it can be followed.

    Raises:
        SnapshotRefused: it is of another database or encoder, or not everything that has changed
            since is known.
    """
    if meta.catalogue_id != catalogue:
        raise SnapshotRefused("it was built from another database")
    if meta.encoder != encoder:
        raise SnapshotRefused(f"its vectors are of {meta.encoder}, the encoder in use is {encoder}")
    if meta.sequence > changes.sequence:
        raise SnapshotRefused(
            f"it stands at change {meta.sequence}, the database only at {changes.sequence}"
        )
    if changes.is_complete and meta.mark != changes.mark:
        raise SnapshotRefused(
            f"its change {meta.sequence} is not the one of this database: it was built before a "
            "backup was restored, or by an older release"
        )
    if not changes.is_complete:
        raise SnapshotRefused("what has changed since it was built is no longer known")


def _candidates(store: SnapshotStore, refused: list[str]) -> Iterator[SnapshotName]:
    current: SnapshotName | None = None
    try:
        current = store.current()
        if current is None:
            return
        yield current
    except Unavailable as error:
        refused.append(str(error))
        log.warning("no current snapshot", reason=str(error))
    yield from (name for name in reversed(store.names()) if name != current)


def _open(store: SnapshotStore, name: SnapshotName, session: Session, encoder: str) -> Base:
    catalogue = catalogue_id(session)
    # What does not fit is refused by its header, before all of it is read and checked.
    meta = read_meta(store.fetch(name))
    changes = changes_since(session, meta.sequence)
    require_fit(meta, catalogue=catalogue, encoder=encoder, changes=changes)
    try:
        shard, meta = open_snapshot(store.fetch(name), verify=True)
    except SnapshotRefused:
        if store.is_local:
            raise
        # The copy on this machine may be what is damaged.
        store.discard(name)
        shard, meta = open_snapshot(store.fetch(name), verify=True)
    return Base(shard, meta.sequence, meta.mark, meta.sector_list, name)

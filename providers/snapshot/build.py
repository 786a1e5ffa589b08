"""A snapshot built from the database: in parallel, in bounded memory, all of it or nothing.

Ranges of providers are built into files of their own, which are then put together. Every range is
read in a state of the database of its own. That is sound because the number of the catalogue is
noted before anything is read: whoever follows the snapshot reads anew every provider that has
changed since that number, whichever of its states the snapshot holds.
"""

import errno
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.crash_points import crash_point
from core.db import make_engine, make_session_factory, reading
from core.errors import Unavailable
from core.session_limits import JOBS
from core.settings import Settings
from matching.index.build import build_shard
from matching.index.files import (
    SnapshotMeta,
    SnapshotRefused,
    SnapshotWriter,
    open_snapshot,
    read_meta,
    verify_snapshot,
    write_shard,
)
from matching.index.merge import merge_shards
from matching.index.parts import DTYPES, facts_of
from matching.text.encoder import TextEncoder
from providers.catalogue_state import catalogue_id, catalogue_stand, prune_changes
from providers.sectors.queries import get_published_list, list_sectors
from providers.snapshot.chunks import Chunk, Plan
from providers.snapshot.errors import BuildRunning, BuildStopped, SnapshotNotBuilt
from providers.snapshot.pool import build_here, build_in_processes
from providers.snapshot.reading import split_supply
from providers.snapshot.store import LOCK, SnapshotName, SnapshotStore, open_store
from providers.vectors import make_encoder

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and what it counts; it may raise to stop the build."""

WORKERS = 2
CHUNK_PROVIDERS = 20_000
# A chunk of providers with much evidence is smaller: it is held in memory as a whole.
PIECES_A_PROVIDER = 8
_WORK_PREFIX = "building-"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def rebuild(
    settings: Settings,
    progress: Progress = lambda done, total, what: None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    workers: int = WORKERS,
) -> SnapshotMeta:
    """Build a snapshot of the database that the settings name and make it the current one.

    Changes that no snapshot in the store needs any more are pruned from the log.

    Raises:
        BuildRunning: another process of this machine is building.
        BuildStopped: `should_stop` said so.
        SnapshotNotBuilt: the disk is full, a worker was killed, or the database cannot be read.
        Unavailable: no sector list is published yet, or the store cannot be written.
    """
    store = open_store(settings)
    database = make_engine(settings.sqlalchemy_url, pool_size=2, limits=JOBS)
    try:
        meta = build_snapshot(
            database,
            store.folder,
            encoder=make_encoder(settings),
            now=utc_now(),
            workers=workers,
            progress=progress,
            should_stop=should_stop,
        )
        crash_point("index.built")
        before = _current(store)
        name = name_of(meta)
        store.publish(store.folder / str(name), name)
        crash_point("index.published")
        store.prune()
        # The one before is kept beside the new one: it must still be able to follow.
        needed = meta.sequence if before is None else min(before.sequence, meta.sequence)
        prune_changes(make_session_factory(database), up_to=needed)
        return meta
    finally:
        database.dispose()


def _current(store: SnapshotStore) -> SnapshotName | None:
    try:
        return store.current()
    except Unavailable:
        return None  # it cannot be read, so nobody can follow it


def name_of(meta: SnapshotMeta) -> SnapshotName:
    """Return what the file of a snapshot is called."""
    return SnapshotName(meta.sequence, meta.content[:8])


def build_snapshot(
    database: Engine,
    folder: Path,
    *,
    encoder: TextEncoder,
    now: datetime,
    workers: int = WORKERS,
    chunk: int = CHUNK_PROVIDERS,
    progress: Progress = lambda done, total, what: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> SnapshotMeta:
    """Build a snapshot, verify it and put it into a folder; which one is served stays as it is.

    Vectors are taken as they are stored: a text without one is found by its words.

    Args:
        database: what to read.
        folder: on this machine; where the snapshot is to stand, under the name of `name_of`.
        encoder: whose vectors to take; it encodes nothing here.
        now: written into the snapshot.
        workers: how many processes build at the same time; with 1, or with no more than a chunk of
            providers, this one does.
        chunk: providers of a part; what is held in memory at a time depends on it.
        progress: called with providers read, then with arrays put together, at least every second.
        should_stop: asked as often.

    Raises:
        BuildRunning: another process of this machine is building in that folder.
        BuildStopped: `should_stop` said so.
        SnapshotNotBuilt: the disk is full, a worker was killed, or the database cannot be read.
        NoSectorList: no sector list is published yet.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _working_folder(folder) as work:
            watch = _Watch(progress, should_stop)
            parts, plan = _build_parts(
                database, work, encoder, now, workers=workers, chunk=chunk, watch=watch
            )
            path = work / "whole.lbx"
            meta = _put_together(parts, plan, path, watch)
            verify_snapshot(path)
            path.replace(folder / str(name_of(meta)))
            return meta
    except OSError as error:
        raise SnapshotNotBuilt(_say(error, folder)) from error
    except SnapshotRefused as error:
        raise SnapshotNotBuilt(f"what was written is not what is read: {error}") from error


class _Watch:
    """Tells how far the build has come, and stops it when it is to stop."""

    def __init__(self, progress: Progress, should_stop: Callable[[], bool]) -> None:
        self._progress = progress
        self._should_stop = should_stop
        self._latest: tuple[int, int, str] | None = None

    def reached(self, done: int, total: int, what: str) -> None:
        self._latest = (done, total, what)
        self.going_on()

    def going_on(self) -> None:
        """Say the same once more: whoever listens sees that the build is alive, and may stop it."""
        if self._latest is not None:
            self._progress(*self._latest)
        if self._should_stop():
            raise BuildStopped("the index is as it was before")


@contextmanager
def _working_folder(folder: Path) -> Generator[Path]:
    """Give a folder for partial files that is gone afterwards; one build at a time has one."""
    with (folder / LOCK).open("w") as lock:
        try:
            # Let go of by the system when this process ends, however it does.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildRunning(f"another process is building in {folder}: let it finish") from error
        for left in folder.glob(f"{_WORK_PREFIX}*"):
            _clear(left)  # of a build that was killed
        work = Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=folder))
        try:
            yield work
        finally:
            _clear(work)


def _clear(work: Path) -> None:
    # Moved away first: a worker that outlives its killed parent finds no folder to write into.
    gone = work.with_name(f"{_WORK_PREFIX}{uuid4().hex[:8]}-gone")
    with suppress(OSError):
        work.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _build_parts(
    database: Engine,
    work: Path,
    encoder: TextEncoder,
    now: datetime,
    *,
    workers: int,
    chunk: int,
    watch: _Watch,
) -> tuple[Sequence[Chunk], Plan]:
    with reading(database) as session:
        plan = _make_plan(session, encoder, now)
        ranges = split_supply(session, providers=chunk, pieces=chunk * PIECES_A_PROVIDER)
    chunks = [
        Chunk(within, providers, work / f"chunk-{number:05}.lbx")
        for number, (within, providers, _pieces) in enumerate(ranges)
    ]
    total = sum(each.providers for each in chunks)
    done = 0
    watch.reached(done, total, "providers")
    for built in _built(database, plan, chunks, workers, watch):
        done += built.providers
        watch.reached(done, total, "providers")
    return chunks, plan


def _make_plan(session: Session, encoder: TextEncoder, now: datetime) -> Plan:
    stand = catalogue_stand(session)  # before anything is read, see above
    published = get_published_list(session)
    return Plan(
        catalogue_id=catalogue_id(session),
        sequence=stand.sequence,
        mark=stand.mark,
        encoder=encoder.version,
        dimensions=encoder.dimensions,
        sector_list=published.version,
        parents={sector.code: sector.parent_code for sector in list_sectors(session)},
        built_at=now.isoformat(),
    )


def _built(
    database: Engine, plan: Plan, chunks: Sequence[Chunk], workers: int, watch: _Watch
) -> Iterator[Chunk]:
    # A database in memory is seen by this process alone.
    is_file = database.dialect.name != "sqlite" or database.url.database not in {None, ":memory:"}
    if workers > 1 and len(chunks) > 1 and is_file:
        return build_in_processes(
            database, plan, chunks, workers=workers, while_waiting=watch.going_on
        )
    return build_here(database, plan, chunks)


class _WatchedWriter:
    """A sink that tells of each array, and stops between rows."""

    def __init__(self, writer: SnapshotWriter, watch: _Watch) -> None:
        self._writer = writer
        self._watch = watch
        self._begun = 0

    def begin(self, name: str, dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> None:
        self._watch.reached(self._begun, len(DTYPES), "columns")
        self._begun += 1
        self._writer.begin(name, dtype, shape)

    def write(self, rows: NDArray[np.generic]) -> None:
        self._watch.going_on()
        self._writer.write(rows)


def _put_together(chunks: Sequence[Chunk], plan: Plan, path: Path, watch: _Watch) -> SnapshotMeta:
    if not chunks:
        shard = build_shard(
            (),
            (),
            encoder=plan.encoder,
            tree=plan.tree,
            codes=np.zeros((0, plan.dimensions), dtype=np.int8),
        )
        meta = plan.describe(facts_of(shard))
        write_shard(path, shard, meta)
        return meta
    if len(chunks) == 1:
        chunks[0].path.replace(path)
        return read_meta(path)
    with SnapshotWriter(path) as writer:
        shards = [open_snapshot(each.path, verify=False)[0] for each in chunks]
        facts = merge_shards(shards, _WatchedWriter(writer, watch))
        meta = plan.describe(facts)
        writer.finish(facts, meta)
    watch.reached(len(DTYPES), len(DTYPES), "columns")
    return meta


def _say(error: OSError, folder: Path) -> str:
    if error.errno in _NO_ROOM:
        return (
            f"there is no room left in {folder}: free some and build again; what was written is "
            "removed, and the index that was there still serves"
        )
    return f"{folder} cannot be written: {error.strerror or error}"

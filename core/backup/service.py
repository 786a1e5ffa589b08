"""Backing up a database and restoring it, whichever kind it is."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from core.backup import postgresql, sqlite
from core.backup.errors import BackupNotMade, BackupRefused, RestoreRefused
from core.backup.files import alone, sync
from core.backup.manifest import (
    FORMAT_VERSION,
    MANIFEST,
    Manifest,
    Part,
    TableSum,
    part_of,
    read_manifest,
    verify_parts,
    write_manifest,
)
from core.migrations.runner import head_revision, known_revisions

LOCK = "backup.lock"
_PREFIX = "landbridge-"
_UNFINISHED = ".part"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_NO_ROOM = {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        manifest: of the backup.
        aside: where what was there before is kept: a file, or a schema of the database; None where
            there was nothing.
    """

    manifest: Manifest
    aside: str | None


def back_up(engine: Engine, folder: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Save one state of a database, while it is used, into a new folder inside `folder`.

    It has its name once it is whole and on the disk.

    Raises:
        BackupNotMade: the database is damaged or empty, or the disk is full.
        RestoreRefused: another backup into this folder is under way.
    """
    with _saying(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / LOCK):
            for left in folder.glob(f"{_PREFIX}*{_UNFINISHED}"):
                shutil.rmtree(left)  # of a backup that was killed
            target = folder / f"{_PREFIX}{now:%Y%m%dT%H%M%S%fZ}"
            work = target.with_name(target.name + _UNFINISHED)
            work.mkdir(mode=0o700)  # what it holds was told in confidence
            try:
                manifest = _save(engine, work, now)
                work.rename(target)
            except BaseException:
                shutil.rmtree(work, ignore_errors=True)
                raise
            sync(folder)
    return target, manifest


def _save(engine: Engine, work: Path, now: datetime) -> Manifest:
    if engine.dialect.name == "sqlite":
        part = work / sqlite.PART
        sqlite.save(file_of(engine), part)
        revision, sequence = sqlite.describe(part)
        tables: tuple[TableSum, ...] = sqlite.sums(part)
        parts: tuple[Part, ...] = (part_of(part),)
    else:
        revision, sequence, tables = postgresql.save(engine, work)
        parts = postgresql.parts_of(work, tables)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        database=engine.dialect.name,
        revision=revision,
        taken_at=now.isoformat(),
        release=f"landbridge {version('landbridge-platform')}",
        catalogue_sequence=sequence,
        tables=tables,
        parts=parts,
    )
    write_manifest(work, manifest)
    sync(work / MANIFEST)
    sync(work)
    # Read back: what is announced is what lies there.
    verify_parts(work, read_manifest(work))
    return manifest


def read_backup(folder: Path, database: str) -> Manifest:
    """Read a backup from end to end.

    Args:
        folder: the backup.
        database: the kind of database that it is to be restored into.

    Raises:
        BackupRefused: it is damaged, unfinished, of a newer release or of another kind of database.
    """
    if folder.name.endswith(_UNFINISHED):
        raise BackupRefused(f"{folder} was never finished: take another backup")
    manifest = read_manifest(folder)
    if manifest.database != database:
        raise BackupRefused(
            f"{folder} is of {_NAMES.get(manifest.database, manifest.database)}, and "
            f"LANDBRIDGE_DATABASE_URL names {_NAMES.get(database, database)}: name a database of "
            "the same kind"
        )
    if manifest.revision not in known_revisions():
        raise BackupRefused(
            f"{folder} has the schema {manifest.revision}, which this release ({head_revision()}) "
            "does not know: restore it with the release that made it or a newer one"
        )
    verify_parts(folder, manifest)
    return manifest


def restore(
    engine: Engine,
    folder: Path,
    *,
    now: datetime,
    replace: bool = False,
    announce: Callable[[Manifest], None] = lambda manifest: None,
) -> Restored:
    """Put a backup in the place of a database: all of it, compared row by row, or nothing.

    Args:
        engine: the database; nobody else may use it.
        folder: the backup.
        now: names what is set aside.
        replace: whether a database with rows in it may be set aside.
        announce: called once the backup is known to be whole.

    Raises:
        BackupRefused: it cannot be used.
        RestoreRefused: the database holds rows and `replace` is not set, or somebody uses it.
        BackupNotMade: the disk is full.
    """
    manifest = read_backup(folder, engine.dialect.name)
    announce(manifest)
    stamp = f"before_{now:%Y%m%dt%H%M%S}"
    if engine.dialect.name != "sqlite":
        if not replace and not postgresql.is_empty(engine):
            raise RestoreRefused(_not_empty(engine))
        with _saying(folder):
            was_there = postgresql.restore(
                engine, folder, manifest, aside=stamp, replace=replace, keep=True
            )
        return Restored(manifest, f"the schema {stamp}" if was_there else None)

    target = file_of(engine)
    with _saying(target.parent), alone(target.with_name(f"{target.name}.restore.lock")):
        engine.dispose()  # our own connections would be somebody else's
        is_empty = sqlite.is_empty(target)
        if not is_empty and not replace:
            raise RestoreRefused(_not_empty(engine))
        aside = target.with_name(f"{target.name}.{stamp}")
        made = sqlite.load(folder / sqlite.PART, manifest, target)
        try:
            was_there = sqlite.put_in_place(made, target, aside=aside)
        finally:
            made.unlink(missing_ok=True)
    if is_empty and was_there:
        aside.unlink()
    return Restored(manifest, str(aside) if was_there and not is_empty else None)


def rehearse(engine: Engine, folder: Path, *, now: datetime) -> Manifest:
    """Restore a backup beside the database, compare every row, and take it away again.

    Raises:
        BackupRefused: it cannot be used, or does not restore to what was saved.
        BackupNotMade: there is no room for it.
    """
    manifest = read_backup(folder, engine.dialect.name)
    stamp = f"rehearsal_{now:%Y%m%dt%H%M%S}"
    if engine.dialect.name != "sqlite":
        with _saying(folder):
            postgresql.restore(engine, folder, manifest, aside=stamp, replace=True, keep=False)
        return manifest
    target = file_of(engine)
    with _saying(target.parent):
        made = sqlite.load(
            folder / sqlite.PART, manifest, target.with_name(f"{target.name}.{stamp}")
        )
        made.unlink()
    return manifest


def file_of(engine: Engine) -> Path:
    """Return the file of an SQLite database.

    Raises:
        BackupNotMade: it is in memory.
    """
    name = engine.url.database
    if not name or name == ":memory:":
        raise BackupNotMade("a database in memory ends with its process: there is nothing to save")
    return Path(name)


def is_behind(manifest: Manifest) -> bool:
    """Whether what was restored needs `landbridge migrate`."""
    return manifest.revision != head_revision()


def _not_empty(engine: Engine) -> str:
    kept = (
        "its file is kept under another name"
        if engine.dialect.name == "sqlite"
        else "its tables are kept in another schema"
    )
    return f"the database is not empty: give --replace to put the backup in its place; {kept}"


@contextmanager
def _saying(folder: Path) -> Generator[None]:
    """Say in our words that there is no room, or that something cannot be read."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise BackupNotMade(_no_room(folder)) from error
        raise BackupNotMade(
            f"{error.filename or folder} cannot be used: {error.strerror or error}"
        ) from error
    except sqlite3.Error as error:
        if error.sqlite_errorname in _SQLITE_NO_ROOM:
            raise BackupNotMade(_no_room(folder)) from error
        raise BackupNotMade(f"SQLite cannot do it: {error}") from error
    except psycopg.Error as error:
        said = str(error).strip().partition("\n")[0]
        raise BackupNotMade(f"PostgreSQL refuses: {said}") from error


def _no_room(folder: Path) -> str:
    return (
        f"there is no room left in {folder}: free some and try again; what was written is removed, "
        "and the database is as it was"
    )

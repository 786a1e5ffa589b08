"""SQLite: a copy by its own backup function, and the way back.

A copy of the file by other means is wrong more often than not while somebody writes, and passes the
database's own checks all the same; the backup function copies one state of it, and holds nobody up.
"""

import hashlib
import os
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from core.backup.errors import BackupNotMade, BackupRefused, RestoreRefused
from core.backup.files import sync
from core.backup.manifest import Manifest, TableSum, difference
from core.migrations.runner import ROWS_OF_MIGRATIONS

PART = "database.db"
_BUSY_SECONDS = 1.0
_Value = int | float | str | bytes | None


def save(source: Path, target: Path) -> None:
    """Copy one state of a database, while others write to it, into a file of its own.

    Raises:
        BackupNotMade: the copy is damaged, which is to say that the database is.
        sqlite3.Error, OSError: it cannot be read, or the copy not written.
    """
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as database,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: in several, each write in between would have it begin again.
        database.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=delete")  # so that it is one file
    problem = find_damage(target)
    if problem is not None:
        raise BackupNotMade(
            f"{source} is damaged ({problem}): restore the latest good backup, and look at the disk"
        )
    sync(target)


def describe(path: Path) -> tuple[str, int]:
    """Return the revision of a saved database's schema and the latest change of its catalogue.

    Raises:
        BackupNotMade: it has no schema.
    """
    with closing(sqlite3.connect(path)) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" not in tables:
            raise BackupNotMade("the database is empty: there is nothing to save")
        revision = database.execute("SELECT version_num FROM alembic_version").fetchone()
        sequence = (
            database.execute("SELECT max(sequence) FROM catalogue_state").fetchone()
            if "catalogue_state" in tables
            else None
        )
    if revision is None:
        raise BackupNotMade("the database is empty: there is nothing to save")
    return str(revision[0]), int(sequence[0] or 0) if sequence else 0


def find_damage(path: Path) -> str | None:
    """Return what SQLite's own checks say of a file, None where it is whole."""
    with closing(sqlite3.connect(path)) as database:
        try:
            said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            return str(error)
    if said != ["ok"]:
        return "; ".join(said)
    return None if broken is None else f"rows of {broken[0]} refer to what is not there"


def sums(path: Path) -> tuple[TableSum, ...]:
    """Count and hash the rows of every table, in the order of their keys."""
    with closing(sqlite3.connect(path)) as database:
        names = [
            str(row[0])
            for row in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            )
        ]
        return tuple(_sum_of(database, name) for name in names)


def _sum_of(database: sqlite3.Connection, table: str) -> TableSum:
    described = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    columns = ", ".join(_quoted(row[1]) for row in described)
    keys = [_quoted(row[1]) for row in sorted(described, key=lambda row: int(row[5])) if row[5]]
    order = ", ".join(keys) or columns
    digest = hashlib.sha256(columns.encode())
    count = 0
    for row in database.execute(
        f"SELECT {columns} FROM {_quoted(table)} ORDER BY {order}"  # noqa: S608 quoted names of the schema
    ):
        digest.update(b"".join(_canonical(row)))
        count += 1
    return TableSum(table, count, digest.hexdigest())


def _canonical(row: tuple[_Value, ...]) -> Iterator[bytes]:
    """Write a row so that no other row is written the same: a letter for the type, a length."""
    for value in row:
        match value:
            case None:
                yield b"n"
            case int():
                yield b"i%d;" % value
            case float():
                yield b"f" + value.hex().encode() + b";"
            case str():
                text = value.encode()
                yield b"t%d;" % len(text) + text
            case bytes():
                yield b"b%d;" % len(value) + value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def load(part: Path, manifest: Manifest, beside: Path) -> Path:
    """Make a database of a backup's part beside the place where it is to stand, and check it.

    Raises:
        BackupRefused: what was restored is not what was saved.
        OSError: there is no room.
    """
    made = beside.with_name(f"{beside.name}.restoring")
    _remove(made)
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        made.touch(mode=0o600)
        _copy(part, made)
        problem = find_damage(made) or difference(manifest.tables, sums(made))
        if problem is not None:
            raise BackupRefused(f"{part} does not restore to what was saved: {problem}")
        sync(made)
    except BaseException:
        _remove(made)
        raise
    return made


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file, target.open("wb") as copy:
        while block := file.read(1 << 20):
            copy.write(block)


def is_empty(path: Path) -> bool:
    """Whether there is nothing that a restore would replace: no file, or no row in it."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    with closing(sqlite3.connect(path)) as database:
        names = [
            row[0]
            for row in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
            )
        ]
        return not any(
            database.execute(
                f"SELECT 1 FROM {_quoted(name)} LIMIT 1 OFFSET ?",  # noqa: S608 as above
                (ROWS_OF_MIGRATIONS.get(name, 0),),
            ).fetchone()
            for name in names
        )


def put_in_place(made: Path, target: Path, *, aside: Path) -> bool:
    """Put a database in its place in one step; what was there is kept aside. Tell whether it was.

    Raises:
        RestoreRefused: somebody has the database open.
    """
    was_there = target.exists()
    log = target.with_name(f"{target.name}-wal")
    if not was_there and log.exists():
        # SQLite would take it for the log of whatever database stands beside it.
        raise RestoreRefused(f"{log} lies there without its database: move it away first")
    if was_there:
        former = target.stat()
        made.chmod(former.st_mode & 0o777)
        with suppress(PermissionError):  # to give a file away takes more than to own it
            os.chown(made, former.st_uid, former.st_gid)
        with _alone_with(target):
            # A second name first, then the new file under the old name: whenever this is broken
            # off, there is a whole database in its place.
            aside.hardlink_to(target)
            made.replace(target)
    else:
        made.replace(target)
    sync(target.parent)
    return was_there


@contextmanager
def _alone_with(path: Path) -> Generator[None]:
    """Hold a database that nobody else has open, and gather all of it in its one file."""
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
        try:
            # Leaving the write-ahead log is allowed to the only connection alone. Whoever has the
            # file open would go on writing to the one that was set aside.
            database.execute("PRAGMA journal_mode=delete").fetchone()
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise RestoreRefused(
                f"{path} is in use: stop the server and the workers first"
            ) from error
        yield
        database.execute("ROLLBACK")


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

"""Backup and restore on both databases: under load, to the byte, and refused when damaged."""

import json
import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, insert, inspect, select, text
from sqlalchemy.engine import make_url

from committee.models import Ranker as RankerRow
from committee.models import RankerEvent
from core.backup import postgresql, sqlite
from core.backup.errors import BackupNotMade, BackupRefused, RestoreRefused
from core.backup.manifest import (
    MANIFEST,
    Manifest,
    TableSum,
    difference,
    parse_manifest,
    read_manifest,
    render_manifest,
)
from core.backup.service import back_up, file_of, read_backup, rehearse, restore
from core.db import make_engine, make_session_factory, reading, transaction
from core.migrations.runner import current_revision, downgrade_to, head_revision, upgrade_to_head
from providers.catalogue_state import LISTS, touch_catalogue
from providers.models import CatalogueMark, CatalogueState, Provider, TextVector
from tests.conftest import Databases
from tests.factories import make_evidence, make_provider

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def sums_of(engine: Engine) -> tuple[TableSum, ...]:
    """Every row of every table, hashed: as the backup hashes, and so as it must be restored."""
    if engine.dialect.name == "postgresql":
        return tuple(sorted(postgresql.sums(engine), key=lambda table: table.name))
    copy = file_of(engine).with_name(f"{uuid4().hex}.db")
    sqlite.save(file_of(engine), copy)
    try:
        return sqlite.sums(copy)
    finally:
        copy.unlink()


def fill(engine: Engine) -> UUID:
    """A provider, texts in every script, numbers at the edge, bytes."""
    with transaction(make_session_factory(engine)) as session:
        provider = make_provider(session, home=None, name="泰聯 \\N\ttab 'quote' “” \u200b🏗")
        make_evidence(session, provider, jurisdictions=(), title="line\nbreak")
        session.execute(
            insert(TextVector).values(
                text_hash="a" * 64, encoder_version="v\\1", codes=bytes(range(256)), scale=0.1
            )
        )
        session.add(RankerEvent(kind="frozen", by="a", at=NOW, reason=""))
        session.add(
            RankerRow(
                version="r",
                name="r",
                document=bytes(range(256)) * 80,
                sha256="",
                proposed_by="a",
                proposed_at=NOW,
                note="",
                state="retired",
            )
        )
        touch_catalogue(session, LISTS)
        return provider.id


@pytest.fixture
def other(databases: Databases) -> Iterator[Engine]:
    """A second, empty database of the same kind."""

    def nothing(_engine: Engine) -> None:
        """Leave it as it is."""

    url = databases.copy_of(nothing)
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


class Writer(Thread):
    """Commits change after change, each of a provider and of the catalogue's state together."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.first, self.stop = Event(), Event()
        self._sessions = make_session_factory(engine)

    def run(self) -> None:
        while not self.stop.is_set():
            with transaction(self._sessions) as session:
                make_provider(session, home=None)
            self.first.set()

    def __enter__(self) -> "Writer":
        self.start()
        assert self.first.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.join(30)


def test_a_backup_under_load_is_one_state_and_restores_to_the_byte(
    db_engine: Engine, other: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    with Writer(db_engine):
        saved = [back_up(db_engine, tmp_path, now=NOW + timedelta(seconds=n)) for n in range(3)]

    for folder, manifest in saved[-1:]:
        restore(other, folder, now=NOW)

        assert difference(manifest.tables, sums_of(other)) is None
        with reading(other) as session:
            # Written together, so of one state only if they are the same.
            changes = session.scalar(select(CatalogueState.sequence))
            marks = session.scalar(select(func.count()).select_from(CatalogueMark))
            providers = session.scalar(select(func.count()).select_from(Provider))
            assert changes == marks == manifest.catalogue_sequence == (providers or 0) + 2
    assert len({manifest.catalogue_sequence for _, manifest in saved}) > 1, "nothing was written"


def test_every_value_comes_back(db_engine: Engine, other: Engine, tmp_path: Path) -> None:
    provider = fill(db_engine)
    folder, _ = back_up(db_engine, tmp_path, now=NOW)

    done = restore(other, folder, now=NOW)

    assert done.aside is None
    assert sums_of(other) == sums_of(db_engine)
    with reading(db_engine) as before, reading(other) as after:
        assert after.get_one(Provider, provider).name == before.get_one(Provider, provider).name
        assert after.scalars(select(TextVector.codes)).one() == bytes(range(256))
    with transaction(make_session_factory(other)) as session:
        # Constraints and defaults are those of the release, and counters go on.
        make_provider(session, home=None)
        session.add(RankerEvent(kind="frozen", by="b", at=NOW, reason=""))


def test_one_other_row_is_a_difference(db_engine: Engine, other: Engine, tmp_path: Path) -> None:
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    restore(other, folder, now=NOW)
    with other.begin() as connection:
        connection.execute(text("UPDATE text_vector SET scale = 0.10000001"))

    assert difference(manifest.tables, sums_of(other)) == (
        "the table text_vector has other rows than were saved"
    )


def flip(path: Path, where: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(where * (len(content) - 1))] ^= 0x04
    path.write_bytes(content)


def largest(folder: Path) -> Path:
    parts = [path for path in folder.iterdir() if path.name != MANIFEST]
    return max(parts, key=lambda path: path.stat().st_size)


def rewrite(folder: Path, **changed: object) -> None:
    """Change what a manifest says, checksum and all, as another release would write it."""
    manifest = json.loads((folder / MANIFEST).read_bytes())["manifest"] | changed
    (folder / MANIFEST).write_bytes(render_manifest(parse_manifest(manifest)))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: flip(largest(folder), 0.5), "is damaged"),
        (lambda folder: flip(largest(folder), 1.0), "is damaged"),
        (lambda folder: flip(folder / MANIFEST, 0.3), "is damaged"),
        (lambda folder: flip(folder / MANIFEST, 0.9), "is damaged"),
        (lambda folder: largest(folder).write_bytes(b"x"), "is cut short or grown"),
        (lambda folder: largest(folder).unlink(), "is missing: copy the whole folder again"),
        (lambda folder: (folder / MANIFEST).unlink(), "is no backup: name the folder"),
        (lambda folder: (folder / MANIFEST).write_text('{"name": 1}'), "another program"),
        (lambda folder: rewrite(folder, format_version=2), "has the format 2"),
        (lambda folder: rewrite(folder, revision="9999"), "which this release"),
        (lambda folder: rewrite(folder, database="oracle"), "is of oracle"),
    ],
)
def test_what_is_not_what_was_saved_is_refused_and_nothing_is_restored(
    damage: Callable[[Path], object],
    said: str,
    db_engine: Engine,
    other: Engine,
    tmp_path: Path,
) -> None:
    fill(db_engine)
    folder, _ = back_up(db_engine, tmp_path, now=NOW)
    damage(folder)

    with pytest.raises(BackupRefused, match=said):
        restore(other, folder, now=NOW)

    assert inspect(other).get_table_names() == []


def test_parts_that_fit_their_checksums_and_not_the_rows_are_refused(
    db_engine: Engine, other: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    tables = [{"name": t.name, "rows": t.rows, "sha256": "0" * 64} for t in manifest.tables]
    rewrite(folder, tables=tables)

    with pytest.raises(BackupRefused, match="does not restore to what was saved: the table"):
        restore(other, folder, now=NOW)

    assert inspect(other).get_table_names() == []


def test_a_database_with_rows_is_replaced_only_when_told_and_kept_aside(
    db_engine: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    with transaction(make_session_factory(db_engine)) as session:
        late = make_provider(session, home=None).id
    now_there = sums_of(db_engine)

    with pytest.raises(RestoreRefused, match="is not empty: give --replace"):
        restore(db_engine, folder, now=NOW)
    assert sums_of(db_engine) == now_there
    done = restore(db_engine, folder, now=NOW, replace=True)

    assert difference(manifest.tables, sums_of(db_engine)) is None
    if db_engine.dialect.name == "sqlite":
        assert done.aside is not None
        kept = make_engine(f"sqlite:///{done.aside}")
        assert sums_of(kept) == now_there
        kept.dispose()
    else:
        assert done.aside == "the schema before_20261122t140000"
        with db_engine.connect() as connection:
            rows = text("SELECT id FROM before_20261122t140000.provider WHERE id = :id")
            assert connection.scalar(rows, {"id": late}) == late


def test_empty_tables_of_this_release_are_no_hindrance(
    db_engine: Engine, other: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    folder, _ = back_up(db_engine, tmp_path, now=NOW)
    upgrade_to_head(other)

    done = restore(other, folder, now=NOW)

    assert done.aside is None
    assert sums_of(other) == sums_of(db_engine)


def test_a_backup_of_an_older_schema_is_restored_at_its_own_and_migrated(
    db_engine: Engine, other: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    downgrade_to(db_engine, "0007")
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)

    restore(other, folder, now=NOW)

    assert manifest.revision == current_revision(other) == "0007"
    assert sums_of(other) == sums_of(db_engine)
    upgrade_to_head(other)
    assert current_revision(other) == head_revision()


def test_a_rehearsal_leaves_the_database_as_it_is(db_engine: Engine, tmp_path: Path) -> None:
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    with transaction(make_session_factory(db_engine)) as session:
        make_provider(session, home=None)
        before = session.scalar(select(func.count()).select_from(Provider))
        # Beside a transaction that has written and is still open.
        assert rehearse(db_engine, folder, now=NOW) == manifest
        assert session.scalar(select(func.count()).select_from(Provider)) == before
    if db_engine.dialect.name == "postgresql":
        assert inspect(db_engine).get_schema_names() == ["information_schema", "public"]
    else:
        assert list(file_of(db_engine).parent.glob("*rehears*")) == []


@pytest.mark.parametrize(
    "databases", ["sqlite"], indirect=True
)  # PostgreSQL's own locks let a restore wait
def test_an_sqlite_file_in_use_is_not_replaced(db_engine: Engine, tmp_path: Path) -> None:
    fill(db_engine)
    folder, _ = back_up(db_engine, tmp_path, now=NOW)
    server = make_engine(str(db_engine.url))
    with server.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.rollback()

        with pytest.raises(RestoreRefused, match="is in use: stop the server and the workers"):
            restore(db_engine, folder, now=NOW, replace=True)
    server.dispose()

    assert restore(db_engine, folder, now=NOW, replace=True).aside is not None


@pytest.mark.parametrize(
    "databases", ["postgresql"], indirect=True
)  # an SQLite file is saved as a whole
def test_somebody_elses_tables_are_left_alone(db_engine: Engine, tmp_path: Path) -> None:
    fill(db_engine)
    with db_engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (n int)"))
        connection.execute(text("INSERT INTO theirs VALUES (7)"))
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)

    restore(db_engine, folder, now=NOW, replace=True)

    assert "theirs" not in {table.name for table in manifest.tables}
    with db_engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM theirs")) == 7


def test_an_empty_database_is_not_worth_a_backup(other: Engine, tmp_path: Path) -> None:
    with other.connect() as connection:
        connection.execute(text("SELECT 1"))  # SQLite makes its file

    with pytest.raises(BackupNotMade, match="there is nothing to save"):
        back_up(other, tmp_path / "backups", now=NOW)

    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["backup.lock"]


def test_an_unfinished_backup_is_refused_and_cleared_by_the_next(
    db_engine: Engine, other: Engine, tmp_path: Path
) -> None:
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.copytree(folder, unfinished)

    with pytest.raises(BackupRefused, match="was never finished"):
        restore(other, unfinished, now=NOW)
    back_up(db_engine, tmp_path, now=NOW + timedelta(seconds=1))

    assert not unfinished.exists()
    assert isinstance(read_manifest(folder), Manifest)
    assert read_manifest(folder) == manifest


@contextmanager
def little_room(size_bytes: int) -> Iterator[None]:
    """No file may become larger: what is written then fails as it does on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_a_full_disk_is_said_and_leaves_nothing(db_engine: Engine, tmp_path: Path) -> None:
    fill(db_engine)

    with little_room(8_192), pytest.raises(BackupNotMade, match="there is no room left"):
        back_up(db_engine, tmp_path, now=NOW)

    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    back_up(db_engine, tmp_path, now=NOW)  # as soon as there is room


@pytest.mark.parametrize(
    "databases", ["sqlite"], indirect=True
)  # the disk of a PostgreSQL server is its own
def test_a_restore_without_room_leaves_the_database_as_it_is(
    db_engine: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)

    with little_room(8_192), pytest.raises(BackupNotMade, match="there is no room left"):
        restore(db_engine, folder, now=NOW, replace=True)

    assert difference(manifest.tables, sums_of(db_engine)) is None
    assert list(file_of(db_engine).parent.glob("*.restoring*")) == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)  # PostgreSQL reads its own pages
def test_a_damaged_database_is_not_saved_as_if_it_were_whole(
    db_engine: Engine, tmp_path: Path
) -> None:
    fill(db_engine)
    with db_engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db_engine.dispose()
    path = Path(make_url(str(db_engine.url)).database or "")
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 64] = bytes(64)
    path.write_bytes(content)

    with pytest.raises(BackupNotMade, match=r"is damaged .*: restore the latest good backup"):
        back_up(db_engine, tmp_path, now=NOW)


STEPS = {
    "sqlite": [
        "core.backup.sqlite.put_in_place",
        "pathlib.Path.hardlink_to",
        "pathlib.Path.replace",
    ],
    "postgresql": [
        "core.backup.postgresql._load",
        "core.backup.postgresql._clear",
        "core.backup.postgresql._move",
    ],
}


@pytest.mark.parametrize("step", range(3))
def test_killed_before_any_step_a_restore_has_done_nothing(
    step: int, db_engine: Engine, tmp_path: Path
) -> None:
    point = STEPS[db_engine.dialect.name][step]
    fill(db_engine)
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    with transaction(make_session_factory(db_engine)) as session:
        make_provider(session, home=None)
    before = sums_of(db_engine)
    db_engine.dispose()  # a child that inherits a connection would speak on its parent's

    child = get_context("fork").Process(target=_restore_and_die, args=(point, db_engine, folder))
    child.start()
    child.join(60)

    assert child.exitcode == -signal.SIGKILL
    assert sums_of(db_engine) == before
    restore(db_engine, folder, now=NOW + timedelta(seconds=1), replace=True)
    assert difference(manifest.tables, sums_of(db_engine)) is None


def _restore_and_die(point: str, engine: Engine, folder: Path) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    pytest.MonkeyPatch().setattr(point, die)
    restore(engine, folder, now=NOW, replace=True)


def test_killed_before_it_is_whole_a_backup_has_no_name(db_engine: Engine, tmp_path: Path) -> None:
    fill(db_engine)
    db_engine.dispose()

    child = get_context("fork").Process(target=_back_up_and_die, args=(db_engine, tmp_path))
    child.start()
    child.join(60)

    assert child.exitcode == -signal.SIGKILL
    [left] = (path for path in tmp_path.iterdir() if path.is_dir())
    assert left.name.endswith(".part")
    folder, manifest = back_up(db_engine, tmp_path, now=NOW)
    assert read_backup(folder, db_engine.dialect.name) == manifest
    assert not left.exists()


def _back_up_and_die(engine: Engine, folder: Path) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    pytest.MonkeyPatch().setattr("pathlib.Path.rename", die)
    back_up(engine, folder, now=NOW)

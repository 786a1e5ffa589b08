"""Building a snapshot: what comes out, and what is left when it does not come to an end."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction
from core.identity.actor import OPERATOR
from matching.index.files import SnapshotMeta, open_snapshot
from matching.text.encoder import NoEncoder
from providers.catalogue_state import catalogue_id, catalogue_sequence, changes_since
from providers.models import Provider
from providers.sectors.errors import NoSectorList
from providers.service import suspend_provider
from providers.snapshot import pool
from providers.snapshot.build import build_snapshot, name_of, rebuild
from providers.snapshot.errors import BuildRunning, BuildStopped, SnapshotNotBuilt
from providers.snapshot.store import open_store
from tests.conftest import make_settings
from tests.factories import NOW, make_provider

LOCK = "build.lock"


@pytest.fixture
def database(catalogue_sessions: SessionFactory) -> Engine:
    """The small catalogue: twelve providers."""
    engine: Engine = catalogue_sessions.kw["bind"]
    return engine


def build(
    database: Engine,
    folder: Path,
    *,
    workers: int = 1,
    chunk: int = 5,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path:
    meta = build_snapshot(
        database,
        folder,
        encoder=NoEncoder(),
        now=NOW,
        workers=workers,
        chunk=chunk,
        progress=progress,
        should_stop=should_stop,
    )
    return folder / str(name_of(meta))


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {LOCK}


def test_several_processes_build_the_bytes_that_one_builds(
    database: Engine, tmp_path: Path
) -> None:
    told: list[tuple[int, int, str]] = []

    whole = build(database, tmp_path / "one", chunk=100)
    parts = build(database, tmp_path / "here", chunk=5)
    apart = build(
        database,
        tmp_path / "two",
        workers=2,
        chunk=3,
        progress=lambda done, total, what: told.append((done, total, what)),
    )

    assert whole.name == parts.name == apart.name
    assert whole.read_bytes() == parts.read_bytes() == apart.read_bytes()
    assert files_in(apart.parent) == {apart.name}
    shard, meta = open_snapshot(apart)
    with reading(database) as session:
        assert (meta.sequence, meta.catalogue_id) == (
            catalogue_sequence(session),
            catalogue_id(session),
        )
    assert (meta.providers, meta.pieces, shard.size) == (12, 24, 12)
    providers = [done for done, total, what in told if (total, what) == (12, "providers")]
    assert providers == sorted(providers)
    assert {0, 3, 6, 9, 12} == set(providers)
    assert told[-1][0] == told[-1][1]


def test_what_changes_while_it_is_built_is_followed_from_before(
    database: Engine, tmp_path: Path
) -> None:
    sessions = make_session_factory(database)
    made: list[Provider] = []

    def disturb(done: int, _total: int, what: str) -> None:
        if what == "providers" and done == 5 and not made:
            with transaction(sessions) as session:
                made.append(make_provider(session, home=None))

    _shard, meta = open_snapshot(build(database, tmp_path, progress=disturb))

    with reading(database) as session:
        changes = changes_since(session, meta.sequence)
    assert changes.is_complete
    assert changes.providers == {made[0].id}


def test_a_catalogue_without_providers_is_built(database: Engine, tmp_path: Path) -> None:
    with transaction(make_session_factory(database)) as session:
        session.execute(delete(Provider))

    shard, meta = open_snapshot(build(database, tmp_path, workers=2))

    assert (shard.size, meta.providers, meta.pieces) == (0, 0, 0)


def test_a_database_without_lists_is_refused(db_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(NoSectorList, match="landbridge import sectors"):
        build(db_engine, tmp_path)


class Wanted(Exception):
    """Whoever listens wants it to stop."""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_is_stopped_and_leaves_nothing(
    database: Engine, tmp_path: Path, workers: int
) -> None:
    old = build(database, tmp_path)
    for after in ("providers", "columns"):
        told: list[str] = []

        def note(_done: int, _total: int, what: str, told: list[str] = told) -> None:
            told.append(what)

        def wanted(told: list[str] = told, after: str = after) -> bool:
            return after in told

        with pytest.raises(BuildStopped):
            build(database, tmp_path, workers=workers, progress=note, should_stop=wanted)
        assert files_in(tmp_path) == {old.name}

    def refuse(*_: object) -> None:
        raise Wanted

    with pytest.raises(Wanted):
        build(database, tmp_path, workers=workers, progress=refuse)
    assert files_in(tmp_path) == {old.name}


def test_one_build_at_a_time(database: Engine, tmp_path: Path) -> None:
    def again(*_: object) -> None:
        build(database, tmp_path)

    with pytest.raises(BuildRunning, match="let it finish"):
        build(database, tmp_path, progress=again)
    assert build(database, tmp_path).exists()


@pytest.mark.parametrize(
    ("program", "error", "says"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            SnapshotNotBuilt,
            "was killed by SIGKILL: where mem",
        ),
        ('input(); print(\'{"errno": 28, "said": "full"}\')', SnapshotNotBuilt, "no room left"),
        ('input(); print(\'{"errno": 5, "said": "broken"}\')', SnapshotNotBuilt, "broken"),
        ('input(); print(\'{"said": "locked"}\')', SnapshotNotBuilt, "its part: locked"),
        ('input(); print(\'{"trace": "at line 7"}\')', RuntimeError, "at line 7"),
    ],
)
def test_a_worker_that_fails_ends_the_build(
    database: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    program: str,
    error: type[Exception],
    says: str,
) -> None:
    monkeypatch.setattr(pool, "START", program)

    with pytest.raises(error, match=says):
        build(database, tmp_path, workers=2)
    assert files_in(tmp_path) == set()


def in_a_child(database: Engine, folder: Path, before: str, progress: str) -> int:
    """Build in another process; return how it ended."""
    program = f"""
import os, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from core.db import make_engine
from matching.text.encoder import NoEncoder
from providers.snapshot.build import build_snapshot
from providers.snapshot.errors import SnapshotNotBuilt
{before}
def progress(done, total, what):
    {progress}
try:
    build_snapshot(make_engine(sys.argv[1]), Path(sys.argv[2]), encoder=NoEncoder(),
        now=datetime.now(UTC), workers=2, chunk=3, progress=progress)
except SnapshotNotBuilt as error:
    sys.exit(7 if "no room left" in str(error) else 8)
"""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", program, url, str(folder)]
    return subprocess.run(command, check=False, cwd=Path(__file__).parents[3]).returncode


@pytest.mark.parametrize("after", ["providers", "columns"])
def test_what_a_killed_build_leaves_is_cleared_by_the_next(
    database: Engine, tmp_path: Path, after: str
) -> None:
    old = build(database, tmp_path)

    code = in_a_child(
        database,
        tmp_path,
        "",
        f"what == {after!r} and done >= 3 and os.kill(os.getpid(), signal.SIGKILL)",
    )

    assert code == -signal.SIGKILL
    assert len(files_in(tmp_path)) == 2  # the old one, and a folder of parts
    open_snapshot(old)
    build(database, tmp_path)
    assert files_in(tmp_path) == {old.name}


def test_a_full_disk_is_named_and_gets_its_room_back(database: Engine, tmp_path: Path) -> None:
    old = build(database, tmp_path)

    # No file of that process may grow beyond what some parts take; the whole does not fit.
    limit = old.stat().st_size - 2_000
    before = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    code = in_a_child(database, tmp_path, before, "pass")

    assert code == 7
    assert files_in(tmp_path) == {old.name}
    open_snapshot(old)


def test_the_new_snapshot_becomes_current_and_the_one_before_can_still_follow(
    catalogue_url: str, tmp_path: Path
) -> None:
    settings = make_settings(catalogue_url).model_copy(update={"data_dir": tmp_path})
    database = make_engine(catalogue_url)
    sessions = make_session_factory(database)
    built: list[SnapshotMeta] = []
    for _ in range(3):
        built.append(rebuild(settings))
        with transaction(sessions) as session:
            provider = make_provider(session, home=None)
            suspend_provider(session, OPERATOR, provider_id=provider.id, reason="x", now=NOW)

    store = open_store(settings)
    assert store.current() == name_of(built[-1])
    assert store.names() == [name_of(meta) for meta in built[1:]]
    with reading(database) as session:
        assert [changes_since(session, meta.sequence).is_complete for meta in built] == [
            False,
            True,
            True,
        ]
    database.dispose()


def test_a_folder_that_cannot_be_written_is_named(catalogue_url: str, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    settings = make_settings(catalogue_url).model_copy(update={"data_dir": tmp_path})

    with pytest.raises(SnapshotNotBuilt, match="index cannot be written"):
        rebuild(settings)

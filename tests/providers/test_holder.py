"""What a process serves from: which snapshot, what it refuses, and who waits for whom."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from fsspec import register_implementation  # type: ignore[import-untyped, unused-ignore]  # no types
from fsspec.implementations.memory import (  # type: ignore[import-untyped, unused-ignore]  # no types
    MemoryFileSystem,
)
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import delete, update

import providers.engine
import providers.following
import providers.source
from core.db import SessionFactory, transaction
from core.errors import Unavailable
from core.identity.actor import OPERATOR
from core.settings import Settings
from matching.engine import match
from matching.text.encoder import NoEncoder
from matching.types import Query
from providers.catalogue_state import (
    EVERYTHING,
    catalogue_sequence,
    prune_changes,
    touch_catalogue,
)
from providers.engine import Engine, EngineHolder
from providers.following import Follower
from providers.models import CatalogueChange, CatalogueMark, CatalogueState, Provider
from providers.service import suspend_provider
from providers.snapshot.build import rebuild
from providers.snapshot.store import CURRENT, open_store
from tests.conftest import make_settings
from tests.factories import NOW, make_evidence, make_provider

ROADS = Query("rural roads", NOW.date(), target_jurisdictions=("VN",), sector_codes=("BLT",))


@pytest.fixture
def settings(catalogue_url: str, tmp_path: Path) -> Settings:
    """Settings whose snapshots lie in a folder of the test."""
    return make_settings(catalogue_url).model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def database(catalogue_sessions: SessionFactory) -> DatabaseEngine:
    """The small catalogue: twelve providers."""
    bound = catalogue_sessions.kw["bind"]
    assert isinstance(bound, DatabaseEngine)
    return bound


class AwayFileSystem(MemoryFileSystem):  # type: ignore[misc, unused-ignore]  # fsspec ships no types
    """What lies there lies in memory, and cannot be reached while it `is_away`."""

    protocol = "away"
    store: ClassVar[dict[str, object]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    is_away = False

    def cat_file(self, path: str, **how: object) -> bytes:
        self._reach()
        content: bytes = super().cat_file(path, **how)
        return content

    def ls(self, path: str, **how: object) -> list[str]:
        self._reach()
        found: list[str] = super().ls(path, **how)
        return found

    def _reach(self) -> None:
        if AwayFileSystem.is_away:
            raise RuntimeError("no answer from the bucket")  # of no kind that Python knows


def change(sessions: SessionFactory) -> str:
    with transaction(sessions) as session:
        return str(make_provider(session).id)


def put_back(sessions: SessionFactory, *, before: str) -> None:
    """Put the database back to what it was before its latest change, which brought a provider."""
    with transaction(sessions) as session:
        latest = catalogue_sequence(session)
        session.execute(delete(Provider).where(Provider.id == UUID(before)))
        session.execute(delete(CatalogueChange).where(CatalogueChange.sequence == latest))
        session.execute(delete(CatalogueMark).where(CatalogueMark.sequence == latest))
        session.execute(update(CatalogueState).values(sequence=latest - 1))


def snapshot_of(holder: EngineHolder) -> str | None:
    holder.current()
    assert holder.status is not None
    return holder.status.snapshot


def refused_by(holder: EngineHolder) -> str:
    holder.current()
    assert holder.status is not None
    return "; ".join(holder.status.refused)


def built(settings: Settings) -> Path:
    rebuild(settings)
    store = open_store(settings)
    name = store.current()
    assert name is not None
    return store.fetch(name)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()  # a file that is mapped must not change
    path.write_bytes(content)


def test_the_readiness_line_says_what_serves(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    snapshot = built(settings)
    holder = EngineHolder(database, settings)
    change(catalogue_sessions)
    holder.current()

    assert str(holder.status) == f"13 providers from {snapshot.name}, 1 changed since"


def test_a_damaged_snapshot_is_refused_and_the_last_good_one_serves(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    good = built(settings)
    added = change(catalogue_sessions)
    damaged = built(settings)
    flip_a_byte(damaged)

    holder = EngineHolder(database, settings)

    assert snapshot_of(holder) == good.name
    assert holder.current().candidate(added) is not None
    assert f"{damaged.name} is refused: {damaged.name} is damaged in" in refused_by(holder)


def test_a_damaged_snapshot_is_not_taken_over(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    good = built(settings)
    holder = EngineHolder(database, settings)
    holder.current()
    change(catalogue_sessions)
    flip_a_byte(built(settings))

    holder.current()
    holder.settle()

    assert snapshot_of(holder) == good.name
    assert "is damaged in" in refused_by(holder)


@pytest.fixture
def elsewhere(settings: Settings) -> Settings:
    """Settings whose snapshots lie where they can be out of reach."""
    register_implementation("away", AwayFileSystem, clobber=True)
    return settings.model_copy(update={"index_url": f"away://{uuid4().hex}/index"})


def test_a_host_that_only_loads_keeps_two(
    elsewhere: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    tmp_path: Path,
) -> None:
    loading = elsewhere.model_copy(update={"data_dir": tmp_path / "another"})
    loaded: list[str | None] = []
    for _ in range(3):
        built(elsewhere)
        loaded.append(snapshot_of(EngineHolder(database, loading)))
        change(catalogue_sessions)
    assert len(set(loaded)) == 3
    assert sorted(path.name for path in loading.index_cache.iterdir()) == sorted(
        name for name in loaded[1:] if name
    )


def test_a_snapshot_that_could_not_be_uploaded_is_not_left_in_the_cache(
    elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no answer from the bucket")

    with monkeypatch.context() as patch:
        patch.setattr(AwayFileSystem, "put_file", refuse)
        with pytest.raises(Unavailable, match="cannot be written: no answer"):
            rebuild(elsewhere)
    assert not list(elsewhere.index_cache.glob("*.lbx"))


def test_while_the_folder_elsewhere_is_away_what_was_loaded_before_serves(
    elsewhere: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = built(elsewhere)
    added = change(catalogue_sessions)
    monkeypatch.setattr(AwayFileSystem, "is_away", True)

    holder = EngineHolder(database, elsewhere)

    assert snapshot_of(holder) == loaded.name
    assert holder.current().candidate(added) is not None
    assert "cannot be read: no answer from the bucket" in refused_by(holder)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-7]), "is cut short"),
        (lambda path: path.write_bytes(b"PK" + bytes(200)), "is no snapshot"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: (path.parent / CURRENT).write_text("{"), "names no snapshot"),
    ],
)
def test_where_no_snapshot_is_good_a_small_catalogue_is_read_from_the_database(
    damage: Callable[[Path], object], said: str, settings: Settings, database: DatabaseEngine
) -> None:
    path = built(settings)
    damage(path)
    if said == "names no snapshot":
        path.unlink()

    holder = EngineHolder(database, settings)

    assert holder.current().match(ROADS).considered == 12
    assert snapshot_of(holder) is None
    assert said in refused_by(holder)


def test_a_snapshot_of_another_database_is_refused(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    with transaction(catalogue_sessions) as session:
        session.execute(update(CatalogueState).values(catalogue_id=uuid4()))

    assert "it was built from another database" in refused_by(EngineHolder(database, settings))


def test_a_snapshot_of_another_encoder_is_refused(
    settings: Settings, database: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OtherEncoder(NoEncoder):
        version = "other"

    built(settings)
    monkeypatch.setattr(providers.engine, "make_encoder", lambda _settings: OtherEncoder())

    refused = refused_by(EngineHolder(database, settings))

    assert "its vectors are of none, the encoder in use is other" in refused


def test_a_snapshot_of_a_state_that_the_database_has_not_reached_is_refused(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    with transaction(catalogue_sessions) as session:  # as a backup that was put back does
        session.execute(update(CatalogueState).values(sequence=CatalogueState.sequence - 1))

    assert "it stands at change" in refused_by(EngineHolder(database, settings))


def test_a_snapshot_of_what_happened_before_the_database_was_put_back_is_refused(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    lost = change(catalogue_sessions)
    built(settings)
    put_back(catalogue_sessions, before=lost)
    added = change(catalogue_sessions)  # under the number at which the snapshot stands

    holder = EngineHolder(database, settings)

    assert "is not the one of this database" in refused_by(holder)
    assert holder.current().candidate(added) is not None
    assert holder.current().candidate(lost) is None


def test_a_snapshot_from_before_the_point_that_a_database_was_put_back_to_serves(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    snapshot = built(settings)
    put_back(catalogue_sessions, before=change(catalogue_sessions))
    added = change(catalogue_sessions)

    holder = EngineHolder(database, settings)

    assert snapshot_of(holder) == snapshot.name
    assert holder.current().candidate(added) is not None


def test_a_process_notices_that_the_database_below_it_was_put_back(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    holder = EngineHolder(database, settings)
    lost = change(catalogue_sessions)
    assert holder.current().candidate(lost) is not None

    put_back(catalogue_sessions, before=lost)
    added = change(catalogue_sessions)  # under the number that the process has read

    assert holder.current().candidate(added) is not None
    assert holder.current().candidate(lost) is None


def test_a_snapshot_whose_changes_were_pruned_is_refused(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    change(catalogue_sessions)
    change(catalogue_sessions)
    with transaction(catalogue_sessions) as session:
        sequence = touch_catalogue(session, EVERYTHING)
    prune_changes(catalogue_sessions, up_to=sequence)

    holder = EngineHolder(database, settings)

    assert holder.current().match(ROADS).considered == 14
    assert "what has changed since it was built is no longer known" in refused_by(holder)


def test_a_change_of_everything_is_seen_at_the_next_request(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    holder = EngineHolder(database, settings)
    before = holder.current()

    with transaction(catalogue_sessions) as session:
        touch_catalogue(session, EVERYTHING)

    assert holder.current().view is not before.view
    assert holder.current().versions == before.versions


def test_a_large_catalogue_without_a_snapshot_says_what_to_run(
    settings: Settings, database: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers.source, "BUILT_WHILE_WAITING", 11)
    holder = EngineHolder(database, settings)

    for _ in range(2):
        with pytest.raises(Unavailable, match="12 providers can serve: run `landbridge index bui"):
            holder.current()
    rebuild(settings)

    assert snapshot_of(holder) is not None


def test_a_middling_catalogue_is_built_once_for_all_who_start(
    settings: Settings, database: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers.source, "FEW_PROVIDERS", 11)
    first, second = EngineHolder(database, settings), EngineHolder(database, settings)
    starts = [Thread(target=holder.current) for holder in (first, second)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    assert snapshot_of(first) == snapshot_of(second) is not None
    assert len(open_store(settings).names()) == 1


def test_where_no_snapshot_can_be_kept_it_serves_from_memory(
    settings: Settings, database: DatabaseEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(providers.source, "FEW_PROVIDERS", 11)
    (tmp_path / "index").write_text("in the way")

    holder = EngineHolder(database, settings)

    assert holder.current().match(ROADS).considered == 12
    assert snapshot_of(holder) is None


def test_a_rebuild_is_wanted_once_much_has_changed(
    settings: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(providers.following, "CHANGED_AT_MOST", 1)
    holder = EngineHolder(database, settings)
    holder.current()
    for wanted in (False, True):
        change(catalogue_sessions)
        holder.current()
        assert holder.rebuild_wanted is wanted

    rebuild(settings)
    holder.current()
    holder.settle()

    assert not holder.rebuild_wanted


def test_whoever_holds_the_former_engine_reads_on_when_its_file_is_gone(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    path = built(settings)
    holder = EngineHolder(database, settings)
    former = holder.current()
    answer = repr(former.match(ROADS))
    change(catalogue_sessions)
    rebuild(settings)
    holder.current()
    holder.settle()
    path.unlink()

    assert repr(former.match(ROADS)) == answer
    assert holder.current().match(ROADS).considered == 13


def test_many_who_ask_at_once_share_one_refresh(
    settings: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holder = EngineHolder(database, settings)
    holder.current()
    change(catalogue_sessions)
    refreshes, begun, go_on = list[int](), Event(), Event()
    follow = Follower.follow

    def counted(self: Follower, *given: object) -> object:
        refreshes.append(1)
        begun.set()
        go_on.wait(10)
        return follow(self, *given)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(Follower, "follow", counted)
    start, engines = Barrier(6), list[Engine]()

    def ask() -> None:
        start.wait()
        engines.append(holder.current())

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()

    assert len(refreshes) == 1
    assert len(engines) == 6
    assert len({id(engine) for engine in engines}) == 1


def test_the_reference_index_holds_the_same_supply_and_gives_the_same_answers(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    holder = EngineHolder(database, settings)
    with transaction(catalogue_sessions) as session:
        added = make_provider(session, sectors=["BLT", "XXX"])  # what no list knows counts nowhere
        make_evidence(session, added, description="rural roads", sectors=["XXX"])
    engine = holder.current()
    index = engine.index

    assert index.candidates[index.row_of[str(added.id)]].sector_codes == ("BLT",)
    assert engine.index is index
    need = replace(ROADS, sector_codes=(), equivalents="-")
    vector = engine.vector_of(need.text)
    reference = match(need, vector, index, engine.ranker, engine.names, top=99, band=engine.band)
    assert repr(engine.match(need, top=99)) == repr(reference)


CHILD = """
import os, signal, sys
from core.settings import Settings
from providers.snapshot.build import rebuild

settings = Settings(
    _env_file=None, database_url=sys.argv[1], data_dir=sys.argv[2], encoder="none"
)
calls = 0

def killed_at(event, arguments):
    global calls
    if event in {"open", "os.rename", "os.truncate"} and sys.argv[2] in str(arguments[0]):
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(killed_at)
rebuild(settings)
"""


@pytest.mark.parametrize("at", [1, 5, 9])
def test_a_build_that_is_killed_anywhere_leaves_a_snapshot_that_serves(
    at: int, settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    built(settings)
    added = change(catalogue_sessions)
    command = [sys.executable, "-c", CHILD, settings.sqlalchemy_url, str(settings.data_dir)]

    done = subprocess.run([*command, str(at)], check=False, capture_output=True)

    assert done.returncode == -9, done.stderr.decode()
    holder = EngineHolder(database, settings)
    assert snapshot_of(holder) is not None
    assert refused_by(holder) == ""
    assert holder.current().candidate(added) is not None


def test_a_suspension_is_followed_while_a_snapshot_is_taken_over(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    holder = EngineHolder(database, settings)
    best = holder.current().match(ROADS).ranked[0].provider_id
    rebuild(settings)
    with transaction(catalogue_sessions) as session:
        suspend_provider(session, OPERATOR, provider_id=UUID(best), reason="x", now=NOW)

    now_best = holder.current().match(ROADS).ranked[0].provider_id
    holder.settle()

    assert now_best != best
    assert holder.current().match(ROADS).ranked[0].provider_id == now_best
    assert snapshot_of(holder) is not None


def test_a_snapshot_that_could_not_be_taken_over_is_tried_again(
    settings: Settings, database: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers.engine, "TRIED_AGAIN_SECONDS", 0)
    holder = EngineHolder(database, settings)
    holder.current()
    path = built(settings)

    def refuse(*_given: object, **_named: object) -> None:
        raise ValueError("for once")

    with monkeypatch.context() as patch:
        patch.setattr(providers.source.Source, "opened", refuse)
        holder.current()
        holder.settle()
        assert holder.status is not None
        assert holder.status.snapshot is None
    holder.current()
    holder.settle()

    assert snapshot_of(holder) == path.name

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fsspec.core import url_to_fs  # type: ignore[import-untyped, unused-ignore]  # it ships no types

from core.errors import Unavailable
from providers.snapshot.store import ABANDONED_SECONDS, CURRENT, SnapshotName, SnapshotStore
from tests.conftest import make_settings

OLD, MIDDLE, NEW = (SnapshotName(number, f"{number:08x}") for number in (9, 10, 11))


@pytest.fixture
def local(tmp_path: Path) -> SnapshotStore:
    """A folder of this machine."""
    return SnapshotStore(str(tmp_path / "index"), tmp_path / "cache")


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[SnapshotStore]:
    """A folder that is reached through fsspec only."""
    url = f"memory://{uuid4().hex}"
    yield SnapshotStore(url, tmp_path / "cache")
    files, path = url_to_fs(url)
    files.rm(path, recursive=True)


def publish(store: SnapshotStore, folder: Path, name: SnapshotName) -> Path:
    path = folder / f"built-{name}"
    path.write_bytes(f"content of {name}".encode())
    return store.publish(path, name)


def test_before_anything_is_published_there_is_nothing(local: SnapshotStore) -> None:
    assert local.current() is None
    assert local.names() == []
    assert local.prune() == []


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_what_is_published_is_current_and_can_be_fetched(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store: SnapshotStore = request.getfixturevalue(kind)
    if kind == "remote":
        publish(store, tmp_path, OLD)  # the folder is there only once something is in it
    publish(store, tmp_path, NEW)

    assert store.current() == NEW
    assert store.fetch(NEW).read_bytes() == f"content of {NEW}".encode()
    assert store.names()[-1] == NEW
    assert not list(tmp_path.rglob("*.part"))


def test_another_machine_loads_the_file_once_into_its_cache(
    remote: SnapshotStore, tmp_path: Path
) -> None:
    publish(remote, tmp_path, NEW)
    elsewhere = SnapshotStore(remote.url, tmp_path / "another" / "cache")

    path = elsewhere.fetch(NEW)
    path.write_bytes(b"changed in the cache")

    assert elsewhere.fetch(NEW).read_bytes() == b"changed in the cache"
    elsewhere.discard(NEW)
    assert elsewhere.fetch(NEW).read_bytes() == f"content of {NEW}".encode()


def test_the_cache_keeps_what_is_served_and_the_newest_other_one(
    remote: SnapshotStore, local: SnapshotStore, tmp_path: Path
) -> None:
    elsewhere = SnapshotStore(remote.url, tmp_path / "another" / "cache")
    for name in (OLD, MIDDLE, NEW):
        publish(remote, tmp_path, name)
        elsewhere.fetch(name)
        publish(local, tmp_path, name)

    elsewhere.prune_cache(OLD)
    local.prune_cache(OLD)

    kept = sorted(path.name for path in elsewhere.cache_dir.iterdir())
    assert kept == sorted([str(OLD), str(NEW)])
    assert local.names() == [OLD, MIDDLE, NEW]


def test_the_mark_changes_with_each_switch_and_only_then(
    local: SnapshotStore, tmp_path: Path
) -> None:
    marks = [local.mark()]
    for name in (OLD, NEW, OLD):
        publish(local, tmp_path, name)
        assert local.mark() == local.mark()
        marks.append(local.mark())

    assert len(set(marks)) == 4


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_the_current_one_and_the_newest_other_one_are_kept(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store: SnapshotStore = request.getfixturevalue(kind)
    for name in (OLD, MIDDLE, NEW):
        publish(store, tmp_path, name)

    assert store.prune() == [OLD]
    assert store.names() == [MIDDLE, NEW]
    store.switch(MIDDLE)
    assert store.prune(keep=1) == [NEW]
    assert store.current() == MIDDLE


def test_numbers_are_compared_as_numbers() -> None:
    assert OLD < MIDDLE  # as text, 9 comes after 10
    assert SnapshotName.parse(str(NEW)) == NEW
    assert SnapshotName.parse("index-1-xyz.lbx") is None
    assert SnapshotName.parse(f"../{NEW}") is None


def test_partial_files_that_nobody_works_on_any_more_go(
    local: SnapshotStore, tmp_path: Path
) -> None:
    newest = publish(local, tmp_path, NEW)
    abandoned, in_work = newest.with_name("a.lbx.part"), newest.with_name("b.lbx.part")
    for path, age in ((abandoned, ABANDONED_SECONDS + 1), (in_work, 1)):
        path.write_bytes(b"half")
        then = newest.stat().st_mtime - age
        os.utime(path, (then, then))

    local.prune()

    assert not abandoned.exists()
    assert in_work.exists()


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"name": 3}', b'{"name": "../x"}'])
def test_a_pointer_that_names_no_snapshot_says_what_to_run(
    written: bytes, local: SnapshotStore, tmp_path: Path
) -> None:
    publish(local, tmp_path, NEW)
    (local.folder / CURRENT).write_bytes(written)

    with pytest.raises(Unavailable, match="names no snapshot: run `landbridge index build`"):
        local.current()


def test_a_file_that_is_gone_is_said_to_be(local: SnapshotStore, tmp_path: Path) -> None:
    publish(local, tmp_path, NEW).unlink()

    with pytest.raises(Unavailable, match=f"{NEW} is missing"):
        local.fetch(NEW)


def test_a_download_that_fails_leaves_nothing_behind(remote: SnapshotStore, tmp_path: Path) -> None:
    publish(remote, tmp_path, NEW)
    elsewhere = SnapshotStore(remote.url, tmp_path / "another" / "cache")

    with pytest.raises(Unavailable, match="cannot be loaded"):
        elsewhere.fetch(OLD)

    assert not list(elsewhere.cache_dir.iterdir())


def test_a_folder_that_cannot_be_written_leaves_the_old_one_current(
    local: SnapshotStore, tmp_path: Path
) -> None:
    publish(local, tmp_path, OLD)
    in_the_way = local.folder / str(NEW)
    (in_the_way / "x").mkdir(parents=True)

    with pytest.raises(Unavailable, match="cannot be written"):
        publish(local, tmp_path, NEW)

    assert local.current() == OLD


def test_the_settings_say_where(tmp_path: Path) -> None:
    settings = make_settings("").model_copy(update={"data_dir": tmp_path})

    assert settings.index_location == str(tmp_path / "index")
    assert settings.index_cache == tmp_path / "index-cache"
    elsewhere = settings.model_copy(update={"index_url": "s3://bucket/index"})
    assert elsewhere.index_location == "s3://bucket/index"
    assert SnapshotStore(f"file://{tmp_path}", tmp_path).folder == tmp_path

"""Where snapshots lie: a folder of this machine, or anything that fsspec reaches.

A snapshot file never changes once it has its name. `current.json` names the one to serve and is
replaced in one step, so whoever reads it meets a whole snapshot: the old one or the new one. A
folder elsewhere is read through a cache on this machine, because a snapshot is mapped into memory.
"""

import fcntl
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

import structlog

from core.errors import Unavailable
from core.settings import Settings

log = structlog.get_logger()

CURRENT = "current.json"
LOCK = "build.lock"  # held by whoever builds
KEPT = 2
# Partial files older than the newest snapshot by this much belong to nobody who is still at work.
ABANDONED_SECONDS = 86_400

_NAME = re.compile(r"index-(\d{1,19})-([0-9a-f]{8})\.lbx")


@dataclass(frozen=True, slots=True, order=True)
class SnapshotName:
    """What a snapshot's file is called: the change it stands at, and what it holds."""

    sequence: int
    content: str

    def __str__(self) -> str:
        """Return the name of the file."""
        return f"index-{self.sequence}-{self.content}.lbx"

    @classmethod
    def parse(cls, written: str) -> "SnapshotName | None":
        """Read the name of a file, or return None if it is no snapshot's."""
        found = _NAME.fullmatch(written)
        return None if found is None else cls(int(found[1]), found[2])


class _Files(Protocol):
    """The part of fsspec's file systems that is used here."""

    def cat_file(self, path: str) -> bytes: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def get_file(self, rpath: str, lpath: str) -> None: ...
    def put_file(self, lpath: str, rpath: str) -> None: ...
    def mv(self, path1: str, path2: str) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def ls(self, path: str, detail: bool = False) -> list[str]: ...
    def makedirs(self, path: str, exist_ok: bool = False) -> None: ...


@dataclass(frozen=True)
class SnapshotStore:
    """A folder of snapshots.

    Attributes:
        url: the folder, as a path or an fsspec URL.
        cache_dir: where files of another machine are kept on this one.
    """

    url: str
    cache_dir: Path

    @property
    def is_local(self) -> bool:
        """Whether the folder is on this machine."""
        return "://" not in self.url or self.url.startswith("file://")

    @property
    def folder(self) -> Path:
        """Where files lie on this machine: the folder itself, or the cache of it."""
        return Path(self.url.removeprefix("file://")) if self.is_local else self.cache_dir

    def current(self) -> SnapshotName | None:
        """Return the snapshot to serve, or None where there is none.

        Raises:
            Unavailable: `current.json` cannot be read, or names no snapshot.
        """
        try:
            written = self._read(CURRENT)
        except FileNotFoundError:
            return None
        except Exception as error:  # each file system of fsspec raises errors of its own
            raise Unavailable(f"{self._at(CURRENT)} cannot be read: {_said(error)}") from error
        try:
            name = SnapshotName.parse(json.loads(written)["name"])
        except (ValueError, KeyError, TypeError):
            name = None
        if name is None:
            raise Unavailable(
                f"{self._at(CURRENT)} names no snapshot: run `landbridge index build`"
            )
        return name

    def mark(self) -> tuple[int, int] | None:
        """Return what changes whenever another snapshot is made current; None if it is elsewhere.

        It costs some microseconds, so each request may ask.
        """
        if not self.is_local:
            return None
        try:
            found = (self.folder / CURRENT).stat()
        except OSError:
            return (0, 0)
        return found.st_mtime_ns, found.st_ino

    def fetch(self, name: SnapshotName) -> Path:
        """Return the file of a snapshot on this machine, loading it first if it is elsewhere.

        Raises:
            Unavailable: it is gone, or cannot be loaded.
        """
        path = self.folder / str(name)
        if path.exists():
            return path
        if self.is_local:
            raise Unavailable(f"{path} is missing: run `landbridge index build`")
        partial = path.with_name(f"{name}.{uuid4().hex[:8]}.part")
        try:
            self.cache_dir.mkdir(parents=True, exist_ok=True)
            self._files.get_file(self._at(str(name)), str(partial))
            _sync(partial)
            partial.replace(path)
            _sync(self.cache_dir)
        except Exception as error:
            raise Unavailable(f"{self._at(str(name))} cannot be loaded: {_said(error)}") from error
        finally:
            partial.unlink(missing_ok=True)
        return path

    def prune_cache(self, served: SnapshotName) -> None:
        """Leave in the cache of a folder elsewhere the snapshot that is served and the newest other one."""
        if not self.is_local:
            with suppress(OSError):  # what cannot be removed now can be with the next one
                self._prune_folder(served, KEPT)

    def discard(self, name: SnapshotName) -> None:
        """Forget the copy of a snapshot that is elsewhere, so that it is loaded anew."""
        if not self.is_local:
            (self.cache_dir / str(name)).unlink(missing_ok=True)

    def publish(self, path: Path, name: SnapshotName) -> Path:
        """Put a whole, verified snapshot file into the folder under its name, and make it current.

        A file that lies in the folder on this machine is renamed, not copied. Returns where it lies
        on this machine.

        Raises:
            Unavailable: the folder cannot be written; the snapshot that was current still is.
        """
        target = self.folder / str(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if path != target:
                _move(path, target)
            if not self.is_local:
                self._upload(target)
            self.switch(name)
        except Exception as error:
            # Nobody else has it, and the next attempt would leave another one beside it.
            self.discard(name)
            raise Unavailable(f"{self.url} cannot be written: {_said(error)}") from error
        return target

    def switch(self, name: SnapshotName) -> None:
        """Make a snapshot that lies in the folder the current one, in one step."""
        written = json.dumps({"name": str(name)}).encode() + b"\n"
        if not self.is_local:
            self._files.pipe_file(self._at(CURRENT), written)
            return
        partial = self.folder / f"{CURRENT}.{uuid4().hex[:8]}.part"
        try:
            partial.write_bytes(written)
            _sync(partial)
            partial.replace(self.folder / CURRENT)
            _sync(self.folder)
        finally:
            partial.unlink(missing_ok=True)

    def wait_for_builder(self) -> None:
        """Wait until nobody on this machine builds a snapshot in this folder."""
        with (self.folder / LOCK).open("a") as lock:
            # The system takes it from a process that ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX)

    def prune(self, keep: int = KEPT) -> list[SnapshotName]:
        """Remove all but the current and the newest snapshots, and files that nobody finished.

        Whoever has a removed file open still reads it: the system frees it when the last one lets go.

        Args:
            keep: how many to leave, the current one among them.

        Returns:
            Those that were removed, oldest first.
        """
        current = self.current()
        removed = self._prune_folder(current, keep)
        if self.is_local:
            return removed
        names = [SnapshotName.parse(listed) for listed in self._listed()]
        old = _surplus([name for name in names if name is not None], current, keep)
        for name in old:
            self._files.rm_file(self._at(str(name)))
        return old

    def names(self) -> list[SnapshotName]:
        """Return the snapshots in the folder, oldest first, those in the cache of it among them.

        While a folder elsewhere cannot be reached, the cache is all there is.
        """
        found = {path.name for path in self.folder.glob("index-*.lbx")}
        if not self.is_local:
            try:
                found |= self._listed()
            except Exception as error:  # noqa: BLE001 each file system of fsspec raises errors of its own
                log.warning("snapshots cannot be listed", folder=self.url, reason=_said(error))
        return sorted(name for name in map(SnapshotName.parse, found) if name is not None)

    def _prune_folder(self, current: SnapshotName | None, keep: int) -> list[SnapshotName]:
        if not self.folder.is_dir():
            return []
        files = {path.name: path for path in self.folder.iterdir()}
        names = [name for name in map(SnapshotName.parse, files) if name is not None]
        old = _surplus(names, current, keep)
        for name in old:
            files[str(name)].unlink(missing_ok=True)
        kept = [files[str(name)] for name in names if name not in old]
        newest = max(map(_changed_at, kept), default=0.0)
        for path in files.values():
            with suppress(OSError):  # another process may be removing the same
                if path.suffix == ".part" and path.stat().st_mtime < newest - ABANDONED_SECONDS:
                    path.unlink()
        return old

    @cached_property
    def _files(self) -> _Files:
        # Loaded where it is used: the folder of this machine needs none of it.
        from fsspec.core import url_to_fs  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 it ships no types

        files, _path = url_to_fs(self.url)
        return cast(_Files, files)

    def _at(self, name: str) -> str:
        return str(self.folder / name) if self.is_local else f"{self.url.rstrip('/')}/{name}"

    def _read(self, name: str) -> bytes:
        if self.is_local:
            return (self.folder / name).read_bytes()
        return self._files.cat_file(self._at(name))

    def _listed(self) -> set[str]:
        try:
            paths = self._files.ls(self.url.rstrip("/"), detail=False)
        except FileNotFoundError:
            return set()
        return {path.rpartition("/")[2] for path in paths}

    def _upload(self, path: Path) -> None:
        self._files.makedirs(self.url, exist_ok=True)
        # An object appears whole or not at all; other file systems need a name of its own first.
        partial = self._at(f"{path.name}.{uuid4().hex[:8]}.part")
        try:
            self._files.put_file(str(path), partial)
            self._files.mv(partial, self._at(path.name))
        except BaseException:
            with suppress(Exception):
                self._files.rm_file(partial)
            raise


def open_store(settings: Settings) -> SnapshotStore:
    """Return the store that the settings name; nothing is read yet."""
    return SnapshotStore(settings.index_location, settings.index_cache)


def _surplus(
    names: list[SnapshotName], current: SnapshotName | None, keep: int
) -> list[SnapshotName]:
    newest_first = sorted(names, key=lambda name: (name == current, name), reverse=True)
    return sorted(newest_first[keep:])


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except OSError:
        # Another file system: copied beside the target first, so that it appears whole.
        partial = target.with_name(f"{target.name}.{uuid4().hex[:8]}.part")
        try:
            shutil.copyfile(path, partial)
            _sync(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        path.unlink()
    _sync(target.parent)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has removed it meanwhile
        return 0.0


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__

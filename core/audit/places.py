"""Where anchors lie: a folder to which files are only added, here or wherever fsspec reaches."""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Protocol, cast

from core.errors import Unavailable

_NAME: Final = re.compile(r"anchor-(\d{8})\.json")


class PlaceUnusable(Unavailable):
    """The folder of the anchors cannot be read or written."""

    code = "audit-anchor-unusable"
    title = "The anchors of the audit trail cannot be reached"


class AnchorTaken(Exception):
    """Somebody else wrote an anchor of this number at the same time."""


class _Files(Protocol):
    """The part of fsspec's file systems that is used here."""

    def cat_file(self, path: str) -> bytes: ...
    def pipe_file(self, path: str, value: bytes, mode: Literal["create"]) -> None: ...
    def ls(self, path: str, detail: bool = False) -> list[str]: ...
    def makedirs(self, path: str, exist_ok: bool = False) -> None: ...


def name_of(number: int) -> str:
    """Return the name of the file of an anchor."""
    return f"anchor-{number:08d}.json"


class AnchorPlace:
    """A folder of anchors. Nothing in it is ever written over or deleted by us.

    Where the storage allows it, the credentials used here may add files and read them, and no more.
    """

    def __init__(self, url: str) -> None:
        """Take a folder, as a path or an fsspec URL; nothing is opened."""
        self.url = url.rstrip("/")
        is_local = "://" not in url or url.startswith("file://")
        self._folder = Path(self.url.removeprefix("file://")) if is_local else None

    def numbers(self) -> list[int]:
        """Return the numbers of the anchors that are there, in order.

        Raises:
            PlaceUnusable: the folder cannot be read.
        """
        try:
            if self._folder is not None:
                names = [path.name for path in self._folder.iterdir()]
            else:
                names = [path.rpartition("/")[2] for path in self._files.ls(self.url, detail=False)]
        except FileNotFoundError:
            return []
        except Exception as error:  # each file system of fsspec raises errors of its own
            raise self._unusable("be read", error) from error
        return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))

    def read(self, number: int) -> bytes:
        """Return an anchor as it lies there.

        Raises:
            PlaceUnusable: it cannot be read.
        """
        try:
            if self._folder is not None:
                return (self._folder / name_of(number)).read_bytes()
            return self._files.cat_file(f"{self.url}/{name_of(number)}")
        except Exception as error:  # as above
            raise self._unusable("be read", error) from error

    def add(self, number: int, content: bytes) -> None:
        """Add an anchor; on a folder of this machine it is on the disk when this returns.

        Raises:
            AnchorTaken: there is one with this number.
            PlaceUnusable: it cannot be written.
        """
        try:
            if self._folder is not None:
                _make_folder(self._folder)
                _add_here(self._folder, name_of(number), content)
            else:
                self._files.makedirs(self.url, exist_ok=True)
                self._files.pipe_file(f"{self.url}/{name_of(number)}", content, mode="create")
        except FileExistsError as error:
            raise AnchorTaken(name_of(number)) from error
        except Exception as error:  # as above
            raise self._unusable("be written", error) from error

    @cached_property
    def _files(self) -> _Files:
        # Loaded where it is used: the folder of this machine needs none of it.
        from fsspec.core import url_to_fs  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 it ships no types

        files, _path = url_to_fs(self.url)
        return cast(_Files, files)

    def _unusable(self, what: str, error: Exception) -> PlaceUnusable:
        return PlaceUnusable(
            f"{self.url} cannot {what}: {error or type(error).__name__}; LANDBRIDGE_AUDIT_ANCHOR_URL "
            "names the folder of the anchors"
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(f"{folder} is a file") from error


def _add_here(folder: Path, name: str, content: bytes) -> None:
    # Under its own name at once: a folder that only takes new files would keep another one too.
    with (folder / name).open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

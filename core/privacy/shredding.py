"""The list of erased people: kept outside the database, so that no restore brings anybody back.

It is a folder with one small file for each person, on this machine or wherever fsspec reaches. A
file is written before the person's key is destroyed. A database that goes back in time, by a restore
or by any other means, holds keys again that were destroyed: whoever opens it applies the list first.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from core.privacy.errors import ShredListUnusable

_SUFFIX = ".json"


class _Files(Protocol):
    """The part of fsspec's file systems that is used here."""

    def cat_file(self, path: str) -> bytes: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def ls(self, path: str, detail: bool = False) -> list[str]: ...
    def makedirs(self, path: str, exist_ok: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody who was erased: a random id, why, by whom and when; nothing of them."""

    person_id: UUID
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ShredList:
    """The list; `url` is a folder, as a path or an fsspec URL."""

    url: str

    def add(self, erased: Erased) -> None:
        """Write somebody down; a second time changes nothing.

        Raises:
            ShredListUnusable: it cannot be written.
        """
        line = {"reason": erased.reason, "by": erased.by, "at": erased.at.isoformat()}
        try:
            files, folder = self._open()
            files.makedirs(folder, exist_ok=True)
            files.pipe_file(
                f"{folder}/{erased.person_id}{_SUFFIX}", json.dumps(line, sort_keys=True).encode()
            )
        except Exception as error:  # each file system of fsspec raises errors of its own
            raise ShredListUnusable(f"{self.url} cannot be written: {error}") from error

    def people(self) -> Sequence[UUID]:
        """Return everybody on it.

        Raises:
            ShredListUnusable: it cannot be read.
        """
        try:
            files, folder = self._open()
            names = [path.rpartition("/")[2] for path in files.ls(folder)]
        except FileNotFoundError:
            return ()  # nobody was erased yet
        except Exception as error:  # as above
            raise ShredListUnusable(f"{self.url} cannot be read: {error}") from error
        return sorted(_ids(names))

    def read(self, person_id: UUID) -> Erased:
        """Return what the list says of somebody on it.

        Raises:
            ShredListUnusable: it cannot be read.
        """
        try:
            files, folder = self._open()
            line = cast(
                dict[str, str], json.loads(files.cat_file(f"{folder}/{person_id}{_SUFFIX}"))
            )
            return Erased(person_id, line["reason"], line["by"], datetime.fromisoformat(line["at"]))
        except Exception as error:  # as above
            raise ShredListUnusable(f"{self.url} cannot be read: {error}") from error

    def _open(self) -> tuple[_Files, str]:
        # Only who erases somebody, or starts a server, pays for the import.
        from fsspec.core import url_to_fs  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 it ships no types

        files, folder = cast(tuple[_Files, str], url_to_fs(self.url))
        return files, folder.rstrip("/")


def _ids(names: Iterable[str]) -> Iterable[UUID]:
    for name in names:
        try:
            if name.endswith(_SUFFIX):
                yield UUID(name.removesuffix(_SUFFIX))
        except ValueError:
            continue  # somebody else's file

"""The archive of one person: a ZIP of JSON files, with a manifest that has the hash of each."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, cast
from uuid import UUID

from core.privacy.errors import ArchiveRefused

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
_MOST_FILES = 30
_MOST_BYTES = 20_000_000
# The least that a ZIP can say: archives of the same data are the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)

Json = Mapping[str, Any]  # Any: JSON, as each part writes it


def pack(person_id: UUID, files: Mapping[str, Json], *, now: datetime) -> bytes:
    """Write an archive.

    Args:
        person_id: whose.
        files: what is kept, by the name of the part that keeps it.
        now: when.
    """
    written = {f"{name}.json": _as_bytes(files[name]) for name in sorted(files)}
    manifest = {
        "format_version": FORMAT_VERSION,
        "person_id": str(person_id),
        "made_at": now.isoformat(),
        "release": f"landbridge {version('landbridge-platform')}",
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in written.items()
        ],
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {MANIFEST: _as_bytes(manifest), **written}.items():
            info = zipfile.ZipInfo(name, _NO_DATE)
            info.external_attr = 0o600 << 16  # for its owner only, where it is unpacked
            packed.writestr(info, data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpack(content: bytes) -> tuple[UUID, dict[str, Json]]:
    """Read an archive; return whose it is, and its files by the name of their part.

    Raises:
        ArchiveRefused: it is no such archive, or a byte of it was changed.
    """
    try:
        files = _read(content)
        manifest = _as_object(files.pop(MANIFEST))
        listed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
        if manifest["format_version"] != FORMAT_VERSION:
            raise ArchiveRefused("it was made by another release: use that one, or a newer one")
        found = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        if listed != found:
            raise ArchiveRefused("its files are not those that its manifest lists")
        person_id = UUID(manifest["person_id"])
        return person_id, {
            name.removesuffix(".json"): _as_object(data) for name, data in files.items()
        }
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        raise ArchiveRefused("it is no archive of `landbridge person export`") from error


def _read(content: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = _MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        if len(names) > _MOST_FILES or len(set(names)) < len(names):
            raise ArchiveRefused("it holds more files than an archive of a person has")
        for name in names:
            with packed.open(name) as file:
                # Not by the size that the archive claims: counted while it is unpacked.
                files[name] = file.read(left + 1)
            left -= len(files[name])
            if left < 0:
                raise ArchiveRefused(f"unpacked, it has more than {_MOST_BYTES // 1_000_000} MB")
    return files


def _as_bytes(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _as_object(data: bytes) -> dict[str, Any]:  # Any: JSON
    parsed: object = json.loads(data)
    if not isinstance(parsed, dict):
        raise TypeError("not an object")
    return cast(dict[str, Any], parsed)

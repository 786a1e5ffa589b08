"""What a backup says of itself, and whether every byte of it is as it was written.

A backup is a folder: `manifest.json` beside the parts that it names. It gets its name when it is
whole. Checksums find damage, not malice: who may write the folder may write any backup.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.backup.errors import BackupRefused

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableSum:
    """A table: `sha256` is over all its rows in the order of their key, in a canonical form."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup.

    Attributes:
        format_version: of the backup.
        database: `sqlite` or `postgresql`.
        revision: of the schema.
        taken_at: when its state was the database's, in ISO 8601.
        release: the program that wrote it.
        catalogue_sequence: the latest change of the catalogue that it holds.
        tables: by name.
        parts: in the order in which they are restored.
    """

    format_version: int
    database: str
    revision: str
    taken_at: str
    release: str
    catalogue_sequence: int
    tables: tuple[TableSum, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows it holds in all."""
        return sum(table.rows for table in self.tables)

    @property
    def size_bytes(self) -> int:
        """How large its parts are together."""
        return sum(part.size_bytes for part in self.parts)


def part_of(path: Path) -> Part:
    """Read a file from end to end and describe it."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
    return Part(path.name, size, digest.hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its backup."""
    (folder / MANIFEST).write_bytes(render_manifest(manifest))


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup says of itself; its parts are not looked at.

    Raises:
        BackupRefused: there is none, it is damaged, or another program or format wrote it.
    """
    path = folder / MANIFEST
    try:
        written = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BackupRefused(
            f"{folder} is no backup: name the folder that holds {MANIFEST}"
        ) from error
    try:
        document = json.loads(written)
        version = document["manifest"]["format_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{path} is damaged, or another program wrote it") from error
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise BackupRefused(
            f"{folder} has the format {version}, and this release reads {FORMAT_VERSION}: restore "
            "it with the release that made it or a newer one"
        )
    try:
        manifest = parse_manifest(document["manifest"])
    except (KeyError, TypeError, ValueError) as error:
        raise BackupRefused(f"{path} is damaged, or another program wrote it") from error
    # The very bytes, so that no damage is too small to be seen.
    if render_manifest(manifest) != written:
        raise BackupRefused(f"{path} is damaged: it does not fit its own checksum")
    return manifest


def verify_parts(folder: Path, manifest: Manifest) -> None:
    """Read every part from end to end.

    Raises:
        BackupRefused: one is missing, cut short, grown or damaged.
    """
    for part in manifest.parts:
        path = folder / part.name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise BackupRefused(f"{path} is missing: copy the whole folder again") from error
        if size != part.size_bytes:
            raise BackupRefused(
                f"{path} is cut short or grown: {size:,} bytes instead of {part.size_bytes:,}"
            )
        if part_of(path).sha256 != part.sha256:
            raise BackupRefused(f"{path} is damaged: it does not fit its checksum")


def difference(wanted: Sequence[TableSum], found: Sequence[TableSum]) -> str | None:
    """Say which table differs first, or None where all rows of all tables are the same."""
    for name in sorted({table.name for table in (*wanted, *found)}):
        before = next((table for table in wanted if table.name == name), None)
        after = next((table for table in found if table.name == name), None)
        if before is None or after is None:
            return f"the table {name} is {'missing' if after is None else 'too many'}"
        if before != after:
            return (
                f"the table {name} has {after.rows:,} rows, {before.rows:,} were saved"
                * (before.rows != after.rows)
                or f"the table {name} has other rows than were saved"
            )
    return None


def render_manifest(manifest: Manifest) -> bytes:
    """Write a manifest with its checksum."""
    content = asdict(manifest)
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return json.dumps({"manifest": content, "sha256": checksum}, indent=1).encode() + b"\n"


def parse_manifest(
    content: dict[str, Any],
) -> Manifest:  # Any: JSON; what it becomes is rendered again
    """Read what `render_manifest` wrote of a manifest; its checksum is for the caller to compare.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    parts = tuple(Part(**part) for part in content["parts"])
    if any(Path(part.name).name != part.name for part in parts):
        raise ValueError("a part lies outside the folder")
    tables = tuple(TableSum(**table) for table in content["tables"])
    return Manifest(**{**content, "tables": tables, "parts": parts})

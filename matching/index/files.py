"""Snapshots: a shard in a file, laid out to be mapped and shared, with a checksum on every byte.

A file begins with 64 bytes that say what it is and where its header stands; the arrays follow in the
order of `parts_of`, each at a multiple of 64 bytes; the header, JSON, comes last, as it holds their
checksums. A file is written beside its place and moved there when it is whole, so that what stands
under the name of a snapshot is one. Checksums find damage, not malice: who may write the folder may
write any snapshot.
"""

import mmap
import os
import struct
import zlib
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.index.parts import DTYPES, Facts, assemble, facts_of
from matching.index.shard import FORMAT_VERSION, Shard, parts_of

MAGIC = b"LANDBRDG"
_ALIGNMENT = 64
# What it is, and a checksum over the rest; the format, the header's place, length and checksum.
_LABEL = struct.Struct("<8sI")
_OPENING = struct.Struct("<IQQI28x")
_READ_BYTES = 1 << 20


class SnapshotRefused(ValueError):
    """The file is no snapshot that can be served; the message says why."""


@dataclass(frozen=True, slots=True)
class SnapshotMeta:
    """What a snapshot was made from, and what it holds.

    Attributes:
        format_version: of the file.
        catalogue_id: the database that it was built from.
        sequence: the last change of the catalogue that it is known to hold.
        encoder: version of the encoder that the vectors come from.
        sector_list: version of the sector list that it was built with.
        built_at: when, in ISO 8601.
        providers, pieces: how many it holds.
        content: `Shard.content` in 32 hexadecimal digits.
        writer: the version of the program that wrote it.
        mark: of that change, which tells it from one with the same number in another past of the
            database; empty in files of releases that had none.
    """

    format_version: int
    catalogue_id: str
    sequence: int
    encoder: str
    sector_list: int
    built_at: str
    providers: int
    pieces: int
    content: str
    writer: str
    mark: str = ""


def describe(
    facts: Facts,
    *,
    catalogue_id: str,
    sequence: int,
    mark: str,
    sector_list: int,
    built_at: str,
    writer: str,
) -> SnapshotMeta:
    """Describe a snapshot: what the columns say of themselves, and where they come from."""
    return SnapshotMeta(
        format_version=FORMAT_VERSION,
        catalogue_id=catalogue_id,
        sequence=sequence,
        encoder=facts.encoder,
        sector_list=sector_list,
        built_at=built_at,
        providers=facts.providers,
        pieces=facts.pieces,
        content=f"{facts.content:032x}",
        writer=writer,
        mark=mark,
    )


class _Entry(NamedTuple):
    """An array in a file; its checksum covers the zeros up to the next one too."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    at: int
    checksum: int

    @property
    def end(self) -> int:
        return self.at + self.dtype.itemsize * int(np.prod(self.shape, dtype=np.int64))


class SnapshotWriter:
    """Writes a snapshot array after array; a `matching.index.parts.Sink`.

    A context: left without `finish`, or by an error, it leaves nothing behind.

    Args:
        path: where the snapshot is to stand. It is written beside it, `.part` after its name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._entries: list[_Entry] = []
        self._current: tuple[str, np.dtype[np.generic], tuple[int, ...]] | None = None
        self._begun_at: int = _ALIGNMENT
        self._at: int = _ALIGNMENT
        self._checksum = 0
        self._is_finished = False

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._part.open("wb")
        try:
            self._file.write(bytes(_ALIGNMENT))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_finished:
            return
        try:
            self._file.close()
        except OSError:
            # The disk is full: what was still to be written is thrown away with the rest.
            pass
        finally:
            self._part.unlink(missing_ok=True)

    def begin(self, name: str, dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> None:
        """Begin the next array."""
        self._end_array()
        self._current = (name, _as_written(dtype), shape)

    def write(self, rows: NDArray[np.generic]) -> None:
        """Take the next rows of the array that was begun."""
        if self._current is None:
            raise ValueError("begin an array before its rows are written")
        self._put(np.ascontiguousarray(rows, dtype=self._current[1]).reshape(-1).view(np.uint8))

    def finish(self, facts: Facts, meta: SnapshotMeta) -> None:
        """Write the header and put the snapshot in its place.

        Raises:
            ValueError: arrays are missing, or `meta` describes another shard.
        """
        self._end_array()
        if [entry.name for entry in self._entries] != list(DTYPES):
            raise ValueError("a snapshot needs every array of a shard, in their order")
        if (meta.content, meta.encoder) != (f"{facts.content:032x}", facts.encoder):
            raise ValueError("the snapshot is described as another one")
        header = orjson.dumps(
            {
                "meta": asdict(meta),
                "facts": facts._asdict() | {"content": meta.content},
                "arrays": [
                    [entry.name, entry.dtype.str, entry.shape, entry.at, entry.checksum]
                    for entry in self._entries
                ],
            }
        )
        self._file.write(header)
        opening = _OPENING.pack(FORMAT_VERSION, self._at, len(header), zlib.crc32(header))
        self._file.seek(0)
        self._file.write(_LABEL.pack(MAGIC, zlib.crc32(opening)) + opening)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        self._is_finished = True
        _sync_folder(self._path.parent)

    def _put(self, data: NDArray[np.uint8]) -> None:
        self._checksum = zlib.crc32(data.data, self._checksum)
        self._file.write(data.data)
        self._at += len(data)

    def _end_array(self) -> None:
        if self._current is None:
            return
        name, dtype, shape = self._current
        entry = _Entry(name, dtype, shape, self._begun_at, 0)
        if self._at != entry.end:
            raise ValueError(f"{name} was to have the shape {shape}, and other rows were written")
        self._put(np.zeros(-self._at % _ALIGNMENT, dtype=np.uint8))
        self._entries.append(entry._replace(checksum=self._checksum))
        self._current, self._begun_at, self._checksum = None, self._at, 0


def write_shard(path: Path, shard: Shard, meta: SnapshotMeta) -> None:
    """Write a shard as a snapshot, all or nothing.

    Raises:
        ValueError: `meta` describes another shard.
        OSError: it could not be written; nothing is left behind.
    """
    with SnapshotWriter(path) as writer:
        for name, array in parts_of(shard):
            writer.begin(name, array.dtype, array.shape)
            writer.write(array)
        writer.finish(facts_of(shard), meta)


def open_snapshot(path: Path, *, verify: bool = True) -> tuple[Shard, SnapshotMeta]:
    """Map a snapshot: its arrays are read when they are used, and shared with other processes.

    Args:
        path: the file, which must stay as it is while it is mapped; it may be deleted.
        verify: whether to read it all and check every byte first.

    Returns:
        A shard that cannot be written to, and what the snapshot says of itself.

    Raises:
        SnapshotRefused: it is damaged, cut short, of another format, or no snapshot at all.
        OSError: it is not there or cannot be read.
    """
    with path.open("rb") as file:
        contents = _read_contents(path, file)
        if verify:
            _check_arrays(path, file, contents)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {
        entry.name: np.ndarray(entry.shape, entry.dtype, mapped, entry.at)
        for entry in contents.entries
    }
    return assemble(arrays, contents.facts), contents.meta


def read_meta(path: Path) -> SnapshotMeta:
    """Read what a snapshot says of itself, and nothing of its arrays; errors as `open_snapshot`."""
    with path.open("rb") as file:
        return _read_contents(path, file).meta


def verify_snapshot(path: Path) -> SnapshotMeta:
    """Read a snapshot from end to end and check every byte; errors as `open_snapshot`."""
    with path.open("rb") as file:
        contents = _read_contents(path, file)
        _check_arrays(path, file, contents)
    return contents.meta


class _Contents(NamedTuple):
    meta: SnapshotMeta
    facts: Facts
    entries: list[_Entry]
    header_at: int


def _read_contents(path: Path, file: BufferedReader) -> _Contents:
    size = os.fstat(file.fileno()).st_size
    label, opening = file.read(_LABEL.size), file.read(_OPENING.size)
    if label[: len(MAGIC)] != MAGIC:
        raise SnapshotRefused(f"{path.name} is no snapshot of Landbridge, or was never finished")
    if len(opening) < _OPENING.size:
        raise SnapshotRefused(f"{path.name} is cut short: only {size} bytes are there")
    if _LABEL.unpack(label)[1] != zlib.crc32(opening):
        raise SnapshotRefused(f"{path.name} is damaged in its first {_ALIGNMENT} bytes")
    version, header_at, length, checksum = _OPENING.unpack(opening)
    if version != FORMAT_VERSION:
        raise SnapshotRefused(
            f"{path.name} has the format {version}, and this program reads {FORMAT_VERSION}: "
            "build the index again"
        )
    if size != header_at + length:
        raise SnapshotRefused(
            f"{path.name} is cut short or grown: {size} bytes instead of {header_at + length}"
        )
    file.seek(header_at)
    header = file.read(length)
    if zlib.crc32(header) != checksum:
        raise SnapshotRefused(f"{path.name} is damaged in its header")
    try:
        return _parse_header(header, header_at)
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotRefused(f"{path.name} has a header that makes no sense: {error}") from error


def _parse_header(header: bytes, header_at: int) -> _Contents:
    # Any: JSON; what is taken out of it is checked below or by the checksum over all of it.
    content: dict[str, Any] = orjson.loads(header)
    facts = content["facts"]
    entries = [
        _Entry(name, np.dtype(dtype), tuple(shape), at, checksum)
        for name, dtype, shape, at, checksum in content["arrays"]
    ]
    wanted = [(name, _as_written(dtype)) for name, dtype in DTYPES.items()]
    if [(entry.name, entry.dtype) for entry in entries] != wanted:
        raise ValueError("its arrays are not those of a shard")
    ends = [_ALIGNMENT, *(entry.end + -entry.end % _ALIGNMENT for entry in entries)]
    if [*(entry.at for entry in entries), header_at] != ends:
        raise ValueError("its arrays do not stand one after the other")
    return _Contents(
        meta=SnapshotMeta(**content["meta"]),
        facts=Facts(
            jurisdictions=tuple(facts["jurisdictions"]),
            sectors=tuple(facts["sectors"]),
            homes=tuple(facts["homes"]),
            languages=tuple(tags if tags is None else tuple(tags) for tags in facts["languages"]),
            encoder=facts["encoder"],
            content=int(facts["content"], 16),
            providers=facts["providers"],
            pieces=facts["pieces"],
        ),
        entries=entries,
        header_at=header_at,
    )


def _check_arrays(path: Path, file: BufferedReader, contents: _Contents) -> None:
    ends = [*(entry.at for entry in contents.entries[1:]), contents.header_at]
    buffer = memoryview(bytearray(_READ_BYTES))
    for entry, end in zip(contents.entries, ends, strict=True):
        file.seek(entry.at)
        left, checksum = end - entry.at, 0
        while left:
            # Read and not mapped: what is only checked does not count as this process's memory.
            count = file.readinto(buffer[: min(left, _READ_BYTES)])
            if not count:
                break
            checksum = zlib.crc32(buffer[:count], checksum)
            left -= count
        if left or checksum != entry.checksum:
            raise SnapshotRefused(f"{path.name} is damaged in {entry.name}")


def _as_written(dtype: np.dtype[np.generic]) -> np.dtype[np.generic]:
    return dtype.newbyteorder("<")


def _sync_folder(folder: Path) -> None:
    """Make sure of a name in a folder, where the system can."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

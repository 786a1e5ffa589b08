import struct
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson
import pytest
from hypothesis import given

from matching.index.build import build_shard
from matching.index.files import (
    SnapshotMeta,
    SnapshotRefused,
    SnapshotWriter,
    describe,
    open_snapshot,
    read_meta,
    verify_snapshot,
    write_shard,
)
from matching.index.merge import merge_shards
from matching.index.parts import DTYPES, facts_of
from matching.index.shard import FORMAT_VERSION, Shard, parts_of
from tests.matching.examples import TREE, Supply, firm, work
from tests.matching.index.shard_examples import part_of, same, shard_of, titled_supplies

_OPENING = struct.Struct("<8sIIQQI")


def meta_of(shard: Shard) -> SnapshotMeta:
    return describe(
        facts_of(shard),
        catalogue_id="0b5a",
        sequence=7,
        mark="c0ffee",
        sector_list=3,
        built_at="2026-11-22T09:00:00Z",
        writer="1.0",
    )


def small_shard() -> Shard:
    matters = [
        work("m1", ["a"], "road", places=("VN",), sectors=("BLT",), is_verified=True),
        work("m2", ["a", "b"], "bridge 审计", amount_usd=5.0),
    ]
    vectors = np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    candidates = [firm("a", "VN", ("LEG",)), replace(firm("b"), languages=("en", "zh"))]
    return build_shard(candidates, matters, vectors, encoder="two", tree=TREE)


def written(folder: Path) -> Path:
    shard, path = small_shard(), folder / "small.lbx"
    write_shard(path, shard, meta_of(shard))
    return path


@given(titled_supplies())
def test_a_shard_comes_back_from_its_file_as_it_was(supply: Supply) -> None:
    shard = shard_of(supply)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index.lbx"
        write_shard(path, shard, meta_of(shard))

        opened, meta = open_snapshot(path)

        assert same(opened, shard)
        assert meta == meta_of(shard) == read_meta(path) == verify_snapshot(path)
        assert list(Path(folder).iterdir()) == [path]


@given(titled_supplies())
def test_a_merge_written_as_it_goes_is_the_file_of_one_build(supply: Supply) -> None:
    shard = shard_of(supply)
    ids = sorted(candidate.provider_id for candidate in supply.candidates)
    parts = [shard_of(part_of(supply, [i])) for i in ids]
    with TemporaryDirectory() as folder:
        whole, streamed = Path(folder) / "whole.lbx", Path(folder) / "streamed.lbx"
        write_shard(whole, shard, meta_of(shard))
        with SnapshotWriter(streamed) as writer:
            facts = merge_shards(parts, writer)
            writer.finish(facts, replace(meta_of(shard), pieces=facts.pieces))

        assert streamed.read_bytes() == whole.read_bytes()


def test_arrays_are_mapped_where_no_one_can_write_to_them(tmp_path: Path) -> None:
    shard, meta = open_snapshot(written(tmp_path))

    assert (meta.providers, meta.pieces, meta.encoder) == (2, 3, "two")
    assert (meta.format_version, meta.content) == (FORMAT_VERSION, f"{shard.content:032x}")
    for name, array in parts_of(shard):
        assert type(array) is np.ndarray, name
        assert array.ctypes.data % 64 == 0, name
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


def test_an_open_snapshot_outlives_its_file(tmp_path: Path) -> None:
    path = written(tmp_path)
    shard, _ = open_snapshot(path, verify=False)

    path.unlink()

    assert same(shard, small_shard())


def test_an_empty_catalogue_and_ten_thousand_pieces_are_written_too(tmp_path: Path) -> None:
    many = [work(f"m{i:05}", ["a"], "road bridge") for i in range(10_000)]
    for number, shard in enumerate(
        (
            build_shard([], [], encoder="", tree=TREE),
            build_shard([firm("a"), firm("b")], many, encoder="", tree=TREE),
        )
    ):
        path = tmp_path / f"{number}.lbx"
        write_shard(path, shard, meta_of(shard))

        assert same(open_snapshot(path)[0], shard)


def test_a_flipped_byte_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = written(tmp_path)
    sound = path.read_bytes()
    # Every byte of the opening; then steps that no gap between two checksums is as small as.
    for place in (*range(64), *range(64, len(sound), 7), len(sound) - 1):
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([sound[place] ^ 1 << (place % 8)]))

        with pytest.raises(SnapshotRefused):
            verify_snapshot(path)

        with path.open("r+b") as file:
            file.seek(place)
            file.write(sound[place : place + 1])
    assert verify_snapshot(path) == meta_of(small_shard())


@pytest.mark.parametrize("name", ["profiles.flags", "pieces.codes", "records.piece"])
def test_the_damaged_array_is_named(tmp_path: Path, name: str) -> None:
    path = written(tmp_path)
    array = dict(parts_of(small_shard()))[name].tobytes()
    damaged = bytearray(path.read_bytes())
    arrays = orjson.loads(damaged[_OPENING.unpack_from(damaged)[3] :])["arrays"]
    at = next(entry[3] for entry in arrays if entry[0] == name)
    assert damaged[at : at + len(array)] == array
    damaged[at + len(array) - 1] ^= 0x40
    path.write_bytes(damaged)

    with pytest.raises(SnapshotRefused, match=rf"small\.lbx is damaged in {name}$"):
        open_snapshot(path)
    open_snapshot(path, verify=False)  # the header is sound: only reading all of it can tell


def test_a_file_that_is_cut_short_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path)
    sound = path.read_bytes()
    for length in (20, 63, 64, 65, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:length])

        with pytest.raises(SnapshotRefused, match="cut short"):
            open_snapshot(path, verify=False)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00" * 4096, b"LANDBRI"])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.lbx"
    path.write_bytes(content)

    with pytest.raises(SnapshotRefused, match=r"foreign\.lbx is no snapshot of Landbridge"):
        open_snapshot(path, verify=False)


def test_another_version_of_the_format_is_refused_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 12, FORMAT_VERSION + 1)
    struct.pack_into("<I", content, 8, zlib.crc32(content[12:64]))
    path.write_bytes(content)

    with pytest.raises(SnapshotRefused, match=f"has the format {FORMAT_VERSION + 1}"):
        open_snapshot(path, verify=False)


@pytest.mark.parametrize("change", ["no facts", "swapped arrays", "array elsewhere"])
def test_a_header_that_makes_no_sense_is_refused(tmp_path: Path, change: str) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    _magic, _sum, version, at, _length, _crc = _OPENING.unpack_from(content)
    header = orjson.loads(content[at:])
    if change == "no facts":
        del header["facts"]
    elif change == "swapped arrays":
        header["arrays"][:2] = reversed(header["arrays"][:2])
    else:
        header["arrays"][3][3] += 64
    raw = orjson.dumps(header)
    opening = struct.pack("<IQQI28x", version, at, len(raw), zlib.crc32(raw))
    label = struct.pack("<8sI", b"LANDBRDG", zlib.crc32(opening))
    path.write_bytes(label + opening + content[64:at] + raw)

    with pytest.raises(SnapshotRefused, match="header that makes no sense"):
        open_snapshot(path, verify=False)


def test_a_write_that_fails_leaves_the_old_snapshot_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path)
    sound = path.read_bytes()

    with pytest.raises(OSError, match="No space left"), SnapshotWriter(path) as writer:
        writer.begin("profiles.flags", np.dtype(np.uint8), (2,))
        writer.write(np.zeros(2, dtype=np.uint8))
        raise OSError(28, "No space left on device")

    assert path.read_bytes() == sound
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_whole_shard_is_not_written(tmp_path: Path) -> None:
    shard = small_shard()
    path = tmp_path / "index.lbx"

    with pytest.raises(ValueError, match="every array"), SnapshotWriter(path) as writer:
        writer.finish(facts_of(shard), meta_of(shard))
    with pytest.raises(ValueError, match="the shape"), SnapshotWriter(path) as writer:
        writer.begin("profiles.flags", DTYPES["profiles.flags"], (3,))
        writer.write(np.zeros(2, dtype=np.uint8))
        writer.begin("profiles.home", DTYPES["profiles.home"], (3,))
    with pytest.raises(ValueError, match="another"):
        write_shard(path, shard, replace(meta_of(shard), content="0" * 32))

    assert list(tmp_path.iterdir()) == []

import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index.build import build_shard
from matching.index.columns import InvalidIndex
from matching.index.merge import merged
from matching.index.parts import DTYPES
from matching.index.shard import parts_of
from tests.matching.examples import TREE, Supply, firm, work
from tests.matching.index.shard_examples import part_of, same, shard_of, titled_supplies


@given(titled_supplies(), st.lists(st.integers(0, 5), max_size=4).map(sorted))
def test_shards_put_together_are_what_one_build_gives(supply: Supply, cuts: list[int]) -> None:
    ids = sorted(candidate.provider_id for candidate in supply.candidates)
    edges = [0, *cuts, len(ids)]

    parts = [shard_of(part_of(supply, ids[a:b])) for a, b in pairwise(edges)]

    assert same(merged(parts), shard_of(supply))


@given(titled_supplies())
def test_every_array_has_the_type_that_its_group_declares(supply: Supply) -> None:
    found = {name: array.dtype for name, array in parts_of(shard_of(supply))}

    assert found == DTYPES
    assert list(found) == list(DTYPES)


def test_arrays_longer_than_one_chunk_come_through_whole() -> None:
    rng = np.random.default_rng(5)
    matters = [work(f"m{i:04}", ["a" if i % 2 else "b"], f"road {i % 7}") for i in range(3000)]
    codes = rng.integers(-127, 128, (len(matters), 2000), dtype=np.int8)
    parts = [
        build_shard(
            [firm(name)],
            [m for m in matters if name in m.evidence_ids],
            encoder="e",
            tree=TREE,
            codes=codes[[i for i, m in enumerate(matters) if name in m.evidence_ids]],
        )
        for name in "ab"
    ]

    both = build_shard([firm("a"), firm("b")], matters, encoder="e", tree=TREE, codes=codes)

    assert same(merged(parts), both)


def test_many_shards_take_no_more_memory_than_what_they_hold() -> None:
    shards = [
        build_shard(
            [firm(f"a{i:04}")], [work(f"m{i}", [f"a{i:04}"], f"{i}x {i}y")], encoder="e", tree=TREE
        )
        for i in range(1000)
    ]

    tracemalloc.start()
    whole = merged(shards)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    tokens = len(whole.words.hashes)
    assert tokens >= 2000
    assert peak < 0.5 * tokens * len(shards) * whole.postings.at.itemsize


def test_what_does_not_fit_together_is_refused() -> None:
    a = build_shard([firm("a")], [], encoder="e", tree=TREE)
    b = build_shard([firm("b")], [], encoder="e", tree=TREE)

    with pytest.raises(InvalidIndex, match="no shards"):
        merged([])
    with pytest.raises(InvalidIndex, match="overlap"):
        merged([b, a])
    with pytest.raises(InvalidIndex, match="overlap"):
        merged([a, a])
    with pytest.raises(InvalidIndex, match="encoders"):
        merged([a, replace(b, encoder="f")])


def test_vectors_of_two_lengths_are_refused() -> None:
    parts = [
        build_shard(
            [firm(name)],
            [work(name, [name])],
            np.ones((1, length), dtype=np.float32),
            encoder="e",
            tree=TREE,
        )
        for name, length in (("a", 2), ("b", 3))
    ]

    with pytest.raises(InvalidIndex, match="differ in length"):
        merged(parts)

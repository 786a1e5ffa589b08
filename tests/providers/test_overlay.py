from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from uuid import UUID

import numpy as np

from matching.index.build import build_shard
from matching.index.merge import merged
from matching.index.shard import parts_of
from matching.sectors import build_sector_tree
from matching.types import Candidate, Matter
from providers.overlay import BLOCK, Overlay
from providers.snapshot.reading import Supply


def test_many_changes_fall_into_blocks_and_equal_one_build() -> None:
    tree = build_sector_tree([("BLT", None), ("BLT.X", "BLT"), ("LEG", None)])
    random = Random(1)  # noqa: S311 a history, not a secret
    ids = sorted(str(UUID(int=random.getrandbits(128))) for _ in range(5 * BLOCK))

    def supply(chosen: Sequence[str], told: str) -> Supply:
        candidates = [Candidate(each, f"Firm {told}", "law_firm") for each in chosen]
        # Neighbours share a matter, across blocks too.
        matters = [
            Matter(f"m:{one}:{told}", {one: f"e{one}", two: f"e{two}"}, told, f"work {one}")
            for one, two in pairwise(chosen)
        ]
        codes = np.arange(len(matters) * 2, dtype=np.int8).reshape(-1, 2)
        return Supply(candidates, matters, codes)

    base = build_shard([], [], encoder="x", tree=tree, codes=np.zeros((0, 2), dtype=np.int8))
    overlay, whole = Overlay(base), supply(ids, "first")
    for start in (0, 3 * BLOCK):  # many at once, then more of them
        chosen = set(ids[start : start + 3 * BLOCK])
        overlay = overlay.updated(chosen, part_of(whole, chosen), encoder="x", tree=tree)
    later, deleted = set(ids[10:14]), set(ids[BLOCK : 2 * BLOCK])
    again = supply(sorted(later), "second")
    overlay = overlay.updated(later | deleted, again, encoder="x", tree=tree)

    kept = part_of(whole, set(ids) - later - deleted)
    once = build_shard(
        [*kept.candidates, *again.candidates],
        [*kept.matters, *again.matters],
        encoder="x",
        tree=tree,
        codes=np.concatenate([kept.codes, again.codes]),
    )
    extra = merged(overlay.blocks)
    assert len(overlay.blocks) > 2
    assert [array.tobytes() for _, array in parts_of(extra)] == [
        array.tobytes() for _, array in parts_of(once)
    ]
    assert overlay.changed == set(ids)


def part_of(supply: Supply, chosen: set[str]) -> Supply:
    """Some providers with their own pieces, as they are read from a database."""
    rows = [row for row, m in enumerate(supply.matters) if not chosen.isdisjoint(m.evidence_ids)]
    return Supply(
        [candidate for candidate in supply.candidates if candidate.provider_id in chosen],
        [
            replace(
                supply.matters[row],
                evidence_ids={
                    key: value
                    for key, value in supply.matters[row].evidence_ids.items()
                    if key in chosen
                },
            )
            for row in rows
        ],
        supply.codes[rows],
    )

"""Small made-up shards for tests of what builds, merges and writes them."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from matching.index.build import build_shard
from matching.index.shard import Shard, parts_of
from matching.types import Matter
from tests.matching.examples import TREE, Supply, supplies

_TITLES = st.sampled_from(["", " ", "Road works", "Bridge. Phase 2", "道路监理"])
_CLIENTS = st.sampled_from([None, "", "City of Hue", "P1"])


@st.composite
def titled_supplies(draw: st.DrawFn) -> Supply:
    """Any small supply, some of whose matters have titles and clients besides."""
    supply = draw(supplies())
    matters = tuple(
        replace(matter, title=draw(_TITLES), client=draw(_CLIENTS)) for matter in supply.matters
    )
    return replace(supply, matters=matters)


def shard_of(supply: Supply) -> Shard:
    """Build a shard over a supply."""
    return build_shard(supply.candidates, supply.matters, supply.vectors, encoder="two", tree=TREE)


def part_of(supply: Supply, provider_ids: Sequence[str]) -> Supply:
    """Take some providers of a supply, with their evidence alone."""
    kept: list[tuple[int, Matter]] = []
    for i, matter in enumerate(supply.matters):
        evidence = {p: e for p, e in matter.evidence_ids.items() if p in provider_ids}
        if evidence:
            kept.append((i, replace(matter, evidence_ids=evidence)))
    return replace(
        supply,
        candidates=tuple(c for c in supply.candidates if c.provider_id in provider_ids),
        matters=tuple(matter for _, matter in kept),
        vectors=supply.vectors[[i for i, _ in kept]],
    )


def same(one: Shard, other: Shard) -> bool:
    """Whether two shards are equal byte for byte, the types and shapes of all arrays included."""

    def everything(shard: Shard) -> list[object]:
        arrays = [(n, a.dtype.str, a.shape, a.tobytes()) for n, a in parts_of(shard)]
        codes = (shard.jurisdictions, shard.sectors, shard.homes, shard.languages)
        return [arrays, codes, shard.encoder, shard.content]

    return everything(one) == everything(other)

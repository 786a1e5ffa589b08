"""Compiling the kernels before anybody waits for them."""

from dataclasses import replace
from datetime import date

import numpy as np

from matching.index.build import build_shard
from matching.index.shard import Shard
from matching.index.view import make_view
from matching.names import Names
from matching.ranker.prior import prior
from matching.search.match import match_view
from matching.search.why import why_view
from matching.sectors import SectorTree, build_sector_tree
from matching.types import Candidate, Matter, Query

_DAY = date(2026, 1, 1)


def compile_kernels() -> None:
    """Match and explain a made-up need on made-up providers, so that every kernel is compiled.

    Some ten seconds on a new installation; where the compiled code is on disk already, a fraction of a
    second.
    """
    tree = build_sector_tree([("A", None)])
    # More than are scored at once, so that some wait.
    view = make_view(_shard("abcdefgh", tree), tree, gone=[0], extra=_shard("i", tree))
    query = Query(
        "a made-up need",
        _DAY,
        home_jurisdiction="HK",
        target_jurisdictions=("VN",),
        sector_codes=("A",),
        amount_usd=1.0,
    )
    vector = np.ones(1, dtype=np.float32)
    ranker, names = prior(), Names(jurisdictions={}, sectors={}, languages={})
    match_view(query, vector, view, ranker, names)
    match_view(
        replace(query, excluded_provider_ids=frozenset("abcdefghi")), vector, view, ranker, names
    )
    why_view(query, vector, view, ranker, names, provider_id="b")


def _shard(ids: str, tree: SectorTree) -> Shard:
    candidates = [
        Candidate(provider_id, "Made up", "other", home_jurisdiction="VN", sector_codes=("A",))
        for provider_id in ids
    ]
    matters = [
        Matter(
            provider_id,
            {provider_id: provider_id},
            "a title",
            "a made-up piece",
            jurisdictions=("VN",),
            sector_codes=("A",),
            is_verified=provider_id != "b",
        )
        for provider_id in ids
    ]
    vectors = np.ones((len(matters), 1), dtype=np.float32)
    return build_shard(candidates, matters, vectors, encoder="made up", tree=tree)

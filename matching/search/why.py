"""Why a provider stands where it stands in a view, as `matching.why` says it of an index."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from matching.changes import Standing, find_change
from matching.eligibility import RULES
from matching.exposure import groups_of, require_band
from matching.index.view import View
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.search.closeup import close_up
from matching.search.laid import Crew, Laid, lay
from matching.search.match import explain_shown, tables_of
from matching.search.order import Place, above, first_places, take_turns
from matching.search.rules import broken_rules
from matching.types import Float32Array, FloatArray, Query, RankedProvider
from matching.why import BROKEN, BrokenRule, UnknownProvider, Why, say_standing


def why_view(
    query: Query,
    query_vector: Float32Array,
    view: View,
    ranker: AdditiveRanker,
    names: Names,
    *,
    provider_id: str,
    k: int = 10,
    band: float = 0.0,
    out_of_time: Callable[[], bool] | None = None,
    threads: Executor | None = None,
) -> Why:
    """Say why a provider stands where it stands, and what would bring it into the first k.

    Args:
        query, query_vector, view, ranker, names, band, out_of_time, threads: as in a match.
        provider_id: the provider that is asked about.
        k: how many places there are, at least 1.

    Raises:
        UnknownProvider: the view does not hold it.
        ValueError: k is below 1.
        OutOfTime: there was no time left.
    """
    if k < 1:
        raise ValueError(f"k is {k}: ask for the first 1 or more places")
    require_band(band)
    found = view.find(provider_id)
    if found is None:
        raise UnknownProvider(f"no provider has the id {provider_id}")
    crew = Crew(threads, out_of_time or (lambda: False))
    steps = tables_of(ranker)
    laid = lay(query, query_vector, view, steps, crew)
    scores = tuple(half.scores for half in laid.halves)
    broken_names = broken_rules(
        laid.halves[found[0]].shard,
        found[1],
        laid.halves[found[0]].passed,
        query,
        view.tree,
        laid.asked,
        laid.halves[found[0]].tables,
    )
    leaders = [
        place
        for place in first_places(laid, top=k + 1, band=0.0)
        if place.provider_id != provider_id
    ][:k]
    shown = close_up(laid, [found, *((one.half, one.row) for one in leaders)], steps)
    own = float(shown.scored.scores[0])
    standing = _standing(laid, scores, found, provider_id, leaders)
    by_score = standing.place_of(own)
    rank = None if broken_names else by_score
    (explained,) = explain_shown(shown, ranker, steps, names, first=1)
    explained = replace(explained, rank=by_score)
    if rank is not None and band > 0.0:
        explained = _taking_turns(explained, laid, found, rank, band, crew.out_of_time)
    change = None
    if rank is None or rank > k:
        present = None if rank is None else own
        change = find_change(shown.context, ranker, standing, names, k=k, present=present)
    broken = tuple(
        BrokenRule(rule.name, BROKEN.get(rule.name, rule.says))
        for rule in RULES
        if rule.name in broken_names
    )
    best = _falling(scores, k)
    return Why(
        k=k,
        eligible=laid.eligible,
        rank=rank,
        broken=broken,
        score_of_kth=float(best[k - 1]) if len(best) >= k else None,
        explained=explained,
        change=change,
        sentence=say_standing(broken, rank, laid.eligible),
    )


def _falling(scores: tuple[FloatArray, ...], count: int) -> FloatArray:
    everybody = np.concatenate(scores)
    return np.sort(everybody[above(everybody, count)])[::-1]


def _taking_turns(
    explained: RankedProvider,
    laid: Laid,
    found: tuple[int, int],
    rank: int,
    band: float,
    out_of_time: Callable[[], bool],
) -> RankedProvider:
    """Move a provider to its place of the day among those that score nearly the same."""
    everybody = np.concatenate([half.scores for half in laid.halves])
    falling = np.sort(everybody)[::-1]
    first, end = groups_of(falling, band, top=rank)[-1]
    members = np.flatnonzero((everybody <= falling[first]) & (everybody >= falling[end - 1]))
    placed = take_turns(laid, members, first, len(members), band, out_of_time=out_of_time)
    at = next(i for i, one in enumerate(placed) if (one.half, one.row) == found)
    return replace(explained, rank=first + at + 1, shares_place=placed[at].shares)


def _standing(
    laid: Laid,
    scores: tuple[FloatArray, ...],
    found: tuple[int, int],
    provider_id: str,
    leaders: list[Place],
) -> Standing:
    """Set a provider, the first of the closeup, apart from everybody else who passed the rules."""
    others: list[FloatArray] = []
    before = []
    for number, (half, score_of) in enumerate(zip(laid.halves, scores, strict=True)):
        rows = half.passed.rows
        is_other = rows != found[1] if number == found[0] else np.ones(len(rows), dtype=np.bool_)
        others.append(score_of[is_other])
        # Rows are in the order of ids: where the id would stand tells who goes before.
        before.append(rows[is_other] < half.shard.first_row_from(provider_id))
    return Standing(
        row=0,
        leaders=tuple(range(1, len(leaders) + 1)),
        scores=np.concatenate(others),
        goes_before=np.concatenate(before),
    )

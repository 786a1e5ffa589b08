"""One match on a view: the need laid on it, everybody scored, the best explained.

Gives what `matching.engine.match` gives on an index of the same supply, to the last bit.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from matching.eligibility import RULES
from matching.explain import Parts, explain_each
from matching.exposure import require_band
from matching.index.view import View
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.search.closeup import Closeup, close_up
from matching.search.laid import Crew, Laid, lay
from matching.search.layout import Steps
from matching.search.order import Place, first_places
from matching.search.scoring import steps_of
from matching.types import (
    Float32Array,
    MatchResult,
    Query,
    RankedProvider,
    RuleCount,
    SharedPlace,
)

_KEPT = 8
_tables: dict[int, tuple[AdditiveRanker, Steps]] = {}


def match_view(
    query: Query,
    query_vector: Float32Array,
    view: View,
    ranker: AdditiveRanker,
    names: Names,
    *,
    top: int = 10,
    band: float = 0.0,
    out_of_time: Callable[[], bool] | None = None,
    threads: Executor | None = None,
) -> MatchResult:
    """Rank every eligible provider for a need, exactly, and say why.

    Args:
        query: the need.
        query_vector: shape (d,), the need's text as the view's encoder sees it; d may be 0.
        view: who may be proposed and what they have done.
        ranker: turns features into a score that is the sum of its parts.
        names: what places, sectors and languages are called.
        top: how many to explain and return, at least 1.
        band: how near scores must lie for providers to take turns; 0 orders by score alone.
        out_of_time: asked every few milliseconds whether to give up.
        threads: gives a second thread for long matches; without it the caller's does everything.

    Raises:
        InvalidBand: the band is no number, or is below 0.
        OutOfTime: there was no time left.
    """
    require_band(band)
    crew = Crew(threads, out_of_time or (lambda: False))
    steps = tables_of(ranker)
    laid = lay(query, query_vector, view, steps, crew, wanted=top, band=band)
    placed = first_places(laid, top=top, band=band, out_of_time=crew.out_of_time)
    removed = laid.removed
    return MatchResult(
        considered=view.size,
        eligible=laid.eligible,
        removed=tuple(RuleCount(rule.name, removed[rule.name], rule.says) for rule in RULES),
        ranked=_explained(laid, placed, ranker, steps, names),
        openings=() if laid.eligible else _openings(laid),
    )


def rank_view(
    query: Query,
    query_vector: Float32Array,
    view: View,
    ranker: AdditiveRanker,
    *,
    top: int = 10,
    band: float = 0.0,
    threads: Executor | None = None,
) -> tuple[Place, ...]:
    """Rank as a match does, and say nothing of why.

    Args:
        query, query_vector, view, ranker, top, band, threads: as in a match.

    Raises:
        InvalidBand: the band is no number, or is below 0.
    """
    require_band(band)
    crew = Crew(threads)
    laid = lay(query, query_vector, view, tables_of(ranker), crew, wanted=top, band=band)
    return first_places(laid, top=top, band=band)


def tables_of(ranker: AdditiveRanker) -> Steps:
    """Return a ranker as tables; those of the latest few are kept."""
    kept = _tables.get(id(ranker))
    # By identity, since to hash every step takes as long as to lay them out; whoever is kept lives on,
    # so that its number is nobody else's.
    if kept is None or kept[0] is not ranker:
        if len(_tables) >= _KEPT:
            _tables.clear()
        kept = _tables[id(ranker)] = (ranker, steps_of(ranker))
    return kept[1]


def _openings(laid: Laid) -> tuple[RuleCount, ...]:
    only = laid.only
    return tuple(
        RuleCount(rule.name, only[rule.name], rule.says) for rule in RULES if only[rule.name]
    )


def _explained(
    laid: Laid, placed: tuple[Place, ...], ranker: AdditiveRanker, steps: Steps, names: Names
) -> tuple[RankedProvider, ...]:
    if not placed:
        return ()
    shown = close_up(laid, [(one.half, one.row) for one in placed], steps)
    return explain_shown(shown, ranker, steps, names, shares=[one.shares for one in placed])


def explain_shown(
    shown: Closeup,
    ranker: AdditiveRanker,
    steps: Steps,
    names: Names,
    *,
    first: int | None = None,
    shares: Sequence[SharedPlace | None] | None = None,
) -> tuple[RankedProvider, ...]:
    """Explain the providers of a closeup, ranked in their order.

    Args:
        shown: the closeup.
        ranker, steps: what scored, as curves and as tables.
        names: what places, sectors and languages are called.
        first: how many of them to explain, or None for all.
        shares: the group of near-equals that each stands in, if any.
    """
    scored = shown.scored
    return explain_each(
        shown.wanted,
        shown.shown[:first],
        Parts(scored.scores[:first], scored.features[:first], scored.contributions[:first]),
        names,
        ranker=ranker,
        scores_without=lambda pairs: shown.scores_without(ranker, steps, pairs),
        shares=shares,
    )

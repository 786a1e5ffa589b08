"""One match from end to end in plain NumPy: context, rules, features, score, order, reasons.

Servers answer from columns (`matching.search`); this says what they must say, and serves small sets.
"""

from dataclasses import replace

from matching.eligibility import apply_rules, openings
from matching.explain import explain
from matching.exposure import place
from matching.features.context import make_context
from matching.index.columns import Index
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.scoring import score_all
from matching.types import Float32Array, MatchResult, Query


def match(
    query: Query,
    query_vector: Float32Array,
    index: Index,
    ranker: AdditiveRanker,
    names: Names,
    *,
    top: int = 10,
    band: float = 0.0,
) -> MatchResult:
    """Rank every eligible provider for a need, exactly, and say why.

    The same inputs give the same result, whatever order the index was built in.

    Args:
        query: the need.
        query_vector: shape (d,), the need's text as the index's encoder sees it.
        index: who may be proposed and what they have done.
        ranker: turns features into a score that is the sum of its parts.
        names: what places, sectors and languages are called.
        top: how many to explain and return, at least 1.
        band: how near scores must lie for providers to take turns (`matching.exposure`); 0 orders
            by score alone.

    Raises:
        InvalidBand: the band is no number, or is below 0.
    """
    context = make_context(query, query_vector, index)
    eligible, removed = apply_rules(context)
    scored = score_all(context, ranker)
    ids = [candidate.provider_id for candidate in index.candidates]
    placed = place(query, ids, scored, eligible, band=band, top=top)
    ranked = [one.candidate for one in placed]
    explained = explain(context, ranked, scored, names, ranker)
    return MatchResult(
        considered=len(index.candidates),
        eligible=int(eligible.sum()),
        removed=removed,
        ranked=tuple(
            replace(said, shares_place=one.shares)
            for said, one in zip(explained, placed, strict=True)
        ),
        openings=() if eligible.any() else openings(context),
    )

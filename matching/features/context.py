"""What every feature of one match shares: how near each matter is to the need."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.index.columns import UNDATED, Index
from matching.sectors import SectorTree
from matching.types import BoolArray, Float32Array, FloatArray, IntArray, Query

# Cosines of unrelated and of near-equal texts under the packaged encoder, need against evidence:
# half of all pairs lie near .80, a text against itself near .97. Measured on training texts.
UNRELATED_COSINE = 0.745
SAME_COSINE = 0.915
WHOLE_NEED_WORDS = 4


@dataclass(frozen=True, slots=True)
class MatchContext:
    """A need laid against the index.

    Attributes:
        query: the need.
        index: n candidates, m matters.
        counts: shape (m,), matters that were known before the day of the match.
        words: shape (m,), likeness by words in [0, 1]; 0 where the matter does not count.
        meaning: shape (m,), likeness by meaning in [0, 1]; 0 where the matter does not count.
        in_target: shape (m,), matters that count and lie in a target jurisdiction.
        near_target: shape (m,), matters that count and lie in the same region as a target, but
            in none itself.
        in_sector: shape (m,), matters that count and lie in a sector that is asked for.
        age_years: shape (m,), years before the day of the match; NaN where there is no date.
    """

    query: Query
    index: Index
    counts: BoolArray
    words: FloatArray
    meaning: FloatArray
    in_target: BoolArray
    near_target: BoolArray
    in_sector: BoolArray
    age_years: FloatArray

    @property
    def likeness(self) -> FloatArray:
        """Words and meaning together, in [0, 1]; words alone where meaning is not used."""
        if not self.has_meaning:
            return self.words
        return 0.5 * self.words + 0.5 * self.meaning

    @property
    def has_words(self) -> bool:
        """Whether the need has any text."""
        return bool(self.query.text.strip())

    @property
    def has_meaning(self) -> bool:
        """Whether likeness by meaning is known."""
        return self.has_words and self.index.vectors.shape[1] > 0


def targets_of(query: Query) -> tuple[str, ...]:
    """Where the work is to be done, without the places that are ruled out."""
    return tuple(c for c in query.target_jurisdictions if c not in query.excluded_jurisdictions)


def sectors_of(query: Query, tree: SectorTree) -> tuple[str, ...]:
    """The sectors that are asked for, without the branches that are refused."""
    refused = set(query.excluded_sector_codes)
    return tuple(c for c in query.sector_codes if not refused.intersection(tree.ancestors(c)))


def nearness_of(context: MatchContext, code: str) -> Mapping[str, float]:
    """How near jurisdictions are to one on the day of the match; only itself where unknown."""
    table = context.index.proximity
    known = table.nearness(code, context.query.on) if table is not None else {}
    return known or {code: 1.0}


def counted_rows(context: MatchContext, row: int) -> IntArray:
    """Return a candidate's matters that were known before the day of the match."""
    rows = context.index.evidence_of(row)
    return rows[context.counts[rows]]


def make_context(query: Query, query_vector: Float32Array, index: Index) -> MatchContext:
    """Lay a need against the index.

    Args:
        query: the need.
        query_vector: shape (d,) of length one, d as in the index; d may be 0.
        index: what is searched.
    """
    today = query.on.toordinal()
    counts = index.dated < today
    words = index.words.scores(query.text) * counts
    if query.equivalents:
        # One or two general words ("survey") say too little to count as a whole need.
        said = min(len(query.equivalents.split()) / WHOLE_NEED_WORDS, 1.0)
        words = np.maximum(words, index.words.scores(query.equivalents) * counts * said)
    meaning = np.zeros(len(index.matters))
    if index.vectors.shape[1]:
        cosines = (index.vectors @ query_vector).astype(np.float64)
        scaled = (cosines - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)
        # Rounded: the same texts give the same bytes whatever order a machine sums in.
        meaning = np.where(counts, np.round(np.clip(scaled, 0.0, 1.0), 6), 0.0)
    age: FloatArray = np.divide(today - index.dated, 365.25, dtype=np.float64)
    age[index.dated == UNDATED] = np.nan
    targets = targets_of(query)
    in_target = counts & index.matters_in(index.by_jurisdiction, targets)
    near = counts & index.matters_in(index.by_jurisdiction, index.neighbours(targets))
    return MatchContext(
        query=query,
        index=index,
        counts=counts,
        words=words,
        meaning=meaning,
        in_target=in_target,
        near_target=near & ~in_target,
        in_sector=counts & index.matters_in(index.by_sector, sectors_of(query, index.tree)),
        age_years=age,
    )

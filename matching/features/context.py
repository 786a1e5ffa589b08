"""What every feature of one match shares: how near each matter is to the need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matching.index.columns import Index
from matching.index.levels import LEVELS, least_level
from matching.index.shard import UNDATED
from matching.sectors import SectorTree
from matching.text.bm25 import Bm25
from matching.text.vectors import dots_of, query_codes
from matching.types import BoolArray, Float32Array, FloatArray, IntArray, Query

# Cosines of unrelated and of near-equal texts under the packaged encoder, need against evidence:
# half of all pairs lie near .80, a text against itself near .97. Measured on training texts.
UNRELATED_COSINE = 0.745
SAME_COSINE = 0.915
WHOLE_NEED_WORDS = 4
# Work counts half after this many years where shares of homes are taken; undated work is old.
HOME_HALF_LIFE_YEARS = 4.0
UNDATED_YEARS = 8.0
# Shares of homes are shrunk towards broader ones as if so much had been seen of those.
HOME_SHRINKAGE = 5.0
ALIKE_SHRINKAGE = 0.05
SIZE_SHRINKAGE = 0.2
# Of more work than this in the targets, and around them, a sample says how near it comes to a need.
SAMPLE = 1_024
# Weights of pieces of work are whole multiples of this fraction, so that sums of them are exact.
WEIGHT_UNITS = 2.0**28
DAYS_OF_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class MatchContext:
    """A need laid against the index.

    Attributes:
        query: the need.
        index: n candidates, m matters.
        counts: shape (m,), matters that were known before the day of the match.
        words: shape (m,), likeness by words in [0, 1]; 0 where the matter does not count.
        task: shape (m,), likeness by words of what was to be done alone, titles left out, in [0, 1];
            0 where the matter does not count or has no title.
        meaning: shape (m,), likeness by meaning in [0, 1]; 0 where the matter does not count.
        in_target: shape (m,), matters that count and lie in a target jurisdiction.
        near_target: shape (m,), matters that count and lie in the same region as a target, but
            in none itself.
        in_sector: shape (m,), matters that count and lie in a sector that is asked for.
        for_client: shape (m,), matters that count and were done for who asks now.
        age_years: shape (m,), years before the day of the match; NaN where there is no date.
        home_alike: shape (h,), for each home of the index the share of its firms in work like
            this in the targets.
        home_of_size: shape (h,), the same in work of about this value in or near the targets.
        work_of_homes: shape (h,), how many pieces of verified work the firms of each home have in
            the targets.
    """

    query: Query
    index: Index
    counts: BoolArray
    words: FloatArray
    task: FloatArray
    meaning: FloatArray
    in_target: BoolArray
    near_target: BoolArray
    in_sector: BoolArray
    for_client: BoolArray
    age_years: FloatArray
    home_alike: FloatArray
    home_of_size: FloatArray
    work_of_homes: IntArray
    # Of this context alone: one that is made from it begins with nothing.
    _memo: dict[str, FloatArray] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @property
    def likeness(self) -> FloatArray:
        """Words and meaning together, in [0, 1]; words alone where meaning is not used."""
        if not self.has_meaning:
            return self.words
        found = self._memo.get("likeness")
        if found is None:
            found = self._memo["likeness"] = 0.5 * self.words + 0.5 * self.meaning
        return found

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


def make_context(
    query: Query, query_vector: Float32Array, index: Index, *, known_before: date | None = None
) -> MatchContext:
    """Lay a need against the index.

    Args:
        query: the need.
        query_vector: shape (d,) of length one, d as in the index; d may be 0.
        index: what is searched.
        known_before: a day from which on nothing is known, where that is before the need's own:
            a past that was frozen some time before the need.
    """
    today = query.on.toordinal()
    counts = index.dated < (today if known_before is None else min(today, known_before.toordinal()))
    words = _by_words(index.words, query.text, query) * counts
    task = _by_words(index.tasks, query.task or query.text, query) * counts
    meaning = np.zeros(len(index.matters))
    if index.vectors.shape[1]:
        meaning = np.where(counts, _by_meaning(index, query_vector), 0.0)
    age: FloatArray = np.divide(today - index.dated, DAYS_OF_YEAR, dtype=np.float64)
    age[index.dated == UNDATED] = np.nan
    targets = targets_of(query)
    in_target = counts & index.matters_in(index.by_jurisdiction, targets)
    near = counts & index.matters_in(index.by_jurisdiction, index.neighbours(targets))
    client = () if query.client is None else (query.client,)
    context = MatchContext(
        query=query,
        index=index,
        counts=counts,
        words=words,
        task=task,
        meaning=meaning,
        in_target=in_target,
        near_target=near & ~in_target,
        in_sector=counts & index.matters_in(index.by_sector, sectors_of(query, index.tree)),
        for_client=counts & index.matters_in(index.by_client, client),
        age_years=age,
        home_alike=np.zeros(len(index.homes)),
        home_of_size=np.zeros(len(index.homes)),
        work_of_homes=np.zeros(len(index.homes), dtype=np.int64),
    )
    alike, of_size = _shares_of_homes(context)
    work = _work_of_homes(context)
    return replace(context, home_alike=alike, home_of_size=of_size, work_of_homes=work)


def _by_meaning(index: Index, query_vector: Float32Array) -> FloatArray:
    query, query_norm = query_codes(query_vector)
    lengths = index.norms.astype(np.float64) * query_norm
    cosines = np.zeros(len(index.matters))
    np.divide(dots_of(index.codes, query), lengths, out=cosines, where=lengths > 0.0)
    scaled = (cosines - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)
    return np.round(np.clip(scaled, 0.0, 1.0), 6).astype(np.float64)


def _by_words(bm25: Bm25, text: str, query: Query) -> FloatArray:
    if not query.text.strip():
        return np.zeros(bm25.size)
    scores = bm25.scores(text)
    if not query.equivalents:
        return scores
    # One or two general words ("survey") say too little to count as a whole need.
    said = min(len(query.equivalents.split()) / WHOLE_NEED_WORDS, 1.0)
    best: FloatArray = np.maximum(scores, bm25.scores(query.equivalents) * said)
    return best


def _shares_of_homes(context: MatchContext) -> tuple[FloatArray, FloatArray]:
    """Return each home's share in work like this, and in work of this size: (h,), (h,)."""
    index, query = context.index, context.query
    work = context.counts & ~index.is_statement & index.is_verified
    age = np.maximum(np.nan_to_num(context.age_years, nan=UNDATED_YEARS), 0.0)
    fresh = np.where(work, np.exp2(-age / HOME_HALF_LIFE_YEARS), 0.0)
    likeness = context.likeness
    overall = _seen(index, fresh)
    overall /= max(float(overall.sum()), 1e-9)
    there = shrunken(_seen(index, fresh * context.in_target), overall, HOME_SHRINKAGE)
    square = likeness * likeness
    times_here = _times(index, work & context.in_target)
    shares = shrunken(_seen(index, square * square, times_here), there, ALIKE_SHRINKAGE)
    if query.amount_usd is None:
        return shares, there
    gap = np.nan_to_num(index.amounts - np.log1p(max(query.amount_usd, 0.0)), nan=0.0)
    times = times_here + _times(index, work & context.near_target)
    sized = _seen(index, fresh * np.exp(-(gap * gap) / 2.0) * square, times)
    return shares, shrunken(sized, there, SIZE_SHRINKAGE)


def _times(index: Index, is_meant: BoolArray) -> FloatArray:
    """Draw a sample of the pieces of some matters: how often each piece counts, shape (e,).

    Args:
        is_meant: shape (m,), the matters.
    """
    of_piece = is_meant[index.matter_of]
    counts = np.bincount(index.levels[of_piece], minlength=LEVELS).tolist()
    least = least_level(counts, SAMPLE)
    return np.where(of_piece & (index.levels >= least), 2.0**least, 0.0)


def _seen(index: Index, per_matter: FloatArray, times: FloatArray | None = None) -> FloatArray:
    """Add up weights by home: shape (h,).

    Args:
        per_matter: shape (m,), the weights.
        times: shape (e,), how often each piece counts; once without it.
    """
    home_of_evidence = index.home_of[index.candidate_of]
    weights = (np.rint(per_matter * WEIGHT_UNITS) / WEIGHT_UNITS)[index.matter_of]
    if times is not None:
        weights = weights * times
    seen = np.bincount(home_of_evidence, weights=weights, minlength=len(index.homes))
    return seen.astype(np.float64)


def _work_of_homes(context: MatchContext) -> IntArray:
    index = context.index
    work = context.in_target & ~index.is_statement & index.is_verified
    homes = index.home_of[index.candidate_of[work[index.matter_of]]]
    return np.bincount(homes, minlength=len(index.homes))


def shrunken(seen: FloatArray, broader: FloatArray, shrinkage: float) -> FloatArray:
    """Return shares of what was seen as if so much more had been seen of broader shares.

    Args:
        seen: shape (h,).
        broader: shape (h,).
        shrinkage: how much, in the unit of `seen`.
    """
    shares: FloatArray = (seen + shrinkage * broader) / (seen.sum() + shrinkage)
    return shares


def without_claims(context: MatchContext) -> MatchContext:
    """Return the same match with verified evidence only: the rest counts for nothing in it."""
    verified = context.index.is_verified
    return replace(
        context,
        counts=context.counts & verified,
        words=np.where(verified, context.words, 0.0),
        task=np.where(verified, context.task, 0.0),
        meaning=np.where(verified, context.meaning, 0.0),
        in_target=context.in_target & verified,
        near_target=context.near_target & verified,
        in_sector=context.in_sector & verified,
        for_client=context.for_client & verified,
    )


def without_evidence(context: MatchContext) -> MatchContext:
    """Return the same match with no evidence at all: what is left are the facts of the profiles."""
    nothing = np.zeros(len(context.index.matters))
    nowhere = np.zeros(len(context.index.matters), dtype=np.bool_)
    return replace(
        context,
        counts=nowhere,
        words=nothing,
        task=nothing,
        meaning=nothing,
        in_target=nowhere,
        near_target=nowhere,
        in_sector=nowhere,
        for_client=nowhere,
    )

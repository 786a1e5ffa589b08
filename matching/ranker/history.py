"""The record as judgements: every dated piece of past work was a need once, and somebody did it.

Each such need is ranked with what was known before it, and whoever did the work is the right
answer. A deployment can learn from this on its first day; what its users choose later is worth
more and is laid out by `matching.learning`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.features.catalogue import NAMES, feature_matrix
from matching.features.context import MatchContext, make_context
from matching.index.columns import Index
from matching.index.shard import UNDATED
from matching.ranker.additive import AdditiveRanker
from matching.ranker.judged import MAX_GRADE, InvalidTraining, JudgedRows
from matching.types import Float32Array, FloatArray, IntArray, Query

WINDOWS = 5
NEGATIVES = 200
# Of those that did not win, this share are the prior's first: they decide the top of the list. The
# rest are drawn from below, fewer the further down: a ranker that never saw the middle of the list
# could lift it to the top unpunished.
HARD_SHARE = 0.3
MOST_NEEDS = 3_000


@dataclass(frozen=True, slots=True)
class PastNeed:
    """A matter as the need it once was.

    Attributes:
        need_id: the id of the matter.
        query: what was asked for, on the day it was decided.
        winners: who did the work.
    """

    need_id: str
    query: Query
    winners: tuple[str, ...]


def past_needs(index: Index, first: date, last: date) -> tuple[PastNeed, ...]:
    """Return the verified work of a stretch of days as needs, oldest first.

    Of repeats of one text for one client the first stands; statements and undated work are none.

    Args:
        index: the record.
        first, last: days, both included.
    """
    rows = np.flatnonzero(
        (index.dated != UNDATED)
        & (index.dated >= first.toordinal())
        & (index.dated <= last.toordinal())
        & index.is_verified
        & ~index.is_statement
    )
    found: dict[tuple[str | None, str], PastNeed] = {}
    for row in rows[np.argsort(index.dated[rows], kind="stable")]:
        matter = index.matters[int(row)]
        if not matter.evidence_ids or not matter.text:
            continue
        query = Query(
            text=matter.text,
            on=date.fromordinal(int(index.dated[row])),
            target_jurisdictions=matter.jurisdictions,
            sector_codes=matter.sector_codes,
            amount_usd=matter.amount_usd,
            client=matter.client,
            task=matter.description if matter.title else "",
        )
        need = PastNeed(matter.matter_id, query, tuple(sorted(matter.evidence_ids)))
        found.setdefault((matter.client, matter.text), need)
    return tuple(found.values())


def judged_history(
    needs: Sequence[PastNeed],
    vectors: Float32Array,
    index: Index,
    *,
    prior: AdditiveRanker,
    seed: int,
    windows: int = WINDOWS,
    frozen: bool = True,
    negatives: int = NEGATIVES,
    at_most: int = MOST_NEEDS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> JudgedRows:
    """Lay past needs out as rows to learn from: who did the work, and others who might have.

    The needs are cut into windows of time, one fold of the cross-validation each. Those whose
    winners had done nothing before cannot be learned from and are left out.

    Args:
        needs: oldest first.
        vectors: shape (len(needs), d), their texts encoded as needs.
        index: the record they come from.
        prior: part of the others are those it ranks first (`HARD_SHARE`), the rest is drawn.
        seed: of what is drawn.
        windows: how many.
        frozen: whether a need sees only what was known before its window, as one that is asked
            some time after the record was last brought up to date; else all before its day.
        negatives: how many others stand beside the winners of each need.
        at_most: of more answerable needs than this, so many are drawn.
        progress: told how many needs are done, of how many.

    Raises:
        InvalidTraining: no need has a winner with work before it.
    """
    if len(vectors) != len(needs):
        raise InvalidTraining(f"{len(vectors)} vectors for {len(needs)} needs")
    rng = np.random.default_rng(seed)
    windows_of_needs = np.array_split(np.arange(len(needs)), windows)
    cuts = [needs[int(block[0])].query.on if block.size else date.min for block in windows_of_needs]
    blocks = [
        [int(at) for at in block if _is_answerable(index, needs[int(at)], cut if frozen else None)]
        for block, cut in zip(windows_of_needs, cuts, strict=True)
    ]
    answerable = np.array([at for block in blocks for at in block], dtype=np.int64)
    chosen = set(answerable.tolist())
    if len(answerable) > at_most:
        chosen = set(rng.choice(answerable, at_most, replace=False).tolist())
    features: list[FloatArray] = []
    grades: list[IntArray] = []
    folds: list[int] = []
    done = 0
    for fold, (block, cut) in enumerate(zip(blocks, cuts, strict=True)):
        known_before = cut if frozen else None
        for at in block:
            if at not in chosen:
                continue
            need = needs[at]
            context = make_context(need.query, vectors[at], index, known_before=known_before)
            found = _graded(context, need, prior, negatives, rng)
            if found is not None:
                features.append(found[0])
                grades.append(found[1])
                folds.append(fold)
            done += 1
            progress(done, len(chosen))
    if not features:
        raise InvalidTraining(
            "no past need was served by somebody with work on record before it: "
            "load a longer history"
        )
    return JudgedRows(
        names=NAMES,
        features=np.concatenate(features),
        grades=np.concatenate(grades),
        query_of=np.repeat(np.arange(len(grades)), [len(part) for part in grades]),
        weights=np.ones(len(grades)),
        folds=np.array(folds, dtype=np.int64),
    )


def _is_answerable(index: Index, need: PastNeed, known_before: date | None) -> bool:
    """Tell whether a winner had work on record before the need, or before its window."""
    day = need.query.on if known_before is None else min(need.query.on, known_before)
    return any(
        bool((index.dated[index.evidence_of(index.row_of[winner])] < day.toordinal()).any())
        for winner in need.winners
    )


def _graded(
    context: MatchContext,
    need: PastNeed,
    prior: AdditiveRanker,
    negatives: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, IntArray] | None:
    index = context.index
    is_known = index.summed(context.counts.astype(np.float64)) > 0
    winners = [index.row_of[winner] for winner in need.winners]
    winners = [row for row in winners if is_known[row]]
    others = np.setdiff1d(np.flatnonzero(is_known), winners)
    if not winners or not others.size:
        return None
    features = feature_matrix(context)
    scores = prior.scores(features)
    ranked = others[np.argsort(-scores[others], kind="stable")]
    hard = min(int(negatives * HARD_SHARE), len(ranked))
    # Places drawn evenly on a logarithmic scale: the nearer the top, the more of them are there.
    exponents = rng.random(negatives - hard)
    places = max(hard, 1) * (len(ranked) / max(hard, 1)) ** exponents
    drawn = ranked[np.minimum(places.astype(np.int64), len(ranked) - 1)]
    first = ranked[:hard]
    rows = np.union1d(np.union1d(first, drawn), np.array(winners, dtype=np.int64))
    grades = np.where(np.isin(rows, winners), MAX_GRADE, 0)
    return features[rows], grades.astype(np.int64)

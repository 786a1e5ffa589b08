"""What would bring a provider into the first k: the smallest change of facts it could make true.

Each change is worked out as a variant of the provider, by the features, rules and curves that
rank everybody (`matching.variants`), while everybody else stays where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.change_facts import Fact, FactKind, apply_facts, facts_within_reach
from matching.features.context import MatchContext, counted_rows
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.scoring import Scored
from matching.types import BoolArray, FloatArray, Sentence
from matching.variants import judge_variants

# Pairs of facts that are tried, those that take least first.
PAIRS_TRIED = 200


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that a provider could make true, and where they would bring it.

    Attributes:
        facts: one or two.
        rank: the place by score that it would have, from 1.
        score: the score that it would have.
        is_enough: whether that is among the first k.
        sentence: the change and what it brings, in words.
    """

    facts: tuple[Fact, ...]
    rank: int
    score: float
    is_enough: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """Everybody else in a ranking by score, against whom one candidate is placed.

    Attributes:
        row: the candidate, in the context.
        leaders: the best of the other eligible candidates that the context holds, best first.
        scores: shape (others,), the scores of all other eligible candidates.
        goes_before: shape (others,), whose id is smaller, so that it goes before at equal scores.
    """

    row: int
    leaders: tuple[int, ...]
    scores: FloatArray
    goes_before: BoolArray

    def place_of(self, score: float) -> int:
        """Return the place, from 1, that a score has among the others; ties go by id."""
        ahead = (self.scores > score) | ((self.scores == score) & self.goes_before)
        return 1 + int(ahead.sum())


def standing_of(scored: Scored, eligible: BoolArray, row: int) -> Standing:
    """Set a candidate apart from everybody else who is eligible."""
    others = np.flatnonzero(eligible)
    others = others[others != row]
    order = others[np.argsort(-scored.scores[others], kind="stable")]
    return Standing(row, tuple(order.tolist()), scored.scores[order], order < row)


def find_change(
    context: MatchContext,
    ranker: AdditiveRanker,
    standing: Standing,
    names: Names,
    *,
    k: int,
    present: float | None,
) -> Change | None:
    """Find the smallest change that brings a candidate into the first k.

    Single facts are tried, then pairs; of those that are enough the one that takes least is
    chosen, then the one that brings it farther.

    Args:
        context: the need laid against the index.
        ranker: what scores.
        standing: the candidate against everybody else.
        names: what places, sectors and languages are called.
        k: how many places there are.
        present: the score that it has, None where a rule removes it.

    Returns:
        None where no change within reach brings it any farther; where none is enough, the one that
        brings it farthest.
    """
    typical = _typical(context, standing, k)
    singles = facts_within_reach(context, standing.row, names, typical=typical)
    ones = [(fact,) for fact in singles]
    tried = _try(context, ranker, standing, ones, k=k)
    if not any(change.is_enough for change in tried):
        pairs = sorted(
            (pair for pair in combinations(singles, 2) if not _is_twice_work(pair)),
            key=lambda pair: sum(fact.cost for fact in pair),
        )
        tried += _try(context, ranker, standing, pairs[:PAIRS_TRIED], k=k)
    enough = [change for change in tried if change.is_enough]
    if enough:
        return min(enough, key=lambda change: (_cost(change), -change.score))
    farther = [change for change in tried if present is None or change.score > present]
    return min(farther, key=lambda change: (-change.score, _cost(change)), default=None)


def _cost(change: Change) -> int:
    return sum(fact.cost for fact in change.facts)


def _is_twice_work(pair: tuple[Fact, ...]) -> bool:
    return all(fact.kind is FactKind.WORK for fact in pair)


def _typical(context: MatchContext, standing: Standing, k: int) -> int | None:
    """Return the nearest work of the one in the middle of the first k, by how near it is."""
    nearest: list[tuple[float, int]] = []
    for row in standing.leaders[:k]:
        rows = counted_rows(context, row)
        work = rows[~context.index.is_statement[rows]]
        if work.size:
            likeness = context.likeness[work]
            nearest.append((float(likeness.max()), int(work[likeness.argmax()])))
    return sorted(nearest)[(len(nearest) - 1) // 2][1] if nearest else None


def _try(
    context: MatchContext,
    ranker: AdditiveRanker,
    standing: Standing,
    sets: Sequence[tuple[Fact, ...]],
    *,
    k: int,
) -> list[Change]:
    """Work out every set of facts that leaves the candidate eligible."""
    variants = [apply_facts(context, standing.row, facts) for facts in sets]
    scores, eligible = judge_variants(context, ranker, variants)
    changes: list[Change] = []
    for facts, score, is_eligible in zip(sets, scores.tolist(), eligible, strict=True):
        if is_eligible:
            rank = standing.place_of(score)
            said = _say(facts, rank, k)
            changes.append(Change(facts, rank, score, rank <= k, said))
    return changes


def _say(facts: Sequence[Fact], rank: int, k: int) -> Sentence:
    en = " and ".join(fact.sentence.en for fact in facts)
    hans = "，并且".join(fact.sentence.zh_hans for fact in facts)
    hant = "，並且".join(fact.sentence.zh_hant for fact in facts)
    if rank <= k:
        return Sentence(
            f"If it {en}, it would stand at place {rank}.",
            f"若该机构{hans}，将排在第{rank}位。",
            f"若該機構{hant}，將排在第{rank}位。",
        )
    return Sentence(
        f"No change within its reach would bring it into the first {k}. "
        f"What would help most: if it {en}, it would stand at place {rank}.",
        f"在其能力范围内，没有改变可使其进入前{k}名。帮助最大的是：若该机构{hans}，将排在第{rank}位。",
        f"在其能力範圍內，沒有改變可使其進入前{k}名。幫助最大的是：若該機構{hant}，將排在第{rank}位。",
    )

"""Why a provider stands where it stands for a need, or does not stand there at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.changes import Change, find_change, standing_of
from matching.eligibility import RULES, apply_rules
from matching.explain import explain
from matching.exposure import groups_of, place
from matching.features.context import MatchContext, make_context
from matching.index.columns import Index
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.scoring import Scored, score_all
from matching.types import (
    BoolArray,
    Float32Array,
    Query,
    RankedProvider,
    ScoredCandidate,
    Sentence,
)

# The rules of `eligibility.RULES`, said of one provider.
BROKEN = {
    "published": Sentence("its profile is not published", "其资料尚未发布", "其資料尚未發布"),
    "not_suspended": Sentence("it is suspended", "其已被暂停", "其已被暫停"),
    "not_excluded": Sentence("the need excludes it", "需求将其排除在外", "需求將其排除在外"),
    "conflict_cleared": Sentence(
        "it has a conflict of interest", "其存在利益冲突", "其存在利益衝突"
    ),
    "capacity": Sentence(
        "it takes no new work at present", "其目前不接新委托", "其目前不接受新委聘"
    ),
    "sector_covered": Sentence(
        "it is not known for the sectors asked for",
        "未见其从事所需专业领域",
        "未見其從事所需專業界別",
    ),
    "jurisdiction_covered": Sentence(
        "it is not known to practise in the target jurisdictions",
        "未见其在目的地法域执业",
        "未見其在目標司法管轄區執業",
    ),
    "credential_in_force": Sentence(
        "it holds no credential that is in force on the day",
        "其当日没有有效的执业资质",
        "其當日沒有有效的專業資格",
    ),
    "languages": Sentence(
        "it does not work in a required language",
        "其不使用所要求的语言",
        "其不使用所要求的語言",
    ),
}


class UnknownProvider(LookupError):
    """The index does not hold the provider."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that removes the provider, and the words for it."""

    rule: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Why:
    """Why a provider stands where it stands.

    Attributes:
        k: the number of places that are shown.
        eligible: how many candidates passed every rule.
        rank: its place by score, from 1; None where a rule removes it.
        broken: the rules that remove it, in the order in which they are applied; it counts under
            the first.
        score_of_kth: the score at the last of the first k places, None where fewer are eligible.
        explained: its score with all its parts, reasons and gaps. Its `rank` is the place that it
            has on the day, near-equals taking turns, or where a rule removes it the one that its
            score would have.
        change: what would bring it into the first k by score, or the farthest; None where it
            stands there, or where nothing within its reach helps.
        sentence: where it stands, in words.
    """

    k: int
    eligible: int
    rank: int | None
    broken: tuple[BrokenRule, ...]
    score_of_kth: float | None
    explained: RankedProvider
    change: Change | None
    sentence: Sentence

    @property
    def is_among_first(self) -> bool:
        """Whether its score is among the first k of those who may serve."""
        return self.rank is not None and self.rank <= self.k


def why(
    query: Query,
    query_vector: Float32Array,
    index: Index,
    ranker: AdditiveRanker,
    names: Names,
    *,
    provider_id: str,
    k: int = 10,
    band: float = 0.0,
) -> Why:
    """Say why a provider stands where it stands, and what would bring it into the first k.

    Args:
        query: the need.
        query_vector: shape (d,), the need's text as the index's encoder sees it.
        index: who may be proposed and what they have done.
        ranker: turns features into a score that is the sum of its parts.
        names: what places, sectors and languages are called.
        provider_id: the provider that is asked about.
        k: how many places there are, at least 1.
        band: how near scores must lie for providers to take turns, as in a match.

    Raises:
        UnknownProvider: the index does not hold it.
        ValueError: k is below 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}: ask for the first 1 or more places")
    row = index.row_of.get(provider_id)
    if row is None:
        raise UnknownProvider(f"no provider has the id {provider_id}")
    context = make_context(query, query_vector, index)
    eligible, _counts = apply_rules(context)
    scored = score_all(context, ranker)
    standing = standing_of(scored, eligible, row)
    score = float(scored.scores[row])
    by_score = standing.place_of(score)
    rank = by_score if eligible[row] else None
    candidate = ScoredCandidate(provider_id, score, tuple(scored.contributions[row].tolist()))
    (explained,) = explain(context, [candidate], scored, names, ranker)
    if rank is not None and band > 0.0:
        explained = _taking_turns(explained, context, scored, eligible, band=band, rank=rank)
    else:
        explained = replace(explained, rank=by_score)
    change = None
    if rank is None or rank > k:
        present = None if rank is None else score
        change = find_change(context, ranker, standing, names, k=k, present=present)
    falling = np.sort(scored.scores[eligible])[::-1]
    broken = tuple(
        BrokenRule(rule.name, BROKEN.get(rule.name, rule.says))
        for rule in RULES
        if rule.removes(context)[row]
    )
    return Why(
        k=k,
        eligible=len(falling),
        rank=rank,
        broken=broken,
        score_of_kth=float(falling[k - 1]) if len(falling) >= k else None,
        explained=explained,
        change=change,
        sentence=say_standing(broken, rank, len(falling)),
    )


def _taking_turns(
    explained: RankedProvider,
    context: MatchContext,
    scored: Scored,
    eligible: BoolArray,
    *,
    band: float,
    rank: int,
) -> RankedProvider:
    """Move an eligible provider to its place of the day among those that score nearly the same."""
    falling = np.sort(scored.scores[eligible])[::-1]
    end = groups_of(falling, band, top=rank)[-1][1]
    ids = [one.provider_id for one in context.index.candidates]
    placed = place(context.query, ids, scored, eligible, band=band, top=end)
    at = [one.candidate.provider_id for one in placed].index(explained.provider_id)
    return replace(explained, rank=at + 1, shares_place=placed[at].shares)


def say_standing(broken: Sequence[BrokenRule], rank: int | None, eligible: int) -> Sentence:
    """Say in words where a provider stands, or which rules leave it out."""
    if rank is not None:
        return Sentence(
            f"By its score it stands at place {rank:,} of the {eligible:,} that may serve.",
            f"按分数，该机构在可承办的{eligible:,}家中排第{rank:,}位。",
            f"按分數，該機構在可承辦的{eligible:,}間中排第{rank:,}位。",
        )
    said = [one.sentence for one in broken]
    return Sentence(
        f"It is left out: {'; '.join(one.en for one in said)}.",
        f"该机构未获列入：{'；'.join(one.zh_hans for one in said)}。",
        f"該機構未獲列入：{'；'.join(one.zh_hant for one in said)}。",
    )

"""Order among near-equals: within a stated band of the score, providers share the top in turn.

Scores that differ by less than a ranker can tell apart would otherwise give the first place, and
with it nearly all attention, to the same provider every day (Singh and Joachims 2018, Fairness of
exposure in rankings; Biega, Gummadi and Weikum 2018, Equity of attention). Here the order inside a
group of near-equals is drawn from a hash of the day, the need and the provider's id: nobody can
move it, it can be replayed, and over days and needs each of the group stands at the top equally
often. Nothing else moves a provider.
"""

import hashlib
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np

from matching.scoring import Scored, rank
from matching.text.folding import fold
from matching.types import BoolArray, FloatArray, Query, ScoredCandidate, Sentence, SharedPlace

# Folded texts that are kept, no longer than this: the same needs are matched again and again.
_TEXTS_KEPT = 512
_LONGEST_KEPT = 4_000


class InvalidBand(ValueError):
    """A band is no number, or is below 0."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate at its place; `shares` says with how many it changes places, if with any."""

    candidate: ScoredCandidate
    shares: SharedPlace | None


def groups_of(
    scores: FloatArray, band: float, *, top: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Cut a descending list of scores into groups of near-equals.

    A group is its leader, the best score left, and all that lie within the band below it; the next
    leader is the first outside. So two of one group never differ by more than the band, and a long
    slope of small steps is not one group.

    Args:
        scores: shape (n,), descending.
        band: a difference of scores, at least 0. A score is on the scale of log odds, so that one
            difference means the same at any height: 0.05 says 51 against 49. Equal scores are one
            group with any band above 0; with band 0 each stands alone.
        top: cut only until the first `top` are covered; the last group is always whole.

    Returns:
        (first, end) of each group, end excluded.

    Raises:
        InvalidBand: the band is no number, or is below 0.
    """
    require_band(band)
    wanted = len(scores) if top is None else min(top, len(scores))
    # As a sequence of numbers it is searched from place to place, faster than as an array.
    rising = cast(Sequence[float], -scores)
    groups: list[tuple[int, int]] = []
    first = 0
    while first < wanted:
        end = first + 1
        if band > 0.0:
            end = bisect_right(rising, band - float(scores[first]), end)
        groups.append((first, end))
        first = end
    return tuple(groups)


def need_key(query: Query) -> str:
    """Name what a need asks for: 16 hex digits, the same for the same need in either script.

    The day stands apart, and who may not be proposed does not change the order of the others.
    """
    text = query.text
    asked = (
        _folded(text) if len(text) <= _LONGEST_KEPT else fold(text).strip(),
        query.home_jurisdiction,
        sorted(query.target_jurisdictions),
        sorted(query.sector_codes),
        sorted(query.excluded_jurisdictions),
        sorted(query.excluded_sector_codes),
        sorted(query.languages_wanted),
        query.languages_required,
        query.amount_usd,
        query.client,
    )
    return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=_TEXTS_KEPT)
def _folded(text: str) -> str:
    return fold(text).strip()


def turns_of(on: date, need: str) -> Callable[[str], bytes]:
    """Return what gives each provider its turn on a day; `turn` for many."""
    begun = hashlib.sha256(f"{on.isoformat()}|{need}|".encode())

    def of(provider_id: str) -> bytes:
        digest = begun.copy()
        digest.update(provider_id.encode())
        return digest.digest()

    return of


def turn(on: date, need: str, provider_id: str) -> bytes:
    """Return what near-equals are ordered by: even over days, needs and providers alike."""
    return turns_of(on, need)(provider_id)


def place(
    query: Query,
    candidate_ids: Sequence[str],
    scored: Scored,
    eligible: BoolArray,
    *,
    band: float,
    top: int | None = None,
) -> tuple[Placed, ...]:
    """Order the eligible candidates, near-equals in turn, and return the first of them.

    Args:
        query: the need; its day and content decide whose turn it is.
        candidate_ids: length n, increasing.
        scored: of the same n candidates.
        eligible: shape (n,).
        band: as in `groups_of`; 0 orders by score alone, ties by the smaller id.
        top: how many to return, or None for all.

    Raises:
        InvalidBand: the band is no number, or is below 0.
        FeatureMismatch: the lengths differ.
    """
    require_band(band)
    if band == 0.0:
        ranked = rank(candidate_ids, scored, eligible, top=top)
        return tuple(Placed(candidate, None) for candidate in ranked)
    falling = np.sort(scored.scores[eligible])[::-1]
    groups = groups_of(falling, band, top=top)
    # A group may cross the cut: whose turn it is, is decided among all of it.
    ranked = rank(candidate_ids, scored, eligible, top=groups[-1][1] if groups else 0)
    need = need_key(query)
    placed: list[Placed] = []
    for first, end in groups:
        group = sorted(ranked[first:end], key=lambda one: turn(query.on, need, one.provider_id))
        shares = share(first + 1, len(group), band) if len(group) > 1 else None
        placed.extend(Placed(candidate, shares) for candidate in group)
    return tuple(placed[:top])


def share(first_rank: int, size: int, band: float) -> SharedPlace:
    """Say that a group of near-equals takes turns at the places from the given one."""
    within = f"{band:.6g}"
    return SharedPlace(
        first_rank=first_rank,
        size=size,
        band=band,
        sentence=Sentence(
            f"{size} providers here score within {within} of each other; their order changes daily",
            f"此处{size}家机构的得分相差不超过{within}，其先后顺序每日轮换",
            f"此處{size}間機構的得分相差不超過{within}，其先後次序每日輪換",
        ),
    )


def require_band(band: float) -> None:
    """Refuse a band that is no number, or below 0.

    Raises:
        InvalidBand: it is.
    """
    if not (math.isfinite(band) and band >= 0.0):
        raise InvalidBand(f"the band of near-equals is {band}: give a number from 0 up")

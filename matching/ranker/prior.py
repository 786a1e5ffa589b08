"""The hand-set prior: what ranks while there are no judgements to learn from.

The weights were set by hand after looking at rolling cuts of the *training* parts of two public
sets of awards (docs/evaluation.md says which and how); the parts kept for measuring played no
role. Features that those sets do not have (sectors, languages, verification) are set by judgement.
"""

from functools import lru_cache

from matching.features.catalogue import NAMES
from matching.ranker.additive import MAX_STEPS, AdditiveRanker, Curve

WEIGHTS: dict[str, float] = {
    "words_nearest": 2.2,
    "words_nearest3": 2.2,
    "task_nearest": 1.5,
    "meaning_nearest": 1.6,
    "meaning_nearest3": 0.1,
    "past_needs": 1.5,
    "focus": 0.6,
    "past_needs_in_target": 0.75,
    "nearest_in_target": 0.2,
    "experience_in_target": 0.6,
    "covers_targets": 0.6,
    "experience_near_target": 0.6,
    "based_in_target": 0.35,
    "corridor": 0.6,
    "proximity_to_target": 0.1,
    "home_firms_alike": 1.2,
    "home_firms_of_size": 1.0,
    "sector_shown": 0.5,
    "nearest_in_sector": 0.5,
    "past_needs_in_sector": 0.2,
    "sector_shown_in_target": 1.2,
    "sector_listed": 0.8,
    "sector_listed_in_target": 2.0,
    "size_fit": 0.75,
    "typical_size": 0.15,
    "alike_of_size": 1.0,
    "recency": 1.2,
    "languages_spoken": 0.5,
    "verified_record": 0.2,
    # Repeated business says who was chosen, not who would be best: any weight measured here cost
    # those whom a client does not know yet more than it gave the others.
    "served_client": 0.0,
}


@lru_cache(maxsize=1)
def prior() -> AdditiveRanker:
    """Return the prior: each feature rises in 64 even steps from nothing to its weight."""
    return AdditiveRanker("prior", tuple(_ramp(name, WEIGHTS[name]) for name in NAMES))


def _ramp(feature: str, weight: float) -> Curve:
    edges = tuple(step / MAX_STEPS for step in range(1, MAX_STEPS))
    values = tuple(weight * step / (MAX_STEPS - 1) for step in range(MAX_STEPS))
    return Curve(feature, edges, values)

"""How likely a provider was looked at, given the place where it was shown.

What stands first is looked at most, so it is chosen most, whether or not it is best. A choice at a
place that few look at says more. The propensity of a place is the chance that it is looked at,
relative to the first (position-based model: a choice needs a look and relevance).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.sparse.csgraph import connected_components

from matching.learning.types import Feedback
from matching.types import FloatArray, Query

DEFAULT_ETA = 1.0
DEFAULT_CLIP = 10.0
MIN_CHOICES = 200
MIN_SHOWN = 50
_ROUNDS = 2_000
_TOLERANCE = 1e-9
_LEAST = 1e-6


class PropensityMethod(StrEnum):
    """Where a curve comes from."""

    SWAPS = "swaps"
    POWER_LAW = "power_law"


@dataclass(frozen=True, slots=True)
class PropensityCurve:
    """The propensity of each place.

    Attributes:
        values: from the first place on, starting at 1 and never rising; beyond its end the last
            value holds for a measured curve, and the law goes on for a power law.
        method: measured by swaps, or the power law 1 / place^eta.
        eta: of the power law; None for a measured curve.
        choices: choices it was measured from, 0 for the law.
        reason: in a sentence, why this method was used.
    """

    values: tuple[float, ...]
    method: PropensityMethod
    eta: float | None
    choices: int
    reason: str

    def at(self, place: int) -> float:
        """Return the propensity of a place, from 1; in (0, 1]."""
        if place < 1:
            raise ValueError(f"place {place}: places count from 1")
        if self.eta is not None:
            return float(place**-self.eta)
        return self.values[min(place, len(self.values)) - 1]

    def weight(self, place: int, *, clip: float = DEFAULT_CLIP) -> float:
        """Return the inverse propensity of a place, in [1, clip].

        Clipped, because a single choice far down would otherwise outweigh all others (Joachims,
        Swaminathan and Schnabel 2017, Unbiased learning-to-rank with biased feedback).
        """
        # Compared before dividing: the law falls to nothing far down.
        propensity = self.at(place)
        return clip if propensity * clip <= 1.0 else 1.0 / propensity


def power_law(
    eta: float = DEFAULT_ETA, *, places: int = 10, reason: str = "asked for"
) -> PropensityCurve:
    """Return the curve 1 / place^eta. With eta = 1 it is close to what is measured on lists.

    Raises:
        ValueError: `eta` is negative: what stands lower is not looked at more.
    """
    if not 0.0 <= eta < 10.0:
        raise ValueError(f"eta {eta}: give a number from 0 (no bias) to 10")
    values = tuple(float(place**-eta) for place in range(1, places + 1))
    return PropensityCurve(values, PropensityMethod.POWER_LAW, eta, 0, reason)


@dataclass(frozen=True, slots=True)
class Impression:
    """A provider shown at a place for a kind of need, and whether it was chosen."""

    item: tuple[str, str]
    place: int
    is_chosen: bool


def need_group(query: Query) -> str:
    """Name the near-equal needs: those that ask for the same sectors in the same jurisdictions."""
    places = ",".join(sorted(query.target_jurisdictions))
    sectors = ",".join(sorted(query.sector_codes))
    return f"{places}|{sectors}|{query.home_jurisdiction or ''}"


def impressions(feedback: Feedback) -> tuple[Impression, ...]:
    """List what was shown where, grouped by near-equal needs, and what verified enterprises chose.

    Lists of which nothing was chosen count too: a list that nobody opened lowers every place
    alike, which the curve's scale takes out.
    """
    chosen = {
        (one.list_id, one.provider_id)
        for one in feedback.outcomes
        if one.is_verified and one.list_id is not None
    }
    found: list[Impression] = []
    for showing in feedback.showings:
        query = feedback.queries.get(showing.query_id)
        group = showing.query_id if query is None else need_group(query)
        found += [
            Impression((group, provider_id), place, (showing.list_id, provider_id) in chosen)
            for place, provider_id in enumerate(showing.provider_ids, start=1)
        ]
    return tuple(found)


def estimate_propensities(
    shown: Iterable[Impression],
    *,
    places: int = 10,
    min_choices: int = MIN_CHOICES,
    min_shown: int = MIN_SHOWN,
    eta: float = DEFAULT_ETA,
) -> PropensityCurve:
    """Measure propensities where the same provider was shown at several places, or take the law.

    For near-equal needs the relevance of a provider is the same, so that of those shown at both of
    two places, as often, the shares chosen differ as the places do (Agarwal, Zaitsev, Wang, Li,
    Najork and Joachims 2019, Estimating position bias without intrusive interventions). All pairs
    of places together are a Bradley-Terry model, fitted by Hunter's algorithm (2004, MM algorithms
    for generalized Bradley-Terry models), and its curve is the nearest one that never rises.

    Args:
        shown: in any order; what stands below `places` is left out.
        places: how many places are measured.
        min_choices: fewer choices than these among the swapped providers give the power law.
        min_shown: likewise, fewer showings of swapped providers at any place.
        eta: of that power law.
    """
    counts = _count(shown, places)
    choices = int(sum(chosen.sum() for _, chosen in counts))
    least = int(sum((seen for seen, _ in counts), np.zeros(places)).min())
    if choices < min_choices or least < min_shown:
        reason = (
            f"{choices} choices among providers shown at several places, and {least} showings at "
            f"the rarest place; measuring takes {min_choices} and {min_shown}"
        )
        return power_law(eta, places=places, reason=reason)
    wins = _wins(counts, places)
    parts, _ = connected_components(wins + wins.T, directed=False)
    if parts > 1:
        reason = "no chosen provider was shown both among the upper places and the lower ones"
        return power_law(eta, places=places, reason=reason)
    reason = f"{choices} choices among providers shown at several places for near-equal needs"
    values = tuple(_falling(_fit(wins), wins.sum(axis=1) + 1.0).tolist())
    return PropensityCurve(values, PropensityMethod.SWAPS, None, choices, reason)


def _count(shown: Iterable[Impression], places: int) -> list[tuple[FloatArray, FloatArray]]:
    """For each item at more than one place: how often it was shown at each, and chosen there."""
    counts: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = {}
    for one in shown:
        if one.place < 1:
            raise ValueError(f"place {one.place}: places count from 1")
        if one.place <= places:
            seen, chosen = counts.setdefault(one.item, (np.zeros(places), np.zeros(places)))
            seen[one.place - 1] += 1.0
            chosen[one.place - 1] += one.is_chosen
    return [counts[item] for item in sorted(counts) if np.count_nonzero(counts[item][0]) > 1]


def _wins(counts: Sequence[tuple[FloatArray, FloatArray]], places: int) -> FloatArray:
    """Choices at a place (row) of what was shown as often at another one (column)."""
    wins = np.zeros((places, places))
    for seen, chosen in counts:
        at = np.flatnonzero(seen)
        n = seen[at]
        both = n[:, None] * n[None, :] / (n[:, None] + n[None, :])
        wins[np.ix_(at, at)] += both * (chosen[at] / n)[:, None]
    np.fill_diagonal(wins, 0.0)
    return wins


def _fit(wins: FloatArray) -> FloatArray:
    games = wins + wins.T
    strength = np.ones(len(wins))
    for _ in range(_ROUNDS):
        before = strength
        strength = wins.sum(axis=1) / (games / (before[:, None] + before[None, :])).sum(axis=1)
        # A place where nothing was chosen would come to nothing, and two of them divide 0 by 0.
        strength = np.maximum(strength / strength.max(), _LEAST)
        if float(np.abs(strength - before).max()) < _TOLERANCE:
            break
    return strength


def _falling(strength: FloatArray, weight: FloatArray) -> FloatArray:
    """The nearest curve that never rises, from 1: nobody looks at a lower place more often."""
    falling: FloatArray = isotonic_regression(strength, weights=weight, increasing=False).x
    result: FloatArray = falling / falling[0]
    return result

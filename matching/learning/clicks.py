"""Simulated choices with a known examination curve, to see whether corrections recover the truth.

Position-based model (Richardson, Dominowska and Ragno 2007; Chuklin, Markov and de Rijke 2015,
Click models for web search): what is looked at and relevant is chosen. With trust bias (Agarwal,
Wang, Li, Bendersky and Najork 2019, Addressing trust bias for unbiased learning-to-rank) what
stands high is also chosen without being relevant.
"""

from dataclasses import dataclass

import numpy as np

from matching.learning.types import MAX_GRADE
from matching.types import BoolArray, FloatArray, IntArray

NOISE = 0.1


@dataclass(frozen=True, slots=True)
class Examination:
    """How people look at a list.

    Attributes:
        propensities: the chance that each place is looked at, from the first on; each in [0, 1].
        trust: the chance that something looked at and not relevant is chosen all the same, at the
            first place; lower places are trusted as much less as they are looked at less.
    """

    propensities: tuple[float, ...]
    trust: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no chance."""
        if not all(0.0 <= chance <= 1.0 for chance in (*self.propensities, self.trust)):
            raise ValueError("a chance lies between 0 and 1")


def relevance_chance(grades: IntArray, *, noise: float = NOISE) -> FloatArray:
    """Return the chance that a provider is chosen once it is looked at, by its grade.

    noise + (1 - noise) * (2^grade - 1) / 7, as in experiments with graded judgements (Joachims,
    Swaminathan and Schnabel 2017).
    """
    gain: FloatArray = (np.exp2(grades.astype(np.float64)) - 1.0) / (2.0**MAX_GRADE - 1.0)
    return noise + (1.0 - noise) * gain


def simulate_clicks(
    chances: FloatArray, order: IntArray, examination: Examination, rng: np.random.Generator
) -> BoolArray:
    """Show one list and let one person choose.

    Args:
        chances: shape (n,), the chance that each candidate is chosen once looked at.
        order: candidates as they are shown, best first; places beyond the examination's end are
            not looked at.
        examination: how people look at lists.
        rng: source of chance.

    Returns:
        Shape (n,), whether each candidate was chosen.
    """
    shown = order[: len(examination.propensities)]
    looked = np.array(examination.propensities[: len(shown)])
    chance = chances[shown]
    taken = looked * (chance + (1.0 - chance) * examination.trust * looked)
    clicks: BoolArray = np.zeros(len(chances), dtype=np.bool_)
    clicks[shown] = rng.random(len(shown)) < taken
    return clicks

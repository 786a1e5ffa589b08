"""Who is shown: how evenly the first places of many rankings are spread over providers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.types import BoolArray, FloatArray, IntArray

FIRST = 10


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the first ten places of all queries are spread.

    Attributes:
        gini: of how often each candidate stands there, over all candidates: 0 where all do equally
            often, near 1 where few take all. With fewer places than candidates it cannot be 0.
        shown: share of the candidates that stand there at least once.
        most: share of the queries in which the candidate shown most often stands there.
        small: share of the places that small providers hold.
    """

    gini: float
    shown: float
    most: float
    small: float

    def as_dict(self) -> dict[str, float]:
        """The figures by name, to four decimals."""
        return {
            "gini": round(self.gini, 4),
            "shown": round(self.shown, 4),
            "most": round(self.most, 4),
            "small": round(self.small, 4),
        }


def gini(times: FloatArray) -> float:
    """Return the Gini coefficient of how often each of n candidates is shown, in [0, 1).

    Args:
        times: shape (n,), none below 0; nothing shown at all is even.
    """
    n, total = len(times), float(times.sum())
    if not total:
        return 0.0
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    return float(weights @ np.sort(times) / (n * total))


def exposure_of(
    rankings: Sequence[IntArray], is_small: Sequence[BoolArray], candidates: int
) -> Exposure:
    """Measure the first ten places of rankings.

    Args:
        rankings: for each query the rows of its candidates, best first.
        is_small: for each query whether the candidate in each of these places is a small one.
        candidates: how many could have been ranked.
    """
    shown = [rows[:FIRST] for rows in rankings]
    if not shown or not candidates:
        return Exposure(0.0, 0.0, 0.0, 0.0)
    times = np.bincount(np.concatenate(shown), minlength=candidates).astype(np.float64)
    small = np.concatenate([flags[:FIRST] for flags in is_small])
    return Exposure(
        gini=gini(times),
        shown=float(np.mean(times > 0)),
        most=float(times.max() / len(shown)),
        small=float(small.mean()) if small.size else 0.0,
    )

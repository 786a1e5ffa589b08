"""The few values of each feature at which a ranker may step.

Training sees every value as the nearest of at most 64 points, so a learned curve can only step
half-way between two points, and the prior can be drawn on the very same steps.
"""

from dataclasses import dataclass

import numpy as np

from matching.types import BoolArray, FloatArray, IntArray

# LightGBM gives the value 0 a bin of its own, whose border would lie at 1e-35 and not half-way to
# the next point. Nothing is therefore shown to it as this.
NOTHING = 1e-6
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """The points of each feature: strictly increasing, positive, at most 64, each in use."""

    points: tuple[FloatArray, ...]

    @property
    def edges(self) -> tuple[tuple[float, ...], ...]:
        """Where a learned curve can step, for each feature: one fewer than points."""
        return tuple(tuple(_between(points).tolist()) for points in self.points)

    def snap(self, features: FloatArray) -> FloatArray:
        """Return each value as the nearest point of its feature: shape (n, f), without NaN."""
        return np.column_stack(
            [
                points[_nearest(points, features[:, column])]
                for column, points in enumerate(self.points)
            ]
        )


def make_grid(features: FloatArray, matters: BoolArray, max_steps: int) -> Grid:
    """Choose the points of each feature.

    Half of them are quantiles of the rows that matter, where the order is decided; the others
    stand at even distances, so that rare values are told apart as well. A feature with few
    values has these.

    Args:
        features: shape (r, f), in [0, 1] or NaN.
        matters: shape (r,), such as the rows with a grade or high in the prior's order.
        max_steps: the most points of a feature, at least 2.
    """
    return Grid(tuple(_points(column, matters, max_steps) for column in features.T))


def _points(values: FloatArray, matters: BoolArray, max_steps: int) -> FloatArray:
    known = _round(np.nan_to_num(values, nan=0.0))
    used = np.unique(known)
    if len(used) > max_steps:
        better = known[matters & (known > NOTHING)]
        levels = np.linspace(0.0, 1.0, max_steps // 2)
        quantiles = np.quantile(better, levels) if better.size else levels
        even = np.linspace(0.0, 1.0, max_steps - len(levels))
        candidates = np.unique(_round(np.concatenate([quantiles, even])))
        # A point nearest to no row would move LightGBM's borders between those that are.
        used = candidates[np.unique(_nearest(candidates, known))]
    return used


def _round(values: FloatArray) -> FloatArray:
    return np.maximum(np.round(values, _DIGITS), NOTHING)


def _nearest(points: FloatArray, values: FloatArray) -> IntArray:
    return np.searchsorted(_between(points), np.nan_to_num(values, nan=0.0), side="right")


def _between(points: FloatArray) -> FloatArray:
    # LightGBM's border is the number after the mean (GetDoubleUpperBound) and belongs to the left
    # side; an edge of ours belongs to the right, so it is the number after that.
    middle = (points[:-1] + points[1:]) / 2.0
    return np.nextafter(np.nextafter(middle, np.inf), np.inf)


def fill(edges: tuple[float, ...], max_steps: int) -> tuple[float, ...]:
    """Add even steps where edges are far apart, so that the prior keeps its shape there.

    Args:
        edges: strictly increasing, inside (0, 1), fewer than `max_steps`.
        max_steps: the most steps of the result.
    """
    filled = list(edges)
    even = np.arange(1, max_steps) / max_steps
    while len(filled) < max_steps - 1:
        distances = np.abs(even[:, np.newaxis] - np.array([0.0, *filled, 1.0])).min(axis=1)
        farthest = int(np.argmax(distances))
        if distances[farthest] <= 0.5 / max_steps:
            break
        filled.append(float(even[farthest]))
    return tuple(sorted(filled))

"""The additive ranker: score(need, provider) = sum over features of g_f(x_f), and of a few pairs.

Each g_f is a step function that can be drawn and read as a table, so the contributions that are
shown *are* the score. After Lucchese, Nardini, Orlando, Perego and Veneri 2022, ILMART:
interpretable ranking with constrained LambdaMART (SIGIR); the hand-set prior has the same form.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from matching.types import FloatArray, IntArray

MAX_STEPS = 64
MAX_PAIRS = 5
# How finely values are sorted before edges are looked at, and how many edges may share a cell.
_CELLS = 512
_FEW = 6


class FeatureMismatch(ValueError):
    """The features do not line up with the ranker."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function of one feature.

    Attributes:
        feature: name in the catalogue.
        edges: strictly increasing, inside (0, 1), at most 63 of them.
        values: one more than edges; a value x gets `values[number of edges <= x]`. An unknown value
            (NaN) gets `values[0]`: what is not known counts like the least, so hiding never pays.
    """

    feature: str
    edges: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        _require_steps(self.feature, self.edges)
        if len(self.values) != len(self.edges) + 1:
            raise FeatureMismatch(f"{self.feature}: {len(self.values)} steps")
        if not np.isfinite(self.values).all():
            raise FeatureMismatch(f"{self.feature}: a step is no number")

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the contribution of each value: the shape of the input."""
        return np.asarray(self.values)[_steps(self.edges, values)]

    @property
    def greatest(self) -> float:
        """The most this feature can add."""
        return max(self.values)


@dataclass(frozen=True, slots=True)
class PairTable:
    """A step function of two features, for what one of them only means beside the other.

    Attributes:
        name: of the pair in the catalogue.
        first, second: names of the features.
        first_edges, second_edges: as the edges of a curve.
        values: one row for each step of the first, one column for each of the second.
    """

    name: str
    first: str
    second: str
    first_edges: tuple[float, ...]
    second_edges: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _require_steps(self.name, self.first_edges)
        _require_steps(self.name, self.second_edges)
        widths = {len(row) for row in self.values}
        if len(self.values) != len(self.first_edges) + 1 or widths != {len(self.second_edges) + 1}:
            raise FeatureMismatch(f"{self.name}: the table does not fit its edges")
        if not np.isfinite(self.values).all():
            raise FeatureMismatch(f"{self.name}: a step is no number")

    def __call__(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Return the contribution of each pair of values: the shape of the inputs."""
        rows, columns = _steps(self.first_edges, first), _steps(self.second_edges, second)
        return np.asarray(self.values)[rows, columns]


def _require_steps(name: str, edges: tuple[float, ...]) -> None:
    if len(edges) >= MAX_STEPS:
        raise FeatureMismatch(f"{name}: {len(edges) + 1} steps")
    if any(a >= b for a, b in pairwise(edges)):
        raise FeatureMismatch(f"{name}: the edges do not increase")
    if not all(0.0 < edge < 1.0 for edge in edges):
        raise FeatureMismatch(f"{name}: an edge lies outside (0, 1)")


def _steps(edges: tuple[float, ...], values: FloatArray) -> IntArray:
    """Return how many edges lie at or below each value: 0 for an unknown one."""
    # No edge lies outside (0, 1), so nothing changes for what is drawn in; NaN gives way to 0.
    known = np.fmin(np.fmax(values, 0.0), 1.0)
    first, most, ends = _cells(edges)
    if most > _FEW:
        return np.searchsorted(ends[:-1], known, side="right")
    # Three times as fast as a binary search, and as exact: _CELLS is a power of two, so the cell
    # of a value is not rounded.
    steps = first[(known * _CELLS).astype(np.int64)]
    for _ in range(most):
        steps += known >= ends[steps]
    return steps


@lru_cache(maxsize=1024)
def _cells(edges: tuple[float, ...]) -> tuple[IntArray, int, FloatArray]:
    """Return the step at the start of each even cell, the most edges in one, and all edges."""
    starts = np.arange(_CELLS + 1) / _CELLS
    first = np.searchsorted(np.array(edges), starts, side="right").astype(np.int64)
    most = int(np.diff(first, append=len(edges)).max())
    return first, most, np.array([*edges, np.inf])


@dataclass(frozen=True, slots=True)
class AdditiveRanker:
    """One curve per feature, in the catalogue's order, and a few named tables of pairs.

    `name` says where it comes from.
    """

    name: str
    curves: tuple[Curve, ...]
    pairs: tuple[PairTable, ...] = ()

    def __post_init__(self) -> None:
        if len(self.pairs) > MAX_PAIRS:
            raise FeatureMismatch(f"{len(self.pairs)} pairs: at most {MAX_PAIRS}")
        known = {curve.feature for curve in self.curves}
        for pair in self.pairs:
            if not {pair.first, pair.second} <= known:
                raise FeatureMismatch(f"{pair.name}: a feature of the pair has no curve")

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the parts of a score: the features, then the pairs."""
        return (*(curve.feature for curve in self.curves), *(pair.name for pair in self.pairs))

    @property
    def version(self) -> str:
        """The name and a hash of every step, so that equal versions rank equally."""
        digest = hashlib.sha256(repr((self.curves, self.pairs)).encode()).hexdigest()[:10]
        return f"{self.name}-{digest}"

    def contributions(self, features: FloatArray) -> FloatArray:
        """Return what each feature and each pair adds: shape (n, f + p), columns as `terms`.

        Args:
            features: shape (n, f), columns as `curves`; NaN is unknown.

        Raises:
            FeatureMismatch: the number of columns is another one.
        """
        if features.ndim != 2 or features.shape[1] != len(self.curves):
            raise FeatureMismatch(f"features {features.shape} against {len(self.curves)} curves")
        at = {curve.feature: i for i, curve in enumerate(self.curves)}
        # One feature after the other: its values are read and written side by side.
        columns = np.ascontiguousarray(features.T)
        parts = np.empty((len(self.terms), len(features)))
        for i, curve in enumerate(self.curves):
            parts[i] = curve(columns[i]) if curve.edges else curve.values[0]
        for i, pair in enumerate(self.pairs, start=len(self.curves)):
            parts[i] = pair(columns[at[pair.first]], columns[at[pair.second]])
        return np.ascontiguousarray(parts.T)

    def scores(self, features: FloatArray) -> FloatArray:
        """Return the score of each row: shape (n,), the sum of its contributions."""
        total: FloatArray = self.contributions(features).sum(axis=1)
        return total

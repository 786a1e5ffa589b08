"""The additive ranker: score(need, provider) = sum over features of g_f(x_f).

Each g_f is a step function that can be drawn and read as a table, so the contributions that are
shown *are* the score. After Lucchese, Nardini, Orlando, Perego and Veneri 2022, ILMART:
interpretable ranking with constrained LambdaMART (SIGIR); the hand-set prior has the same form.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.types import BoolArray, FloatArray, ScoredCandidate

MAX_STEPS = 64


class FeatureMismatch(ValueError):
    """The features do not line up with the ranker."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function of one feature.

    Attributes:
        feature: name in the catalogue.
        edges: strictly increasing, inside (0, 1), at most 63 of them.
        values: one more than edges; a value x gets `values[number of edges <= x]`.
        unknown: what an unknown value (NaN) adds.
    """

    feature: str
    edges: tuple[float, ...]
    values: tuple[float, ...]
    unknown: float = 0.0

    def __post_init__(self) -> None:
        if len(self.values) != len(self.edges) + 1 or len(self.values) > MAX_STEPS:
            raise FeatureMismatch(f"{self.feature}: {len(self.values)} steps")
        if any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise FeatureMismatch(f"{self.feature}: the edges do not increase")
        if not all(0.0 < edge < 1.0 for edge in self.edges):
            raise FeatureMismatch(f"{self.feature}: an edge lies outside (0, 1)")

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the contribution of each value: the shape of the input."""
        steps = np.searchsorted(np.asarray(self.edges), values, side="right")
        contributions = np.asarray(self.values)[np.minimum(steps, len(self.values) - 1)]
        return np.where(np.isnan(values), self.unknown, contributions)

    @property
    def greatest(self) -> float:
        """The most this feature can add."""
        return max(self.values)


@dataclass(frozen=True, slots=True)
class AdditiveRanker:
    """One curve per feature, in the catalogue's order; `name` says where it comes from."""

    name: str
    curves: tuple[Curve, ...]

    @property
    def version(self) -> str:
        """The name and a hash of every step, so that equal versions rank equally."""
        digest = hashlib.sha256(repr(self.curves).encode()).hexdigest()[:10]
        return f"{self.name}-{digest}"

    def contributions(self, features: FloatArray) -> FloatArray:
        """Return what each feature adds.

        Args:
            features: shape (n, f), columns as `curves`; NaN is unknown.

        Raises:
            FeatureMismatch: the number of columns is another one.
        """
        if features.ndim != 2 or features.shape[1] != len(self.curves):
            raise FeatureMismatch(f"features {features.shape} against {len(self.curves)} curves")
        columns = [curve(features[:, i]) for i, curve in enumerate(self.curves)]
        return np.column_stack(columns)

    def rank(
        self,
        candidate_ids: Sequence[str],
        features: FloatArray,
        eligible: BoolArray,
        *,
        top: int | None = None,
    ) -> tuple[ScoredCandidate, ...]:
        """Rank the eligible candidates exactly; ties go to the smaller id.

        Args:
            candidate_ids: length n, increasing.
            features: shape (n, f).
            eligible: shape (n,).
            top: how many to return, or None for all.

        Returns:
            Best first; `contributions` has length f and sums to `score`.
        """
        if len(candidate_ids) != len(features) or len(eligible) != len(features):
            raise FeatureMismatch(f"{len(candidate_ids)} ids for {len(features)} rows")
        rows = np.flatnonzero(eligible)
        contributions = self.contributions(features[rows])
        scores = contributions.sum(axis=1)
        # Rows are in the order of ids, and the sort is stable: equal scores stay in that order.
        order = np.argsort(-scores, kind="stable")[:top]
        return tuple(
            ScoredCandidate(
                candidate_ids[int(rows[i])], float(scores[i]), tuple(contributions[i].tolist())
            )
            for i in order
        )

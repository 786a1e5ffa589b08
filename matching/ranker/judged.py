"""Rows to learn from: candidates of queries with their features and grades."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.types import BoolArray, FloatArray, IntArray

MAX_GRADE = 3


class InvalidTraining(ValueError):
    """Nothing can be learned from these rows; the message says what to change."""


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Graded candidates of q >= 2 queries, r rows in all, rows of one query side by side.

    Attributes:
        names: the f features, in the order of the columns.
        features: shape (r, f), in [0, 1], or NaN where unknown.
        grades: shape (r,), 0 (not relevant) to 3.
        query_of: shape (r,), from 0 to q - 1, never falling.
        weights: shape (q,), positive: how much a query counts.
        folds: shape (q,), the part of the cross-validation each query belongs to, such as a window
            of time; where all are equal, training draws parts at random.
        positions: shape (r,), the place at which the candidate was shown, from 1, and 0 for not
            shown, where the grades come from what people chose of a list; None for judgements.

    Raises:
        InvalidTraining: anything of this does not hold, no query has candidates of different
            grades, or every feature is the same for all candidates of every query.
    """

    names: tuple[str, ...]
    features: FloatArray
    grades: IntArray
    query_of: IntArray
    weights: FloatArray
    folds: IntArray
    positions: IntArray | None = None

    def __post_init__(self) -> None:
        self._require_shapes()
        self._require_queries()
        self._require_grades()
        self._require_features()

    @property
    def queries(self) -> int:
        """The number of queries."""
        return len(self.weights)

    @property
    def sizes(self) -> IntArray:
        """The number of rows of each query: shape (q,)."""
        return np.bincount(self.query_of, minlength=self.queries)

    @property
    def positives(self) -> int:
        """The number of rows with a grade above 0."""
        return int((self.grades > 0).sum())

    @property
    def contrasts(self) -> BoolArray:
        """Which queries have candidates of different grades: shape (q,)."""
        starts = np.searchsorted(self.query_of, np.arange(self.queries))
        least = np.minimum.reduceat(self.grades, starts)
        return np.asarray(np.maximum.reduceat(self.grades, starts) > least)

    @property
    def varying(self) -> BoolArray:
        """Which features differ between candidates of some query: shape (f,).

        An unknown value is the same as nothing, as in the curves.
        """
        known = np.nan_to_num(self.features, nan=0.0)
        same_query = np.diff(self.query_of) == 0
        return np.asarray((np.diff(known, axis=0)[same_query] != 0.0).any(axis=0))

    def of_queries(self, chosen: BoolArray) -> "JudgedRows":
        """Return the rows of some queries only.

        Args:
            chosen: shape (q,).

        Raises:
            InvalidTraining: what is left has nothing to learn from.
        """
        kept = chosen[self.query_of]
        renumbered = np.cumsum(chosen) - 1
        return JudgedRows(
            self.names,
            self.features[kept],
            self.grades[kept],
            renumbered[self.query_of[kept]],
            self.weights[chosen],
            self.folds[chosen],
            None if self.positions is None else self.positions[kept],
        )

    def _require_shapes(self) -> None:
        rows = len(self.grades)
        if self.features.shape != (rows, len(self.names)):
            raise InvalidTraining(
                f"features {self.features.shape} for {rows} grades and {len(self.names)} names"
            )
        if len(set(self.names)) != len(self.names):
            raise InvalidTraining("a feature is named twice")
        if self.query_of.shape != (rows,) or self.grades.shape != (rows,):
            raise InvalidTraining(f"{len(self.query_of)} rows have a query, {rows} a grade")
        if self.positions is not None and self.positions.shape != (rows,):
            raise InvalidTraining(f"{len(self.positions)} rows have a position, {rows} a grade")
        if self.weights.ndim != 1 or self.folds.shape != self.weights.shape:
            raise InvalidTraining(
                f"{len(self.weights)} queries have a weight, {len(self.folds)} a fold"
            )

    def _require_queries(self) -> None:
        if self.queries < 2:
            raise InvalidTraining(f"{self.queries} queries: at least 2 are needed")
        if not np.array_equal(np.unique(self.query_of), np.arange(self.queries)):
            raise InvalidTraining(f"the queries of the rows are not 0 to {self.queries - 1}")
        if (np.diff(self.query_of) < 0).any():
            raise InvalidTraining("the rows of a query do not stand side by side, in order")
        if not (np.isfinite(self.weights).all() and (self.weights > 0.0).all()):
            raise InvalidTraining("a weight of a query is not above 0")
        if self.positions is not None and (self.positions < 0).any():
            raise InvalidTraining("a position is below 0; 0 stands for not shown")

    def _require_grades(self) -> None:
        if not np.issubdtype(self.grades.dtype, np.integer):
            raise InvalidTraining(f"grades are {self.grades.dtype}, not whole numbers")
        if self.grades.min() < 0 or self.grades.max() > MAX_GRADE:
            raise InvalidTraining(f"a grade lies outside 0 to {MAX_GRADE}")
        if not self.positives:
            raise InvalidTraining("no candidate has a grade above 0")
        if not self.contrasts.any():
            raise InvalidTraining("in every query all candidates have the same grade")

    def _require_features(self) -> None:
        known = np.nan_to_num(self.features, nan=0.0, posinf=np.inf, neginf=-np.inf)
        outside = ((known < 0.0) | (known > 1.0)).any(axis=0)
        if outside.any():
            name = self.names[int(np.argmax(outside))]
            raise InvalidTraining(f"{name}: a value lies outside [0, 1]")
        if not self.varying.any():
            raise InvalidTraining("every feature is the same for all candidates of a query")


def join(parts: Sequence[JudgedRows]) -> JudgedRows:
    """Return several sets as one: queries in the order given, folds of one set kept apart.

    Queries of different sets share a fold only where the sets give it the same number.

    Raises:
        InvalidTraining: there is no set, or their features differ.
    """
    if not parts:
        raise InvalidTraining("there are no rows to join")
    first = parts[0]
    if any(part.names != first.names for part in parts):
        raise InvalidTraining("the sets to join have different features")
    offsets = np.cumsum([0, *(part.queries for part in parts[:-1])])
    positions = None
    if any(part.positions is not None for part in parts):
        # What was judged rather than chosen from a list was shown nowhere in particular.
        positions = np.concatenate(
            [
                np.zeros(len(part.grades), np.int64) if part.positions is None else part.positions
                for part in parts
            ]
        )
    return JudgedRows(
        first.names,
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.grades for part in parts]),
        np.concatenate([part.query_of + at for part, at in zip(parts, offsets, strict=True)]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.folds for part in parts]),
        positions,
    )

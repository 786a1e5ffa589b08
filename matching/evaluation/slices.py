"""Figures by parts of the queries: a mean over all may hide who loses.

A slice has a name like `language: fr` and is a set of query ids. Where two rankers are compared,
the slices that lose come first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

import numpy as np

from matching.evaluation.country_terms import language_of
from matching.evaluation.significance import interval, paired_p
from matching.text.folding import script_of
from matching.types import FloatArray, Script

# Of fewer queries a mean says next to nothing.
LEAST_QUERIES = 20
# Providers with this many past awards know the buyers and the buyers them.
LARGE_FROM = 5
# Ends of the classes of a need's value, in the currency of the set.
AMOUNTS = ((100_000.0, "below 100 thousand"), (1_000_000.0, "100 thousand to 1 million"))
GREATEST_AMOUNT = "1 million or more"


@dataclass(frozen=True, slots=True)
class SliceFigure:
    """The mean of one ranker over a slice, with its 95 % interval."""

    name: str
    queries: int
    mean: float
    low: float
    high: float

    def as_dict(self) -> dict[str, str | int | float]:
        """The figure by name, to four decimals."""
        return {
            "slice": self.name,
            "queries": self.queries,
            "mean": round(self.mean, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


@dataclass(frozen=True, slots=True)
class SliceComparison:
    """Two rankers on the queries of one slice.

    Attributes:
        ours, theirs: the two means.
        low, high: the 95 % interval of their difference.
        p: how often chance alone parts them as far (two-sided).
    """

    name: str
    queries: int
    ours: float
    theirs: float
    low: float
    high: float
    p: float

    @property
    def difference(self) -> float:
        """How much better ours is; below 0 it loses."""
        return self.ours - self.theirs

    def as_dict(self) -> dict[str, str | int | float]:
        """The comparison by name, to four decimals."""
        return {
            "slice": self.name,
            "queries": self.queries,
            "ours": round(self.ours, 4),
            "theirs": round(self.theirs, 4),
            "difference": round(self.difference, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "p": round(self.p, 4),
        }


def slice_figures(
    values: Mapping[str, float],
    slices: Mapping[str, Set[str]],
    *,
    seed: int,
    least: int = LEAST_QUERIES,
) -> tuple[SliceFigure, ...]:
    """Average over each slice that has enough measured queries, in the order given.

    Args:
        values: query id to its value.
        slices: name to query ids; ids without a value are passed over.
        seed: of the intervals.
        least: slices of fewer measured queries are left out.
    """
    figures: list[SliceFigure] = []
    for name, ids in slices.items():
        sample = _values_of(values, _measured(ids, values))
        if len(sample) >= max(least, 1):
            low, high = interval(sample, seed=seed)
            figures.append(SliceFigure(name, len(sample), float(sample.mean()), low, high))
    return tuple(figures)


def compare_slices(
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    slices: Mapping[str, Set[str]],
    *,
    seed: int,
    least: int = LEAST_QUERIES,
) -> tuple[SliceComparison, ...]:
    """Compare two rankers on each slice that has enough queries measured for both.

    Args:
        ours: query id to its value by one ranker.
        theirs: the same by the other; an id that only one of them has is passed over.
        slices: name to query ids.
        seed: of intervals and tests.
        least: slices of fewer queries are left out.

    Returns:
        The slice with the greatest loss first; equal ones by name.
    """
    found: list[SliceComparison] = []
    for name, ids in slices.items():
        both = [query_id for query_id in _measured(ids, ours) if query_id in theirs]
        if len(both) < max(least, 1):
            continue
        a, b = _values_of(ours, both), _values_of(theirs, both)
        low, high = interval(a - b, seed=seed)
        p = paired_p(a, b, seed=seed)
        found.append(
            SliceComparison(name, len(both), float(a.mean()), float(b.mean()), low, high, p)
        )
    return tuple(sorted(found, key=lambda one: (one.difference, one.name)))


def slices_by(
    dimension: str, labels: Mapping[str, str | Iterable[str] | None]
) -> dict[str, Set[str]]:
    """Sort queries into slices called `dimension: label`, the greatest first.

    Args:
        dimension: what the labels tell apart (`language`, `sector`).
        labels: query id to its label or labels; None and none put it into no slice.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for query_id, given in labels.items():
        for label in (given,) if isinstance(given, str) else given or ():
            found[f"{dimension}: {label}"].add(query_id)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def language_label(text: str) -> str:
    """Name the language of a need's text among `en`, `es`, `fr`, `pt` and `zh`."""
    return language_of(text) if script_of(text) is Script.EN else "zh"


def provider_size_label(past_awards: Iterable[int]) -> str:
    """Tell needs won by small providers alone: none with five past awards or more."""
    return "large" if max(past_awards, default=0) >= LARGE_FROM else "small"


def amount_label(amount: float | None) -> str | None:
    """Name the class of a need's value; None where it is unknown."""
    if amount is None:
        return None
    return next((name for end, name in AMOUNTS if amount < end), GREATEST_AMOUNT)


def _measured(ids: Set[str], values: Mapping[str, float]) -> list[str]:
    # Sorted: a set has no order, and the resamples must not depend on one.
    return sorted(query_id for query_id in ids if query_id in values)


def _values_of(values: Mapping[str, float], ids: Iterable[str]) -> FloatArray:
    return np.array([values[query_id] for query_id in ids], dtype=np.float64)

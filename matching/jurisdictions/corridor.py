"""Proximity at hand for matching: one matrix for each stretch of days without a change."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial

from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.proximity import (
    Proximity,
    explain_proximity,
    in_force,
    proximity_matrix,
)
from matching.types import FloatArray

# Stretches of days kept in memory, each a matrix of half a megabyte.
KEPT = 16
# Explained pairs kept in memory: every match explains ten, and mostly the same ones.
KEPT_PAIRS = 16_384


class ProximityTable:
    """How near any two jurisdictions of a graph are on any day.

    The matrix is worked out when a day is first asked for, and again only for a day on the other
    side of a change; the answers are the same either way.

    Attributes:
        codes: every code of the graph, in order.
        version: that of the graph.
    """

    def __init__(self, graph: TreatyGraph) -> None:
        self._graph = graph
        self.codes = graph.codes
        self.version = graph.version
        self._row = {code: row for row, code in enumerate(self.codes)}
        self._days = _days_of_change(graph, self.codes)
        self._since = lru_cache(maxsize=KEPT)(self._compute)
        self._in_force = lru_cache(maxsize=KEPT)(partial(in_force, graph))
        self._explained = lru_cache(maxsize=KEPT_PAIRS)(self._explain)

    def on(self, day: date) -> FloatArray:
        """Return the matrix of a day: shape (k, k), rows and columns as `codes`."""
        return self._since(self._first_day_of(day))

    def nearness(self, code: str, day: date) -> Mapping[str, float]:
        """Return how near every jurisdiction is to one; empty where its code is not known."""
        if code not in self._row:
            return {}
        values = self.on(day)[self._row[code]].tolist()
        return dict(zip(self.codes, values, strict=True))

    def explain(self, a: str, b: str, day: date) -> Proximity:
        """Return the parts of one value.

        Raises:
            NoRoute: no jurisdiction has one of the codes.
        """
        return replace(self._explained(a, b, self._first_day_of(day)), on=day)

    def _first_day_of(self, day: date) -> date:
        """Return the first day of the stretch without a change that a day lies in."""
        place = bisect_right(self._days, day)
        return self._days[place - 1] if place else date.min

    def _explain(self, a: str, b: str, day: date) -> Proximity:
        return explain_proximity(self._graph, a, b, day, binding=self._in_force(day))

    def _compute(self, day: date) -> FloatArray:
        matrix = proximity_matrix(self._graph, self.codes, day)
        matrix.setflags(write=False)
        return matrix


def _days_of_change(graph: TreatyGraph, codes: Sequence[str]) -> tuple[date, ...]:
    days = set(graph.days_of_change(codes, after=date.min))
    ends = [graph.node(code).valid_to for code in codes]
    for cooperation in graph.cooperations:
        ends.append(cooperation.valid_to)
        if cooperation.valid_from is not None:
            days.add(cooperation.valid_from)
    days.update(end + timedelta(days=1) for end in ends if end is not None)
    return tuple(sorted(days))

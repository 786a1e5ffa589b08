"""Frozen queries: needs whose answers are known, kept so that rankers are compared on the same ones.

Most come from the catalogue's own record: a dated piece of verified past work is a need as it stood
on its day, and who did the work is the answer. They are taken from the last part of the record,
which `landbridge train` leaves out, so that no ranker has seen their answers. Needs that the
committee has judged join them.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from committee.errors import NothingToFreeze
from enterprises.records import canonical_json
from matching.evaluation.slices import language_label, provider_size_label, slices_by
from matching.index.columns import Index
from matching.index.shard import UNDATED
from matching.learning.feedback import Basis, graded
from matching.learning.types import Feedback
from matching.ranker.history import PastNeed, past_needs
from matching.types import IntArray, Query

# Enough to see .01 of nDCG@10, few enough to compare within half a minute.
MOST_QUERIES = 300
# The share of the dated record, its latest part, that is never trained on.
LAST_SHARE = 0.15
SEED = 20261122
# Who did the work is as relevant as can be.
WON = 3
# Grades from which a provider is an answer.
GOOD = 2
KEPT_BACK_OF_256 = 85
# As `committee.judgements.queries.query_id` writes it.
_OF_NEED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]+")


@dataclass(frozen=True, slots=True)
class FrozenQuery:
    """A need with its answers.

    Attributes:
        query_id: unique in its set.
        query: the need, as of its own day.
        grades: provider id to a grade from 0 to 3.
        labels: dimension (`language`, `sector` …) to the slices that the need belongs to.
    """

    query_id: str
    query: Query
    grades: Mapping[str, int]
    labels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FrozenQueries:
    """One set; `first_day` is the first day of the part of the record it was taken from."""

    first_day: date
    queries: tuple[FrozenQuery, ...]

    def slices(self) -> dict[str, Set[str]]:
        """Sort the queries into slices by every dimension of their labels."""
        dimensions = sorted({name for one in self.queries for name in one.labels})
        found: dict[str, Set[str]] = {}
        for dimension in dimensions:
            labels = {one.query_id: one.labels.get(dimension) for one in self.queries}
            found.update(slices_by(dimension, labels))
        return found


def first_frozen_day(index: Index) -> date:
    """Return the day on which the last part of the record begins; training ends before it.

    Raises:
        NothingToFreeze: nothing in the record is dated, verified work.
    """
    counts = (index.dated != UNDATED) & index.is_verified & ~index.is_statement
    days = index.dated[counts]
    if not days.size:
        raise NothingToFreeze("the catalogue holds no verified past work with a date")
    return date.fromordinal(int(np.quantile(days, 1.0 - LAST_SHARE, method="higher")))


def freeze(index: Index, judged: Sequence[FrozenQuery] = ()) -> FrozenQueries:
    """Choose needs of the last part of the record, and add those that were judged.

    Raises:
        NothingToFreeze: no need with a known answer is left.
    """
    first = first_frozen_day(index)
    last = date.fromordinal(int(index.dated.max()))
    found = sorted(past_needs(index, first, last), key=lambda need: need.need_id)
    warm = [one for need in found if (one := _as_frozen(need, index)) is not None]
    if len(warm) > MOST_QUERIES:
        rng = np.random.default_rng(SEED)
        chosen = np.sort(rng.choice(len(warm), size=MOST_QUERIES, replace=False))
        warm = [warm[int(place)] for place in chosen]
    queries = (*warm, *sorted(judged, key=lambda one: one.query_id))
    if not queries:
        raise NothingToFreeze(
            f"of the work since {first}, nothing was done by a provider with earlier work"
        )
    return FrozenQueries(first, queries)


def is_kept_back(query_id: str) -> bool:
    """Tell whether a judged need is for comparing rankers; the others are for learning.

    A third is, by a hash of the need's id: one that was learned from says nothing about a ranker,
    and neither does another version of it.
    """
    need_id = query_id.partition(":")[0]
    return hashlib.sha256(need_id.encode()).digest()[0] < KEPT_BACK_OF_256


def is_judged(query_id: str) -> bool:
    """Tell whether a frozen query is a need of an enterprise, and not of the public record."""
    return _OF_NEED.fullmatch(query_id) is not None


def need_id_of(query_id: str) -> UUID | None:
    """Return the need that a query is a version of; None of a past one that no enterprise stored."""
    return UUID(query_id.partition(":")[0]) if is_judged(query_id) else None


def as_judged(feedback: Feedback, index: Index) -> tuple[FrozenQuery, ...]:
    """Return the judged needs that are kept back, with the grades of those who are in the index."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for label in graded(feedback):
        if label.basis is Basis.JUDGEMENTS and is_kept_back(label.query_id):
            grades[label.query_id][label.provider_id] = label.grade
    judged: list[FrozenQuery] = []
    for query_id, given in sorted(grades.items()):
        known = {key: grade for key, grade in sorted(given.items()) if key in index.row_of}
        good = [key for key, grade in known.items() if grade >= GOOD]
        if good:
            query = feedback.queries[query_id]
            judged.append(FrozenQuery(query_id, query, known, labels_of(query, good, index)))
    return tuple(judged)


def labels_of(query: Query, winners: Iterable[str], index: Index) -> dict[str, tuple[str, ...]]:
    """Say to which slices a need belongs.

    `provider` tells needs answered by small providers from the rest, `client` those whose client
    had not worked with any of them before from repeated business.
    """
    earlier = {winner: _earlier(index, winner, query.on) for winner in winners}
    labels: dict[str, tuple[str, ...]] = {
        "provider": (provider_size_label(len(rows) for rows in earlier.values()),)
    }
    if query.text:
        labels["language"] = (language_label(query.text),)
    if query.client is not None:
        served = any(
            matter.client == query.client
            for rows in earlier.values()
            for matter in index.matters_at(rows)
        )
        labels["client"] = ("known" if served else "new",)
    branches = {index.tree.ancestors(code)[-1] for code in query.sector_codes if code in index.tree}
    if branches:
        labels["sector"] = tuple(sorted(branches))
    targets = query.target_jurisdictions
    regions = {index.region_of[code] for code in targets if code in index.region_of}
    if regions:
        labels["region"] = tuple(sorted(regions))
    return labels


def warm_winners(need: PastNeed, index: Index) -> list[str]:
    """Return those who did the work and had done other work before: others cannot be foreseen."""
    return [w for w in need.winners if len(_earlier(index, w, need.query.on))]


def _as_frozen(need: PastNeed, index: Index) -> FrozenQuery | None:
    """Return a past need as a frozen query, None where no winner had earlier work."""
    winners = warm_winners(need, index)
    if not winners:
        return None
    labels = labels_of(need.query, winners, index)
    return FrozenQuery(need.need_id, need.query, dict.fromkeys(sorted(winners), WON), labels)


def _earlier(index: Index, provider_id: str, day: date) -> IntArray:
    row = index.row_of.get(provider_id)
    if row is None:
        return np.zeros(0, dtype=np.int64)
    rows = index.evidence_of(row)
    dated = index.dated[rows]
    counts = (dated != UNDATED) & (dated < day.toordinal()) & index.is_verified[rows]
    earlier: IntArray = rows[counts]
    return earlier


def write_frozen(frozen: FrozenQueries) -> str:
    """Write a set as canonical JSON."""
    return canonical_json(
        {
            "first_day": frozen.first_day.isoformat(),
            "queries": [
                {
                    "id": one.query_id,
                    "query": _as_json(one.query),
                    "grades": dict(one.grades),
                    "labels": {name: list(values) for name, values in one.labels.items()},
                }
                for one in frozen.queries
            ],
        }
    )


def read_frozen(document: str) -> FrozenQueries:
    """Read what `write_frozen` wrote."""
    stored = json.loads(document)
    return FrozenQueries(
        date.fromisoformat(stored["first_day"]),
        tuple(
            FrozenQuery(
                one["id"],
                _as_query(one["query"]),
                one["grades"],
                {name: tuple(values) for name, values in one["labels"].items()},
            )
            for one in stored["queries"]
        ),
    )


def _as_json(query: Query) -> dict[str, object]:
    written: dict[str, object] = {}
    for field in fields(query):
        value = getattr(query, field.name)
        if isinstance(value, date):
            written[field.name] = value.isoformat()
        elif isinstance(value, frozenset | tuple):
            written[field.name] = sorted(value) if isinstance(value, frozenset) else list(value)
        else:
            written[field.name] = value
    return written


def _as_query(written: dict[str, Any]) -> Query:  # Any: JSON values of the fields of a query
    values: dict[str, Any] = {}  # Any: as above
    for field in fields(Query):
        if field.name not in written:
            continue
        value = written[field.name]
        if field.name == "on":
            value = date.fromisoformat(value)
        elif isinstance(value, list):
            is_set = field.name.endswith("_provider_ids")
            value = frozenset(value) if is_set else tuple(value)
        values[field.name] = value
    return Query(**values)

"""From features to scores, compiled: tables looked up and added in the order of the ranker's terms."""

from typing import NamedTuple

import numpy as np

from matching.index.shard import (
    CLAIMANT,
    OVERCLAIMS,
    VERIFIED,
    Pieces,
    Postings,
    Profiles,
)
from matching.ranker.additive import AdditiveRanker, FeatureMismatch
from matching.scoring import CLAIM_WEIGHT
from matching.search.features import (
    EVERYTHING,
    NOTHING,
    ON_RECORD,
    fill_features,
)
from matching.search.kernel import inlined
from matching.search.layout import (
    CELLS,
    COLUMNS,
    HOME_ALIKE,
    HOME_OF_SIZE,
    Asked,
    Scratch,
    Steps,
    Tables,
)
from matching.types import BoolArray, FloatArray, IntArray

_FEATURES = len(COLUMNS)
_CELL_STARTS = np.arange(CELLS + 1) / CELLS


class Details(NamedTuple):
    """What is kept of some providers beside their scores.

    Attributes:
        on_record: shape (r,), whose unverified evidence did not count.
        features: shape (r, f), of the evidence that counted.
        parts: shape (r, f + p), the contributions.
    """

    on_record: BoolArray
    features: FloatArray
    parts: FloatArray


def make_details(rows: int, steps: Steps) -> Details:
    """Return room for the details of some providers; of none, so that none are kept."""
    return Details(
        np.zeros(rows, dtype=np.bool_),
        np.zeros((rows, _FEATURES)),
        np.zeros((rows, _FEATURES + len(steps.pair_columns))),
    )


def make_scratch(
    most: int, asked: Asked, tables: Tables, steps: Steps, *, rows: int = 1, wanted: int = 1
) -> Scratch:
    """Return room for one thread's work.

    Args:
        most: pieces in the largest block.
        rows: providers in the largest block, where many are scored.
        asked, tables: the need.
        steps: the ranker.
        wanted: how many of the best are sought.
    """
    return Scratch(
        np.empty((2, most, 2)),
        np.empty((most, 3)),
        np.zeros(len(tables.token), dtype=np.int64),
        np.zeros(len(tables.token), dtype=np.int64),
        np.full(wanted, -np.inf),
        np.zeros(rows, dtype=np.int64),
        np.empty((3, max(asked.targets, 1))),
        np.empty((3, _FEATURES)),
        np.empty((3, _FEATURES + len(steps.pair_columns))),
    )


def steps_of(ranker: AdditiveRanker) -> Steps:
    """Lay a ranker out as flat tables.

    Raises:
        FeatureMismatch: a pair asks about a share of homes, which is known only after the others.
    """
    column = {curve.feature: i for i, curve in enumerate(ranker.curves)}
    pairs = ranker.pairs
    for pair in pairs:
        if not {column[pair.first], column[pair.second]}.isdisjoint((HOME_ALIKE, HOME_OF_SIZE)):
            raise FeatureMismatch(f"{pair.name}: shares of homes stand in no pair")
    pair_edges = [edge for pair in pairs for edge in (*pair.first_edges, *pair.second_edges)]
    cells = [cell for pair in pairs for row in pair.values for cell in row]
    bounds, start = [], 0
    for pair in pairs:
        middle = start + len(pair.first_edges)
        end = middle + len(pair.second_edges)
        bounds.append((start, middle, end))
        start = end
    return Steps(
        edge_at=_starts([len(curve.edges) for curve in ranker.curves]),
        edges=np.array([edge for curve in ranker.curves for edge in curve.edges], np.float64),
        step_of=np.array(
            [np.searchsorted(curve.edges, _CELL_STARTS, side="right") for curve in ranker.curves]
        ).astype(np.uint8),
        value_at=_starts([len(curve.values) for curve in ranker.curves]),
        values=np.array([value for curve in ranker.curves for value in curve.values], np.float64),
        pair_columns=np.array(
            [(column[pair.first], column[pair.second]) for pair in pairs], np.int64
        ).reshape(-1, 2),
        pair_edge_at=np.array(bounds, np.int64).reshape(-1, 3),
        pair_edges=np.array(pair_edges, np.float64),
        pair_value_at=_starts([sum(len(row) for row in pair.values) for pair in pairs]),
        pair_values=np.array(cells, np.float64),
    )


def _starts(lengths: list[int]) -> IntArray:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


@inlined
def _step(edges: FloatArray, low: int, high: int, value: float) -> int:
    """How many edges lie at or below a value; none for an unknown one."""
    if np.isnan(value):
        return 0
    first = low
    while low < high:
        middle = (low + high) >> 1
        if edges[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low - first


@inlined
def fill_contributions(steps: Steps, features: FloatArray, out: FloatArray) -> float:
    """Write what each term adds, and return the sum of all but the shares of homes.

    Args:
        steps: the ranker.
        features: shape (f,).
        out: shape (f + p,).
    """
    total = 0.0
    for i in range(_FEATURES):
        value = features[i]
        first = steps.edge_at[i]
        step = 0
        if steps.edge_at[i + 1] > first and not np.isnan(value):
            step = steps.step_of[i, int(value * CELLS)]
            while first + step < steps.edge_at[i + 1] and steps.edges[first + step] <= value:
                step += 1
        out[i] = steps.values[steps.value_at[i] + step]
        if i not in (HOME_ALIKE, HOME_OF_SIZE):
            total += out[i]
    for i in range(steps.pair_columns.shape[0]):
        start, middle, end = steps.pair_edge_at[i]
        first = _step(steps.pair_edges, start, middle, features[steps.pair_columns[i, 0]])
        second = _step(steps.pair_edges, middle, end, features[steps.pair_columns[i, 1]])
        cell = first * (end - middle + 1) + second
        out[_FEATURES + i] = steps.pair_values[steps.pair_value_at[i] + cell]
        total += out[_FEATURES + i]
    return total


@inlined
def score_row(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    mark: int,
    without: int,
    block: int,
    scratch: Scratch,
) -> tuple[float, bool]:
    """Score one provider as `matching.scoring.score_all` does, without the shares of homes.

    Args:
        profiles, pieces: of the shard.
        row: the provider.
        asked, tables: the need.
        steps: the ranker.
        mark: what the rules found of the row.
        without: a piece that is not its evidence, or -1.
        block: the first piece of the block that the scratch is of.
        scratch: with how near its pieces come; the first rows of its features and parts are left
            with those of the evidence that counted.

    Returns:
        The score, and whether its unverified evidence did not count.
    """
    features, parts = scratch.features, scratch.parts
    ways = 1
    if (profiles.flags[row] & CLAIMANT) != 0:
        for piece in range(pieces.starts[row], pieces.starts[row + 1]):
            if piece != without and (pieces.flags[piece] & VERIFIED) == 0:
                ways = 3
                break
    total = shown = 0.0
    for way in range(ways):
        fill_features(
            profiles, pieces, row, asked, tables, mark, way, without, block, scratch, features[way]
        )
        found = fill_contributions(steps, features[way], parts[way])
        if way == EVERYTHING:
            total = found
        elif way == ON_RECORD:
            shown = found
    if ways == 1:
        return total, False
    claimed = 0.0
    for i in range(parts.shape[1]):
        facts = parts[NOTHING, i]
        parts[0, i] = facts + CLAIM_WEIGHT * (parts[0, i] - facts)
        if i not in (HOME_ALIKE, HOME_OF_SIZE):
            claimed += parts[0, i]
    if claimed >= shown and (profiles.flags[row] & OVERCLAIMS) == 0:
        return claimed, False
    for i in range(parts.shape[1]):
        parts[0, i] = parts[ON_RECORD, i]
    for i in range(features.shape[1]):
        features[0, i] = features[ON_RECORD, i]
    return shown, True


@inlined
def whole_lists(postings: Postings, tables: Tables, scratch: Scratch) -> None:
    """Let tokens be looked up in the whole of their lists."""
    for i in range(tables.token.shape[0]):
        scratch.cursors[i] = postings.at[tables.token[i]]
        scratch.ends[i] = postings.at[tables.token[i] + 1]

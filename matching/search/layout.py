"""What the kernels are given: a need as tables over the numbers that a shard uses."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.features.catalogue import NAMES
from matching.index.shard import Int32Array, UInt8Array
from matching.scoring import SHARED
from matching.types import FloatArray, IntArray

Int16Array = NDArray[np.int16]

# The columns of a feature vector, as the kernels fill them.
COLUMNS = (
    "words_nearest",
    "words_nearest3",
    "task_nearest",
    "meaning_nearest",
    "meaning_nearest3",
    "past_needs",
    "focus",
    "past_needs_in_target",
    "nearest_in_target",
    "experience_in_target",
    "covers_targets",
    "experience_near_target",
    "based_in_target",
    "corridor",
    "proximity_to_target",
    "home_firms_alike",
    "home_firms_of_size",
    "sector_shown",
    "nearest_in_sector",
    "past_needs_in_sector",
    "sector_shown_in_target",
    "sector_listed",
    "sector_listed_in_target",
    "size_fit",
    "typical_size",
    "alike_of_size",
    "recency",
    "languages_spoken",
    "verified_record",
    "served_client",
)


class ColumnsDiffer(RuntimeError):
    """The kernels fill other columns than the catalogue names."""


if COLUMNS != NAMES:
    raise ColumnsDiffer(
        "matching/search/features.py fills other features than the catalogue names: "
        f"{sorted(set(COLUMNS) ^ set(NAMES)) or 'in another order'}"
    )

# Into how many even cells [0, 1] is cut to find a step; a power of two, so that a cell is exact.
CELLS = 512

# What everybody's shares say: added last, so that scores can be summed before the shares are known.
HOME_ALIKE, HOME_OF_SIZE = SHARED

# Marks of a row, beside one another.
COVERED = 1
COVERED_RESERVED = 2
PRACTISES = 4
PLACED = 8


class Asked(NamedTuple):
    """What the need asks, the same for every shard.

    Attributes:
        today: ordinal of the day; evidence dated on or after it does not count.
        has_words, has_meaning, has_targets, has_neighbours, has_sectors, has_corridor: what is asked for
            and known; a feature that rests on something else is unknown.
        amount: natural logarithm of 1 + US dollars, NaN where the need names none.
        client: `name_hash` of who asks, 0 for nobody.
        vector: shape (d,), the need's text in fifteen bits; `norm` is its length.
        unrelated, same: cosines that are no likeness and all likeness.
        reachable: shape (4,), what divides each sum; infinity where nothing can be reached.
        said: how much of a whole need the equivalents are, in [0, 1].
        mean_text, mean_task: mean lengths in tokens.
        targets: how many targets there are.
    """

    today: int
    has_words: bool
    has_meaning: bool
    has_targets: bool
    has_neighbours: bool
    has_sectors: bool
    has_corridor: bool
    amount: float
    client: np.uint64
    vector: Int16Array
    norm: float
    unrelated: float
    same: float
    reachable: FloatArray
    said: float
    mean_text: float
    mean_task: float
    targets: int


class Tables(NamedTuple):
    """What the need asks, by the numbers of one shard.

    Attributes:
        token: shape (s,), the need's tokens by their numbers in the shard, the rarest first.
        idf: shape (s, 4), their rarity in the text, in the text's equivalents, in the task and in the
            task's equivalents; 0 where a token does not stand there.
        weights: shape (4, s, kinds), the weight of a token in each of these texts by `Postings.kind`.
        in_target, near_target, outward, inward: by set of places, whether it lies in a target, in the
            region of one but in none, in a target beyond the border, at the enterprise's home.
        covers: shape (t, sets), whether a set of places holds a target.
        near: shape (t, sets), how near the nearest place comes to a target it does not hold.
        in_sector: by set of sectors, whether one asked for is in it or above it.
        home_based, home_bridges, home_inward, home_alike, home_of_size: by home; NaN where unknown.
        home_code: by home, its number among the jurisdictions, -1 for an unknown one.
        seat: shape (t, jurisdictions), how near one comes to a target, -1 where not known.
        asked_place: by jurisdiction, whether it is a target.
        spoken: by list of languages, the share of those asked for, NaN where unknown.
        lacks: by list of languages, whether it is known to lack one that is required.
        listed: by sector, how near it comes to one asked for, -1 for one that the list lacks.
    """

    token: IntArray
    idf: FloatArray
    weights: FloatArray
    in_target: UInt8Array
    near_target: UInt8Array
    outward: UInt8Array
    inward: UInt8Array
    covers: UInt8Array
    near: FloatArray
    in_sector: UInt8Array
    home_based: FloatArray
    home_bridges: FloatArray
    home_inward: FloatArray
    home_alike: FloatArray
    home_of_size: FloatArray
    home_code: Int32Array
    seat: FloatArray
    asked_place: UInt8Array
    spoken: FloatArray
    lacks: UInt8Array
    listed: FloatArray


class Steps(NamedTuple):
    """A ranker as flat tables: the edges of term i are `edges[edge_at[i]:edge_at[i + 1]]`.

    Attributes:
        edge_at, edges: as in `Curve.edges`.
        step_of: shape (f, cells + 1), how many edges lie at or below the start of each even cell.
        value_at, values: likewise the value of each step, one more than edges.
        pair_columns: shape (p, 2), the features of each pair.
        pair_edge_at: shape (p, 3), where its first edges begin, its second, and where those end.
        pair_edges: both lists of edges of each pair.
        pair_value_at, pair_values: the cells of each pair, row after row.
    """

    edge_at: IntArray
    edges: FloatArray
    step_of: UInt8Array
    value_at: IntArray
    values: FloatArray
    pair_columns: IntArray
    pair_edge_at: IntArray
    pair_edges: FloatArray
    pair_value_at: IntArray
    pair_values: FloatArray


class Scratch(NamedTuple):
    """What one thread writes into while it works on one block of providers after another.

    Attributes:
        sums: shape (2, most, 2), BM25 of the block's pieces, in `UNITS`: of text and task, for the need's
            own words and for the equivalents.
        near: shape (most, 3): words, task and meaning of the block's pieces.
        cursors, ends: shape (s,), where the block begins and ends in the list of each token.
        best: shape (wanted,), the best scores found so far, the least of them first.
        left: shape (most rows of a block,), who of the block is still to be scored.
        per_target: shape (3, targets): whether there is work there, the nearest work elsewhere, and
            how much of it.
        features: shape (3, f).
        parts: shape (3, f + p).
    """

    sums: FloatArray
    near: FloatArray
    cursors: IntArray
    ends: IntArray
    best: FloatArray
    left: IntArray
    per_target: FloatArray
    features: FloatArray
    parts: FloatArray

"""The second stage that a user would put behind a search engine: LightGBM over a few features.

The features are those of ours that follow from columns kept beside the search engine, taken from the
snapshot's arrays by NumPy; nothing is parsed and no reason is written. That is kind to the
alternatives: whoever builds one would have to keep these columns up to date as well.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from matching.evaluation.bench.demand import Need
from matching.index.shard import UNDATED, VERIFIED, Sets, Shard
from matching.sectors import SectorTree
from matching.types import BoolArray, Float32Array, FloatArray, IntArray

if TYPE_CHECKING:
    from lightgbm import Booster

FEATURES = (
    "words",
    "place among the found",
    "meaning, best piece",
    "meaning, best three",
    "meaning, best piece in the target",
    "meaning, best piece in the sector",
    "pieces in the target",
    "share of pieces in the target",
    "pieces in the sector",
    "share of pieces in the sector",
    "pieces in target and sector",
    "based in the target",
    "based in the region of the target",
    "based where the enterprise is",
    "listed under the sector",
    "pieces of evidence",
    "share verified",
    "days since the newest piece",
    "nearest amount",
)
_ROUNDS = 200
_LEAVES = 31


class SecondStage:
    """Puts the found providers in a new order."""

    def __init__(self, shard: Shard, tree: SectorTree, region_of: dict[str, str]) -> None:
        self._shard = shard
        self._tree = tree
        self._region_of = region_of
        self._home_codes = np.array([home or "" for home in shard.homes])
        self._home_regions = np.array([region_of.get(home or "", "") for home in shard.homes])
        self._booster: Booster | None = None

    def features(self, need: Need, rows: IntArray, scores: FloatArray) -> FloatArray:
        """Compute the features of n providers: shape (n, 19); NaN is unknown."""
        if not len(rows):
            return np.zeros((0, len(FEATURES)))
        shard, query = self._shard, need.query
        starts, ends = shard.pieces.starts[rows], shard.pieces.starts[rows + 1]
        counts = ends - starts
        at = np.zeros(len(rows), dtype=np.int64)
        np.cumsum(counts[:-1], out=at[1:])
        pieces = np.arange(int(counts.sum())) + np.repeat(starts - at, counts)
        near = self._nearness(pieces, need.vector)
        targets = set(query.target_jurisdictions)
        in_target = _in_sets(shard.place_sets, [code in targets for code in shard.jurisdictions])[
            shard.pieces.places[pieces]
        ]
        wanted = {
            code
            for one in query.sector_codes
            if one in self._tree
            for code in self._tree.branch(one)
        }
        is_wanted = np.array([code in wanted for code in shard.sectors], dtype=np.bool_)
        in_sector = _in_sets(shard.sector_sets, is_wanted)[shard.pieces.sectors[pieces]]
        newest = np.maximum.reduceat(shard.pieces.dated[pieces], at).astype(np.float64)
        newest[newest == UNDATED] = np.nan
        home = shard.profiles.home[rows]
        amounts = shard.pieces.amounts[pieces]
        asked = np.nan if query.amount_usd is None else np.log1p(query.amount_usd)
        apart = np.nan_to_num(np.abs(amounts - asked), nan=99.0)
        verified = (shard.pieces.flags[pieces] & VERIFIED) > 0
        return np.column_stack(
            [
                scores,
                np.arange(len(rows)),
                np.maximum.reduceat(near, at),
                _best_three(near, at, counts),
                np.maximum.reduceat(np.where(in_target, near, -1.0), at),
                np.maximum.reduceat(np.where(in_sector, near, -1.0), at),
                np.log1p(np.add.reduceat(in_target, at, dtype=np.float64)),
                np.add.reduceat(in_target, at, dtype=np.float64) / counts,
                np.log1p(np.add.reduceat(in_sector, at, dtype=np.float64)),
                np.add.reduceat(in_sector, at, dtype=np.float64) / counts,
                np.log1p(np.add.reduceat(in_target & in_sector, at, dtype=np.float64)),
                np.isin(self._home_codes[home], list(targets)),
                np.isin(
                    self._home_regions[home],
                    [self._region_of[code] for code in targets if code in self._region_of],
                ),
                self._home_codes[home] == (query.home_jurisdiction or "-"),
                self._listed(rows, is_wanted),
                np.log1p(counts),
                np.add.reduceat(verified, at, dtype=np.float64) / counts,
                query.on.toordinal() - newest,
                np.minimum.reduceat(apart, at),
            ]
        )

    def _nearness(self, pieces: IntArray, vector: Float32Array) -> FloatArray:
        codes, norms = self._shard.pieces.codes[pieces], self._shard.pieces.norms[pieces]
        dots = codes.astype(np.float32) @ vector
        near: FloatArray = (dots / np.maximum(norms, 1.0)).astype(np.float64)
        return near

    def _listed(self, rows: IntArray, is_wanted: BoolArray) -> BoolArray:
        profiles = self._shard.profiles
        if not is_wanted.any():
            return np.zeros(len(rows), dtype=np.bool_)
        found = [
            is_wanted[profiles.listed[profiles.listed_at[row] : profiles.listed_at[row + 1]]].any()
            for row in rows.tolist()
        ]
        return np.array(found, dtype=np.bool_)

    def train(
        self, samples: Sequence[tuple[FloatArray, IntArray]], *, seed: int, threads: int
    ) -> None:
        """Learn our own order from needs that are not measured: features, grades from 0 to 3.

        LambdaMART (Burges 2010), as LightGBM has it.
        """
        import lightgbm  # noqa: PLC0415 its shared library is only needed here

        samples = [one for one in samples if len(one[1]) > 1]
        data = lightgbm.Dataset(
            np.concatenate([features for features, _ in samples]),
            label=np.concatenate([grades for _, grades in samples]),
            group=[len(grades) for _, grades in samples],
            params={"verbose": -1},
        )
        self._booster = lightgbm.train(
            {
                "objective": "lambdarank",
                "num_leaves": _LEAVES,
                "min_data_in_leaf": 5,
                "learning_rate": 0.1,
                "seed": seed,
                "deterministic": True,
                "num_threads": threads,
                "verbose": -1,
            },
            data,
            num_boost_round=_ROUNDS,
        )
        self._threads = threads

    def order(self, need: Need, rows: IntArray, scores: FloatArray) -> IntArray:
        """Return the rows in the order of the learned scores, best first.

        Raises:
            RuntimeError: nothing has been learned yet.
        """
        if self._booster is None:
            raise RuntimeError("train the second stage before it orders anything")
        if not len(rows):
            return rows
        learned = self._booster.predict(
            self.features(need, rows, scores), num_threads=self._threads
        )
        ordered: IntArray = rows[np.argsort(-np.asarray(learned), kind="stable")]
        return ordered


def grades_of(rows: IntArray, exact: Sequence[int]) -> IntArray:
    """Grade providers by their exact place: 3 for the first ten, 2 to the 30th, 1 to the 100th."""
    place = {row: i for i, row in enumerate(exact)}
    bounds = ((10, 3), (30, 2), (100, 1))
    return np.array(
        [
            next((grade for most, grade in bounds if place.get(row, 1 << 30) < most), 0)
            for row in rows.tolist()
        ],
        dtype=np.int64,
    )


def _in_sets(sets: Sets, is_wanted: Sequence[bool] | BoolArray) -> BoolArray:
    """Mark the sets that hold a wanted code: shape (s,)."""
    marked = np.concatenate([np.asarray(is_wanted, dtype=np.int64)[sets.code], [0]])
    summed = np.concatenate([[0], np.cumsum(marked)])
    result: BoolArray = summed[sets.at[1:]] > summed[sets.at[:-1]]
    return result


def _best_three(near: FloatArray, at: IntArray, counts: IntArray) -> FloatArray:
    """The mean of each provider's three best pieces, or of as many as it has."""
    owner = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((-near, owner))
    place = np.arange(len(near)) - at[owner[order]]
    best = np.where(place < 3, near[order], 0.0)
    mean: FloatArray = np.add.reduceat(best, at) / np.minimum(counts, 3)
    return mean

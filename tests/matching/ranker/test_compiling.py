from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matching.features.catalogue import Pair, ReasonKind
from matching.ranker.boosting import Boosting, boost, raw_scores
from matching.ranker.compiling import Compiled, NotAdditive, compile_booster
from matching.ranker.grid import make_grid
from matching.types import FloatArray, Sentence
from tests.matching.ranker.rows import FEATURES, graded
from tests.trainer import require_trainer

if TYPE_CHECKING:
    import lightgbm

require_trainer()

GROWN = Boosting(trees=60, leaves=8, learning_rate=0.1, min_rows_in_leaf=5, truncation=10)
ANY = st.floats(allow_nan=True, allow_infinity=True)
INPUTS = hnp.arrays(np.float64, (20, 4), elements=st.one_of(st.floats(0, 1), ANY))
TOGETHER = Pair("b_and_d", "d", "b", ReasonKind.WORK_IN_TARGET, Sentence("Both", "兼有", "兼有"))


def _grown(*, pairs: tuple[Pair, ...] = (), seed: int = 3) -> "lightgbm.Booster":
    rows = graded(np.array([1.0, 2.0, 0.0, 0.5]), queries=25, noise=0.5, seed=seed)
    everything = np.ones(len(rows.grades), dtype=np.bool_)
    snapped = make_grid(rows.features, everything, 64).snap(rows.features)
    groups = [
        [0],
        [1],
        [2],
        [3],
        *([FEATURES.index(p.first), FEATURES.index(p.second)] for p in pairs),
    ]
    return boost(rows, snapped, GROWN, groups=groups)


SINGLE = _grown()
PAIRED = _grown(pairs=(TOGETHER,))
BOTH = [
    (SINGLE, compile_booster(SINGLE, FEATURES)),
    (PAIRED, compile_booster(PAIRED, FEATURES, (TOGETHER,))),
]


@pytest.mark.parametrize(("booster", "compiled"), BOTH)
@settings(max_examples=200, deadline=None)
@given(features=INPUTS)
def test_tables_score_as_the_trees_do(
    booster: "lightgbm.Booster", compiled: Compiled, features: FloatArray
) -> None:
    expected = raw_scores(booster, features, start=0, trees=-1)

    found = compiled.ranker.scores(features) + compiled.constant
    assert np.abs(found - expected).max() <= 1e-9


@pytest.mark.parametrize(("booster", "compiled"), BOTH)
def test_at_and_beside_each_threshold_tables_score_as_the_trees_do(
    booster: "lightgbm.Booster", compiled: Compiled
) -> None:
    rng = np.random.default_rng(0)
    tried = []
    for column, curve in enumerate(compiled.ranker.curves):
        ends = {*curve.edges}
        for pair in compiled.ranker.pairs:
            ends |= {*pair.first_edges} if pair.first == curve.feature else set()
            ends |= {*pair.second_edges} if pair.second == curve.feature else set()
        for end in ends:
            for value in (np.nextafter(end, 0.0), end, np.nextafter(end, 1.0)):
                row = rng.random(4)
                row[column] = value
                tried.append(row)
    features = np.array(tried)

    expected = raw_scores(booster, features, start=0, trees=-1)

    assert len(features) > 60
    assert np.abs(compiled.ranker.scores(features) + compiled.constant - expected).max() <= 1e-9


def test_a_pair_gets_a_table_of_its_own() -> None:
    compiled = compile_booster(PAIRED, FEATURES, (TOGETHER,))

    (table,) = compiled.ranker.pairs
    assert (table.name, table.first, table.second) == ("b_and_d", "d", "b")
    assert table.values[0][0] == 0.0
    assert max(map(max, table.values)) > 0.0


def test_every_curve_starts_at_nothing_and_never_falls() -> None:
    for booster in (SINGLE, PAIRED):
        for curve in compile_booster(booster, FEATURES, (TOGETHER,)).ranker.curves:
            assert curve.values[0] == 0.0
            assert (np.diff(curve.values) >= -1e-12).all()


def test_thresholds_are_edges_of_the_grid() -> None:
    rows = graded(np.array([1.0, 2.0, 0.0, 0.5]), queries=25, noise=0.5, seed=3)
    grid = make_grid(rows.features, np.ones(len(rows.grades), dtype=np.bool_), 64)

    compiled = compile_booster(SINGLE, FEATURES)

    for curve, edges in zip(compiled.ranker.curves, grid.edges, strict=True):
        assert set(curve.edges) <= set(edges)


def test_trees_that_mix_features_are_refused() -> None:
    with pytest.raises(NotAdditive, match="a tree asks about b, d together"):
        compile_booster(PAIRED, FEATURES)


def test_trees_that_treat_the_unknown_in_their_own_way_are_refused() -> None:
    rows = graded(np.array([1.0, 0.0, 0.0, 0.0]), queries=25)
    booster = boost(rows, rows.features, GROWN)

    with pytest.raises(NotAdditive, match="a split of kind <=, NaN"):
        compile_booster(booster, FEATURES)


def test_trees_without_a_question_are_a_constant() -> None:
    rows = graded(np.array([1.0, 0.0, 0.0, 0.0]), queries=3)
    stumps = Boosting(trees=2, leaves=8, learning_rate=0.1, min_rows_in_leaf=10_000, truncation=10)
    booster = boost(rows, np.nan_to_num(rows.features), stumps, groups=[[0], [1], [2], [3]])

    compiled = compile_booster(booster, FEATURES)

    expected = raw_scores(booster, np.zeros((1, 4)), start=0, trees=-1)
    assert compiled.constant == expected[0]
    assert all(curve.edges == () for curve in compiled.ranker.curves)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.catalogue import NAMES
from matching.ranker.additive import (
    MAX_PAIRS,
    MAX_STEPS,
    AdditiveRanker,
    Curve,
    FeatureMismatch,
    PairTable,
)
from matching.ranker.prior import prior

NAN = float("nan")
STEP = Curve("x", (0.5,), (0.0, 1.0))
HALF = Curve("y", (0.25, 0.75), (0.0, 0.2, 0.6))
RANKER = AdditiveRanker("hand", (STEP, HALF))
FEATURES = np.array([[0.4, 0.3], [0.6, 0.2], [0.6, NAN], [NAN, 0.8]])


@pytest.mark.parametrize(
    ("edges", "values", "message"),
    [
        ((0.5,), (0.0,), "x: 1 steps"),
        ((), (0.0, 1.0), "x: 2 steps"),
        (tuple(n / 65 for n in range(1, 65)), tuple(range(65)), "x: 65 steps"),
        ((0.5, 0.5), (0.0, 1.0, 2.0), "x: the edges do not increase"),
        ((0.6, 0.5), (0.0, 1.0, 2.0), "x: the edges do not increase"),
        ((0.0,), (0.0, 1.0), "x: an edge lies outside"),
        ((1.0,), (0.0, 1.0), "x: an edge lies outside"),
        ((NAN,), (0.0, 1.0), "x: an edge lies outside"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_refused(
    edges: tuple[float, ...], values: tuple[float, ...], message: str
) -> None:
    with pytest.raises(FeatureMismatch, match=message):
        Curve("x", edges, values)


def test_sixty_four_steps_are_the_most() -> None:
    curve = Curve("x", tuple(n / 64 for n in range(1, 64)), tuple(float(n) for n in range(64)))

    assert curve(np.array([0.0, 1.0])).tolist() == [0.0, 63.0]


def test_a_value_on_an_edge_gets_the_step_above_it() -> None:
    values = HALF(np.array([0.0, 0.2499, 0.25, 0.7499, 0.75, 1.0]))

    assert values.tolist() == [0.0, 0.0, 0.2, 0.2, 0.6, 0.6]
    assert HALF.greatest == 0.6


def test_a_curve_without_edges_gives_everyone_the_same() -> None:
    assert Curve("x", (), (0.3,))(np.array([0.0, 1.0, NAN])).tolist() == [0.3, 0.3, 0.3]


def test_an_unknown_value_adds_what_the_first_step_does() -> None:
    assert HALF(np.array([NAN])).tolist() == [0.0]
    assert Curve("x", (0.5,), (0.2, 1.0))(np.array([NAN, 0.0, 1.0])).tolist() == [0.2, 0.2, 1.0]


def test_a_step_that_is_no_number_is_refused() -> None:
    with pytest.raises(FeatureMismatch, match="x: a step is no number"):
        Curve("x", (0.5,), (0.0, NAN))
    with pytest.raises(FeatureMismatch, match="xy: a step is no number"):
        PairTable("xy", "x", "y", (), (0.5,), ((0.0, np.inf),))


EDGES = st.lists(
    st.floats(0, 1, exclude_min=True, exclude_max=True), max_size=MAX_STEPS - 1, unique=True
)
CLOSE_EDGES = st.lists(st.floats(0.5, 0.501), min_size=20, max_size=MAX_STEPS - 1, unique=True)


@given(EDGES | CLOSE_EDGES, st.lists(st.floats()))
def test_a_value_is_found_among_edges_as_by_counting(
    edges: list[float], values: list[float]
) -> None:
    edges = sorted(edges)
    curve = Curve("x", tuple(edges), tuple(float(n) for n in range(len(edges) + 1)))
    # Each edge itself and the numbers next to it are where a step could be missed.
    near = [float(np.nextafter(edge, side)) for edge in edges for side in (0.0, 1.0)]
    asked = values + edges + near

    assert curve(np.array(asked)).tolist() == [
        sum(edge <= value for edge in edges) for value in asked
    ]


TABLE = PairTable("xy", "x", "y", (0.5,), (0.25, 0.75), ((0.0, 0.1, 0.2), (0.0, 0.3, 0.5)))


def test_a_pair_adds_what_its_table_says() -> None:
    ranker = AdditiveRanker("hand", (STEP, HALF), (TABLE,))

    assert ranker.terms == ("x", "y", "xy")
    assert ranker.contributions(FEATURES).tolist() == [
        [0.0, 0.2, 0.1],
        [1.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [0.0, 0.6, 0.2],
    ]
    assert ranker.version != RANKER.version


@pytest.mark.parametrize(
    ("columns", "values"),
    [((0.25,), ((0.0, 0.1), (0.2, 0.3))), ((), ((0.0, 0.1),)), ((), ((0.0,),))],
)
def test_a_table_that_does_not_fit_its_edges_is_refused(
    columns: tuple[float, ...], values: tuple[tuple[float, ...], ...]
) -> None:
    rows = (0.5, 0.6) if columns else (0.5,)
    with pytest.raises(FeatureMismatch, match="xy: the table does not fit"):
        PairTable("xy", "x", "y", rows, columns, values)


def test_a_pair_of_features_without_a_curve_is_refused() -> None:
    with pytest.raises(FeatureMismatch, match="xy: a feature of the pair has no curve"):
        AdditiveRanker("hand", (STEP,), (TABLE,))


def test_five_pairs_are_the_most() -> None:
    AdditiveRanker("hand", (STEP, HALF), (TABLE,) * MAX_PAIRS)
    with pytest.raises(FeatureMismatch, match="6 pairs: at most 5"):
        AdditiveRanker("hand", (STEP, HALF), (TABLE,) * 6)


def test_features_that_do_not_line_up_are_refused() -> None:
    with pytest.raises(FeatureMismatch, match=r"\(4, 1\) against 2 curves"):
        RANKER.contributions(FEATURES[:, :1])
    with pytest.raises(FeatureMismatch, match="against 2 curves"):
        RANKER.contributions(FEATURES[0])


ROWS = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), min_size=len(NAMES), max_size=len(NAMES))


@given(ROWS, st.integers(0, len(NAMES) - 1), st.floats(0, 1))
def test_a_better_feature_never_scores_lower(row: list[float], column: int, raised: float) -> None:
    worse, better = np.array(row), np.array(row)
    better[column] = max(raised, float(np.nan_to_num(worse[column])))

    lower, higher = prior().scores(np.vstack([worse, better]))

    assert higher >= lower


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_contributions_sum_to_the_score(rows: list[list[float]]) -> None:
    features = np.array(rows)

    contributions = prior().contributions(features)

    assert contributions.shape == (len(rows), len(NAMES))
    assert np.allclose(contributions.sum(axis=1), prior().scores(features), rtol=0, atol=1e-12)


def test_the_version_changes_with_every_value() -> None:
    rankers = [
        RANKER,
        AdditiveRanker("other", RANKER.curves),
        AdditiveRanker("hand", RANKER.curves[::-1]),
        AdditiveRanker("hand", (STEP, Curve("y", (0.25, 0.75), (0.0, 0.2, 0.7)))),
        AdditiveRanker("hand", (STEP, Curve("y", (0.25, 0.76), (0.0, 0.2, 0.6)))),
        AdditiveRanker("hand", RANKER.curves, (TABLE,)),
    ]

    assert len({ranker.version for ranker in rankers}) == len(rankers)
    assert RANKER.version == AdditiveRanker("hand", (STEP, HALF)).version
    assert RANKER.version.startswith("hand-")

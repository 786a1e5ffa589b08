import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranker.grid import fill, make_grid

NAN = float("nan")
VALUES = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), min_size=2, max_size=300)


@given(VALUES, st.integers(2, 64))
def test_a_value_and_its_point_lie_between_the_same_edges(
    values: list[float], max_steps: int
) -> None:
    features = np.array(values)[:, np.newaxis]

    grid = make_grid(features, np.ones(len(values), dtype=np.bool_), max_steps)

    edges, snapped = np.array(grid.edges[0]), grid.snap(features)[:, 0]
    assert len(edges) < max_steps
    assert (np.diff(edges) > 0).all()
    assert ((edges > 0) & (edges < 1)).all()
    steps = np.searchsorted(edges, np.nan_to_num(features[:, 0]), side="right")
    assert np.searchsorted(edges, snapped, side="right").tolist() == steps.tolist()
    assert set(snapped) == set(grid.points[0])


def test_few_values_stay_apart() -> None:
    features = np.array([[0.0], [0.011], [0.0125], [NAN], [1.0]])

    grid = make_grid(features, np.zeros(5, dtype=np.bool_), 64)

    assert grid.snap(features)[:, 0].tolist() == [1e-6, 0.011, 0.0125, 1e-6, 1.0]


def test_the_rows_that_matter_get_the_finer_steps() -> None:
    features = np.linspace(0, 1, 1000)[:, np.newaxis]

    edges = np.array(make_grid(features, features[:, 0] > 0.8, 64).edges[0])

    assert (edges > 0.8).sum() > 3 * (edges < 0.2).sum()
    assert np.diff(edges).max() < 0.04


@pytest.mark.parametrize(
    "edges", [(), (0.5,), (0.1, 0.11, 0.12), tuple(n / 80 for n in range(1, 64))]
)
def test_gaps_are_filled_until_there_are_enough_steps(edges: tuple[float, ...]) -> None:
    filled = fill(edges, 64)

    assert set(edges) <= set(filled)
    assert len(filled) <= 63
    assert list(filled) == sorted(set(filled))
    if len(edges) < 10:
        assert np.diff([0.0, *filled, 1.0]).max() <= 2 / 64

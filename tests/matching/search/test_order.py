"""The greatest of many scores, found without sorting the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.search.order import above, best_of
from matching.types import FloatArray

SCORES = st.lists(st.sampled_from([-np.inf, -1.5, 0.0, 0.25, 1.0, 2.0]), max_size=60)


@given(st.lists(SCORES, min_size=1, max_size=3), st.integers(1, 12))
def test_finds_the_greatest_and_all_that_equal_the_least_of_them(
    lists: list[list[float]], count: int
) -> None:
    everybody = np.array([score for one in lists for score in one], dtype=np.float64)
    known = np.sort(everybody[everybody > -np.inf])[::-1]
    least = known[min(count, len(known)) - 1] if len(known) else np.inf

    places, values = best_of([np.array(one, dtype=np.float64) for one in lists], count)

    assert places.tolist() == np.flatnonzero(everybody >= least).tolist()
    assert values.tolist() == everybody[places].tolist()


@pytest.mark.parametrize("scores", [np.arange(5_000.0), np.ones(5_000), np.arange(5_000.0)[::-1]])
def test_has_room_for_scores_in_any_order(scores: FloatArray) -> None:
    found = above(np.ascontiguousarray(scores), 3)

    assert sorted(scores[found].tolist())[-3:] == sorted(scores.tolist())[-3:]
    assert len(found) == (5_000 if scores[0] == scores[-1] else 3)

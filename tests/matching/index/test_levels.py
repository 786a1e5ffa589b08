"""Samples of evidence: halves of halves, the same in whatever order and however much there is beside."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index.levels import LEVELS, least_level, level_of


def test_half_of_all_lie_at_each_next_level() -> None:
    counts = Counter(level_of(f"p{i % 97}", f"m{i}") for i in range(1 << 15))

    # Four standard deviations of a binomial count each.
    for level in range(6):
        mean = (1 << 15) / 2 ** (level + 1)
        assert abs(counts[level] - mean) < 4 * mean**0.5


def test_a_level_follows_from_the_provider_and_the_matter() -> None:
    pairs = [(f"p{i}", f"m{j}") for i in range(40) for j in range(40)]

    assert len({level_of(*pair) for pair in pairs}) > 5
    assert [level_of(*pair) for pair in pairs] == [level_of(*pair) for pair in pairs]
    assert any(level_of("p1", f"m{i}") != level_of("p2", f"m{i}") for i in range(40))


@given(st.lists(st.integers(0, 1_000), min_size=LEVELS, max_size=LEVELS), st.integers(0, 3_000))
def test_as_many_as_may_be_are_taken(counts: list[int], most: int) -> None:
    least = least_level(counts, most)

    taken = sum(counts[least:])
    assert taken <= most or least == LEVELS - 1
    if least:
        assert sum(counts[least - 1 :]) > most


@pytest.mark.parametrize("counts", [[0] * LEVELS, [5] + [0] * (LEVELS - 1)])
def test_where_there_is_room_everything_is_taken(counts: list[int]) -> None:
    assert least_level(counts, 5) == 0

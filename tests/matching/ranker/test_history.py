"""The record as judgements: which past work makes a need, and who stands beside its winners."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.ranker.history import judged_history, past_needs
from matching.ranker.judged import InvalidTraining
from matching.ranker.prior import prior
from matching.types import Float32Array, Matter
from tests.matching.examples import firm, index_of, work

FIRST, LAST = date(2010, 1, 1), date(2020, 12, 31)


def _record(n: int = 30) -> list[Matter]:
    """One firm of six at work each month, in turn: everybody comes back."""
    return [
        replace(
            work(
                f"m{i:03}",
                [f"f{i % 6}"],
                f"road study {i % 6} lot {i}",
                places=("VN",),
                dated_on=date(2010 + i // 12, i % 12 + 1, 1),
                is_verified=True,
            ),
            client="Agency",
        )
        for i in range(n)
    ]


FIRMS = [firm(f"f{i}") for i in range(6)]


def _vectors(n: int) -> Float32Array:
    return np.zeros((n, 0), dtype=np.float32)


def test_only_verified_dated_work_of_those_days_was_a_need() -> None:
    day = date(2015, 5, 5)
    matters = [
        work("good", ["f0"], "road", dated_on=day, is_verified=True),
        work("claimed", ["f0"], "bridge", dated_on=day),
        work("said", ["f0"], "water", dated_on=day, is_verified=True, is_statement=True),
        work("undated", ["f0"], "tax", is_verified=True),
        work("late", ["f0"], "audit", dated_on=date(2021, 1, 1), is_verified=True),
        work("again", ["f1"], "road", dated_on=date(2016, 5, 5), is_verified=True),
    ]

    needs = past_needs(index_of(FIRMS, matters), FIRST, LAST)

    assert [need.need_id for need in needs] == ["good"]
    assert needs[0].winners == ("f0",)
    assert needs[0].query.on == day


def test_a_need_is_ranked_with_what_was_known_before_it() -> None:
    index = index_of(FIRMS, _record())
    needs = past_needs(index, FIRST, LAST)

    rows = judged_history(
        needs, _vectors(len(needs)), index, prior=prior(), seed=1, windows=3, frozen=False
    )

    # The first six pieces have nobody with work before them; all others have just one winner.
    assert rows.queries == 24
    assert rows.positives == 24
    assert np.unique(rows.folds).tolist() == [0, 1, 2]


def test_a_frozen_past_knows_nothing_of_its_own_window() -> None:
    index = index_of(FIRMS, _record(12))
    needs = past_needs(index, FIRST, LAST)

    with pytest.raises(InvalidTraining, match="longer history"):
        judged_history(
            needs, _vectors(len(needs)), index, prior=prior(), seed=1, windows=1, frozen=True
        )


def test_the_same_seed_draws_the_same_and_no_more_than_asked() -> None:
    index = index_of(FIRMS, _record())
    needs = past_needs(index, FIRST, LAST)

    def drawn(seed: int, at_most: int) -> list[float]:
        rows = judged_history(
            needs,
            _vectors(len(needs)),
            index,
            prior=prior(),
            seed=seed,
            windows=2,
            frozen=False,
            negatives=3,
            at_most=at_most,
        )
        assert rows.queries == min(at_most, 24)
        assert rows.sizes.max() <= 4
        return np.nan_to_num(rows.features, nan=-1.0).ravel().tolist()

    assert drawn(1, 10) == drawn(1, 10)
    assert drawn(1, 10) != drawn(2, 10)
    assert drawn(1, 99) == drawn(1, 99)


def test_vectors_that_do_not_line_up_are_refused() -> None:
    index = index_of(FIRMS, _record())
    needs = past_needs(index, FIRST, LAST)

    with pytest.raises(InvalidTraining, match="3 vectors for 30 needs"):
        judged_history(needs, _vectors(3), index, prior=prior(), seed=1)

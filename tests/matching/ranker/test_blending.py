import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.ranker.blending import (
    blend_rankers,
    choose_blend,
    ndcg_per_query,
)
from matching.types import FloatArray

SHARES = (0.0, 0.5, 1.0, 2.0)


def test_ndcg_by_hand() -> None:
    # Gains 0 and 3 in the first query: the 3 is found second. The second has no grade above 0.
    scores = np.array([2.0, 1.0, 5.0, 4.0, 3.0, 1.0, 2.0])
    grades = np.array([0, 2, 0, 0, 0, 1, 3])
    query_of = np.array([0, 0, 1, 1, 1, 2, 2])

    figures = ndcg_per_query(scores, grades, query_of, np.arange(7))

    assert figures[0] == pytest.approx(1 / math.log2(3))
    assert math.isnan(figures[1])
    assert figures[2] == 1.0


def test_what_stands_below_the_tenth_place_counts_for_nothing() -> None:
    grades = np.zeros(12, dtype=np.int64)
    grades[10] = 1

    figures = ndcg_per_query(-np.arange(12.0), grades, np.zeros(12, np.int64), np.arange(12))

    assert figures.tolist() == [0.0]


def test_equal_scores_do_not_favour_the_rows_that_come_first() -> None:
    grades, query_of = np.array([1, 0]), np.zeros(2, np.int64)

    figures = ndcg_per_query(np.zeros(2), grades, query_of, np.array([1, 0]))

    assert figures[0] == pytest.approx(1 / math.log2(3))


def _chosen(
    figures: FloatArray, *, queries_per_blend: float = 1.0, errors_ahead: float = 1.0
) -> float:
    share, _ = choose_blend(
        SHARES,
        figures,
        np.ones(figures.shape[1]),
        standard_errors=1.0,
        errors_ahead=errors_ahead,
        queries_per_blend=queries_per_blend,
    )
    return share


def test_a_steady_gain_is_served_and_a_doubtful_one_is_not() -> None:
    noise = np.random.default_rng(0).normal(0, 0.2, 50)
    level = np.full(50, 0.4)

    assert _chosen(np.array([level, level + 0.05, level + 0.1, level])) == 1.0
    # As good on average, but by the luck of a few queries.
    lucky = level + noise - noise.mean() + 0.02
    assert _chosen(np.array([level, lucky, lucky, lucky])) == 0.0
    # The same luck for all shares says nothing between them: the difference is what counts.
    assert _chosen(np.array([level + noise, level + noise + 0.01, lucky, level])) == 0.5


def test_to_leave_the_prior_takes_a_clearer_gain_than_to_choose_among_shares() -> None:
    level = np.full(50, 0.4)
    some = np.tile([0.05, -0.03], 25)  # ahead by 0.01, which is 1.8 standard errors
    figures = np.array([level, level + some, level + some, level])

    assert _chosen(figures, errors_ahead=1.5) == 0.5
    assert _chosen(figures, errors_ahead=2.0) == 0.0


def test_shares_that_do_equally_well_give_the_smallest() -> None:
    assert _chosen(np.tile(np.linspace(0, 1, 9), (4, 1))) == 0.0


def test_a_share_needs_queries_to_stand_on() -> None:
    figures = np.array([np.full(10, level) for level in (0.1, 0.2, 0.3, 0.4)])

    assert _chosen(figures, queries_per_blend=5.0) == 2.0
    assert _chosen(figures, queries_per_blend=10.0) == 1.0
    assert _chosen(figures, queries_per_blend=21.0) == 0.0


def test_a_query_counts_by_its_weight() -> None:
    figures = np.array([[0.5, 0.5], [0.9, 0.0], [0.0, 0.9], [0.0, 0.0]])

    for weights, best in (([99.0, 1.0], 0.5), ([1.0, 99.0], 1.0)):
        _, compared = choose_blend(
            SHARES,
            figures,
            np.array(weights),
            standard_errors=0.0,
            errors_ahead=0.0,
            queries_per_blend=0.0,
        )
        assert [one.blend for one in compared if one.behind == 0.0] == [best]


PRIOR = AdditiveRanker("prior", (Curve("x", (0.25, 0.5), (0.0, 1.0, 2.0)), Curve("y", (), (0.0,))))
LEARNED = AdditiveRanker(
    "learned", (Curve("x", (0.4,), (0.0, 3.0)), Curve("y", (0.5,), (0.0, 1.0)))
)
EDGES = ((0.25, 0.4, 0.5), (0.5,))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 8))
def test_the_blend_is_the_sum_where_the_steps_agree(row: list[float], share: float) -> None:
    blend = blend_rankers("both", PRIOR, LEARNED, share=share, edges=EDGES)

    features = np.array([row])
    expected = PRIOR.scores(features) + share * LEARNED.scores(features)
    assert blend.scores(features) == pytest.approx(expected, abs=1e-12)


def test_what_corrects_the_prior_downwards_only_to_nothing_never_turns_a_curve() -> None:
    """Sums of leaves fall by a last digit where they should stay level: the blend may not."""
    level = AdditiveRanker(
        "learned", (Curve("x", (0.25, 0.5), (0.0, 1.0, 1.0 - 1e-16)), Curve("y", (), (0.0,)))
    )
    flat = AdditiveRanker("flat", tuple(Curve(c.feature, (), (0.0,)) for c in PRIOR.curves))

    blend = blend_rankers("b", flat, level, share=1.0, edges=((0.25, 0.5), ()))

    assert (np.diff(blend.curves[0].values) >= 0.0).all()


def test_a_table_of_a_pair_never_turns_either() -> None:
    below = 1.0 - 1e-16
    pair = PairTable("xy", "x", "y", (0.5,), (0.5,), ((0.0, 1.0), (1.0, below)))
    learned = AdditiveRanker("learned", LEARNED.curves, (pair,))

    [blended] = blend_rankers("b", PRIOR, learned, share=1.0, edges=EDGES).pairs

    assert blended.values == ((0.0, 1.0), (1.0, 1.0))


def test_on_other_steps_the_prior_is_read_at_their_middles_and_starts_at_nothing() -> None:
    ramp = AdditiveRanker("ramp", (Curve("x", (0.1, 0.3, 0.6), (0.0, 1.0, 2.0, 3.0)),))
    flat = AdditiveRanker("flat", (Curve("x", (), (0.0,)),))

    blend = blend_rankers("b", ramp, flat, share=1.0, edges=((0.4, 0.7),))

    # The middles are 0.55 and 0.85; the first step would be 1 at 0.2.
    assert blend.curves[0].values == (0.0, 2.0, 3.0)


def test_pairs_of_both_are_added() -> None:
    def table(edge: float, value: float) -> PairTable:
        return PairTable("xy", "x", "y", (edge,), (0.5,), ((0.0, 0.0), (0.0, value)))

    prior = AdditiveRanker("prior", PRIOR.curves, (table(0.3, 1.0),))
    learned = AdditiveRanker("learned", LEARNED.curves, (table(0.6, 2.0),))

    blend = blend_rankers("b", prior, learned, share=0.5, edges=EDGES)

    assert blend.pairs == (
        PairTable("xy", "x", "y", (0.3, 0.6), (0.5,), ((0.0, 0.0), (0.0, 1.0), (0.0, 2.0))),
    )

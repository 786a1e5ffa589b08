import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.catalogue import NAMES, feature_matrix
from matching.ranker.additive import AdditiveRanker, Curve, FeatureMismatch
from matching.ranker.prior import prior
from tests.matching.examples import Supply, supplies

NAN = float("nan")
STEP = Curve("x", (0.5,), (0.0, 1.0))
HALF = Curve("y", (0.25, 0.75), (0.0, 0.2, 0.6), unknown=0.1)
RANKER = AdditiveRanker("hand", (STEP, HALF))
FEATURES = np.array([[0.4, 0.3], [0.6, 0.2], [0.6, NAN], [NAN, 0.8]])
EVERYBODY = np.ones(4, dtype=np.bool_)


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
    assert Curve("x", (), (0.3,))(np.array([0.0, 1.0, NAN])).tolist() == [0.3, 0.3, 0.0]


def test_an_unknown_value_adds_what_the_curve_says_of_the_unknown() -> None:
    assert HALF(np.array([NAN])).tolist() == [0.1]
    assert STEP(np.array([NAN])).tolist() == [0.0]


def test_ranks_by_the_sum_and_shows_its_parts() -> None:
    ranked = RANKER.rank(["a", "b", "c", "d"], FEATURES, EVERYBODY)

    assert [(r.provider_id, r.score, r.contributions) for r in ranked] == [
        ("c", 1.1, (1.0, 0.1)),
        ("b", 1.0, (1.0, 0.0)),
        ("d", 0.6, (0.0, 0.6)),
        ("a", 0.2, (0.0, 0.2)),
    ]


def test_ties_go_to_the_smaller_id() -> None:
    same = np.full((40, 2), 0.6)
    ids = [f"p{n:02}" for n in range(40)]

    ranked = RANKER.rank(ids, same, np.ones(40, dtype=np.bool_))

    assert [r.provider_id for r in ranked] == ids


def test_only_the_eligible_are_ranked_and_only_the_top_is_returned() -> None:
    eligible = np.array([True, True, False, True])

    assert [r.provider_id for r in RANKER.rank("abcd", FEATURES, eligible)] == ["b", "d", "a"]
    assert [r.provider_id for r in RANKER.rank("abcd", FEATURES, eligible, top=2)] == ["b", "d"]
    assert len(RANKER.rank("abcd", FEATURES, eligible, top=99)) == 3
    assert RANKER.rank("abcd", FEATURES, ~EVERYBODY) == ()


def test_features_that_do_not_line_up_are_refused() -> None:
    with pytest.raises(FeatureMismatch, match=r"\(4, 1\) against 2 curves"):
        RANKER.contributions(FEATURES[:, :1])
    with pytest.raises(FeatureMismatch, match="against 2 curves"):
        RANKER.contributions(FEATURES[0])
    with pytest.raises(FeatureMismatch, match="3 ids for 4 rows"):
        RANKER.rank("abc", FEATURES, EVERYBODY)
    with pytest.raises(FeatureMismatch):
        RANKER.rank("abcd", FEATURES, EVERYBODY[:3])


@given(supplies())
def test_contributions_sum_to_the_score(supply: Supply) -> None:
    context = supply.context()
    ids = [candidate.provider_id for candidate in context.index.candidates]

    ranked = prior().rank(ids, feature_matrix(context), np.ones(len(ids), dtype=np.bool_))

    assert len(ranked) == len(ids)
    for one in ranked:
        assert len(one.contributions) == len(NAMES)
        assert abs(sum(one.contributions) - one.score) <= 1e-9
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)


ROWS = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), min_size=len(NAMES), max_size=len(NAMES))


@given(ROWS, st.integers(0, len(NAMES) - 1), st.floats(0, 1))
def test_a_better_feature_never_ranks_lower(row: list[float], column: int, raised: float) -> None:
    worse, better = np.array(row), np.array(row)
    better[column] = max(raised, float(np.nan_to_num(worse[column])))
    # The better one has the greater id, so a tie would put it second.
    features = np.vstack([worse, better])

    first, second = prior().rank(["a", "b"], features, np.ones(2, dtype=np.bool_))

    scores = {one.provider_id: one.score for one in (first, second)}
    assert scores["b"] >= scores["a"]


def test_the_version_changes_with_every_value() -> None:
    rankers = [
        RANKER,
        AdditiveRanker("other", RANKER.curves),
        AdditiveRanker("hand", RANKER.curves[::-1]),
        AdditiveRanker("hand", (STEP, Curve("y", (0.25, 0.75), (0.0, 0.2, 0.7), unknown=0.1))),
        AdditiveRanker("hand", (STEP, Curve("y", (0.25, 0.76), (0.0, 0.2, 0.6), unknown=0.1))),
        AdditiveRanker("hand", (STEP, Curve("y", (0.25, 0.75), (0.0, 0.2, 0.6)))),
    ]

    assert len({ranker.version for ranker in rankers}) == len(rankers)
    assert RANKER.version == AdditiveRanker("hand", (STEP, HALF)).version
    assert RANKER.version.startswith("hand-")

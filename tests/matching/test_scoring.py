import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.catalogue import NAMES, feature_matrix
from matching.features.context import without_claims, without_evidence
from matching.ranker.additive import AdditiveRanker, Curve, FeatureMismatch
from matching.ranker.prior import prior
from matching.scoring import SHARED, Scored, rank, score_all, score_each, sums_of
from matching.types import BoolArray, FloatArray
from tests.matching.examples import Supply, firm, index_of, lay, need, supplies, work


def _scored(contributions: list[list[float]]) -> Scored:
    parts = np.array(contributions)
    return Scored(np.zeros_like(parts), parts, parts.sum(axis=1))


FOUR = _scored([[0.0, 0.2], [1.0, 0.0], [1.0, 0.1], [0.0, 0.6]])
EVERYBODY = np.ones(4, dtype=np.bool_)


def _all(n: int) -> BoolArray:
    return np.ones(n, dtype=np.bool_)


def test_ranks_by_the_sum_and_shows_its_parts() -> None:
    ranked = rank(["a", "b", "c", "d"], FOUR, EVERYBODY)

    assert [(r.provider_id, r.score, r.contributions) for r in ranked] == [
        ("c", 1.1, (1.0, 0.1)),
        ("b", 1.0, (1.0, 0.0)),
        ("d", 0.6, (0.0, 0.6)),
        ("a", 0.2, (0.0, 0.2)),
    ]


def test_ties_go_to_the_smaller_id() -> None:
    ids = [f"p{n:02}" for n in range(40)]

    ranked = rank(ids, _scored([[0.6, 0.6]] * 40), _all(40))

    assert [r.provider_id for r in ranked] == ids


def test_parts_are_added_one_after_the_other_and_shares_of_all_work_last() -> None:
    """Any other order would end in another bit: what one loop finds, all others must find."""
    parts = np.random.default_rng(3).normal(size=(50, 31))

    found = sums_of(parts)

    expected = []
    for row in parts.tolist():
        total = 0.0
        for place in [i for i in range(len(row)) if i not in SHARED] + [*SHARED]:
            total += row[place]
        expected.append(total)
    assert found.tolist() == expected
    assert sums_of(parts[:7]).tolist() == expected[:7]


def test_only_the_eligible_are_ranked_and_only_the_top_is_returned() -> None:
    eligible = np.array([True, True, False, True])

    assert [r.provider_id for r in rank("abcd", FOUR, eligible)] == ["b", "d", "a"]
    assert [r.provider_id for r in rank("abcd", FOUR, eligible, top=2)] == ["b", "d"]
    assert len(rank("abcd", FOUR, eligible, top=99)) == 3
    assert rank("abcd", FOUR, ~EVERYBODY) == ()


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(FeatureMismatch, match="3 ids for 4 rows"):
        rank("abc", FOUR, EVERYBODY)
    with pytest.raises(FeatureMismatch):
        rank("abcd", FOUR, EVERYBODY[:3])


def test_a_ranker_of_other_features_is_refused() -> None:
    context = lay(need(), index_of([firm("a")], []))

    with pytest.raises(FeatureMismatch, match="against 1 curves"):
        score_all(context, AdditiveRanker("x", (Curve("x", (), (0.0,)),)))


def _any_ranker(seed: int, *, is_rising: bool = True) -> AdditiveRanker:
    """Curves of any shape, each with steps of its own: rising, or up and down below nothing too."""
    rng = np.random.default_rng(seed)
    curves = []
    for name in NAMES:
        edges = np.unique(rng.uniform(0.01, 0.99, rng.integers(0, 64)))
        steps = rng.exponential(1.0, len(edges)) ** 4
        if not is_rising:
            steps *= rng.choice([-1.0, 1.0], len(edges))
        values = np.concatenate([[0.0], np.cumsum(steps)])
        curves.append(Curve(name, tuple(edges.tolist()), tuple(values.tolist())))
    return AdditiveRanker("any", tuple(curves))


def _equal(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-9))


@given(supplies(), st.integers(0, 2**32), st.booleans())
def test_contributions_sum_to_the_score_whatever_the_curves_do(
    supply: Supply, seed: int, is_rising: bool
) -> None:
    context = supply.context()
    ids = [candidate.provider_id for candidate in context.index.candidates]
    ranker = _any_ranker(seed, is_rising=is_rising)

    ranked = rank(ids, score_all(context, ranker), _all(len(ids)))

    assert len(ranked) == len(ids)
    for one in ranked:
        assert len(one.contributions) == len(ranker.terms)
        assert math.fsum(one.contributions) == pytest.approx(one.score, rel=1e-9, abs=1e-9)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)


@given(supplies(), st.integers(0, 2**32), st.booleans())
def test_the_score_is_that_of_the_record_or_of_a_quarter_of_everything(
    supply: Supply, seed: int, is_rising: bool
) -> None:
    context = supply.context()
    ranker = _any_ranker(seed, is_rising=is_rising)
    everything, verified = feature_matrix(context), feature_matrix(without_claims(context))
    facts = ranker.scores(feature_matrix(without_evidence(context)))
    believed = facts + 0.25 * (ranker.scores(everything) - facts)
    record = ranker.scores(verified)
    claimants = context.index.claimants

    found = score_all(context, ranker)

    assert _equal(found.scores[claimants], np.maximum(record, believed)[claimants])
    rest = np.delete(np.arange(len(record)), claimants)
    assert _equal(found.scores[rest], record[rest])
    # Whose claims did not count is named, and shown with what did.
    assert found.on_record <= set(claimants.tolist())
    on_record = sorted(found.on_record)
    assert _equal(found.scores[on_record], record[on_record])
    np.testing.assert_array_equal(found.features[on_record], verified[on_record])
    others = np.delete(np.arange(len(record)), on_record)
    np.testing.assert_array_equal(found.features[others], everything[others])


@given(supplies(), st.integers(0, 2**32))
def test_rankers_that_score_side_by_side_score_as_each_alone(supply: Supply, seed: int) -> None:
    context = supply.context()
    rankers = (_any_ranker(seed), _any_ranker(seed + 1), prior())

    for together, ranker in zip(score_each(context, rankers), rankers, strict=True):
        alone = score_all(context, ranker)
        assert together.on_record == alone.on_record
        np.testing.assert_array_equal(together.contributions, alone.contributions)
        np.testing.assert_array_equal(together.scores, alone.scores)


@given(supplies(), st.integers(0, 2**32))
def test_claims_of_one_change_nothing_for_another(supply: Supply, seed: int) -> None:
    ranker = _any_ranker(seed)
    context = supply.context()
    without = ranker.contributions(feature_matrix(without_claims(context)))

    found = score_all(context, ranker).contributions

    others = ~np.isin(np.arange(len(found)), context.index.claimants)
    assert _equal(found[others], without[others])


def test_a_claim_of_work_in_the_target_is_a_quarter_of_the_verified_work() -> None:
    column = NAMES.index("experience_in_target")
    edges = tuple(step / 64 for step in range(1, 64))
    flat = [Curve(name, (), (0.0,)) for name in NAMES]
    flat[column] = Curve(NAMES[column], edges, tuple(float(step) for step in range(64)))
    ranker = AdditiveRanker("one", tuple(flat))

    def score(*, is_verified: bool) -> float:
        matter = work("m", ["a"], "a road", places=("VN",), is_verified=is_verified)
        context = lay(need("a road", targets=("VN",)), index_of([firm("a")], [matter]))
        return float(score_all(context, ranker).scores[0])

    assert score(is_verified=True) > 0.0
    assert score(is_verified=False) == score(is_verified=True) / 4

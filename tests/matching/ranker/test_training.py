from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.features.catalogue import Pair, ReasonKind
from matching.ranker.additive import AdditiveRanker
from matching.ranker.blending import ndcg_per_query
from matching.ranker.judged import InvalidTraining, JudgedRows
from matching.ranker.training import TrainingOptions, train
from matching.types import Sentence
from tests.matching.ranker.rows import FEATURES, QUICK, graded, ramps
from tests.trainer import require_trainer

require_trainer()

TRUTH = np.array([3.0, 1.0, 1.0, 0.0])
# It knows that c matters, not how much a does.
PRIOR = ramps({"a": 0.3, "b": 0.3, "c": 1.0, "d": 0.5})
UNSEEN = graded(TRUTH, queries=100, seed=99)


def _ndcg(*rankers: AdditiveRanker) -> float:
    """Measure the sum of some rankers on queries that nothing was learned from."""
    tiebreak = np.random.default_rng(0).permutation(len(UNSEEN.grades))
    scores = np.sum([ranker.scores(UNSEEN.features) for ranker in rankers], axis=0)
    return float(ndcg_per_query(scores, UNSEEN.grades, UNSEEN.query_of, tiebreak).mean())


JUDGED = graded(TRUTH, queries=220)
LEARNED = train(JUDGED, PRIOR, options=QUICK)


def test_many_good_queries_teach_more_than_the_prior_knows() -> None:
    report = LEARNED.report

    assert report.blend >= 0.5
    assert _ndcg(LEARNED.ranker) > _ndcg(PRIOR) + 0.3
    # What the report promises of unseen queries comes true; all of what was learned corrects the
    # prior and is measured on top of it.
    for name, rankers in (
        ("prior", (PRIOR,)),
        ("served", (LEARNED.ranker,)),
        ("learned", (PRIOR, LEARNED.learned)),
    ):
        metric = report.metrics[name]
        assert metric.low <= metric.ndcg10 <= metric.high
        assert _ndcg(*rankers) == pytest.approx(metric.ndcg10, abs=0.03)


GOOD = ramps(dict(zip(FEATURES, TRUTH.tolist(), strict=True)))


def _lost_to_chance(queries: int, options: TrainingOptions) -> list[float]:
    """What is served loses against a good prior where the grades mean nothing, by seed."""
    lost = []
    for seed in range(4):
        training = train(graded(np.zeros(4), queries=queries, seed=seed), GOOD, options=options)
        if training.report.blend == 0.0:
            assert (training.ranker.curves, training.ranker.pairs) == (GOOD.curves, GOOD.pairs)
        lost.append(_ndcg(GOOD) - _ndcg(training.ranker))
    return lost


@pytest.mark.parametrize("queries", [3, 10, 30, 60, 120, 220])
def test_grades_that_mean_nothing_teach_nothing(queries: int) -> None:
    lost = _lost_to_chance(queries, QUICK)

    assert np.mean(lost) <= 0.01
    assert max(lost) <= (0.0 if queries <= 30 else 0.03)


def test_it_is_the_caution_about_shares_that_saves_from_chance() -> None:
    reckless = replace(QUICK, queries_per_blend=0.0, errors_ahead=-99.0, standard_errors=0.0)

    assert max(_lost_to_chance(10, reckless)) > 0.1


@pytest.mark.parametrize("queries", [3, 10, 30, 60])
def test_little_data_never_makes_the_prior_worse(queries: int) -> None:
    served = [
        train(graded(TRUTH, queries=queries, noise=2.0, seed=seed), PRIOR, options=QUICK).ranker
        for seed in range(4)
    ]

    assert min(map(_ndcg, served)) >= _ndcg(PRIOR) - 0.01


def test_equal_rows_and_seeds_give_equal_rankers() -> None:
    again = train(JUDGED, PRIOR, options=QUICK)

    assert again == LEARNED
    assert again.ranker.version == LEARNED.ranker.version


def test_every_curve_rises_from_nothing_in_at_most_64_steps() -> None:
    for ranker in (LEARNED.ranker, LEARNED.learned):
        assert tuple(curve.feature for curve in ranker.curves) == FEATURES
        for curve in ranker.curves:
            assert curve.values[0] == 0.0
            assert (np.diff(curve.values) >= -1e-12).all()
            assert len(curve.values) <= 64
    assert all((np.diff(curve.values) >= 0.0).all() for curve in LEARNED.ranker.curves)


def test_the_served_score_is_the_priors_and_the_share_of_the_learned_one() -> None:
    report = LEARNED.report
    served = LEARNED.ranker.scores(UNSEEN.features)

    rest = served - report.blend * LEARNED.learned.scores(UNSEEN.features)

    # The prior's even ramps are read on other steps: no further off than one of them per feature.
    assert np.abs(rest - PRIOR.scores(UNSEEN.features)).max() <= 2.1 / 30


def test_steps_are_backed_by_the_rows_they_count() -> None:
    for column, curve in enumerate(LEARNED.ranker.curves):
        support = LEARNED.report.support[curve.feature]
        assert sum(support) == len(JUDGED.grades)
        below = np.nan_to_num(JUDGED.features[:, column]) < curve.edges[0]
        assert support[0] == below.sum()


def test_what_never_varies_keeps_the_curve_of_the_prior() -> None:
    rows = graded(TRUTH, queries=120)
    features = rows.features.copy()
    features[:, 2] = np.where(rows.query_of % 2, 0.7, np.nan)
    prior = ramps({"a": 0.3, "b": 0.3, "c": 1.0, "d": 0.5})

    training = train(replace(rows, features=features), prior, options=QUICK)

    assert training.report.blend > 0.0
    assert training.report.constant_features == ("c",)
    assert training.ranker.curves[2] == prior.curves[2]


def test_a_named_pair_learns_what_only_counts_together() -> None:
    rng = np.random.default_rng(2)
    rows = graded(TRUTH, queries=150, seed=7)
    features = rng.integers(0, 2, rows.features.shape).astype(np.float64)
    merit = features[:, 0] * features[:, 1] + 0.1 * rng.random(len(features))
    grades = (merit.reshape(150, 30).argsort(axis=1).argsort(axis=1) >= 25).astype(np.int64)
    rows = replace(rows, features=features, grades=grades.ravel())
    pair = Pair("a_and_b", "a", "b", ReasonKind.WORK_IN_TARGET, Sentence("Both", "兼有", "兼有"))
    prior = ramps({"c": 0.1, "d": 0.1})

    paired = train(rows, prior, options=replace(QUICK, pairs=(pair,)))

    (table,) = paired.ranker.pairs
    cells = np.array(table.values)
    assert cells[0, 0] == 0.0
    assert cells[-1, -1] > 0.0
    assert (np.diff(cells, axis=0) >= 0.0).all()
    assert (np.diff(cells, axis=1) >= 0.0).all()
    assert paired.ranker.terms == (*FEATURES, "a_and_b")


def test_positions_explain_choices_that_features_do_not() -> None:
    # Whoever was shown first was chosen, whatever they were like; below that, merit was seen.
    rng = np.random.default_rng(4)
    queries, shown = 300, 10
    features = rng.random((queries * shown, 4))
    placed = np.tile(np.arange(1, shown + 1), queries)
    # The list was ordered by d, which is worth nothing.
    features[:, 3] = 1.0 - (placed - rng.random(len(placed))) / shown
    seen = rng.random(len(placed)) < 1.0 / placed
    chosen = seen & (features[:, 0] + 0.3 * rng.random(len(placed)) > 0.6)
    rows = JudgedRows(
        FEATURES,
        features,
        chosen.astype(np.int64),
        np.repeat(np.arange(queries), shown),
        np.ones(queries),
        np.zeros(queries, np.int64),
    )

    naive = train(rows, PRIOR, options=QUICK).learned
    corrected = train(replace(rows, positions=placed), PRIOR, options=QUICK).learned

    def weight_of_d(ranker: AdditiveRanker) -> float:
        return ranker.curves[3].greatest / ranker.curves[0].greatest

    assert weight_of_d(corrected) < 0.5 * weight_of_d(naive)
    assert corrected.terms == FEATURES


def test_the_others_are_measured_on_the_same_folds_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    options = replace(QUICK, compare=True, unconstrained_leaves=6)

    training = train(
        graded(TRUTH, queries=40),
        PRIOR,
        options=options,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(done, 13) for done in range(1, 14)]
    metrics = training.report.metrics
    assert set(metrics) == {"prior", "learned", "served", "unconstrained", "linear"}
    assert metrics["linear"].ndcg10 > 0.5
    assert training.report.cost_of_interpretability == pytest.approx(
        metrics["unconstrained"].ndcg10 - metrics["learned"].ndcg10
    )
    assert LEARNED.report.cost_of_interpretability is None


def test_folds_of_the_rows_are_kept() -> None:
    told: list[int] = []
    rows = replace(graded(TRUTH, queries=20), folds=np.repeat([3, 8], 10))

    train(rows, PRIOR, options=QUICK, progress=lambda _done, total: told.append(total))

    assert told == [3, 3, 3]


def test_a_fold_outside_of_which_nothing_can_be_learned_falls_back_to_the_prior() -> None:
    rows = graded(TRUTH, queries=4)
    grades = rows.grades * (rows.query_of == 0)

    training = train(replace(rows, grades=grades), PRIOR, options=QUICK)

    assert training.report.blend == 0.0


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a", "b", "c", "z"), "the catalogue does not know the feature z"),
        (("b", "a", "c", "d"), "stand in another order"),
    ],
)
def test_features_other_than_the_catalogues_are_refused(
    names: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InvalidTraining, match=message):
        train(graded(TRUTH, queries=4, names=names), PRIOR, options=QUICK)


def test_a_feature_that_the_rows_lack_is_named() -> None:
    with pytest.raises(InvalidTraining, match="the rows lack the feature d"):
        train(graded(TRUTH[:3], queries=4, names=FEATURES[:3]), PRIOR, options=QUICK)


def test_more_candidates_than_lightgbm_takes_are_refused() -> None:
    rows = graded(TRUTH, queries=2, candidates=10_001)

    with pytest.raises(InvalidTraining, match="a query has 10001 candidates: at most 10000"):
        train(rows, PRIOR, options=QUICK)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blends": (0.5, 1.0)}, "do not increase from 0"),
        ({"blends": (0.0, 1.0, 0.5)}, "do not increase from 0"),
        ({"blends": ()}, "do not increase from 0"),
        ({"max_steps": 65}, "max_steps is not within 2 to 64"),
        ({"trees": 0}, "too few"),
        ({"folds": 1}, "too few"),
    ],
)
def test_options_that_make_no_sense_are_refused(change: dict[str, Any], message: str) -> None:
    # Any: the options have several types.
    with pytest.raises(InvalidTraining, match=message):
        replace(TrainingOptions(), **change)

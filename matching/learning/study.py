"""Does learning from choices find the true order? A simulation in which the truth is known.

Needs are shown in lists that a deployed ranker orders for the wrong reason, people choose as they
do (`clicks`), and rankers are learned from their choices: naively, and with each correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import kendalltau

from matching.learning.clicks import Examination, relevance_chance, simulate_clicks
from matching.learning.feedback import Correction, GradedQuery, judged_from_feedback
from matching.learning.propensities import (
    PropensityCurve,
    PropensityMethod,
    estimate_propensities,
    impressions,
    power_law,
)
from matching.learning.rows import lay_out
from matching.learning.types import Feedback, Judgement, Outcome, OutcomeKind, Showing
from matching.ranker.additive import MAX_STEPS, AdditiveRanker, Curve
from matching.ranker.blending import ndcg_per_query
from matching.ranker.training import TrainingOptions, train
from matching.types import FloatArray, IntArray, Query

# Two features that make a provider the right one, one that only puts it first, and noise.
FEATURES = ("fits", "experienced", "famous", "noise")
_TRUTH = np.array([0.6, 0.4, 0.0, 0.0])
_DEPLOYED = np.array([0.15, 0.0, 0.85, 0.0])
_CANDIDATES = 20
_SHOWN = 10
_FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Recovery:
    """How near a ranker comes to the truth on needs it has not seen.

    Attributes:
        tau: Kendall's tau-b with the true order, the mean over needs; 1 is the same order.
        ndcg10: with the true grades.
    """

    tau: float
    ndcg10: float


@dataclass(frozen=True, slots=True)
class PositionBiasStudy:
    """What each way of learning recovers.

    Attributes:
        deployed: the ranker that ordered the lists.
        naive: learned from choices as if they were grades.
        weights: by inverse propensities that are known.
        measured: by inverse propensities measured from the same choices (`curve`).
        positions: the learner is told the places (LightGBM's position input).
        judged: learned from true grades of the same lists, which no correction can beat for long.
        curve: the measured propensities.
        choices: how many choices there were.
    """

    deployed: Recovery
    naive: Recovery
    weights: Recovery
    measured: Recovery
    positions: Recovery
    judged: Recovery
    curve: PropensityCurve
    choices: int


@dataclass(frozen=True, slots=True)
class _World:
    """Needs with their candidates: features (needs, 20, 4), true scores and grades (needs, 20)."""

    features: FloatArray
    truth: FloatArray
    grades: IntArray


def position_bias_study(
    seed: int,
    *,
    needs: int = 400,
    lists: int = 4,
    eta: float = 1.0,
    trust: float = 0.0,
    options: TrainingOptions | None = None,
) -> PositionBiasStudy:
    """Simulate choices with a known examination curve and learn from them in each way.

    Args:
        seed: of everything that is left to chance; equal seeds give equal figures.
        needs: kinds of need; each has 20 candidates.
        lists: how often each is shown, ten providers in an order that varies a little.
        eta: a place is looked at with the chance 1 / place^eta.
        trust: the chance that what stands first is chosen without being relevant.
        options: how rankers are trained.
    """
    rng = np.random.default_rng(seed)
    world, fresh = _make_world(needs, rng), _make_world(needs, rng)
    examination = Examination(power_law(eta, places=_SHOWN).values, trust)
    feedback = _show(world, lists, examination, rng)
    curve = estimate_propensities(impressions(feedback), places=_SHOWN)
    true_curve = PropensityCurve(
        examination.propensities, PropensityMethod.POWER_LAW, eta, 0, "as simulated"
    )
    how = options or TrainingOptions(
        seed=seed, trees=60, leaves=4, min_rows_in_leaf=50, checkpoints=1, pairs=(), compare=False
    )

    def recover(correction: Correction, by: PropensityCurve) -> Recovery:
        groups = judged_from_feedback(feedback, curve=by, correction=correction)
        return _learn(groups, world, fresh, how)

    return PositionBiasStudy(
        deployed=_measure(fresh.features @ _DEPLOYED, fresh),
        naive=recover(Correction.NONE, true_curve),
        weights=recover(Correction.WEIGHTS, true_curve),
        measured=recover(Correction.WEIGHTS, curve),
        positions=recover(Correction.POSITIONS, true_curve),
        judged=_learn(
            judged_from_feedback(_judge(feedback, world), curve=true_curve), world, fresh, how
        ),
        curve=curve,
        choices=len(feedback.outcomes),
    )


def _make_world(needs: int, rng: np.random.Generator) -> _World:
    features = rng.random((needs, _CANDIDATES, len(FEATURES)))
    truth = features @ _TRUTH + rng.normal(0.0, 0.05, size=(needs, _CANDIDATES))
    # Half of the candidates are of no use, a tenth is right.
    grades = np.digitize(truth, np.quantile(truth, [0.5, 0.75, 0.9])).astype(np.int64)
    return _World(features, truth, grades)


def _show(
    world: _World, lists: int, examination: Examination, rng: np.random.Generator
) -> Feedback:
    queries: dict[str, Query] = {}
    showings: list[Showing] = []
    outcomes: list[Outcome] = []
    chances = relevance_chance(world.grades)
    for need, features in enumerate(world.features):
        for number in range(lists):
            name = f"{need}-{number}"
            on = _FIRST_DAY + timedelta(days=need)
            # The sector stands for the kind of need: by it near-equal ones find each other.
            queries[name] = Query("", on=on, sector_codes=(str(need),))
            deployed = features @ _DEPLOYED + rng.normal(0.0, 0.1, size=_CANDIDATES)
            order = np.argsort(-deployed)[:_SHOWN].astype(np.int64)
            shown = tuple(map(str, order.tolist()))
            showings.append(Showing(name, name, shown))
            clicks = simulate_clicks(chances[need], order, examination, rng)
            outcomes += [
                Outcome(name, one, name, OutcomeKind.ENGAGED, place, is_verified=True, list_id=name)
                for place, one in enumerate(shown, start=1)
                if clicks[int(one)]
            ]
    return Feedback(queries, outcomes=tuple(outcomes), showings=tuple(showings))


def _judge(feedback: Feedback, world: _World) -> Feedback:
    judgements = tuple(
        Judgement(one.query_id, provider_id, "truth", int(world.grades[need, int(provider_id)]))
        for one in feedback.showings
        for need in [int(one.query_id.partition("-")[0])]
        for provider_id in one.provider_ids
    )
    return Feedback(feedback.queries, judgements=judgements)


def _learn(
    groups: Sequence[GradedQuery], world: _World, fresh: _World, options: TrainingOptions
) -> Recovery:
    matrices = [
        world.features[int(group.query.sector_codes[0])][[int(one) for one in group.provider_ids]]
        for group in groups
    ]
    trained = train(lay_out(groups, matrices, FEATURES, folds=2), _flat_prior(), options=options)
    scores = trained.learned.scores(fresh.features.reshape(-1, len(FEATURES)))
    return _measure(scores.reshape(fresh.truth.shape), fresh)


def _flat_prior() -> AdditiveRanker:
    """A prior that likes every feature alike; only the learned part is measured."""
    edges = tuple(step / MAX_STEPS for step in range(1, MAX_STEPS))
    values = tuple(step / (MAX_STEPS - 1) for step in range(MAX_STEPS))
    return AdditiveRanker("flat", tuple(Curve(name, edges, values) for name in FEATURES))


def _measure(scores: FloatArray, world: _World) -> Recovery:
    # Scores of step functions tie; tau-b counts what they leave open as neither right nor wrong.
    taus = [
        float(kendalltau(found, true).statistic)
        for found, true in zip(scores, world.truth, strict=True)
        if np.ptp(found) > 0.0
    ]
    needs, candidates = world.grades.shape
    figures = ndcg_per_query(
        scores.ravel(),
        world.grades.ravel(),
        np.repeat(np.arange(needs, dtype=np.int64), candidates),
        # Features are drawn in no order, so the number of a candidate knows nothing.
        np.tile(np.arange(candidates, dtype=np.int64), needs),
    )
    return Recovery(sum(taus) / needs, float(np.nanmean(figures)))

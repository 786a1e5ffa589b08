"""The probability that a provider accepts: isotonic in the score, and checked honestly.

It is for operators and the committee, who want to know how many referrals to prepare. It
never enters the order of a recommendation: a provider that often refuses would sink for being
busy, and would never again be asked.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from scipy.optimize import isotonic_regression

from matching.learning.types import ACCEPTING, Feedback, OutcomeKind
from matching.types import BoolArray, FloatArray, IntArray

MIN_OUTCOMES = 200
BINS = 10
_Z95 = 1.959963984540054


class CalibrationRefused(ValueError):
    """The outcomes do not support a calibration; the text says why."""


@dataclass(frozen=True, slots=True)
class AcceptanceCases:
    """Referrals and their answers: what `fit_calibration` takes.

    Attributes:
        scores: shape (n,), under which each provider was shown.
        accepted: shape (n,), whether it accepted.
        enterprises: length n, who was referred: the groups of the cross-fitting.
    """

    scores: FloatArray
    accepted: BoolArray
    enterprises: tuple[str, ...]


def acceptance_cases(feedback: Feedback, *, ranker: str) -> AcceptanceCases:
    """List the referrals by verified enterprises from lists that one ranker made.

    Scores of different rankers do not compare, so each has a calibration of its own.

    Args:
        feedback: everything recorded, with the scores of the lists.
        ranker: its version, as recommendations name it.
    """
    lists = {one.list_id: one for one in feedback.showings if one.ranker == ranker and one.scores}
    steps: dict[tuple[str, str, str], set[OutcomeKind]] = defaultdict(set)
    for one in feedback.outcomes:
        if one.is_verified and one.list_id in lists:
            steps[one.list_id, one.provider_id, one.enterprise_id].add(one.kind)
    scores: list[float] = []
    accepted: list[bool] = []
    enterprises: list[str] = []
    for (list_id, provider_id, enterprise_id), kinds in sorted(steps.items()):
        shown = lists[list_id]
        was_accepted = bool(kinds & ACCEPTING)
        if provider_id in shown.provider_ids and (was_accepted or OutcomeKind.REFERRED in kinds):
            scores.append(shown.scores[shown.provider_ids.index(provider_id)])
            accepted.append(was_accepted)
            enterprises.append(enterprise_id)
    return AcceptanceCases(
        np.array(scores, dtype=np.float64), np.array(accepted, dtype=np.bool_), tuple(enterprises)
    )


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Outcomes of like prediction: what was predicted, what came, and its 95 % interval.

    The interval is Wilson's (1927), which stays inside [0, 1] and holds for few outcomes.
    """

    count: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A step function from score to probability, and how far it can be trusted.

    Attributes:
        edges: rising scores; from `edges[i]` on `values[i + 1]` holds.
        values: probabilities, never falling, one more than edges.
        outcomes: how many it was fitted on.
        expected_error: expected calibration error of predictions for outcomes that the predicting
            function had not seen.
        curve: reliability of those predictions.
    """

    edges: tuple[float, ...]
    values: tuple[float, ...]
    outcomes: int
    expected_error: float
    curve: tuple[ReliabilityBin, ...]

    def probability(self, scores: FloatArray) -> FloatArray:
        """Return the probability of acceptance at each score."""
        return _step(self.edges, self.values, scores)

    def as_dict(self) -> dict[str, object]:
        """Return plain values that JSON can hold."""
        return {
            "edges": list(self.edges),
            "values": list(self.values),
            "outcomes": self.outcomes,
            "expected_error": self.expected_error,
            "curve": [
                [part.count, part.predicted, part.observed, part.low, part.high]
                for part in self.curve
            ],
        }


def read_calibration(stored: Mapping[str, object]) -> Calibration:
    """Read what `as_dict` wrote.

    Raises:
        CalibrationRefused: it is no step function of probabilities.
    """
    try:
        calibration = Calibration(
            tuple(float(edge) for edge in cast(Sequence[float], stored["edges"])),
            tuple(float(value) for value in cast(Sequence[float], stored["values"])),
            int(cast(int, stored["outcomes"])),
            float(cast(float, stored["expected_error"])),
            tuple(
                ReliabilityBin(int(count), *map(float, rest))
                for count, *rest in cast(Sequence[Sequence[float]], stored["curve"])
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CalibrationRefused(f"this is no stored calibration: {error!r}") from error
    edges, values = calibration.edges, calibration.values
    if (
        len(values) != len(edges) + 1
        or not all(math.isfinite(edge) for edge in edges)
        or not all(0.0 <= value <= 1.0 for value in values)
        or any(a >= b for a, b in pairwise(edges))
        or any(a > b for a, b in pairwise(values))
    ):
        raise CalibrationRefused(
            "a stored calibration has rising edges, and probabilities that do not fall, one more"
        )
    return calibration


def fit_calibration(
    scores: FloatArray,
    accepted: BoolArray,
    *,
    seed: int,
    groups: Sequence[Hashable] | None = None,
    folds: int = 5,
    min_outcomes: int = MIN_OUTCOMES,
) -> Calibration:
    """Fit the probability of acceptance, and measure it on outcomes it has not seen.

    The error and the curve are cross-fitted: isotonic regression follows its own outcomes so
    closely that measured on them it always looks calibrated (Zadrozny and Elkan 2002,
    Transforming classifier scores into accurate multiclass probability estimates; Guo, Pleiss, Sun
    and Weinberger 2017 for the error).

    Args:
        scores: shape (n,), the score under which each provider was shown.
        accepted: shape (n,), whether it accepted.
        seed: of the folds.
        groups: what belongs together, such as the enterprise; a group is never split over folds.
            Each outcome alone if None.
        folds: into how many parts the outcomes are divided.
        min_outcomes: with fewer it is refused.

    Raises:
        CalibrationRefused: too few outcomes or groups, one kind of outcome only, or a score that
            is no number.
    """
    if scores.shape != accepted.shape or scores.ndim != 1:
        raise CalibrationRefused(f"scores {scores.shape} against outcomes {accepted.shape}")
    if len(scores) < min_outcomes:
        raise CalibrationRefused(
            f"{len(scores)} outcomes: a probability of acceptance takes {min_outcomes}"
        )
    if not np.isfinite(scores).all():
        raise CalibrationRefused("a score is no finite number")
    if accepted.all() or not accepted.any():
        kind = "accepted" if accepted.all() else "refused"
        raise CalibrationRefused(f"all providers {kind}: both kinds of outcome are needed")
    fold = _assign_folds(len(scores), groups, folds, np.random.default_rng(seed))
    predicted = np.empty(len(scores))
    for number in range(folds):
        held = fold == number
        edges, values = _fit_steps(scores[~held], accepted[~held])
        predicted[held] = _step(edges, values, scores[held])
    edges, values = _fit_steps(scores, accepted)
    curve = reliability_curve(predicted, accepted)
    return Calibration(
        edges, values, len(scores), expected_calibration_error(predicted, accepted), curve
    )


def reliability_curve(
    predicted: FloatArray, accepted: BoolArray, *, bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Divide outcomes into bins of like size by their prediction; equal predictions stay together.

    Args:
        predicted: shape (n,), probabilities.
        accepted: shape (n,), what came.
        bins: how many at most.
    """
    return tuple(
        _as_bin(predicted[rows], accepted[rows]) for rows in _bin_rows(predicted, bins) if len(rows)
    )


def expected_calibration_error(
    predicted: FloatArray, accepted: BoolArray, *, bins: int = BINS
) -> float:
    """Return the mean distance of prediction and outcome over the bins of `reliability_curve`.

    In [0, 1]. With few outcomes it is above 0 even for true probabilities: about
    sqrt(bins / n) / 3 for n outcomes.
    """
    curve = reliability_curve(predicted, accepted, bins=bins)
    return sum(abs(part.predicted - part.observed) * part.count for part in curve) / len(predicted)


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate.

    Raises:
        ValueError: there are no trials, or more successes than trials.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} successes of {trials} trials")
    rate, square = successes / trials, _Z95**2 / trials
    middle = (rate + square / 2.0) / (1.0 + square)
    reach = _Z95 * math.sqrt(rate * (1.0 - rate) / trials + square / (4.0 * trials))
    reach /= 1.0 + square
    # At 0 and at all, rounding would leave the rate itself outside.
    low = 0.0 if successes == 0 else max(middle - reach, 0.0)
    return low, 1.0 if successes == trials else min(middle + reach, 1.0)


def _as_bin(predicted: FloatArray, accepted: BoolArray) -> ReliabilityBin:
    successes, count = int(accepted.sum()), len(accepted)
    low, high = wilson_interval(successes, count)
    return ReliabilityBin(count, float(predicted.mean()), successes / count, low, high)


def _bin_rows(predicted: FloatArray, bins: int) -> list[IntArray]:
    order = np.argsort(predicted, kind="stable")
    ends = (np.arange(1, bins) * len(predicted)) // bins
    ordered = predicted[order]
    # A bin ends where the next prediction differs.
    ends = np.unique(np.searchsorted(ordered, ordered[ends], side="left"))
    return [part.astype(np.int64) for part in np.split(order, ends)]


def _assign_folds(
    n: int, groups: Sequence[Hashable] | None, folds: int, rng: np.random.Generator
) -> IntArray:
    if groups is None:
        return rng.permutation(np.arange(n, dtype=np.int64) % folds)
    if len(groups) != n:
        raise CalibrationRefused(f"{len(groups)} groups for {n} outcomes")
    number: dict[Hashable, int] = {}
    group = np.array([number.setdefault(one, len(number)) for one in groups], dtype=np.int64)
    if len(number) < folds:
        raise CalibrationRefused(
            f"{len(number)} groups: checking on outcomes not seen takes {folds} at least"
        )
    return rng.permutation(np.arange(len(number), dtype=np.int64) % folds)[group]


def _fit_steps(
    scores: FloatArray, accepted: BoolArray
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    # Equal scores are one point: their probability is one.
    found, at, count = np.unique(scores, return_inverse=True, return_counts=True)
    share = np.bincount(at, weights=accepted) / count
    fitted: FloatArray = isotonic_regression(share, weights=count.astype(np.float64)).x
    starts = np.flatnonzero(np.diff(fitted) > 1e-12) + 1
    values = fitted[np.concatenate(([0], starts))]
    return tuple(found[starts].tolist()), tuple(values.tolist())


def _step(edges: Sequence[float], values: Sequence[float], scores: FloatArray) -> FloatArray:
    steps = np.searchsorted(np.asarray(edges, dtype=np.float64), scores, side="right")
    return np.asarray(values, dtype=np.float64)[steps]

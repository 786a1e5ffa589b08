"""Rankers learned now, from the past of a judged set alone, to be measured on what came after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matching.evaluation.awards import Scorer
from matching.features.catalogue import CATALOGUE
from matching.index.columns import Index
from matching.index.shard import UNDATED
from matching.ranker.additive import AdditiveRanker
from matching.ranker.comparison import train_linear, train_unconstrained
from matching.ranker.history import judged_history, past_needs
from matching.ranker.judged import InvalidTraining, JudgedRows
from matching.ranker.prior import prior
from matching.ranker.training import Training, TrainingOptions, train
from matching.types import Float32Array

LEARNED, UNCONSTRAINED, LINEAR = "ranker", "unconstrained", "linear"
# The first needs on record have too little before them to learn anything from.
FIRST_SHARE = 0.2

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Learned:
    """Rankers and what they were learned from.

    Attributes:
        scorers: by name; those of an ablation are called `ranker without FAMILY` and
            `prior without FAMILY`.
        training: of the additive ranker.
        rows: what it was learned from.
    """

    scorers: Mapping[str, Scorer]
    training: Training
    rows: JudgedRows


def learn(
    index: Index,
    vectors: Mapping[str, Float32Array],
    *,
    ablate: bool = False,
    options: TrainingOptions,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Learned:
    """Learn from the index's own matters: each was a need once, and who did it was chosen.

    Args:
        index: the past.
        vectors: matter id to its text encoded as a need, shape (d,).
        ablate: learn again without each family of features, and mute it in the prior.
        options: of the training; its seed also draws the candidates to learn from.
        progress: told the stage, how much of it is done, and how much there is.

    Raises:
        InvalidTraining: the past has too little to learn from.
    """
    needs = past_needs(index, *_days(index))
    if not needs:
        raise InvalidTraining("the past has no dated work to learn from")
    rows = judged_history(
        needs,
        np.stack([vectors[need.need_id] for need in needs]),
        index,
        prior=prior(),
        seed=options.seed,
        progress=lambda done, total: progress("reading the past", done, total),
    )
    training = train(
        rows,
        prior(),
        options=options,
        progress=lambda done, total: progress("learning", done, total),
    )
    freely = replace(options.boosting, leaves=options.unconstrained_leaves)
    scorers: dict[str, Scorer] = {
        LEARNED: training.ranker.scores,
        UNCONSTRAINED: train_unconstrained(rows, freely, prior()),
        LINEAR: train_linear(rows),
    }
    if ablate:
        scorers |= _ablated(rows, options, progress)
    return Learned(scorers, training, rows)


def families_of(rows: JudgedRows) -> tuple[str, ...]:
    """Name the families of which some feature differs between candidates, in catalogue order."""
    varying = {name for name, varies in zip(rows.names, rows.varying, strict=True) if varies}
    return tuple(dict.fromkeys(f.family for f in CATALOGUE if f.name in varying))


def mute(ranker: AdditiveRanker, family: str) -> AdditiveRanker:
    """Return a ranker in which the features of a family, and pairs with them, add nothing."""
    muted = {feature.name for feature in CATALOGUE if feature.family == family}
    curves = tuple(
        replace(curve, values=(0.0,) * len(curve.values)) if curve.feature in muted else curve
        for curve in ranker.curves
    )
    pairs = tuple(pair for pair in ranker.pairs if muted.isdisjoint((pair.first, pair.second)))
    return AdditiveRanker(f"{ranker.name}-without-{family}", curves, pairs)


def _ablated(rows: JudgedRows, options: TrainingOptions, progress: Progress) -> dict[str, Scorer]:
    scorers: dict[str, Scorer] = {}
    families = families_of(rows)
    family_of = {feature.name: feature.family for feature in CATALOGUE}
    for done, family in enumerate(families):
        gone = np.array([family_of[name] == family for name in rows.names])
        without = mute(prior(), family)
        scorers[f"prior without {family}"] = without.scores
        if not gone[rows.varying].all():
            # Features that are the same for all keep what they have in the prior: nothing.
            left = replace(rows, features=np.where(gone, np.nan, rows.features))
            alone = train(left, without, options=replace(options, compare=False))
            scorers[f"{LEARNED} without {family}"] = alone.ranker.scores
        progress("learning without a family", done + 1, len(families))
    return scorers


def _days(index: Index) -> tuple[date, date]:
    """The days between which needs are learned from: all but the first part of the record."""
    dated = np.sort(index.dated[index.dated != UNDATED])
    if not dated.size:
        raise InvalidTraining("the past has no dated work to learn from")
    first = dated[int(len(dated) * FIRST_SHARE)]
    return date.fromordinal(int(first)), date.fromordinal(int(dated[-1]))

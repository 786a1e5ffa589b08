"""Labels turned round by one client do not spoil what is learned, on the packaged record."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from matching.features.catalogue import feature_matrix
from matching.features.context import make_context
from matching.ranker.history import past_needs
from matching.ranker.judged import MAX_GRADE
from matching.ranker.prior import prior
from matching.ranker.training import Training
from matching.types import BoolArray, FloatArray
from tests.matching.gaming_catalogue import packaged_index
from tests.matching.gaming_training import labels, learned_from, thinned, unspoilt, vectors_of
from tests.trainer import require_trainer

require_trainer()

FROZEN = (date(2011, 1, 1), date(2014, 12, 31))
MEASURED = 120
# Of a difference in nDCG@10 over so many needs: what is less than two of these is chance.
STANDARD_ERROR = 0.005


@lru_cache(maxsize=1)
def frozen() -> list[tuple[FloatArray, BoolArray]]:
    """The features of every candidate for the frozen needs, and who won."""
    index = packaged_index()
    needs = thinned(past_needs(index, *FROZEN), MEASURED)
    laid: list[tuple[FloatArray, BoolArray]] = []
    for need, vector in zip(needs, vectors_of(needs), strict=True):
        won = np.zeros(len(index.candidates), dtype=np.bool_)
        won[[index.row_of[winner] for winner in need.winners]] = True
        laid.append((feature_matrix(make_context(need.query, vector, index)), won))
    return laid


def ndcg10(training: Training, *, share: float | None = None) -> float:
    """Measure what is served, or the prior with a given share of what was learned."""
    discounts = 1.0 / np.log2(np.arange(2, 12))
    found = []
    for features, won in frozen():
        if share is None:
            scores = training.ranker.scores(features)
        else:
            scores = prior().scores(features) + share * training.learned.scores(features)
        first = np.argsort(-scores, kind="stable")[:10]
        found.append(float(discounts @ won[first]) / float(discounts[: min(won.sum(), 10)].sum()))
    return float(np.mean(found))


@pytest.mark.parametrize(("share", "most_lost"), [(0.01, 0.005), (0.05, 0.01), (0.1, 0.02)])
def test_labels_that_one_client_turns_round_cost_little(share: float, most_lost: float) -> None:
    rows, of_client = labels()
    rng = np.random.default_rng(7)
    turned = of_client & (rng.random(len(of_client)) < share)
    assert turned.any()
    grades = np.where(turned, MAX_GRADE - rows.grades, rows.grades)

    poisoned = learned_from(replace(rows, grades=grades))

    assert poisoned.learned.version != unspoilt().learned.version
    assert ndcg10(unspoilt()) - ndcg10(poisoned) <= most_lost
    # Nor is it the blend alone that saves us: all of what was learned is hardly worse.
    lost = ndcg10(unspoilt(), share=1.0) - ndcg10(poisoned, share=1.0)
    assert lost <= max(most_lost, 2 * STANDARD_ERROR)

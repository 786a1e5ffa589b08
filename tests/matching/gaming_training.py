"""What is learned from the record that ships with the product, for tests of gaming."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from matching.ranker.additive import AdditiveRanker
from matching.ranker.blending import blend_rankers
from matching.ranker.history import PastNeed, judged_history, past_needs
from matching.ranker.judged import JudgedRows
from matching.ranker.prior import prior
from matching.ranker.training import Training, TrainingOptions, train
from matching.types import BoolArray, Float32Array
from tests.matching.gaming_catalogue import packaged_index

LEARNED_FROM = (date(2007, 1, 1), date(2010, 12, 31))
LEARNED = 160
OPTIONS = TrainingOptions(
    trees=60,
    leaves=4,
    min_rows_in_leaf=50,
    blends=(0.0, 0.5, 1.0),
    checkpoints=1,
    folds=2,
    compare=False,
)


def thinned(needs: Sequence[PastNeed], most: int) -> tuple[PastNeed, ...]:
    """Needs that somebody with a past could serve, evenly over the days."""
    index = packaged_index()
    known = [
        need
        for need in needs
        if any(
            (index.dated[index.evidence_of(index.row_of[w])] < need.query.on.toordinal()).any()
            for w in need.winners
        )
    ]
    return tuple(known[:: max(len(known) // most, 1)][:most])


def vectors_of(needs: Sequence[PastNeed]) -> Float32Array:
    """The packaged vectors of the needs' own texts: nothing has to be encoded."""
    index = packaged_index()
    row_of = {matter.matter_id: row for row, matter in enumerate(index.matters)}
    return index.vectors[[row_of[need.need_id] for need in needs]]


@lru_cache(maxsize=1)
def labels() -> tuple[JudgedRows, BoolArray]:
    """Rows to learn from, and which of them are one client's: the country that buys most."""
    index = packaged_index()
    needs = thinned(past_needs(index, *LEARNED_FROM), LEARNED)
    rows = judged_history(
        needs,
        vectors_of(needs),
        index,
        prior=prior(),
        seed=0,
        windows=2,
        negatives=60,
        frozen=False,
    )
    assert rows.queries == len(needs)
    places = [need.query.target_jurisdictions for need in needs]
    most = max(set(places), key=lambda place: (places.count(place), place))
    of_client = np.array([place == most for place in places])
    return rows, of_client[rows.query_of]


def learned_from(rows: JudgedRows) -> Training:
    """Train quickly."""
    return train(rows, prior(), options=OPTIONS)


@lru_cache(maxsize=1)
def unspoilt() -> Training:
    """What is learned from labels that nobody has touched."""
    return learned_from(labels()[0])


@lru_cache(maxsize=1)
def all_learned() -> AdditiveRanker:
    """The prior with all of what was learned, however little of it training would serve."""
    learned = unspoilt().learned
    edges = [
        own.edges or given.edges for own, given in zip(learned.curves, prior().curves, strict=True)
    ]
    return blend_rankers("all-learned", prior(), learned, share=1.0, edges=edges)

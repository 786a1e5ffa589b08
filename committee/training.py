"""From the record and the feedback of a deployment to a ranker's document."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from committee import queries
from committee.frozen import first_frozen_day, is_kept_back, read_frozen, warm_winners
from committee.judgements.queries import feedback as stored_feedback
from matching.features.catalogue import NAMES, feature_matrix
from matching.features.context import make_context, without_claims
from matching.index.columns import Index
from matching.index.shard import UNDATED
from matching.learning.feedback import judged_from_feedback
from matching.learning.propensities import estimate_propensities, impressions
from matching.learning.rows import lay_out
from matching.learning.types import Feedback
from matching.ranker.document import RankerDocument, document_training, write_document
from matching.ranker.history import MOST_NEEDS, PastNeed, judged_history, past_needs
from matching.ranker.judged import InvalidTraining, JudgedRows, join
from matching.ranker.prior import prior
from matching.ranker.training import Training, TrainingOptions, train
from matching.types import Float32Array, FloatArray
from matching.understanding.equivalents import equivalents
from providers.engine import Engine

Report = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""

HISTORY, FEEDBACK = "history", "feedback"


@dataclass(frozen=True, slots=True)
class Window:
    """The days of the record to learn from, both included.

    `frozen_from` is the first day of the part of the record that rankers are compared on.
    """

    first: date
    last: date
    frozen_from: date | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the card must say of these days, for a comparison would not show it."""
        if self.frozen_from is None or self.last < self.frozen_from:
            return ()
        return (
            f"learned from work since {self.frozen_from} too, the part of the record that rankers "
            "are compared on: comparisons flatter it",
        )


@dataclass(frozen=True, slots=True)
class Material:
    """Past needs to learn from; their texts are to be encoded as queries, in this order."""

    window: Window
    needs: tuple[PastNeed, ...]


@dataclass(frozen=True, slots=True)
class Trained:
    """What training made: the ranker with its card, and the same as bytes."""

    document: RankerDocument
    data: bytes
    training: Training

    def summary(self) -> dict[str, object]:
        """Describe it as JSON values: the card, and what each feature can add."""
        ranker = self.document.ranker
        cost = self.training.report.cost_of_interpretability
        return {
            "version": ranker.version,
            "card": json.loads(self.data)["card"],
            "cost_of_interpretability": None if cost is None else round(cost, 4),
            "greatest": {curve.feature: round(curve.greatest, 4) for curve in ranker.curves},
        }


def window(
    session: Session, index: Index, *, first: date | None = None, until: date | None = None
) -> Window:
    """Return the days to learn from: by default all before the frozen last part of the record.

    Raises:
        InvalidTraining: the record is empty, or the first day lies after the last.
        NothingToFreeze: nothing in the record is dated, verified work.
    """
    stored = queries.latest_frozen_set(session)
    frozen_from = (
        first_frozen_day(index) if stored is None else read_frozen(stored.document).first_day
    )
    dated = index.dated[index.dated != UNDATED]
    if not dated.size:
        raise InvalidTraining("no past work in the catalogue has a date")
    earliest = date.fromordinal(int(dated.min()))
    last = until or frozen_from - timedelta(days=1)
    days = Window(first or earliest, last, frozen_from)
    if days.first > days.last:
        raise InvalidTraining(
            f"the first day {days.first} lies after the last {days.last}: choose others with "
            "--from and --until"
        )
    return days


def gather(index: Index, days: Window, *, seed: int, at_most: int = MOST_NEEDS) -> Material:
    """Find the past needs of some days whose answer could be foreseen from the record.

    More than `at_most` are thinned out at random.

    Raises:
        InvalidTraining: there are fewer than two.
    """
    needs = tuple(
        need for need in past_needs(index, days.first, days.last) if warm_winners(need, index)
    )
    if len(needs) < 2:
        raise InvalidTraining(
            f"{len(needs)} past needs between {days.first} and {days.last} were served by somebody "
            "with work before: import more dated, verified work, or choose more days"
        )
    if len(needs) > at_most:
        # Before their texts are encoded: that takes longer than anything else.
        rng = np.random.default_rng(seed)
        chosen = np.sort(rng.choice(len(needs), size=at_most, replace=False))
        needs = tuple(needs[int(place)] for place in chosen)
    return Material(days, needs)


def read_feedback(session: Session) -> Feedback:
    """Return the feedback to learn from, without the needs that are kept back for comparing."""
    stored = stored_feedback(session)
    kept = {key: query for key, query in stored.queries.items() if not is_kept_back(key)}
    return Feedback(
        queries=kept,
        judgements=tuple(one for one in stored.judgements if one.query_id in kept),
        preferences=tuple(one for one in stored.preferences if one.query_id in kept),
        outcomes=tuple(one for one in stored.outcomes if one.query_id in kept),
        showings=tuple(one for one in stored.showings if one.query_id in kept),
    )


def learn(
    engine: Engine,
    material: Material,
    vectors: Float32Array,
    feedback: Feedback,
    *,
    name: str,
    seed: int,
    today: date,
    progress: Report = lambda stage, done, total: None,
) -> Trained:
    """Learn a ranker and write its document.

    Args:
        engine: the index and the encoder; its own ranker plays no part.
        material: past needs.
        vectors: shape (len(material.needs), d), their texts encoded as queries.
        feedback: what people said and did.
        name: of the ranker.
        seed: equal seeds and data give equal bytes.
        today: the day on the card.
        progress: see `Report`.

    Raises:
        InvalidTraining: nothing can be learned from what there is.
    """
    parts = [
        judged_history(
            material.needs,
            vectors,
            engine.index,
            prior=prior(),
            seed=seed,
            progress=lambda done, total: progress("past needs", done, total),
        )
    ]
    sources = {HISTORY: parts[0].queries}
    said = _feedback_rows(engine, feedback, progress)
    if said is not None:
        parts.append(said)
        sources[FEEDBACK] = said.queries
    rows = join(parts)
    training = train(
        rows,
        prior(),
        name=name,
        options=TrainingOptions(seed=seed),
        progress=lambda done, total: progress("training", done, total),
    )
    document = document_training(
        training,
        created_on=today,
        sources=sources,
        first_day=material.window.first,
        last_day=material.window.last,
        notes=material.window.notes,
    )
    return Trained(document, write_document(document), training)


def _feedback_rows(engine: Engine, feedback: Feedback, progress: Report) -> JudgedRows | None:
    """Lay out what people said and did; None where there is nothing to learn from."""
    curve = estimate_propensities(impressions(feedback))
    groups = judged_from_feedback(feedback, curve=curve)
    known = engine.index.row_of
    groups = tuple(one for one in groups if all(key in known for key in one.provider_ids))
    if not groups:
        return None
    matrices: list[FloatArray] = []
    for done, group in enumerate(groups, start=1):
        query = group.query
        if not query.equivalents:
            query = replace(query, equivalents=equivalents(query.text, engine.terms))
        context = make_context(query, engine.vector_of(query.text), engine.index)
        # Claims count a quarter of what is learned from verified evidence, so only that is shown.
        features = feature_matrix(without_claims(context))
        matrices.append(features[[known[key] for key in group.provider_ids]])
        progress("feedback", done, len(groups))
    try:
        return lay_out(groups, matrices, NAMES)
    except InvalidTraining:
        return None  # one query, or no two grades that differ: too little to join

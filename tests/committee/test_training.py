from datetime import date

import numpy as np
import pytest

from committee import training
from committee.frozen import is_kept_back
from core.db import SessionFactory
from matching.features.catalogue import NAMES
from matching.learning.types import Feedback, Judgement
from matching.ranker.judged import InvalidTraining
from matching.types import Query
from providers.engine import Engine
from tests.committee.life import Life
from tests.factories import NOW
from tests.trainer import require_trainer

require_trainer()


@pytest.fixture
def engine(life: Life) -> Engine:
    return life.holder.current()


def learn(engine: Engine, sessions: SessionFactory, feedback: Feedback) -> training.Trained:
    with sessions() as session:
        days = training.window(session, engine.index)
    material = training.gather(engine.index, days, seed=1)
    vectors = np.zeros((len(material.needs), 0), dtype=np.float32)
    return training.learn(
        engine, material, vectors, feedback, name="learned", seed=1, today=NOW.date()
    )


def judged(engine: Engine) -> Feedback:
    """Three needs, each with one provider that answers it and two that do not."""
    ids = [candidate.provider_id for candidate in engine.index.candidates[:3]]
    learned = [q for q in (f"need-{n}:1" for n in range(30)) if not is_kept_back(q)][:3]
    needs = {q: Query("rural roads", date(2026, 3, n + 1)) for n, q in enumerate(learned)}
    grades = (3, 0, 1)
    said = [
        Judgement(query_id, provider_id, judge, grade)
        for query_id in needs
        for provider_id, grade in zip(ids, grades, strict=True)
        for judge in ("chan", "li")
    ]
    return Feedback(needs, tuple(said))


def test_joins_what_was_judged_with_the_record(
    engine: Engine, catalogue_sessions: SessionFactory
) -> None:
    alone = learn(engine, catalogue_sessions, Feedback({}))
    together = learn(engine, catalogue_sessions, judged(engine))

    history = alone.document.card.data.sources["history"]
    assert alone.document.card.data.sources == {"history": history}
    assert together.document.card.data.sources == {"history": history, "feedback": 3}
    assert together.document.card.data.queries == history + 3
    assert tuple(together.document.card.support) == NAMES


def test_judgements_of_providers_who_left_are_passed_over(
    engine: Engine, catalogue_sessions: SessionFactory
) -> None:
    given = judged(engine)
    gone = Feedback(
        given.queries,
        tuple(
            Judgement(one.query_id, f"gone-{one.provider_id}", one.judge_id, one.grade)
            for one in given.judgements
        ),
    )

    trained = learn(engine, catalogue_sessions, gone)

    assert trained.document.card.data.sources.keys() == {"history"}


def test_the_card_says_that_a_ranker_has_seen_the_answers_it_is_compared_on(
    engine: Engine, catalogue_sessions: SessionFactory
) -> None:
    with catalogue_sessions() as session:
        apart = training.window(session, engine.index)
        seen = training.window(session, engine.index, until=apart.frozen_from)
    material = training.gather(engine.index, seen, seed=1)
    vectors = np.zeros((len(material.needs), 0), dtype=np.float32)

    trained = training.learn(
        engine, material, vectors, Feedback({}), name="learned", seed=1, today=NOW.date()
    )

    assert apart.notes == ()
    assert trained.document.card.notes == seen.notes
    assert "comparisons flatter it" in seen.notes[0]


def test_too_little_history_is_refused(engine: Engine) -> None:
    days = training.Window(date(1990, 1, 1), date(1990, 12, 31))

    with pytest.raises(InvalidTraining, match="0 past needs"):
        training.gather(engine.index, days, seed=1)


def test_more_needs_than_wanted_are_thinned_out_in_their_order(engine: Engine) -> None:
    days = training.Window(date(2000, 1, 1), date(2030, 1, 1))
    every = training.gather(engine.index, days, seed=1).needs

    some = training.gather(engine.index, days, seed=1, at_most=5).needs

    assert len(some) == 5
    places = [every.index(need) for need in some]
    assert places == sorted(places)
    assert some == training.gather(engine.index, days, seed=1, at_most=5).needs
    assert some != training.gather(engine.index, days, seed=2, at_most=5).needs

"""The jobs of rankers: learning one from what the database holds, and comparing one."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from committee import comparing, service
from committee.errors import (
    NothingToFreeze,
    RankerExists,
    RankerInForceChanged,
    RankerNotFound,
    RankerUnusable,
)
from core.clock import utc_now
from core.db import reading
from core.identity.actor import Actor, UserKind
from core.job_runs import Effects, JobImpossible, Run
from core.settings import Settings
from jobs.retention import database_now
from matching.ranker.judged import InvalidTraining
from providers.engine import Engine
from providers.vector_cache import VectorCache
from providers.vectors import make_encoder

TRAIN: Final = "train"
COMPARE: Final = "compare"

# From which percent to which the stages of training take a job, about as long as they take.
_STAGES: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "encoding queries": (0, 50),
        "past needs": (50, 70),
        "feedback": (70, 75),
        "training": (75, 99),
    }
)


def train_ranker(run: Run, *, settings: Settings, current_engine: Callable[[], Engine]) -> Effects:
    """Do a `train` job: learn a ranker as `landbridge train` does, and propose it.

    The texts of past needs are encoded first, which takes longest, and kept on this machine: taken up
    again here, the job goes on after those that are done. The same ranker is proposed once.

    Args:
        run: the attempt; its payload has `name`, `seed`, `by` and the days `first` and `until`.
        settings: where vectors are kept, and which encoder makes them.
        current_engine: gives out the engine in force.

    Raises:
        LeaseLost, JobCancelled, JobReleased: nothing is proposed.
        JobImpossible: nothing can be learned from what there is, or a library is missing.
    """
    from committee import training  # noqa: PLC0415 what learns is loaded by who learns

    _require_trainer()
    payload = run.payload

    def report(stage: str, done: int, total: int) -> None:
        first, last = _STAGES[stage]
        run.progress(first + (last - first) * done // max(total, 1), 100)

    engine = current_engine()
    encoder = make_encoder(settings)
    try:
        with reading(run.sessions) as session:
            today = database_now(session).date()
            feedback = training.read_feedback(session)
            window = training.window(
                session,
                engine.index,
                first=_day(payload["first"]),
                until=_day(payload["until"]),
            )
        material = training.gather(engine.index, window, seed=payload["seed"])
        vectors = VectorCache(encoder, settings.data_dir / "vectors", report).queries(
            [need.query.text for need in material.needs]
        )
        trained = training.learn(
            engine,
            material,
            vectors,
            feedback,
            name=payload["name"],
            seed=payload["seed"],
            today=today,
            progress=report,
        )
    except (InvalidTraining, NothingToFreeze) as error:
        raise JobImpossible(f"nothing can be learned from this: {error}") from error
    is_better = trained.document.card.blend != 0.0
    note = "" if is_better else "Nothing was learned that does clearly better than the prior."

    def propose(session: Session) -> None:
        with suppress(RankerExists):
            service.propose_ranker(
                session, _operator(payload["by"]), data=trained.data, note=note, now=utc_now()
            )

    return propose


def _require_trainer() -> None:
    try:
        import lightgbm  # noqa: F401, PLC0415 only whether its shared library loads
    except OSError as error:
        raise JobImpossible(
            f"training needs the system library libgomp (Debian: libgomp1): {error}"
        ) from error


def compare_ranker(run: Run, *, current_engine: Callable[[], Engine]) -> Effects:
    """Do a `compare` job: compare a ranker with the one in force on the frozen queries.

    Args:
        run: the attempt; its payload has `version` and `by`.
        current_engine: gives out the engine in force.

    Raises:
        LeaseLost, JobCancelled, JobReleased: nothing is stored.
        JobImpossible: there is no such ranker, it cannot be used, or it is in force itself.
    """
    actor = _operator(run.payload["by"])
    try:
        measured = comparing.measure_rankers(
            run.sessions,
            actor,
            current_engine,
            version=run.payload["version"],
            progress=run.progress,
        )
    except (RankerNotFound, RankerUnusable, RankerInForceChanged, NothingToFreeze) as error:
        raise JobImpossible(str(error)) from error

    # Where another ranker was promoted meanwhile, the next attempt compares with that one.
    return lambda session: comparing.keep_comparison(session, actor, measured, now=utc_now())


def _operator(actor_id: str) -> Actor:
    return Actor(UserKind.OPERATOR, actor_id)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)

"""The same needs asked of what others would build: a search engine's best 200, then a ranker."""

import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np

from api.bench.alternatives import PostgresqlRetriever, Retriever
from api.bench.database import maker_of
from api.bench.documents import FETCHED, Filters, as_filters, documents
from api.bench.engine_opening import opened_engine, with_equivalents
from api.bench.engine_part import match_need
from api.bench.options import Options
from api.bench.postgresql import is_installed, running_postgresql
from api.bench.rerank import FEATURES, SecondStage, grades_of
from matching.evaluation.bench.demand import Need, make_needs
from matching.evaluation.bench.figures import time_each, times_of
from matching.search.match import rank_view
from matching.types import IntArray
from providers.engine import Engine

_TRAINING_SERIES = 1
_TOP = 10
_LEARNED_FROM = 100
_THREADS = 2


@dataclass(slots=True)
class _Alternative:
    """A search engine with its second stage, and what was measured of it."""

    retriever: Retriever
    second: SecondStage
    load_seconds: float

    def answer(self, need: Need, filters: Filters) -> tuple[IntArray, IntArray]:
        """Return those found, and the first of them after the second stage."""
        rows, scores = self.retriever.find(filters)
        return rows, self.second.order(need, rows, scores)[:_TOP]


def measure_alternatives(options: Options) -> dict[str, object]:
    """Load and train what is installed, then time it in turns with the engine."""
    maker = maker_of(options.shape)
    missing: dict[str, str] = {}
    with (
        ExitStack() as stack,
        opened_engine(options) as engine,
        ThreadPoolExecutor(1) as helper,
    ):
        needs = with_equivalents(engine, make_needs(maker, options.needs))
        training = with_equivalents(
            engine, make_needs(maker, options.training_needs, series=_TRAINING_SERIES)
        )
        learned_from = [_exact(engine, need, helper, top=_LEARNED_FROM) for need in training]
        others: dict[str, _Alternative] = {}
        if is_installed():
            address = stack.enter_context(running_postgresql())
            postgresql = PostgresqlRetriever(address)
            stack.callback(postgresql.close)
            others["postgresql"] = _prepare(options, engine, postgresql, training, learned_from)
        else:
            missing["postgresql"] = "PostgreSQL is not installed"
        if find_spec("tantivy"):
            from api.bench.tantivy_index import TantivyRetriever  # noqa: PLC0415 may be missing

            folder = options.folder / "tantivy"
            shutil.rmtree(folder, ignore_errors=True)
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            others["tantivy"] = _prepare(
                options, engine, TantivyRetriever(folder), training, learned_from
            )
        else:
            missing["tantivy"] = "pip install 'landbridge-platform[bench]'"
        figures = _measure(options, engine, needs, others, helper)
    return {
        "fetched": FETCHED,
        "ranker_features": list(FEATURES),
        "missing": missing,
        **figures,
    }


def _prepare(
    options: Options,
    engine: Engine,
    retriever: Retriever,
    training: Sequence[Need],
    learned_from: Sequence[list[int]],
) -> _Alternative:
    began = time.perf_counter()
    retriever.load(documents(maker_of(options.shape)))
    seconds = time.perf_counter() - began
    view = engine.view
    second = SecondStage(view.base, view.tree, dict(view.region_of))
    samples = []
    for need, exact in zip(training, learned_from, strict=True):
        rows, scores = retriever.find(as_filters(need))
        samples.append((second.features(need, rows, scores), grades_of(rows, exact)))
    second.train(samples, seed=options.shape.seed, threads=_THREADS)
    return _Alternative(retriever, second, seconds)


def _exact(engine: Engine, need: Need, helper: ThreadPoolExecutor, *, top: int = _TOP) -> list[int]:
    """Return the rows of the first providers by the engine, by score alone."""
    ranked = match_need(engine, need, helper, top=top, band=0.0).ranked
    found = [engine.view.base.row_of(one.provider_id) for one in ranked]
    return [row for row in found if row is not None]


def _rank(engine: Engine, need: Need, helper: ThreadPoolExecutor) -> object:
    """Rank as the engine does, and write no reasons: what the others do."""
    return rank_view(
        need.query,
        need.vector,
        engine.view,
        engine.ranker,
        top=_TOP,
        band=engine.band,
        threads=helper,
    )


def _measure(
    options: Options,
    engine: Engine,
    needs: Sequence[Need],
    others: dict[str, _Alternative],
    helper: ThreadPoolExecutor,
) -> dict[str, object]:
    filters = [as_filters(need) for need in needs]
    exact = [_exact(engine, need, helper) for need in needs]
    ours = [partial(match_need, engine, need, helper) for need in needs]
    ranking = [partial(_rank, engine, need, helper) for need in needs]
    theirs = {
        name: [
            partial(other.answer, need, asked) for need, asked in zip(needs, filters, strict=True)
        ]
        for name, other in others.items()
    }
    engine_rounds, ranking_rounds = list[list[float]](), list[list[float]]()
    rounds = {name: list[list[float]]() for name in others}
    for _ in range(options.rounds):
        engine_rounds.append(time_each(ours, time.perf_counter))
        ranking_rounds.append(time_each(ranking, time.perf_counter))
        for name, tasks in theirs.items():
            rounds[name].append(time_each(tasks, time.perf_counter))
    engine_times, ranking_times = times_of(engine_rounds), times_of(ranking_rounds)
    measured: dict[str, object] = {
        "engine": engine_times.as_dict(),
        "ranking": ranking_times.as_dict(),
    }
    for name, other in others.items():
        times = times_of(rounds[name])
        answers = [task() for task in theirs[name]]
        measured[name] = {
            **times.as_dict(),
            "load_seconds": round(other.load_seconds, 1),
            "engine_is_faster_p50": round(times.p50 / engine_times.p50, 2),
            "engine_is_faster_p99": round(times.p99 / engine_times.p99, 2),
            "ranking_is_faster_p50": round(times.p50 / ranking_times.p50, 2),
            "recall_of_exact_top_10": _recall(exact, [top for _, top in answers]),
            "exact_top_10_among_fetched": _recall(exact, [rows for rows, _ in answers]),
        }
    return measured


def _recall(exact: Sequence[list[int]], found: Sequence[IntArray]) -> float:
    """Return which share of the exact top ten is found, over the needs that have any."""
    shares = [
        len(set(wanted).intersection(rows.tolist())) / len(wanted)
        for wanted, rows in zip(exact, found, strict=True)
        if wanted
    ]
    return round(float(np.mean(shares)), 4) if shares else 0.0

"""The time of one match in the engine, and how far it is from what the memory allows."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import numpy as np

from api.bench.database import maker_of
from api.bench.engine_opening import opened_engine, with_equivalents
from api.bench.options import Options
from matching.evaluation.bench.demand import BROAD, NARROW, Breadth, Need, make_needs
from matching.evaluation.bench.figures import chosen, spread_of, time_each, times_of
from matching.index.shard import Shard, parts_of
from matching.search.match import match_view
from matching.types import MatchResult
from providers.engine import Engine

_STREAMED = 7


def measure_engine(options: Options) -> dict[str, object]:
    """Time every need in every round, with two threads and with one."""
    with opened_engine(options) as engine, ThreadPoolExecutor(1) as helper:
        needs = with_equivalents(engine, make_needs(maker_of(options.shape), options.needs))
        began = time.perf_counter()
        match_need(engine, needs[0], helper)
        first = time.perf_counter() - began
        eligible = [match_need(engine, need, helper).eligible for need in needs]
        with_two, with_one = list[list[float]](), list[list[float]]()
        bandwidths = []
        for _ in range(options.rounds):
            with_two.append(_round(engine, needs, helper))
            with_one.append(_round(engine, needs, None))
            bandwidths.append(bandwidth(options.streamed_bytes))
        rate = float(np.median(bandwidths))
        return {
            "first_match_seconds": round(first, 3),
            "needs": len(needs),
            "eligible": _by_breadth(needs, lambda which: spread_of(_kept(eligible, which))),
            "two_threads": _by_breadth(
                needs, lambda which: times_of(chosen(with_two, which)).as_dict()
            ),
            "one_thread": _by_breadth(
                needs, lambda which: times_of(chosen(with_one, which)).as_dict()
            ),
            "floor": _floor(engine.view.base, rate, needs, eligible, with_two),
        }


def match_need(
    engine: Engine, need: Need, helper: Executor | None, *, top: int = 10, band: float | None = None
) -> MatchResult:
    """Match a need with its vector given."""
    return match_view(
        need.query,
        need.vector,
        engine.view,
        engine.ranker,
        engine.names,
        top=top,
        band=engine.band if band is None else band,
        threads=helper,
    )


def _round(engine: Engine, needs: Sequence[Need], helper: Executor | None) -> list[float]:
    tasks = [partial(match_need, engine, need, helper) for need in needs]
    return time_each(tasks, time.perf_counter)


def _kept(values: Sequence[int], is_wanted: Sequence[bool]) -> list[int]:
    return [value for value, keep in zip(values, is_wanted, strict=True) if keep]


def _by_breadth(
    needs: Sequence[Need], figures: Callable[[list[bool]], object]
) -> dict[str, object]:
    """Take figures of all needs, of the narrow and of the broad ones, and of each kind."""
    groups = {"all": frozenset(Breadth), "narrow": NARROW, "broad": BROAD} | {
        kind.value: frozenset({kind}) for kind in Breadth
    }
    return {
        name: figures([need.breadth in kinds for need in needs])
        for name, kinds in groups.items()
        if any(need.breadth in kinds for need in needs)
    }


def bandwidth(size: int) -> float:
    """Measure how many bytes a second two threads read from memory, adding them up."""
    words = np.ones(size // 8, dtype=np.int64)
    halves = np.array_split(words, 2)
    best = float("inf")
    with ThreadPoolExecutor(2) as both:
        for _ in range(_STREAMED):
            began = time.perf_counter()
            list(both.map(np.sum, halves))
            best = min(best, time.perf_counter() - began)
    return words.nbytes / best


def bytes_per_provider(shard: Shard) -> float:
    """Return how many bytes of columns a match must read for a provider that no rule removes.

    Vectors and all small columns of its pieces of evidence, and its profile's columns; neither the
    lists of words, which are read by token, nor records that are only shown.
    """
    profiles = shard.profiles
    read = sum(array.nbytes for name, array in parts_of(shard) if name.startswith("pieces."))
    read += profiles.flags.nbytes + profiles.home.nbytes + profiles.languages.nbytes
    return read / max(shard.size, 1)


def _floor(
    shard: Shard,
    rate: float,
    needs: Sequence[Need],
    eligible: Sequence[int],
    rounds: Sequence[Sequence[float]],
) -> dict[str, object]:
    """Compare broad needs with the time in which the memory can give what must be read."""
    each = bytes_per_provider(shard)
    broad = [i for i, need in enumerate(needs) if need.breadth in BROAD and eligible[i]]
    times = np.median(np.array(rounds), axis=0)
    floors = np.array([eligible[i] * each / rate for i in broad])
    ratios = times[broad] / floors
    return {
        "bytes_per_provider": round(each, 1),
        "bandwidth_gb_per_second": round(rate / 1e9, 2),
        "broad_needs": len(broad),
        "floor_p50_ms": round(float(np.median(floors)) * 1e3, 4),
        "engine_p50_ms": round(float(np.median(times[broad])) * 1e3, 4),
        "times_the_floor": round(float(np.median(ratios)), 2),
    }

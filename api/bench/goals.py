"""What was wanted of the figures, and whether they give it; nothing here is measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.bench.figures_at import Document, at, figure

MIDDLE, LARGE = 100_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Goal:
    """A wanted figure of the runs with so many providers.

    Attributes:
        said: what it is.
        providers: of which run; None for the worst of all runs.
        read: the values in a run's document, of which the worst counts.
        least, aim: what is wanted at least, and what is aimed at; the same where there is one figure.
        is_lower_better: whether less is better.
        unit: written behind the figures.
    """

    said: str
    providers: int | None
    read: Callable[[Document], list[object]]
    least: float
    aim: float
    is_lower_better: bool = True
    unit: str = ""


def _one(*path: str, scale: float = 1.0) -> Callable[[Document], list[object]]:
    def read(document: Document) -> list[object]:
        value = at(document, *path)
        return [value * scale] if isinstance(value, int | float) else []

    return read


def _shares(document: Document) -> list[object]:
    counts = at(document, "http", "connections")
    if not isinstance(counts, Mapping):
        return []
    found = [at(document, "http", "connections", count, "share_of_bare") for count in counts]
    return [value * 100 for value in found if isinstance(value, int | float)]


def _tail(document: Document) -> list[object]:
    p50 = at(document, "engine", "two_threads", "all", "p50_ms")
    p99 = at(document, "engine", "two_threads", "all", "p99_ms")
    if not isinstance(p50, int | float) or not isinstance(p99, int | float):
        return []
    return [p99 / p50]


GOALS = (
    Goal("HTTP share of the bare endpoint", 10_000, _shares, 12, 25, False, " %"),
    Goal("HTTP share of the bare endpoint", MIDDLE, _shares, 6, 12, False, " %"),
    Goal("HTTP share of the bare endpoint", LARGE, _shares, 1.5, 4, False, " %"),
    Goal(
        "engine faster than PostgreSQL + ranker, p50",
        MIDDLE,
        _one("alternatives", "postgresql", "engine_is_faster_p50"),
        5,
        10,
        False,
        " ×",
    ),
    Goal(
        "engine faster than Tantivy + ranker, p50",
        MIDDLE,
        _one("alternatives", "tantivy", "engine_is_faster_p50"),
        2,
        4,
        False,
        " ×",
    ),
    Goal("engine, p99 / p50", LARGE, _tail, 5, 3),
    Goal("times the floor, broad needs", LARGE, _one("engine", "floor", "times_the_floor"), 6, 2.5),
    Goal("memory, four processes against one", LARGE, _one("memory", "times_one"), 1.3, 1.1),
    Goal(
        "a change appears, p99",
        None,
        _one("freshness", "appears", "p99_ms"),
        2_000,
        2_000,
        unit=" ms",
    ),
    Goal(
        "a suspended provider is gone, p99",
        None,
        _one("freshness", "disappears", "p99_ms"),
        500,
        500,
        unit=" ms",
    ),
    Goal("snapshot built", LARGE, _one("build", "seconds"), 300, 300, unit=" s"),
    Goal(
        "peak memory of the build, times the snapshot",
        LARGE,
        _one("build", "peak_times_snapshot"),
        3,
        3,
    ),
)


def goals(documents: Sequence[Document]) -> list[tuple[str, ...]]:
    """Compare the figures with the goals: a table, its first row the heads."""
    rows: list[tuple[str, ...]] = [("wanted", "providers", "at least", "aim", "measured", "")]
    for goal in GOALS:
        values = [
            value
            for document in documents
            if goal.providers in (None, at(document, "supply", "providers"))
            for value in goal.read(document)
        ]
        rows += _judged(goal, values)
    return [*rows, *_growth(documents)]


def _judged(goal: Goal, values: Sequence[object]) -> Iterator[tuple[str, ...]]:
    numbers = [value for value in values if isinstance(value, int | float)]
    if not numbers:
        return
    worst = max(numbers) if goal.is_lower_better else min(numbers)
    sign = -1 if goal.is_lower_better else 1
    word = "missed"
    if sign * worst >= sign * goal.least:
        word = "reached" if sign * worst >= sign * goal.aim else "kept"
    yield (
        goal.said,
        "all" if goal.providers is None else f"{goal.providers:,}",
        _written(goal.least, goal),
        _written(goal.aim, goal),
        _written(worst, goal),
        word,
    )


def _growth(documents: Sequence[Document]) -> Iterator[tuple[str, ...]]:
    p50 = {
        at(document, "supply", "providers"): at(document, "engine", "two_threads", "all", "p50_ms")
        for document in documents
    }
    before, after = p50.get(MIDDLE), p50.get(LARGE)
    if isinstance(before, int | float) and isinstance(after, int | float):
        goal = Goal("growth of p50 from 100,000 to 1,000,000", LARGE, _tail, 8, 5, unit=" ×")
        yield from _judged(goal, [after / before])


def _written(value: float, goal: Goal) -> str:
    return figure({"value": value}, "value", unit=goal.unit)

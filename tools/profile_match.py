"""Print where the processor time of a match goes, stage by stage, as a table.

    landbridge bench --providers 100000 --only engine --folder F --keep
    python tools/profile_match.py F 100000

By a clock around each stage, on one thread, with the supply and the needs of the bench; a figure is
the median of three rounds. The clocks themselves take less than a hundredth of a match.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from api.bench.database import maker_of  # noqa: E402 needs the path above
from api.bench.engine_opening import opened_engine, with_equivalents  # noqa: E402
from api.bench.engine_part import match_need  # noqa: E402
from api.bench.options import Options  # noqa: E402
from matching.evaluation.bench.demand import BROAD, NARROW, Need, make_needs  # noqa: E402
from matching.evaluation.bench.shape import Shape  # noqa: E402
from matching.search import laid, match  # noqa: E402
from providers.engine import Engine  # noqa: E402

Given = ParamSpec("Given")
Found = TypeVar("Found")

ROUNDS = 3
STAGES = (
    (laid, "ask", "the need as numbers"),
    (laid, "lay_tables", "the need as numbers"),
    (laid, "apply_rules", "rules"),
    (laid, "bound_scores", "bounds, shares of homes"),
    (laid, "work_of", "bounds, shares of homes"),
    (laid, "shares_of_homes", "bounds, shares of homes"),
    (laid, "add_shares", "bounds, shares of homes"),
    (laid, "near_of", "the sample of the work of homes"),
    (laid, "_score", "words, bounds, vectors, scores"),
    (match, "first_places", "the first places"),
    (match, "close_up", "the ten that are shown"),
    (match, "explain_shown", "the ten that are shown"),
)


class Clock:
    """Adds up the time of each stage, without that of the stages inside it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def around(self, function: Callable[Given, Found], stage: str) -> Callable[Given, Found]:
        """Return the function with a clock around it."""

        def timed(*given: Given.args, **named: Given.kwargs) -> Found:
            began = time.thread_time()
            self._inside.append(0.0)
            try:
                return function(*given, **named)
            finally:
                taken = time.thread_time() - began
                self.spent[stage] += taken - self._inside.pop()
                if self._inside:
                    self._inside[-1] += taken

        return timed


def profile(options: Options) -> list[str]:
    """Return the table: a row for each stage, a column for all, narrow and broad needs."""
    clock = Clock()
    for module, name, stage in STAGES:
        setattr(module, name, clock.around(getattr(module, name), stage))
    columns: dict[str, dict[str, float]] = {}
    means: dict[str, float] = {}
    with opened_engine(options) as engine:
        needs = with_equivalents(engine, make_needs(maker_of(options.shape), options.needs))
        _match_all(engine, needs)  # what is worked out once for all matches is not counted
        for column, kinds in (("all", None), ("narrow", NARROW), ("broad", BROAD)):
            some = [need for need in needs if kinds is None or need.breadth in kinds]
            work = partial(_match_all, engine, some)
            rounds = [_round(clock, work) for _ in range(ROUNDS)]
            means[column] = float(np.median([total for total, _ in rounds])) / len(some)
            columns[column] = {
                stage: float(np.median([shares.get(stage, 0.0) for _, shares in rounds]))
                for stage in dict.fromkeys(stage for *_, stage in STAGES)
            }
    lines = [
        f"| {options.shape.providers:,} providers | {' | '.join(columns)} |",
        "| --- | --- | --- | --- |",
    ]
    for stage in columns["all"]:
        cells = " | ".join(f"{shares[stage]:.0%}".replace("%", " %") for shares in columns.values())
        lines.append(f"| {stage} | {cells} |")
    cells = " | ".join(f"{mean * 1e3:.1f}" for mean in means.values())
    return [*lines, f"| mean of a match, ms | {cells} |"]


def _match_all(engine: Engine, needs: Sequence[Need]) -> None:
    for need in needs:
        match_need(engine, need, None)


def _round(clock: Clock, work: Callable[[], object]) -> tuple[float, dict[str, float]]:
    clock.spent.clear()
    began = time.thread_time()
    work()
    total = time.thread_time() - began
    return total, {stage: spent / total for stage, spent in clock.spent.items()}


def main(arguments: Sequence[str]) -> None:
    """Profile a folder that the bench kept."""
    parser = argparse.ArgumentParser(description="Print where the time of a match goes")
    parser.add_argument("folder", type=Path, help="what `landbridge bench --keep` left")
    parser.add_argument("providers", type=int, help="how many it was made of")
    parser.add_argument("--needs", type=int, default=240)
    given = parser.parse_args(arguments)
    shape = Shape(providers=given.providers)
    options = Options(shape=shape, folder=given.folder, needs=given.needs)
    sys.stdout.write("\n".join(profile(options)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

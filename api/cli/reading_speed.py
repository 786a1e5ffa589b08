"""How long readings take, beside the least that any reading of the same texts would take."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from time import perf_counter

import numpy as np

from matching.evaluation.understanding import AnnotatedStatement
from matching.text.folding import fold

LENGTH = 500


@dataclass(frozen=True, slots=True)
class ReadingSpeed:
    """What reading takes, in milliseconds of a clock on the wall, once the lists are loaded.

    Attributes:
        statement_median, statement_p95: of the statements as they are.
        of_500_median, of_500_p95: of texts of 500 characters, made of statements set end to end;
            None where there is too little text for one.
        folds: how many times as long as folding the same statements, a plain pass over the text
            that every reading begins with.
    """

    statement_median: float
    statement_p95: float
    of_500_median: float | None
    of_500_p95: float | None
    folds: float

    def as_dict(self) -> dict[str, float | None]:
        """Return the figures for a JSON document."""
        return asdict(self)

    def __str__(self) -> str:
        long = (
            f"500 characters {self.of_500_median:.1f} (p95 {self.of_500_p95:.1f})  "
            if self.of_500_median is not None
            else ""
        )
        return (
            f"ms: a statement {self.statement_median:.1f} (p95 {self.statement_p95:.1f})  {long}"
            f"{self.folds:.0f} times a plain pass over the text"
        )


def measure_reading(
    statements: Sequence[AnnotatedStatement], read: Callable[[AnnotatedStatement], object]
) -> ReadingSpeed:
    """Read every statement, and texts of 500 characters made of them, against the clock.

    Args:
        statements: at least one.
        read: reads a statement; called once before the clock starts, to load what it needs.

    Raises:
        ValueError: there is no statement.
    """
    if not statements:
        raise ValueError("no statement to read")
    read(statements[0])
    milliseconds = [_timed(read, statement) for statement in statements]
    folding = [_timed(lambda one: fold(one.text), statement) for statement in statements]
    long = [_timed(read, text) for text in _texts_of_500(statements)]
    return ReadingSpeed(
        float(np.median(milliseconds)),
        float(np.percentile(milliseconds, 95)),
        float(np.median(long)) if long else None,
        float(np.percentile(long, 95)) if long else None,
        sum(milliseconds) / max(sum(folding), 1e-6),
    )


def _timed(call: Callable[[AnnotatedStatement], object], statement: AnnotatedStatement) -> float:
    before = perf_counter()
    call(statement)
    return (perf_counter() - before) * 1000


def _texts_of_500(statements: Sequence[AnnotatedStatement]) -> list[AnnotatedStatement]:
    """Set statements of one script end to end and cut every 500 characters."""
    in_script = sorted(statements, key=lambda one: one.text_lang.value)
    texts: list[AnnotatedStatement] = []
    for script, group in groupby(in_script, key=lambda one: one.text_lang):
        of_script = list(group)
        together = "\n".join(one.text for one in of_script)
        texts.extend(
            AnnotatedStatement(
                id=f"{script.value} {start}",
                text=together[start : start + LENGTH],
                on=of_script[0].on,
                text_lang=script,
                expected=of_script[0].expected,
            )
            for start in range(0, len(together) - LENGTH + 1, LENGTH)
        )
    return texts

"""Readings against the clock: what is timed, and what is said of it."""

from datetime import date

import pytest

from api.cli.reading_speed import LENGTH, measure_reading
from matching.evaluation.understanding import AnnotatedStatement, Annotation
from matching.text.folding import fold
from matching.types import Script


def statement(text: str, script: Script) -> AnnotatedStatement:
    return AnnotatedStatement("s", text, date(2026, 11, 20), script, Annotation())


def test_texts_of_one_script_are_set_end_to_end() -> None:
    read: list[AnnotatedStatement] = []
    statements = [
        statement("audit in Laos " * 45, Script.EN),
        statement("老挝审计" * 60, Script.ZH_HANS),
        statement("audit in Laos " * 45, Script.EN),
        statement("老挝审计" * 70, Script.ZH_HANS),
    ]

    speed = measure_reading(statements, read.append)

    assert read[: len(statements) + 1] == [statements[0], *statements]
    long = read[len(statements) + 1 :]
    assert [(one.text_lang, len(one.text)) for one in long] == [
        (Script.EN, LENGTH),
        (Script.EN, LENGTH),
        (Script.ZH_HANS, LENGTH),
    ]
    assert speed.of_500_median is not None
    assert 0 <= speed.statement_median <= speed.statement_p95
    assert "500 characters" in str(speed)
    assert set(speed.as_dict()) >= {"statement_median", "of_500_p95", "folds"}


def test_reading_that_folds_ten_times_takes_longer_than_folding() -> None:
    statements = [statement("audit in Laos " * 300, Script.EN)] * 5

    speed = measure_reading(statements, lambda one: [fold(one.text) for _ in range(10)])

    assert speed.folds > 2


def test_too_little_text_has_no_figure_for_500_characters() -> None:
    speed = measure_reading([statement("audit", Script.EN)], lambda one: one)
    assert speed.of_500_median is None
    assert "500" not in str(speed)


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="no statement"):
        measure_reading([], lambda one: one)

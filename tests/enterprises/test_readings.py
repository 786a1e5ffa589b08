from datetime import date

import pytest

from core.db import SessionFactory
from core.errors import InvalidInput
from enterprises import understanding
from enterprises.readings import Readings
from enterprises.schemas import MAX_CODES, ReadingRead
from providers.engine import Engine, EngineHolder
from tests.conftest import make_settings
from tests.factories import NOW

DAY = date(2026, 11, 22)
WITH = (object(), object())


LISTS = (
    "target_jurisdictions",
    "excluded_jurisdictions",
    "sector_codes",
    "excluded_sector_codes",
    "languages_wanted",
    "facts",
    "not_used",
    "questions",
)


def made_up(**fields: object) -> ReadingRead:
    empty: dict[str, object] = {name: [] for name in LISTS}
    return ReadingRead.model_validate(
        {"text_lang": "en", "reference_date": DAY, "home_jurisdiction": None, **empty, **fields}
    )


class Reader:
    def __init__(self, reading: ReadingRead | None = None) -> None:
        self.reading = reading or made_up()
        self.times = 0

    def __call__(self) -> ReadingRead:
        self.times += 1
        return self.reading


@pytest.fixture
def engine(catalogue_sessions: SessionFactory, catalogue_url: str) -> Engine:
    return EngineHolder(catalogue_sessions.kw["bind"], make_settings(catalogue_url)).current()


def test_a_text_is_read_once_for_a_day_and_a_vocabulary() -> None:
    readings, read = Readings(), Reader()
    for _ in range(3):
        readings.get(WITH, "roads", DAY, read)
    assert read.times == 1
    readings.get(WITH, "roads", date(2026, 11, 23), read)
    readings.get(WITH, "bridges", DAY, read)
    assert read.times == 3


def test_another_vocabulary_or_reader_forgets_everything() -> None:
    for changed in ((object(), WITH[1]), (WITH[0], object())):
        readings, read = Readings(), Reader()
        readings.get(WITH, "roads", DAY, read)
        readings.get(changed, "roads", DAY, read)
        assert read.times == 2
        assert readings.size[0] == 1


def test_the_oldest_are_forgotten_when_there_are_too_many_or_they_take_too_much() -> None:
    read = Reader()
    readings = Readings(at_most=2)
    for text in ("a", "b", "a", "c", "a"):
        readings.get(WITH, text, DAY, read)
    assert (read.times, readings.size[0]) == (3, 2)

    _, weight = readings.size
    readings = Readings(bytes_at_most=weight)
    for text in "abcdef":
        readings.get(WITH, text, DAY, read)
    count, size = readings.size
    assert (count, size <= weight) == (2, True)
    readings.get(WITH, "x" * weight, DAY, read)
    assert readings.size == (2, size)


def test_a_reading_that_no_need_can_hold_is_known_as_such() -> None:
    codes = [f"C{number}" for number in range(MAX_CODES + 1)]
    for reading, fits in (
        (made_up(sector_codes=codes), False),
        (made_up(sector_codes=["A"]), True),
    ):
        assert Readings().get(WITH, "roads", DAY, Reader(reading)).fits is fits


def test_what_is_remembered_is_what_is_read(engine: Engine) -> None:
    texts = [
        "legal advice in Vietnam within 30 days for USD 20,000, not in Thailand",
        "在坦桑尼亞做電力項目審計",
        "孟加拉国供水项目的施工监理",
    ]
    for text in texts:
        read = understanding.read_with(
            engine.vocabulary, text, on=NOW.date(), meaning=engine.sector_reader
        )
        for _ in range(2):
            known = understanding.read_and_remember(engine, text, on=NOW.date())
            assert known.reading == read
            assert known.document == read.model_dump(mode="json", by_alias=True)


def test_a_text_that_cannot_be_read_is_refused_each_time(engine: Engine) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInput):
            understanding.read_text(engine, " \n", on=NOW.date())

"""The annotated statements, read as `landbridge evaluate understanding` reads them.

`dev` to `dev4` were looked at while the reader was made: their floors keep what was reached from
getting lost. `report` is the set that figures are given for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from opencc import OpenCC

from api.cli.understanding_files import packaged_vocabulary, read_statements
from matching.evaluation.understanding import (
    AnnotatedStatement,
    UnderstandingFigures,
    score_understanding,
)
from matching.text.encoder import PackagedEncoder
from matching.types import Script
from matching.understanding.meaning import SectorReader
from matching.understanding.reading import read_need
from matching.understanding.types import Reading
from providers.sector_meaning import make_sector_reader

SETS = Path(__file__).parent / "sets"


@dataclass(frozen=True, slots=True)
class Floors:
    """The least that a set must reach; nothing ruled out may be returned in `report`.

    Attributes:
        understood, targets_f1, sectors_f1: shares and mean F1.
        excluded_returned: the most that may be returned though ruled out.
        right: share of statements in which a field is as annotated.
    """

    understood: float
    targets_f1: float
    sectors_f1: float
    excluded_returned: int
    right: Mapping[str, float]


FLOORS = {
    "dev": Floors(
        understood=0.90,
        targets_f1=0.98,
        sectors_f1=0.95,
        excluded_returned=1,
        right={
            "deadline": 1.0,
            "budget": 1.0,
            "other_amount": 1.0,
            "urgency": 1.0,
            "languages_wanted": 1.0,
            "needs_clarification": 0.97,
        },
    ),
    "dev2": Floors(
        understood=0.80,
        targets_f1=0.97,
        sectors_f1=0.93,
        excluded_returned=1,
        right={
            "deadline": 0.99,
            "budget": 0.99,
            "other_amount": 0.99,
            "urgency": 0.99,
            "languages_wanted": 0.99,
            "needs_clarification": 0.95,
        },
    ),
    "dev3": Floors(
        understood=0.65,
        targets_f1=0.93,
        sectors_f1=0.88,
        excluded_returned=5,
        right={"deadline": 0.99, "budget": 0.98, "other_amount": 0.99, "urgency": 0.98},
    ),
    "dev4": Floors(
        understood=0.55,
        targets_f1=0.90,
        sectors_f1=0.84,
        excluded_returned=5,
        right={"deadline": 0.99, "budget": 0.99, "other_amount": 0.99, "urgency": 0.97},
    ),
    "report": Floors(
        understood=0.80, targets_f1=0.95, sectors_f1=0.85, excluded_returned=0, right={}
    ),
}
PRESENT = [name for name in FLOORS if (SETS / f"{name}.jsonl").exists()]
VOCABULARY = packaged_vocabulary()


@cache
def sector_reader() -> SectorReader | None:
    return make_sector_reader(PackagedEncoder())


def read(text: str, statement: AnnotatedStatement) -> Reading:
    return read_need(text, VOCABULARY, on=statement.on, meaning=sector_reader())


def statements_of(name: str) -> tuple[AnnotatedStatement, ...]:
    return read_statements(SETS / f"{name}.jsonl")


@cache
def figures_of(name: str) -> UnderstandingFigures:
    statements = statements_of(name)
    return score_understanding(statements, [read(one.text, one) for one in statements])["all"]


@pytest.mark.parametrize("name", PRESENT)
def test_statements_are_understood(name: str) -> None:
    figures, floors = figures_of(name), FLOORS[name]
    assert figures.understood >= floors.understood
    assert figures.targets_f1 >= floors.targets_f1
    assert figures.sectors_f1 >= floors.sectors_f1
    assert figures.excluded_returned <= floors.excluded_returned


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in PRESENT for field in FLOORS[name].right]
)
def test_fields_are_read_as_annotated(name: str, field: str) -> None:
    assert figures_of(name).right[field] >= FLOORS[name].right[field]


def values_of(reading: Reading) -> set[tuple[str, str]]:
    return {(fact.field, fact.value) for fact in reading.facts}


@pytest.mark.parametrize("name", PRESENT)
def test_every_chinese_statement_says_the_same_in_the_other_script(name: str) -> None:
    converters = {Script.ZH_HANS: OpenCC("s2hk"), Script.ZH_HANT: OpenCC("t2s")}
    different: dict[str, set[tuple[str, str]]] = {}
    for statement in statements_of(name):
        if statement.text_lang not in converters:
            continue
        other = str(converters[statement.text_lang].convert(statement.text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation
        differs = values_of(read(statement.text, statement)) ^ values_of(read(other, statement))
        if differs:
            different[statement.id] = differs
    assert different == {}

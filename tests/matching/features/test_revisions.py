"""A formula that changes without its revision would leave old models in force with new values."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from matching.features.catalogue import CATALOGUE, Feature
from matching.features.context import MatchContext
from matching.types import FloatArray, Query
from tests.matching.examples import TODAY, at_cosine, firm, index_of, lay, work
from tests.matching.features.golden import GOLDEN
from tests.matching.features.test_corridors import TABLE

WHAT_TO_DO = (
    "If the formula was meant to change, raise the feature's `revision` in "
    "matching/features/catalogue.py, so that rankers learned from the old one are refused, and "
    "copy the line above into tests/matching/features/golden.py; else mend the formula."
)


def fixed_context() -> MatchContext:
    """A small supply on which every feature has something to say."""
    firms = [
        replace(firm("a", "VN", ("BLT",)), languages=("vi", "en")),
        replace(firm("b", "TH", ("LEG", "DIS.ARB")), network_in=("VN",), languages=("zh",)),
        replace(firm("c", "IN", ("LEG.COR",)), qualified_in={"VN": None}, languages=()),
        firm("d"),
        firm("e", "LA"),
    ]

    def done(n: int, by: Sequence[str], text: str, year: int, *places: str) -> None:
        one = work(
            f"m{n}",
            by,
            text,
            places=places,
            sectors=("BLT", "LEG.COR", "ACC.AUD")[n % 3 : n % 3 + 1],
            dated_on=date(year, 3, 1 + n),
            amount_usd=10.0 ** (4 + n % 4),
            is_verified=n % 4 != 3,
        )
        client = "ministry" if n % 2 else None
        matters.append(replace(one, title="Rural Roads Project", client=client))

    matters = [work("s", ["a", "d"], "roads and bridges", places=("VN",), is_statement=True)]
    done(0, ["a"], "feasibility study of rural roads", 2025, "VN")
    done(1, ["a", "b"], "supervision of rural roads", 2019, "VN", "TH")
    done(2, ["b"], "audit of a port", 2022, "TH")
    done(3, ["c"], "study of roads", 2024, "IN")
    done(4, ["c", "e"], "rural water supply study", 2015, "BD")
    done(5, ["e"], "road safety", 2021, "VN")
    done(6, ["b"], "tax of a road company", 2017, "VN")
    done(7, ["a"], "bridge design", 2023, "KE")
    vectors = at_cosine(0.8, 0.9, 0.88, 0.76, 0.87, 0.82, 0.85, 0.78, 0.81)
    query = Query(
        "feasibility study for rural roads",
        TODAY,
        home_jurisdiction="TH",
        target_jurisdictions=("VN", "BD"),
        sector_codes=("BLT", "LEG.COR"),
        languages_wanted=("en", "vi", "zh"),
        amount_usd=300_000.0,
        client="ministry",
    )
    return lay(query, replace(index_of(firms, matters, vectors), proximity=TABLE))


def written(values: FloatArray) -> tuple[float | None, ...]:
    """Values as they stand in the golden table."""
    return tuple(None if math.isnan(value) else round(value, 4) for value in values.tolist())


def dishonest(catalogue: Sequence[Feature]) -> list[str]:
    """The golden lines that features of a catalogue ask for and do not have."""
    context = fixed_context()
    asked = {one.name: (one.revision, written(one.compute(context))) for one in catalogue}
    return [f'    "{name}": {line},' for name, line in asked.items() if GOLDEN.get(name) != line]


def test_a_formula_does_not_change_without_its_revision() -> None:
    changed = dishonest(CATALOGUE)

    assert not changed, "\n".join([*changed, WHAT_TO_DO])
    assert set(GOLDEN) == {one.name for one in CATALOGUE}, "take what is gone out of golden.py"


def test_another_formula_or_revision_is_noticed() -> None:
    first, *rest = CATALOGUE
    bent = replace(first, compute=lambda context: np.sqrt(first.compute(context)))

    for other in (bent, replace(first, revision=first.revision + 1)):
        (line,) = dishonest([other, *rest])
        assert line.startswith(f'    "{first.name}": ({other.revision}, (')


def test_the_fixed_supply_tells_one_provider_from_another_by_every_feature() -> None:
    for name, (_revision, values) in GOLDEN.items():
        assert len(set(values)) >= 2, name

"""The packaged tables as values, and as raw rows for the oracle."""

import csv
import gzip
import io
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import (
    Agreement,
    Instrument,
    LegalFamily,
    Node,
    Objection,
    Party,
    TreatyData,
)
from matching.types import Sentence

ASKED_ON = date(2026, 11, 22)
ASEAN = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")
CHINA = ("CN", "HK", "MO", "TW")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows as they stand in the files."""

    instruments: tuple[Row, ...]
    memberships: tuple[Row, ...]
    bilateral: tuple[Row, ...]
    objections: tuple[Row, ...]
    families: tuple[Row, ...]
    places: tuple[Row, ...]


@cache
def tables() -> Tables:
    """Read the packaged tables once."""
    return Tables(
        instruments=_rows("instruments.csv"),
        memberships=_rows("memberships.csv.gz"),
        bilateral=_rows("bilateral.csv.gz"),
        objections=_rows("objections.csv"),
        families=_rows("legal_family.csv"),
        places=tuple(
            row
            for row in _rows("jurisdictions.csv")
            if row["kind"] in ("state", "territory", "subdivision")
        ),
    )


@cache
def treaty_data() -> TreatyData:
    """The tables as what routes are planned from."""
    raw = tables()
    return TreatyData(
        nodes=tuple(_node(row) for row in raw.places),
        instruments=tuple(_instrument(row) for row in raw.instruments),
        parties=tuple(_party(row) for row in raw.memberships),
        agreements=tuple(_agreement(row) for row in raw.bilateral),
        objections=tuple(_objection(row) for row in raw.objections),
        legal_families=tuple(
            LegalFamily(
                row["jurisdiction"],
                row["family_primary"],
                tuple(row["family_derived"].split("+")),
            )
            for row in raw.families
        ),
    )


@cache
def treaty_graph() -> TreatyGraph:
    """The graph of the packaged tables, built once for all tests."""
    return TreatyGraph(treaty_data())


def _rows(name: str) -> tuple[Row, ...]:
    packed = files("providers").joinpath("data", "jurisdictions", name).read_bytes()
    text = (gzip.decompress(packed) if name.endswith(".gz") else packed).decode("utf-8")
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _node(row: Row) -> Node:
    return Node(
        code=row["code"],
        name=Sentence(row["name_en"], row["name_zh_hans"], row["name_zh_hant"]),
        parent=row["parent_code"] or None,
        regions=tuple(filter(None, row["regions"].split(";"))),
    )


def _instrument(row: Row) -> Instrument:
    return Instrument(
        instrument_id=row["instrument_id"],
        name=Sentence(row["name_en"], row["name_zh_hans"], row["name_zh_hans"]),
        kind=row["kind"],
        subject=row["subject"],
        year=int(row["year"]) if row["year"] else None,
        source_url=row["source_url"],
        as_of=row["as_of"] or None,
    )


def _party(row: Row) -> Party:
    return Party(
        instrument_id=row["instrument_id"],
        jurisdiction=row["jurisdiction"],
        status=row["status"],
        in_force_from=_day(row["in_force_from"]),
        is_verified="UNVERIFIED" not in row["note"],
        note=row["note"],
        source_url=row["source_url"],
    )


def _agreement(row: Row) -> Agreement:
    return Agreement(
        kind=row["instrument_kind"],
        a=row["a"],
        b=row["b"],
        status=row["status"],
        in_force_from=_day(row["in_force_from"]),
        is_verified="UNVERIFIED" not in row["note"],
        note=row["note"],
        source_url=row["source_url"],
    )


def _objection(row: Row) -> Objection:
    return Objection(
        instrument_id=row["instrument_id"],
        a=row["a"],
        b=row["b"],
        from_on=_day(row["from"]),
        note=row["note"],
        source_url=row["source_url"],
    )

"""The real evidence and lists that made-up supply is put together from, out of the package."""

import csv
import gzip
import unicodedata
from collections import Counter
from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path

from matching.evaluation.bench.shape import Groups, Material, group_rows
from matching.text.vectors import restore, text_hash
from matching.types import evidence_text
from providers.catalogue import PACKAGED_TABLES, VECTORS_FILE, read_vectors
from providers.importing.kinds import EVIDENCE, PROVIDERS
from providers.jurisdictions.queries import NODES

_Row = dict[str, str]

# A sector with fewer real pieces borrows; every so manieth of the pieces without a sector.
ENOUGH = 400
EVERY = 20


def read_material() -> Material:
    """Read the packaged evidence with its vectors, and the lists of sectors and jurisdictions."""
    with as_file(files("providers.data")) as folder:
        evidence, providers = list[_Row](), list[_Row]()
        for table in PACKAGED_TABLES:
            if table.spec is EVIDENCE:
                evidence += _rows(folder / table.file_name)
            elif table.spec is PROVIDERS:
                providers += _rows(folder / table.file_name)
        sectors = _rows(folder / "sectors.csv")
        jurisdictions = [
            row
            for row in _rows(folder / "jurisdictions/jurisdictions.csv")
            if row["kind"] in set(NODES) and not row["valid_to"]
        ]
        stored = read_vectors(folder / VECTORS_FILE)
    vectors = restore(stored.codes, stored.scales)
    place_of = {key: i for i, key in enumerate(stored.text_hashes)}
    told: dict[str, _Row] = {}
    for row in evidence:
        key = text_hash(evidence_text(row["title"], row["description"]))
        if key in place_of and _is_clean(row["title"]) and _is_clean(row["description"]):
            told.setdefault(key, row)
    pieces = list(told.values())
    parents = {row["code"]: row["parent_code"] or None for row in sectors}
    leaves = tuple(code for code in parents if code not in set(parents.values()))
    codes = [row["code"] for row in jurisdictions]
    places = _by_frequency(
        (code for row in pieces for code in row["jurisdictions"].split(";")), codes
    )
    region_of = {
        row["code"]: row["regions"].split(";")[0] for row in jurisdictions if row["regions"]
    }
    return Material(
        titles=tuple(row["title"] for row in pieces),
        descriptions=tuple(row["description"] for row in pieces),
        vectors=vectors[[place_of[key] for key in told]],
        encoder=stored.encoder_version,
        parents=parents,
        leaves=leaves,
        places=places,
        homes=_by_frequency((row["home_jurisdiction"] for row in providers), codes),
        region_of=region_of,
        members={
            region: tuple(code for code in places if region_of.get(code) == region)
            for region in sorted(set(region_of.values()))
        },
        languages_of={
            row["code"]: tuple(row["languages"].split(";"))
            for row in jurisdictions
            if row["languages"]
        },
        by_place=_by_place(pieces, places, region_of),
        by_leaf=_by_leaf(pieces, leaves),
    )


def _rows(path: Path) -> list[_Row]:
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_clean(text: str) -> bool:
    """Tell whether a text may stand in a need: it says something, and holds no control character."""
    return bool(text.strip()) and not any(unicodedata.category(c) == "Cc" for c in text)


def _by_frequency(named: Iterable[str], codes: list[str]) -> tuple[str, ...]:
    counts = Counter(named)
    return tuple(sorted(codes, key=lambda code: (-counts[code], code)))


def _by_place(pieces: list[_Row], places: tuple[str, ...], region_of: dict[str, str]) -> Groups:
    """Rows by place; a place without any gets those of its region, then all of them."""
    at: dict[str, list[int]] = {}
    for i, row in enumerate(pieces):
        for code in row["jurisdictions"].split(";"):
            at.setdefault(code, []).append(i)
    everything = list(range(len(pieces)))

    def rows_of(code: str) -> list[int]:
        if code in at:
            return at[code]
        near = [
            row for c in places if region_of.get(c) == region_of.get(code) for row in at.get(c, ())
        ]
        return near or everything

    return group_rows([rows_of(code) for code in places])


def _by_leaf(pieces: list[_Row], leaves: tuple[str, ...]) -> Groups:
    """Rows by sector; where there are few, some of its branch and of those without a sector too.

    Most real pieces have no sector: each leaf gets its own choice of them, so that a sector has
    words of its own and texts put together from its pieces seldom meet.
    """
    at: dict[str, list[int]] = {}
    branch: dict[str, list[int]] = {}
    for i, row in enumerate(pieces):
        for code in row["sector_codes"].split(";"):
            at.setdefault(code, []).append(i)
            branch.setdefault(code.partition(".")[0], []).append(i)

    def rows_of(number: int, code: str) -> list[int]:
        rows = at.get(code, [])
        if len(rows) >= ENOUGH:
            return rows
        near = branch.get(code.partition(".")[0], [])[:ENOUGH]
        return [*rows, *near, *at[""][number % EVERY :: EVERY]]

    return group_rows([rows_of(number, code) for number, code in enumerate(leaves)])

"""The packaged catalogue as an index with its sectors, and frozen needs, for tests of gaming."""

import csv
import gzip
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from matching.index.columns import Index, build_index
from matching.sectors import SectorTree, build_sector_tree
from matching.text.encoder import PackagedEncoder
from matching.text.vectors import restore, text_hash
from matching.types import Candidate, Float32Array, Matter, Query
from providers.catalogue import VECTORS_FILE, read_vectors

LISTS = ("worldbank", "fcdo")
NEEDS_FROM_RECORD = 90
TODAY = date(2026, 11, 22)
# What enterprises write, in three scripts: text, targets, sectors.
WRITTEN = (
    ("feasibility study for rural roads in Vietnam", ("VN",), ("BLT",)),
    ("孟加拉国供水项目的施工监理", ("BD",), ("BLT.PMC",)),
    ("在坦桑尼亞做電力項目審計", ("TZ",), ("ACC",)),
    ("We need accountants for the audit of a port project in Kenya", ("KE",), ("ACC.AUD",)),
    ("为印度尼西亚的地热项目做环境影响评估", ("ID",), ()),
    ("尋找熟悉菲律賓電網的工程顧問", ("PH",), ("BLT",)),
    ("employment lawyer in France for a subsidiary", ("FR",), ("LEG.LAB",)),
    ("在泰国设立公司，需要律师", ("TH",), ("LEG.COR",)),
    ("在泰國註冊商標", ("TH",), ("IPR",)),
    ("tax advice for a joint venture in India", ("IN",), ("TAX",)),
    ("越南道路项目的财务管理信息系统", ("VN",), ("ICT",)),
    ("肯尼亞鄉郊供水的可行性研究", ("KE",), ()),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Candidates, matters and the vector of each matter."""

    candidates: tuple[Candidate, ...]
    matters: tuple[Matter, ...]
    vectors: Float32Array
    tree: SectorTree
    region_of: Mapping[str, str]

    def index(self) -> Index:
        """Build the index."""
        return build_index(self.candidates, self.matters, self.vectors, self.tree, self.region_of)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a table, compressed or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@lru_cache(maxsize=1)
def packaged_catalogue() -> Catalogue:
    """Read the two lists that ship with the product, with their packaged vectors."""
    matters: list[Matter] = []
    candidates: list[Candidate] = []
    with as_file(files("providers.data")) as folder:
        packaged = read_vectors(folder / VECTORS_FILE)
        tree = build_sector_tree(
            (row["code"], row["parent_code"] or None) for row in rows_of(folder / "sectors.csv")
        )
        for name in LISTS:
            matters.extend(_matters(rows_of(folder / f"{name}_evidence.csv.gz")))
            candidates.extend(map(_candidate, rows_of(folder / f"{name}_providers.csv.gz")))
    place = {key: row for row, key in enumerate(packaged.text_hashes)}
    rows = [place[text_hash(matter.text)] for matter in matters]
    vectors = restore(packaged.codes[rows], packaged.scales[rows])
    return Catalogue(tuple(candidates), tuple(matters), vectors, tree, {})


@lru_cache(maxsize=1)
def packaged_index() -> Index:
    """The packaged catalogue as an index, built once for all tests that only read it."""
    return packaged_catalogue().index()


def _codes(written: str, extra: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(sorted({*filter(None, written.split(";")), *extra}))


def _candidate(row: Mapping[str, str]) -> Candidate:
    return Candidate(
        row["source_ref"],
        row["name"],
        row["kind"],
        row["home_jurisdiction"] or None,
        sector_codes=_codes(row["sector_codes"]),
    )


def _matters(rows: Sequence[Mapping[str, str]]) -> list[Matter]:
    """One matter for each award, its joint-venture partners together."""
    partners: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        ref = row["matter_ref"]
        partners[ref][row["provider_ref"]] = f"{ref}/{row['provider_ref']}"
    first = {row["matter_ref"]: row for row in reversed(rows)}
    return [
        Matter(
            ref,
            partners[ref],
            row["title"],
            row["description"],
            _codes(row["jurisdictions"]),
            _codes(row["sector_codes"]),
            date.fromisoformat(row["dated_on"]) if row["dated_on"] else None,
            row["client_ref"] or None,
            float(row["amount_usd"]) if row["amount_usd"] else None,
            is_verified=row["is_verified"] == "true",
            is_statement=row["kind"] == "statement",
        )
        for ref, row in first.items()
    ]


@lru_cache(maxsize=1)
def frozen_needs() -> tuple[Query, ...]:
    """Real contracts as needs on the day of each, chosen by a hash, and needs as written."""
    dated = [
        matter
        for matter in packaged_catalogue().matters
        if matter.dated_on and matter.dated_on.year >= 2008 and len(matter.description) >= 25
    ]
    dated.sort(key=lambda matter: hashlib.sha256(matter.matter_id.encode()).hexdigest())
    real = [
        Query(
            matter.description,
            matter.dated_on or TODAY,
            target_jurisdictions=matter.jurisdictions,
            sector_codes=matter.sector_codes,
            amount_usd=matter.amount_usd,
        )
        for matter in dated[:NEEDS_FROM_RECORD]
    ]
    written = [
        Query(text, TODAY, target_jurisdictions=targets, sector_codes=sectors)
        for text, targets, sectors in WRITTEN
    ]
    return (*real, *written)


@lru_cache(maxsize=1)
def need_vectors() -> Float32Array:
    """The vectors of the frozen needs."""
    return vectors_of_needs(frozen_needs())


def vectors_of_needs(needs: Sequence[Query]) -> Float32Array:
    """Encode the texts of some needs."""
    return PackagedEncoder().encode_queries([need.text for need in needs])

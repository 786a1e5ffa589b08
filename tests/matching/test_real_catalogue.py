"""The prior on the real awards that ship with the product, as the first page shows them."""

import csv
import gzip
from collections import defaultdict
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from matching.engine import match
from matching.index.columns import Index, build_index
from matching.names import Names
from matching.ranker.prior import prior
from matching.sectors import build_sector_tree
from matching.text.encoder import PackagedEncoder
from matching.text.vectors import restore, text_hash
from matching.types import Candidate, Matter, Query
from matching.understanding.equivalents import equivalents
from providers.catalogue import VECTORS_FILE, read_vectors
from providers.vocabulary import read_packaged_terms

NO_NAMES = Names({}, {}, {})
DEMO_NEEDS = (
    ("feasibility study for rural roads in Vietnam", "VN"),
    ("孟加拉国供水项目的施工监理", "BD"),
    ("在坦桑尼亞做電力項目審計", "TZ"),
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_matters(rows: list[dict[str, str]]) -> list[Matter]:
    """One matter for each award, its joint-venture partners together."""
    partners: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        partners[row["matter_ref"]][row["provider_ref"]] = (
            f"{row['matter_ref']}/{row['provider_ref']}"
        )
    first = {row["matter_ref"]: row for row in reversed(rows)}
    return [
        Matter(
            ref,
            partners[ref],
            row["title"],
            row["description"],
            tuple(filter(None, row["jurisdictions"].split(";"))),
            (),
            date.fromisoformat(row["dated_on"]) if row["dated_on"] else None,
        )
        for ref, row in first.items()
    ]


def build_real_index() -> Index:
    """The World Bank part of the packaged catalogue with its packaged vectors."""
    with as_file(files("providers.data")) as folder:
        matters = read_matters(rows_of(folder / "worldbank_evidence.csv.gz"))
        firms = rows_of(folder / "worldbank_providers.csv.gz")
        packaged = read_vectors(folder / VECTORS_FILE)
    candidates = [
        Candidate(row["source_ref"], row["name"], row["kind"], row["home_jurisdiction"] or None)
        for row in firms
    ]
    place = {key: row for row, key in enumerate(packaged.text_hashes)}
    rows = [place[text_hash(matter.text)] for matter in matters]
    vectors = restore(packaged.codes[rows], packaged.scales[rows])
    return build_index(candidates, matters, vectors, build_sector_tree([]))


def test_the_needs_of_the_first_page_find_firms_that_have_worked_there() -> None:
    index = build_real_index()
    encoder, terms = PackagedEncoder(), read_packaged_terms()
    assert len(index.candidates) >= 9_000

    for text, target in DEMO_NEEDS:
        query = Query(
            text,
            date(2026, 11, 22),
            target_jurisdictions=(target,),
            equivalents=equivalents(text, terms),
        )

        result = match(query, encoder.encode_queries([text])[0], index, prior(), NO_NAMES, top=3)

        shown = {
            code
            for one in result.ranked
            for row in index.evidence_of(index.row_of[one.provider_id])
            for code in index.matters[row].jurisdictions
        }
        assert result.eligible == len(index.candidates)
        assert target in shown, text
        # The first reason of the first rests on work of the place or of the kind asked for.
        best = result.ranked[0]
        assert best.reasons[0].evidence
        assert np.isclose(sum(reason.contribution for reason in best.reasons), best.score)

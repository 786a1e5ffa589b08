import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from api.bench.alternatives import PostgresqlRetriever, Retriever
from api.bench.documents import UNKNOWN, Document, Filters, as_filters
from api.bench.postgresql import is_installed, running_postgresql
from api.bench.rerank import FEATURES, SecondStage, grades_of
from matching.evaluation.bench.demand import Breadth, Need
from matching.index.build import build_shard
from matching.sectors import SectorTree
from matching.types import Candidate, Matter, Query
from tests.trainer import require_trainer

TREE = SectorTree({"BLT": None, "BLT.CIV": "BLT", "ACC": None})
ON = date(2026, 1, 15)
DOCUMENTS = [
    Document(0, "construction of rural roads", ("VN",), ("BLT", "BLT.CIV")),
    Document(1, "audits of road funds", ("VN", "LA"), ("ACC",)),
    Document(2, "supervision of road works", ("CN",), ("BLT", "BLT.CIV")),
    Document(3, "training of nurses", ("VN",), ("unknown",)),
]


@pytest.fixture(params=["postgresql", "tantivy"])
def retriever(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Retriever]:
    if request.param == "tantivy":
        module = pytest.importorskip("api.bench.tantivy_index", reason="Tantivy is not installed")
        tantivy: Retriever = module.TantivyRetriever(tmp_path)
        tantivy.load([DOCUMENTS])
        yield tantivy
        return
    if not is_installed() and os.environ.get("LANDBRIDGE_TEST_REQUIRE_ALL") != "1":
        pytest.skip("initdb and pg_ctl are not installed (Debian: postgresql)")
    with running_postgresql() as address:
        postgresql = PostgresqlRetriever(address)
        postgresql.load([DOCUMENTS[:2], DOCUMENTS[2:]])
        yield postgresql
        postgresql.close()


def test_finds_whoever_shares_a_word_within_the_filters(retriever: Retriever) -> None:
    def rows(words: str, places: Sequence[str] = (), sectors: Sequence[str] = ()) -> set[int]:
        found, scores = retriever.find(Filters(words, tuple(places), tuple(sectors)))
        assert len(found) == len(scores)
        assert (np.diff(scores) <= 0).all()
        return set(found.tolist())

    assert rows("rural road") == {0, 1, 2}
    assert rows("rural road", ["VN"]) == {0, 1}
    assert rows("rural road", ["VN", "CN"], ["BLT.CIV", "unknown"]) == {0, 2}
    assert rows("nurse", [], ["BLT", "unknown"]) == {3}
    assert rows("bridges") == set()


def need(**changed: object) -> Need:
    query = Query("Roads, rural ROADS", ON, "CN", ("VN",), ("BLT",), amount_usd=1e6)
    asked = replace(query, **changed)  # type: ignore[arg-type]  # a test's own words
    return Need(asked, np.array([1, 0], dtype=np.float32), Breadth.SECTOR_PLACE)


def test_a_need_becomes_words_and_filters() -> None:
    assert as_filters(need()) == Filters("roads rural", ("VN",), ("BLT", UNKNOWN))
    assert as_filters(need(sector_codes=())).sectors == ()


def second_stage() -> SecondStage:
    def matter(number: int, owner: str, where: tuple[str, str], year: int, usd: float) -> Matter:
        place, sector = where
        return Matter(
            f"m{number}",
            {owner: f"e{number}"},
            "Title",
            "Task",
            (place,),
            (sector,),
            date(year, 1, 15),
            None,
            usd,
            number != 2,
        )

    matters = [
        matter(0, "a", ("VN", "BLT.CIV"), 2025, 1e6),
        matter(1, "a", ("LA", "ACC"), 2020, 1e3),
        matter(2, "b", ("CN", "BLT"), 2015, 1e9),
    ]
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    shard = build_shard(
        [
            Candidate("a", "A", "other", "VN"),
            Candidate("b", "B", "other", "CN", sector_codes=("BLT.CIV",)),
        ],
        matters,
        vectors,
        encoder="two-1",
        tree=TREE,
    )
    return SecondStage(shard, TREE, {"VN": "035", "CN": "030"})


def test_features_of_the_second_stage_follow_from_the_columns() -> None:
    values = second_stage().features(need(), np.array([1, 0]), np.array([0.9, 0.4]))
    b, a = (dict(zip(FEATURES, row.tolist(), strict=True)) for row in values)

    assert (a["words"], a["place among the found"]) == (0.4, 1)
    assert a["meaning, best piece in the target"] == pytest.approx(1, abs=0.01)
    assert a["meaning, best three"] == pytest.approx(0.5, abs=0.01)
    assert b["meaning, best piece"] == pytest.approx(0.6, abs=0.01)
    assert b["meaning, best piece in the target"] == -1
    assert (a["share of pieces in the target"], b["share of pieces in the target"]) == (0.5, 0)
    assert (a["share of pieces in the sector"], b["share of pieces in the sector"]) == (0.5, 1)
    assert a["pieces in target and sector"] == pytest.approx(np.log(2))
    assert (a["based in the target"], b["based in the target"]) == (1, 0)
    assert (a["based where the enterprise is"], b["based where the enterprise is"]) == (0, 1)
    assert (a["listed under the sector"], b["listed under the sector"]) == (0, 1)
    assert (a["share verified"], b["share verified"]) == (1, 0)
    assert a["days since the newest piece"] == 365
    assert a["nearest amount"] == pytest.approx(0, abs=1e-6)


def test_the_second_stage_learns_an_order() -> None:
    require_trainer()
    second = second_stage()
    rows, scores = np.array([0, 1]), np.array([0.5, 0.5])
    features = second.features(need(), rows, scores)
    with pytest.raises(RuntimeError, match="train"):
        second.order(need(), rows, scores)

    # Many alike, and the second one always better.
    second.train([(features, grades_of(rows, [1]))] * 40, seed=1, threads=1)

    assert second.order(need(), rows, scores).tolist() == [1, 0]
    assert second.order(need(), rows[:0], scores[:0]).tolist() == []


def test_grades_fall_with_the_exact_place() -> None:
    exact = list(range(200))

    assert grades_of(np.array([0, 9, 10, 29, 30, 99, 100, 500]), exact).tolist() == [
        3,
        3,
        2,
        2,
        1,
        1,
        0,
        0,
    ]

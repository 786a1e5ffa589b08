"""`evaluate` and `affinity` on small made-up sets in the format of the public ones."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from api.cli.vector_cache import VectorCache
from matching.types import Float32Array
from tests.api.cli.conftest import CommandLine

NEED_COLUMNS = [
    "need_id",
    "signed",
    "category",
    "service_type",
    "country_code",
    "project_id",
    "project_name",
    "description",
    "amount_usd",
    "split",
    "query",
]


def gzipped_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def gzipped_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def need(need_id: str, day: str, text: str, split: str, *, project: str = "P1") -> list[str]:
    query = str(split != "train")
    return [
        need_id, day, "Consultant Services", "Audit", "VN", project, "", text, "100", split, query,
    ]  # fmt: skip


@pytest.fixture
def awards(tmp_path: Path) -> Path:
    """Two firms with one past need each, and two needs to measure, the second for a new client."""
    folder = tmp_path / "awards"
    gzipped_csv(
        folder / "needs.csv.gz",
        NEED_COLUMNS,
        [
            need("n1", "2016-01-01", "audit of hospital accounts", "train"),
            need("n2", "2016-06-01", "design of rural roads", "train"),
            need("n3", "2017-05-01", "supervision of rural roads", "train", project="P2"),
            need("n4", "2018-01-01", "audit of hospital accounts", "dev"),
            need("n5", "2018-02-01", "design of rural roads", "dev", project="P9"),
            need("n6", "2018-03-01", "something else", "dev"),
        ],
    )
    gzipped_csv(
        folder / "awards.csv.gz",
        ["need_id", "provider_id", "split"],
        [
            ["n1", "auditor", "train"],
            ["n2", "engineer", "train"],
            ["n3", "engineer", "train"],
            ["n4", "auditor", "dev"],
            ["n5", "engineer", "dev"],
            ["n6", "stranger", "dev"],
        ],
    )
    gzipped_csv(
        folder / "providers.csv.gz",
        ["provider_id", "name", "country_code"],
        [["auditor", "A", "VN"], ["engineer", "E", "SG"], ["stranger", "S", ""]],
    )
    return folder


def test_awards_counts_warm_and_new_needs_and_every_ranker(
    landbridge: CommandLine, awards: Path
) -> None:
    report = json.loads(landbridge("evaluate", "awards", str(awards), "--json").out)

    assert (report["queries"], report["warm"], report["new"]) == (3, 2, 1)
    assert set(report["rankers"]) == {"popularity", "bm25_knn", "prior"}
    assert report["rankers"]["bm25_knn"]["warm"]["mrr"] == 1.0
    assert report["rankers"]["prior"]["new"]["ndcg10"] == 1.0
    # One of three needs has no winner that could be ranked.
    assert report["rankers"]["prior"]["all"]["r10"] == pytest.approx(2 / 3, abs=1e-4)


def test_awards_with_a_history_takes_all_of_it_as_the_past(
    landbridge: CommandLine, awards: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    gzipped_csv(
        later / "needs.csv.gz",
        NEED_COLUMNS,
        [need("n7", "2019-01-01", "something else again", "test", project="P9")],
    )
    gzipped_csv(later / "awards.csv.gz", ["need_id", "provider_id"], [["n7", "stranger"]])
    gzipped_csv(later / "providers_new.csv.gz", ["provider_id", "country_code"], [])

    outcome = landbridge("evaluate", "awards", str(later), "--history", str(awards), "--json")

    report = json.loads(outcome.out)
    assert (report["queries"], report["warm"], report["new"]) == (1, 1, 1)
    assert report["rankers"]["prior"]["warm"]["mrr"] == 1.0


def test_awards_on_a_cut_of_the_training_part(landbridge: CommandLine, awards: Path) -> None:
    outcome = landbridge(
        "evaluate", "awards", str(awards), "--cut", "2017-01-01:2017-12-31", "--json"
    )

    report = json.loads(outcome.out)
    assert (report["queries"], report["warm"], report["new"]) == (1, 1, 1)


def test_awards_refuses_what_is_no_cut(landbridge: CommandLine, awards: Path) -> None:
    outcome = landbridge("evaluate", "awards", str(awards), "--cut", "last year")

    assert outcome.code == 2
    assert "FROM:TO" in outcome.complaint


@pytest.mark.parametrize(
    ("file", "columns", "said"),
    [
        ("needs.csv.gz", ["need_id", "split", "query"], "description"),
        ("awards.csv.gz", ["need_id"], "provider_id"),
    ],
)
def test_awards_names_a_missing_column(
    landbridge: CommandLine, awards: Path, file: str, columns: list[str], said: str
) -> None:
    gzipped_csv(awards / file, columns, [])

    outcome = landbridge("evaluate", "awards", str(awards))

    assert outcome.code == 2
    assert file in outcome.complaint
    assert said in outcome.complaint


def test_retrieval_measures_every_pair_of_languages(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "pairs"
    for language, text in (("en", "mutual recognition"), ("zh", "相互承认")):
        one = {"query_id": "q1", "doc_id": f"{language}-1", "lang": language, "text": text}
        other = {"doc_id": f"{language}-2", "text": "鱼" if language == "zh" else "fish"}
        gzipped_lines(folder / f"docs.{language}.jsonl.gz", [one, other])
        gzipped_lines(folder / f"queries.{language}.jsonl.gz", [one])
        gzipped_lines(folder / f"qrels.{language}.jsonl.gz", [one])

    sets = json.loads(landbridge("evaluate", "retrieval", str(folder), "--json").out)["sets"]

    assert set(sets) == {"en-en", "en-zh", "zh-en", "zh-zh"}
    assert sets["zh-zh"]["rankers"]["bm25"]["ndcg10"] == 1.0


def test_retrieval_types_chinese_queries_in_the_other_script_too(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "single"
    gzipped_lines(
        folder / "docs.dev.jsonl.gz",
        [{"doc_id": "d1", "text": "執業證書與註冊"}, {"doc_id": "d2", "text": "電力項目審計"}],
    )
    gzipped_lines(
        folder / "queries.dev.jsonl.gz",
        [{"query_id": "q1", "text": "誰做過電力項目審計？", "doc_id": "d2"}],
    )

    sets = json.loads(landbridge("evaluate", "retrieval", str(folder), "--json").out)["sets"]

    assert sets["given"]["rankers"] == sets["queries in zh-Hans"]["rankers"]
    assert sets["given"]["rankers"]["bm25"]["mrr"] == 1.0


def test_affinity_keeps_the_order_and_adds_a_score(landbridge: CommandLine, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    line = {
        "query": "audit of a power project",
        "candidates": [
            {"id": "far", "evidence": ["fish farming"]},
            {"id": "near", "evidence": ["audit of a power company", "power project audit"]},
            {"id": "none", "evidence": []},
        ],
    }
    source.write_text(json.dumps(line) + "\n", encoding="utf-8")

    outcome = landbridge("affinity", str(source), str(target))

    assert outcome.code == 0, outcome.err
    scored = json.loads(target.read_text(encoding="utf-8"))
    assert [candidate["id"] for candidate in scored["candidates"]] == ["far", "near", "none"]
    scores = {candidate["id"]: candidate["score"] for candidate in scored["candidates"]}
    assert scores["near"] > scores["far"] >= scores["none"]


@pytest.mark.parametrize(
    "line",
    ["no json", "[]", '{"query": 1, "candidates": []}', '{"query": "q", "candidates": [{}]}'],
)
def test_affinity_names_the_line_it_cannot_read(
    landbridge: CommandLine, tmp_path: Path, line: str
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"query": "q", "candidates": []}\n' + line + "\n", encoding="utf-8")

    outcome = landbridge("affinity", str(source), str(target))

    assert outcome.code == 2
    assert "line 2" in outcome.complaint
    assert not target.exists()


class CountingEncoder:
    """Tells texts apart by their length, and counts what it is asked."""

    version = "counting-1"
    dimensions = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        self.asked += texts
        return np.array([[1.0, len(text)] for text in texts], dtype=np.float32)

    encode_passages = encode_queries


def test_a_text_is_encoded_once_per_machine(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    first = VectorCache(encoder, tmp_path, lambda *_: None).queries(["a", "bb", "a"])

    again = VectorCache(encoder, tmp_path, lambda *_: None).queries(["bb", "ccc"])

    assert encoder.asked == ["a", "bb", "ccc"]
    assert first.shape == (3, 2)
    np.testing.assert_array_equal(first[1], again[0])

"""`evaluate retrieval` and `affinity` on small made-up sets in the format of the public ones."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from matching.types import Float32Array
from providers.vector_cache import VectorCache
from tests.api.cli.conftest import CommandLine


def gzipped_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


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

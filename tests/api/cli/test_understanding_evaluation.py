"""`evaluate understanding`: statements in, figures out, and one clear line for a bad file."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.api.cli.conftest import CommandLine

STATEMENTS = [
    {
        "id": "right",
        "text": "We are a Hong Kong company. Audit in Laos by 31 December 2026, budget HK$50k.",
        "on": "2026-11-20",
        "expected": {
            "text_lang": "en",
            "home_jurisdiction": "HK",
            "target_jurisdictions": ["LA"],
            "sector_codes": ["ACC.AUD"],
            "urgency": "normal",
            "deadline": {"date": "2026-12-31", "days": 41},
            "budget": {"min": None, "max": 50000, "currency": "HKD", "basis": "total"},
            "provider_constraints": [],
            "needs_clarification": False,
        },
    },
    {
        "id": "wrong",
        "text": "老挝审计",
        "on": "2026-11-20",
        "expected": {
            "text_lang": "zh-Hans",
            "target_jurisdictions": ["VN"],
            "sector_codes": ["ACC.AUD"],
        },
    },
]


@pytest.fixture
def statements(tmp_path: Path) -> Path:
    file = tmp_path / "statements.jsonl"
    lines = [json.dumps(statement, ensure_ascii=False) for statement in STATEMENTS]
    file.write_text("\n".join([*lines, "", ""]), encoding="utf-8")
    return file


def test_prints_figures_and_what_was_not_understood(
    landbridge: CommandLine, statements: Path
) -> None:
    outcome = landbridge("evaluate", "understanding", str(statements), "--errors")

    assert outcome.code == 0
    assert "understood 0.500" in outcome.out
    assert "wrong: target_jurisdictions" in outcome.out
    assert "target_jurisdictions: expected VN; read LA" in outcome.out
    assert "right:" not in outcome.out
    assert "times a plain pass" in outcome.out


def test_reads_by_meaning_unless_told_not_to(
    landbridge: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reader(phrases: Sequence[str]) -> Sequence[str | None]:
        return ["HRI.REC" for _ in phrases]

    monkeypatch.setattr("providers.sector_meaning.make_sector_reader", lambda _encoder: reader)
    file = tmp_path / "meant.jsonl"
    text = "We want someone who makes it all good again in Malaysia."
    expected = {"text_lang": "en", "target_jurisdictions": ["MY"], "sector_codes": ["HRI.REC"]}
    line = json.dumps({"id": "a", "text": text, "on": "2026-11-20", "expected": expected})
    file.write_text(line, encoding="utf-8")

    def sectors_f1(*options: str) -> float:
        outcome = landbridge("evaluate", "understanding", str(file), "--json", *options)
        return float(json.loads(outcome.out)["all"]["sectors_f1"])

    assert sectors_f1() == 1
    assert sectors_f1("--words-only") == 0


def test_gives_the_same_as_json(landbridge: CommandLine, statements: Path) -> None:
    outcome = landbridge("evaluate", "understanding", str(statements), "--json", "--errors")

    document = json.loads(outcome.out)
    assert document["all"]["statements"] == 2
    assert document["en"]["understood"] == 1
    assert document["zh-Hans"]["targets_f1"] == 0
    assert [error["id"] for error in document["errors"]] == ["wrong"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "holds no statement"),
        ("{", "line 1 is no JSON object"),
        ('{"id": "a", "text": "b", "on": "soon"}', "line 1: on"),
        ('{"id": "a", "text": "b", "on": "2026-11-20", "expected": {}}', "expected.text_lang"),
    ],
)
def test_a_bad_file_is_one_clear_line(
    landbridge: CommandLine, tmp_path: Path, content: str, says: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(content, encoding="utf-8")

    outcome = landbridge("evaluate", "understanding", str(file))

    assert outcome.code != 0
    assert says in outcome.complaint


def test_a_missing_file_is_named(landbridge: CommandLine, tmp_path: Path) -> None:
    outcome = landbridge("evaluate", "understanding", str(tmp_path / "none.jsonl"))
    assert "none.jsonl cannot be read" in outcome.complaint


def test_an_empty_text_is_named(landbridge: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "blank.jsonl"
    statement = {**STATEMENTS[0], "text": " "}
    file.write_text(json.dumps(statement), encoding="utf-8")
    outcome = landbridge("evaluate", "understanding", str(file))
    assert "right" in outcome.complaint
    assert "empty" in outcome.complaint

import io
import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import CommandLine

pytestmark = pytest.mark.usefixtures("database")


def test_match_prints_one_json_document_whose_contributions_sum_to_the_score(
    landbridge: CommandLine,
) -> None:
    outcome = landbridge("match", "--text", "rural roads in Vietnam", "--top", "3", "--json")

    assert (outcome.code, outcome.err) == (0, "")
    document = json.loads(outcome.out)
    assert document["need"]["target_jurisdictions"] == ["VN"]
    assert [ranked["rank"] for ranked in document["ranked"]] == [1, 2, 3]
    assert document["ranked"][0]["provider"]["name"] == "Synthetic Roads Vietnam"
    for ranked in document["ranked"]:
        parts = sum(part["contribution"] for part in ranked["contributions"])
        assert parts == pytest.approx(ranked["score"], abs=1e-9)
        assert set(ranked["reasons"][0]["sentence"]) == {"en", "zh-Hans", "zh-Hant"}


def test_match_gives_the_same_bytes_twice(landbridge: CommandLine) -> None:
    arguments = ("match", "--text", "在坦桑尼亞做電力項目審計", "--on", "2026-11-22", "--json")

    assert landbridge(*arguments).out == landbridge(*arguments).out


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("rural roads in Vietnam", None, "Provider"),
        ("孟加拉国供水项目的施工监理", None, "服务机构"),
        ("在坦桑尼亞做電力項目審計", None, "服務提供者"),
        ("在坦桑尼亞做電力項目審計", "en", "Provider"),
    ],
)
def test_match_answers_in_the_language_of_the_text_unless_told_otherwise(
    landbridge: CommandLine, text: str, language: str | None, said: str
) -> None:
    chosen = ["--lang", language] if language else []

    outcome = landbridge("match", "--text", text, *chosen)

    assert outcome.code == 0
    assert said in outcome.out
    assert "Synthetic" in outcome.out


def test_match_takes_a_structured_need_from_a_file_and_options_beat_it(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    need = tmp_path / "need.json"
    need.write_text('{"target_jurisdictions": ["BD"], "on": "2020-01-01", "top": 5}', "utf-8")

    outcome = landbridge("match", "--file", str(need), "--on", "2026-11-22", "--json")

    document = json.loads(outcome.out)
    assert document["on"] == "2026-11-22"
    assert len(document["ranked"]) == 5
    assert document["reading"] is None


def test_match_reads_a_need_from_stdin(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = io.TextIOWrapper(io.BytesIO(b'{"target_jurisdictions": ["TZ"]}'), "utf-8")
    monkeypatch.setattr("sys.stdin", need)

    outcome = landbridge("match", "--file", "-", "--json")

    assert json.loads(outcome.out)["need"]["target_jurisdictions"] == ["TZ"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON"),
        (b'{"target_jurisdictions": ["ZZ"]}', "#/target_jurisdictions/0"),
        (b'{"target_jurisdictions": "VN"}', "#/target_jurisdictions"),
        (b'{"budget": 3}', "#/budget"),
        (b'{"text": " "}', "#/text"),
        (b'{"top": 1000, "text": "roads"}', "#/top"),
        (b"{}", "say what is wanted"),
        (b"\x00\x01\x02\xff", "not text"),
        (b'{"amount_usd": NaN}', "#/amount_usd"),
    ],
)
def test_a_need_that_cannot_be_used_names_the_field(
    landbridge: CommandLine, tmp_path: Path, content: bytes, said: str
) -> None:
    need = tmp_path / "need.json"
    need.write_bytes(content)

    outcome = landbridge("match", "--file", str(need), "--json")

    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.complaint


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001, "\x00\x07", "\ud800"])
def test_a_text_that_cannot_be_read_is_refused(landbridge: CommandLine, text: str) -> None:
    for command in ("match", "understand"):
        outcome = landbridge(command, "--text", text, "--json")

        assert outcome.code == 2
        assert outcome.out == ""
        assert "text" in outcome.complaint


@pytest.mark.parametrize("text", ["ต้องการที่ปรึกษา", "نحتاج إلى محام", "🚧🛣️🇻🇳"])
def test_other_scripts_are_read_without_error(landbridge: CommandLine, text: str) -> None:
    assert landbridge("match", "--text", text, "--json").code == 0
    assert landbridge("understand", "--text", text, "--json").code == 0


def test_understand_answers_with_spans_into_the_text_and_the_phrases_left_over(
    landbridge: CommandLine,
) -> None:
    text = "Good morning. Feasibility study for rural roads in Vietnam"

    document = json.loads(
        landbridge("understand", "--text", text, "--on", "2026-11-22", "--json").out
    )

    assert document["text_lang"] == "en"
    assert document["reference_date"] == "2026-11-22"
    assert document["target_jurisdictions"] == ["VN"]
    places = {
        fact["value"]: [text[start:end] for start, end in fact["spans"]]
        for fact in document["facts"]
    }
    assert places["VN"] == ["Vietnam"]
    assert any("Good morning" in phrase for phrase in document["not_used"])


def test_understand_reads_files_in_the_encodings_of_chinese_offices(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    text = "我们公司需要在孟加拉国为供水项目聘请施工监理和审计机构。"
    file = tmp_path / "need.txt"
    for encoding in ("utf-8-sig", "gb18030"):
        file.write_bytes(text.encode(encoding))

        document = json.loads(landbridge("understand", "--file", str(file), "--json").out)

        assert document["target_jurisdictions"] == ["BD"]


def test_understand_without_json_is_readable(landbridge: CommandLine) -> None:
    outcome = landbridge(
        "understand", "--on", "2026-11-22", "--text",
        "在坦桑尼亞做電力項目審計，預算20萬港元，三個月內",
    )  # fmt: skip

    assert outcome.code == 0
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "target_jurisdictions TZ (坦桑尼亞)" in lines
    assert "fact target_jurisdictions = TZ" in lines
    assert "from “坦桑尼亞” (characters 1-5)" in lines
    assert "deadline 2027-02-22 (within 92 days)" in lines
    assert "budget at most HKD 200,000, total" in lines
    assert "fact budget = at most HKD 200,000, total" in lines
    assert "needs_clarification no" in lines


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("RMB 300,000 to 500,000 per month", "CNY 300,000 to CNY 500,000, per month"),
        ("at least USD 1,250.50", "at least USD 1,250.50, total"),
        ("about $20k", "at most HKD 20,000, total (about, currency inferred)"),
    ],
)
def test_understand_says_amounts_as_people_do(
    landbridge: CommandLine, budget: str, said: str
) -> None:
    outcome = landbridge(
        "understand", "--text", f"Hong Kong firm, audit in Tanzania, budget {budget}."
    )

    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert f"budget {said}" in lines


ROADS = ("match", "--text", "feasibility study for rural roads in Vietnam")


def test_why_says_where_a_provider_named_or_numbered_stands(landbridge: CommandLine) -> None:
    listed = json.loads(landbridge(*ROADS, "--top", "100", "--json").out)["ranked"]
    last = listed[-1]["provider"]

    by_name = landbridge(*ROADS, "--why", last["name"].upper(), "--top", "1", "--json")
    by_id = landbridge(*ROADS, "--why", last["id"], "--top", "1", "--json")

    assert (by_name.code, by_name.err) == (0, "")
    assert by_name.out == by_id.out
    found = json.loads(by_id.out)
    assert found["rank"] == len(listed)
    assert found["explained"]["score"] == listed[-1]["score"]
    assert found["score_to_reach"] == listed[0]["score"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("By its score it stands at place", "Score: the sum of its parts")),
        ("zh-Hans", ("按分数，该机构在可承办的", "得分：各项之和")),
        ("zh-Hant", ("按分數，該機構在可承辦的", "得分：各項之和")),
    ],
)
def test_why_is_said_in_words(
    landbridge: CommandLine, language: str, said: tuple[str, ...]
) -> None:
    outcome = landbridge(*ROADS, "--why", "Synthetic Roads Vietnam", "--lang", language)

    assert (outcome.code, outcome.err) == (0, "")
    for words in ("Synthetic Roads Vietnam", *said):
        assert words in outcome.out


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nobody at all", "no provider is called 'nobody at all'"),
        ("Synthetic", "'Synthetic' may be several"),
        ("00000000-0000-0000-0000-000000000000", "no provider has the id"),
        (" ", "no provider is called"),
    ],
)
def test_why_of_nobody_in_particular_is_refused(
    landbridge: CommandLine, named: str, said: str
) -> None:
    outcome = landbridge(*ROADS, "--why", named)

    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.complaint

import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import CommandLine

HEAD = "id,kind,from,to,on,facts,route,certainty,change,must_check,reason\n"
RIGHT = "A,document,CN,VN,2026-08-01,,consular_legalisation,settled,2026-09-11 apostille,,row\n"
WRONG = "B,award,SG,CN,2026-11-22,,lugano,settled,,choice_of_court,made up\n"


def test_counts_what_is_right_and_says_what_is_wrong(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text(HEAD + RIGHT + WRONG, "utf-8")

    outcome = landbridge("evaluate", "routes", str(cases), "--json")

    assert outcome.code == 0
    document = json.loads(outcome.out)
    assert (document["cases"], document["right"]) == (2, 1)
    assert document["misses"] == [
        {
            "id": "B",
            "wrong": [
                ["route", "lugano", "new_york_convention"],
                ["certainty", "settled", "check"],
                ["must_check", "choice_of_court", "commercial_reservation"],
            ],
            "reason": "made up",
        }
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,kind\n1,award\n", "columns"),
        (HEAD, "needs rows"),
        (HEAD + WRONG.replace("lugano", "nowhere"), "line 2"),
        (HEAD + WRONG.replace("SG", "SU"), "Soviet Union"),
    ],
)
def test_a_table_that_is_none_is_refused_in_one_line(
    landbridge: CommandLine, tmp_path: Path, content: str, said: str
) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text(content, "utf-8")

    outcome = landbridge("evaluate", "routes", str(cases))

    assert outcome.code == 2
    assert said in outcome.complaint

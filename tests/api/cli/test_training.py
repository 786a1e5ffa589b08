import json
from datetime import date
from pathlib import Path

import pytest

from api.cli import training
from matching.ranker.document import read_document
from tests.api.cli.conftest import CommandLine
from tests.trainer import require_trainer

require_trainer()


@pytest.mark.usefixtures("database")
def test_learns_a_ranker_that_can_be_proposed(landbridge: CommandLine, tmp_path: Path) -> None:
    first = landbridge("train", "--out", "one.json", "--seed", "3", "--json")
    again = landbridge("train", "--out", "two.json", "--seed", "3", "--name", "learned")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    document = read_document((tmp_path / "one.json").read_bytes())
    summary = json.loads(first.out)
    assert summary["version"] == document.ranker.version
    assert set(summary["card"]["metrics"]) >= {"prior", "served", "unconstrained", "linear"}
    assert summary["card"]["data"]["sources"].keys() == {"history"}
    # What is left out: the last part of the record, on which rankers are compared.
    assert document.card.data.last_day is not None
    assert document.card.data.last_day < date(2023, 3, 1)
    assert "past needs: " in first.err
    assert "nDCG@10 by cross-validation" in again.out
    assert landbridge("ranker", "show", "one.json").code == 0
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.json", "--until", "1990-01-01"], "--from and --until"),
        (["--out", "x.json", "--from", "2016-03-02", "--until", "2016-03-03"], "import more"),
        (["--out", "absent/x.json"], "no folder absent"),
        (["--out", "."], "name a file"),
        (["--out", "x.json", "--name", "My Ranker"], "--name"),
        (["--out", "x.json", "--from", "yesterday"], "YYYY-MM-DD"),
        (["--out", "x.json", "--seed", "-1"], "--seed"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_file(
    landbridge: CommandLine, tmp_path: Path, arguments: list[str], said: str
) -> None:
    outcome = landbridge("train", *arguments)

    assert outcome.code == 2
    assert said in outcome.err.splitlines()[-1]
    assert not (tmp_path / "x.json").exists()


@pytest.mark.usefixtures("database")
def test_ctrl_c_leaves_the_file_as_it_was(
    landbridge: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ranker.json").write_text("the former one")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_write", interrupt)
    outcome = landbridge("train", "--out", "ranker.json")

    assert outcome.code == 130
    assert (tmp_path / "ranker.json").read_text() == "the former one"

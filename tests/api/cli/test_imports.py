"""`landbridge imports` and `landbridge export`: the whole way on the command line."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.api.cli.conftest import CommandLine
from tests.providers.import_steps import as_csv, provider_row

pytestmark = pytest.mark.usefixtures("database")

FIRST = as_csv([provider_row("a", name="=1+1"), provider_row("b")])
SECOND = as_csv([provider_row("a", name="=1+1", city="Hanoi"), provider_row("c", kind="lawfirm")])


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def test_a_table_is_looked_at_confirmed_exported_and_undone(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    def import_id_of(content: bytes, name: str) -> str:
        outcome = landbridge(
            "imports", "dry-run", "providers", written(tmp_path / name, content), "--json"
        )
        assert outcome.code == 0, outcome.err
        made: str = json.loads(outcome.out)["id"]
        return made

    first = import_id_of(FIRST, "first.csv")
    assert "2 rows written" in landbridge("imports", "confirm", first).out
    second = import_id_of(SECOND, "second.csv")
    shown = landbridge("imports", "show", second).out
    assert "0 new, 1 changed, 0 as they are stored, 1 refused" in shown
    assert "row 2, city: '' -> 'Hanoi'" in shown
    assert "(perhaps law_firm)" in shown
    errors = tmp_path / "errors.xlsx"
    assert landbridge("imports", "errors", second, str(errors)).code == 0
    assert load_workbook(errors).worksheets[0].max_row == 2
    assert "1 rows written" in landbridge("imports", "confirm", second).out
    assert "1 rows are as before" in landbridge("imports", "undo", second).out

    export = tmp_path / "export.csv"
    assert landbridge("export", "providers", str(export)).code == 0
    assert "'=1+1" in export.read_text("utf-8-sig")
    again = landbridge("imports", "dry-run", "providers", str(export))
    assert "2 as they are stored, 0 refused; there is nothing to import" in again.out
    repeated = landbridge("imports", "dry-run", "providers", str(tmp_path / "first.csv"))
    assert "the same file was imported before" in repeated.out
    listed = landbridge("imports", "list").out.splitlines()
    assert len(listed) == 4
    assert listed[-1].startswith(first)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("imports", "dry-run", "providers", "nothing.csv"), "there is no file"),
        (("imports", "dry-run", "needs", "x.csv"), "cannot be imported here"),
        (("imports", "dry-run", "providers", "x.csv"), "the columns"),
        (("imports", "confirm", "x"), "no id of an import"),
        (("imports", "undo", "6a1f0c52-5c0e-4d9e-9f0b-2f6d1f1f8a11"), "no import has the id"),
        (("export", "providers", "x.pdf"), "CSV or XLSX"),
        (("export", "needs", "x.csv"), "not exported"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    landbridge: CommandLine, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    written(tmp_path / "x.csv", b"name,phone\nA,1\n")
    outcome = landbridge(*arguments)
    assert outcome.code == 2
    assert said in outcome.complaint

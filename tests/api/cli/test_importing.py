import csv
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from api.cli import importing
from matching.types import Float32Array
from providers import vectors as provider_vectors
from providers.importing import run as import_run
from providers.importing.formats import EVIDENCE_COLUMNS, PROVIDER_COLUMNS
from tests.api.cli.conftest import CommandLine

pytestmark = pytest.mark.usefixtures("database")


def write_providers(path: Path, *, good: int, bad: int) -> Path:
    """A table of providers, the bad rows at the end, in a jurisdiction that does not exist."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, PROVIDER_COLUMNS)
        writer.writeheader()
        for number in range(good + bad):
            writer.writerow(
                {
                    "source_ref": f"s{number}",
                    "name": f"Synthetic firm {number}",
                    "kind": "consulting_firm",
                    "home_jurisdiction": "VN" if number < good else "XQ",
                }
            )
    return path


def test_a_good_table_is_imported_once(landbridge: CommandLine, tmp_path: Path) -> None:
    file = write_providers(tmp_path / "firms.csv", good=3, bad=0)

    first = landbridge("import", "providers", str(file))
    second = landbridge("import", "providers", str(file))

    assert (first.code, second.code) == (0, 0)
    assert "3 new or changed" in first.out
    assert "imported before" in second.out


def test_a_rehearsal_says_what_would_change_and_writes_nothing(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    file = write_providers(tmp_path / "firms.csv", good=3, bad=0)

    first = landbridge("import", "providers", str(file), "--dry-run")
    second = landbridge("import", "providers", str(file), "--dry-run")

    assert first.code == 0
    assert "3 new or changed, 0 as they are stored, 0 bad; nothing was written" in first.out
    assert second.out == first.out


@pytest.mark.parametrize(("option", "said"), [([], "keep"), (["--dry-run"], "would keep")])
def test_what_a_firm_wrote_itself_is_named(
    landbridge: CommandLine, database: Path, tmp_path: Path, option: list[str], said: str
) -> None:
    landbridge("import", "providers", str(write_providers(tmp_path / "a.csv", good=2, bad=0)))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "UPDATE provider SET name = 'Synthetic Li', own_fields = '[\"name\"]' "
            "WHERE source = 'operator' AND source_ref = 's1'"
        )
    again = write_providers(tmp_path / "b.csv", good=3, bad=0)

    outcome = landbridge("import", "providers", str(again), *option)

    assert outcome.code == 0
    assert f"1 {said} what their firms wrote themselves:\n  s1: name\n" in outcome.out


def test_bad_rows_stop_everything_and_are_listed(landbridge: CommandLine, tmp_path: Path) -> None:
    file = write_providers(tmp_path / "firms.csv", good=5, bad=2)

    outcome = landbridge("import", "providers", str(file))

    assert outcome.code == 2
    assert "2 of 7 rows are bad" in outcome.complaint
    assert "--keep-good" in outcome.complaint
    report = (tmp_path / "firms.csv.errors.csv").read_text("utf-8-sig").splitlines()
    assert len(report) == 3
    rehearsed = landbridge("import", "providers", str(file), "--dry-run")
    assert rehearsed.code == 2
    assert "5 new or changed" in rehearsed.out


@pytest.mark.parametrize("option", ["--keep-good", "--yes"])
def test_the_good_rows_are_kept_when_that_is_asked_for(
    landbridge: CommandLine, tmp_path: Path, option: str
) -> None:
    file = write_providers(tmp_path / "firms.csv", good=5, bad=2)

    outcome = landbridge("import", "providers", str(file), option)

    assert outcome.code == 0
    assert "5 new or changed" in outcome.out
    assert "2 left out, see firms.csv.errors.csv" in outcome.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("name,phone\nA,1\n", "phone"),
        ("\x00\x01binary", "not text"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    landbridge: CommandLine, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "firms.csv"
    file.write_text(content, "utf-8")

    outcome = landbridge("import", "providers", str(file))

    assert outcome.code == 2
    assert said in outcome.complaint
    assert not (tmp_path / "firms.csv.errors.csv").exists()


def test_a_folder_is_no_table(landbridge: CommandLine, tmp_path: Path) -> None:
    outcome = landbridge("import", "providers", str(tmp_path))

    assert outcome.code == 2
    assert f"{tmp_path} is a folder" in outcome.complaint


def test_an_interrupted_import_goes_on_where_it_was(
    landbridge: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_providers(tmp_path / "firms.csv", good=5, bad=0)
    monkeypatch.setattr(import_run, "CHUNK_ROWS", 2)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "note", lambda line: None)
        patch.setattr("api.cli.console._PlainLines.report", interrupt_after_two_chunks)
        broken = landbridge("import", "providers", str(file))

    resumed = landbridge("import", "providers", str(file))

    assert broken.code == 130
    assert "4 of 5 rows, which are kept" in broken.complaint
    assert resumed.code == 0
    assert "1 new or changed" in resumed.out
    assert "4 dealt with by an earlier run" in resumed.out


def interrupt_after_two_chunks(_self: object, _stage: str, done: int, _total: int) -> None:
    if done >= 4:
        raise KeyboardInterrupt


class LengthEncoder:
    """Stands in for the packaged encoder, which takes twenty milliseconds a text."""

    version = "length-1"
    dimensions = 2

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        return np.array([[1.0, len(text)] for text in texts], dtype=np.float32)

    encode_queries = encode_passages


def test_imported_evidence_gets_its_vectors_and_a_broken_off_run_the_rest(
    landbridge: CommandLine, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time the file is known and only what is missing is encoded."""
    landbridge("import", "providers", str(write_providers(tmp_path / "firms.csv", good=1, bad=0)))
    evidence = tmp_path / "evidence.csv"
    rows = [f"s0,m{n},past_matter,Audit {n},,VN,,2020-01-01,,,true," for n in range(3)]
    evidence.write_text("\n".join([",".join(EVIDENCE_COLUMNS), *rows]) + "\n", encoding="utf-8")
    monkeypatch.setattr(provider_vectors, "make_encoder", lambda _settings: LengthEncoder())

    first = landbridge("import", "evidence", str(evidence))
    stored = vectors_of(database)
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM text_vector WHERE text_hash = ?", (min(stored),))
    second = landbridge("import", "evidence", str(evidence))

    assert (first.code, second.code) == (0, 0)
    assert "3 new or changed" in first.out
    assert "imported before" in second.out
    assert vectors_of(database) == stored
    assert len(stored) >= 3


def vectors_of(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT text_hash FROM text_vector WHERE encoder_version = 'length-1'"
        )
        return {str(key) for (key,) in rows}

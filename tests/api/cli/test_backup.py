import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.migrations.runner import head_revision
from tests.api.cli.conftest import CommandLine


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 a test's own name


def delete_providers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("PRAGMA foreign_keys=on")
        opened.execute("DELETE FROM provider")


def test_a_backup_is_taken_and_put_back(landbridge: CommandLine, database: Path) -> None:
    providers = count(database, "provider")
    taken = landbridge("backup", "--json")
    document = json.loads(taken.out)
    delete_providers(database)
    database.chmod(0o640)

    refused = landbridge("restore", document["backup"])
    restored = landbridge("restore", document["backup"], "--replace")

    assert (taken.code, refused.code, restored.code) == (0, 2, 0)
    assert Path(document["backup"]).parent == database.parent / "backups"
    assert document["revision"] == head_revision()
    assert "the database is not empty: give --replace" in refused.err.splitlines()[-1]
    assert "every row as it was saved" in restored.out
    assert count(database, "provider") == providers
    [aside] = database.parent.glob("landbridge.db.before_*")
    assert count(aside, "provider") == 0
    assert str(aside) in restored.out
    assert database.stat().st_mode & 0o777 == 0o640
    assert Path(document["backup"]).stat().st_mode & 0o777 == 0o700


def test_a_backup_makes_a_database_where_there_is_none(
    landbridge: CommandLine, database: Path, tmp_path: Path
) -> None:
    [made] = landbridge("backup", str(tmp_path / "kept")).out.splitlines()
    database.unlink()

    restored = landbridge("restore", made.partition(": ")[0])

    assert restored.code == 0
    assert "kept as" not in restored.out
    assert count(database, "provider") == 12
    assert landbridge("check").code == 0


@pytest.mark.usefixtures("database")
def test_a_rehearsal_says_whether_a_backup_can_be_restored(
    landbridge: CommandLine, data_dir: Path
) -> None:
    folder = Path(json.loads(landbridge("backup", "--json").out)["backup"])
    before = (data_dir / "landbridge.db").read_bytes()

    good = landbridge("restore", str(folder), "--rehearse")
    (folder / "database.db").write_bytes((folder / "database.db").read_bytes()[:-1])
    bad = landbridge("restore", str(folder), "--rehearse", "--json")

    assert (good.code, bad.code) == (0, 2)
    assert "can be restored" in good.out
    assert "is cut short or grown" in bad.complaint
    assert (data_dir / "landbridge.db").read_bytes() == before


def test_what_cannot_be_saved_or_restored_is_one_line(
    landbridge: CommandLine, tmp_path: Path
) -> None:
    nothing = landbridge("backup")
    folder = landbridge("restore", str(tmp_path))
    both = landbridge("restore", str(tmp_path), "--replace", "--rehearse")

    assert "there is no database at" in nothing.complaint
    assert "is no backup: name the folder that holds manifest.json" in folder.complaint
    assert "a rehearsal replaces nothing" in both.complaint
    assert {nothing.code, folder.code, both.code} == {2}

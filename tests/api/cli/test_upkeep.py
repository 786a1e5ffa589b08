import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.migrations.runner import head_revision
from core.settings import get_settings
from tests.api.cli.conftest import CommandLine


def test_migrate_creates_the_database_and_does_nothing_the_second_time(
    landbridge: CommandLine, data_dir: Path
) -> None:
    first, second = landbridge("migrate"), landbridge("migrate")

    assert (first.code, second.code) == (0, 0)
    assert f"empty to {head_revision()}" in first.out
    assert "is current" in second.out
    assert (data_dir / "landbridge.db").exists()


@pytest.mark.parametrize("command", [["migrate"], ["match", "--text", "x"], ["serve"], ["demo"]])
def test_a_database_of_an_unknown_release_is_left_as_it_is(
    landbridge: CommandLine, data_dir: Path, command: list[str]
) -> None:
    landbridge("migrate")
    with closing(sqlite3.connect(data_dir / "landbridge.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (data_dir / "landbridge.db").read_bytes()

    outcome = landbridge(*command, *(["--port", "0"] if command == ["demo"] else []))

    assert outcome.code == 2
    assert "9999, which this release" in outcome.err.splitlines()[-1]
    assert (data_dir / "landbridge.db").read_bytes() == before


def test_a_data_folder_that_is_none_is_one_line(
    landbridge: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("LANDBRIDGE_DATA_DIR", str(tmp_path / "taken"))

    outcome = landbridge("migrate")

    assert outcome.code == 2
    assert "taken" in outcome.complaint


def test_check_gives_each_part_a_verdict(landbridge: CommandLine, database: Path) -> None:
    outcome = landbridge("check", "--json")

    document = json.loads(outcome.out)
    assert outcome.code == 0
    assert document["is_ok"] is True
    assert [verdict["part"] for verdict in document["checks"]] == [
        "settings",
        "database",
        "schema",
        "integrity",
        "catalogue",
        "jobs",
        "records",
        "keys",
        "erasures",
        "index",
        "engine",
        "ranker",
        "encoder",
    ]
    assert str(database) in document["checks"][1]["detail"]


def test_check_ends_with_one_where_there_is_no_database(
    landbridge: CommandLine, data_dir: Path
) -> None:
    outcome = landbridge("check")

    assert outcome.code == 1
    assert "FAIL  database" in outcome.out
    assert "ok    encoder" in outcome.out
    assert not data_dir.exists()


def test_check_says_that_nothing_is_loaded(landbridge: CommandLine) -> None:
    landbridge("migrate")

    outcome = landbridge("check")

    assert outcome.code == 1
    assert "ok    schema" in outcome.out
    assert "FAIL  engine    nothing is loaded yet" in outcome.out


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "http://127.0.0.1", "nonsense"])
def test_check_reports_a_redis_that_cannot_be_used(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("LANDBRIDGE_REDIS_URL", url)

    outcome = landbridge("check")

    assert outcome.code == 1
    assert "FAIL  redis" in outcome.out
    assert "ok    engine" in outcome.out


@pytest.mark.parametrize(
    ("damage", "part", "said"),
    [
        ("DELETE FROM sector_list", "integrity", "refers to a row of sector_list"),
        ("DELETE FROM catalogue_mark WHERE sequence = 2", "catalogue", "1 of the changes 1 to "),
        ("UPDATE catalogue_state SET sequence = 1", "catalogue", "the catalogue is at 1"),
        (
            "INSERT INTO job (id, kind, payload, state, attempt, attempt_limit, run_after, "
            "is_cancel_wanted, done, created_at) "
            "VALUES ('a', 'rematch', '{}', 'done', 1, 5, '', 0, 0, '')",
            "jobs",
            "1 jobs have ended and do not say when",
        ),
        (
            "INSERT INTO need (id, tenant_id, version, created_at, updated_at) VALUES ("
            "'00000000000000000000000000000001', '0000000000004000800000006c616e64', 1, '', '')",
            "records",
            "the current version of need 00000000-0000-0000-0000-000000000001 is missing",
        ),
    ],
)
def test_check_finds_what_is_wrong_with_stored_rows(
    damage: str, part: str, said: str, landbridge: CommandLine, database: Path
) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(damage)  # foreign keys are off unless asked for

    outcome = landbridge("check", "--json")

    verdicts = {verdict["part"]: verdict for verdict in json.loads(outcome.out)["checks"]}
    assert outcome.code == 1
    assert not verdicts[part]["is_ok"]
    assert said in verdicts[part]["detail"]


def test_check_reads_the_pages_of_the_file(landbridge: CommandLine, database: Path) -> None:
    content = bytearray(database.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 64] = bytes(64)
    database.write_bytes(content)

    outcome = landbridge("check")

    assert outcome.code == 1
    assert "FAIL  integrity" in outcome.out


@pytest.mark.usefixtures("database")
def test_check_finds_an_index_that_is_damaged(landbridge: CommandLine, data_dir: Path) -> None:
    assert landbridge("index", "build").code == 0
    assert "every byte as it was written" in landbridge("check").out
    [snapshot] = (data_dir / "index").glob("*.lbx")
    snapshot.write_bytes(snapshot.read_bytes()[:-1])

    outcome = landbridge("check")

    assert outcome.code == 1
    assert "FAIL  index" in outcome.out
    assert "run `landbridge index build`" in outcome.out


@contextmanager
def running_redis(folder: Path, *options: str) -> Generator[str, None, None]:
    """A throwaway Redis on a socket in a folder of its own."""
    program = shutil.which("redis-server")
    if program is None:
        reason = "redis-server is not installed (Debian: redis-server)"
        if os.environ.get("LANDBRIDGE_TEST_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # The path of a socket has at most about a hundred characters: pytest's folders are longer.
    with tempfile.TemporaryDirectory(prefix="lb-redis-") as short:
        address = Path(short) / "redis.sock"
        command = [
            program, "--port", "0", "--unixsocket", str(address), "--dir", str(folder),
            "--save", "", "--appendonly", "no", *options,
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            try:
                for line in server.stdout:
                    if "ready to accept connections" in line.lower():
                        break
                yield f"unix://{address}"
            finally:
                server.kill()


@pytest.mark.usefixtures("database")
def test_check_asks_a_real_redis_for_its_policy(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for policy, code, said in (
        ("noeviction", 0, "reachable, maxmemory-policy noeviction"),
        ("allkeys-lru", 1, "maxmemory-policy is allkeys-lru"),
    ):
        with running_redis(tmp_path, "--maxmemory-policy", policy) as url:
            monkeypatch.setenv("LANDBRIDGE_REDIS_URL", url)
            get_settings.cache_clear()
            outcome = landbridge("check")

        assert said in outcome.out
        assert outcome.code == code


@pytest.mark.usefixtures("database")
def test_no_server_starts_with_a_redis_that_forgets(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_redis(tmp_path, "--maxmemory-policy", "allkeys-lru") as url:
        monkeypatch.setenv("LANDBRIDGE_REDIS_URL", url)
        get_settings.cache_clear()
        outcomes = [landbridge("serve", "--port", "0"), landbridge("worker")]

    assert [outcome.code for outcome in outcomes] == [1, 1]
    assert all("set it to noeviction" in outcome.err for outcome in outcomes)

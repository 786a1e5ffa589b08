"""`landbridge index`: as an operator types it."""

import json
import shutil
from pathlib import Path

import pytest

from core.db import make_engine, make_session_factory, transaction
from core.settings import get_settings
from providers.snapshot import build as snapshot_build
from tests.api.cli.conftest import CommandLine
from tests.factories import make_provider


@pytest.fixture
def database(data_dir: Path, prepared_database: Path) -> Path:
    """A copy of the prepared database where the settings look for it."""
    data_dir.mkdir()
    return Path(shutil.copy(prepared_database, data_dir / "landbridge.db"))


def current_file(data_dir: Path) -> Path:
    (path,) = (data_dir / "index").glob("index-*.lbx")
    return path


def test_builds_shows_and_checks_the_index(
    landbridge: CommandLine, database: Path, data_dir: Path
) -> None:
    built = landbridge("index", "build")
    assert built.code == 0
    path = current_file(data_dir)
    assert built.out.startswith(f"{path.name}: 12 providers, 24 pieces of evidence, 0.0 MB (")

    shown = landbridge("index", "show")
    assert "it is used" in shown.out.splitlines()
    assert "0 providers changed since" in shown.out

    checked = landbridge("index", "verify")
    assert (checked.code, "every byte as it was written" in checked.out) == (0, True)


def test_a_new_index_has_the_open_needs_matched_again(
    landbridge: CommandLine, database: Path
) -> None:
    landbridge("index", "build")

    (queued,) = json.loads(landbridge("jobs", "list", "--json").out)["jobs"]
    content = json.loads(landbridge("index", "show", "--json").out)["content"]

    assert (queued["kind"], queued["state"]) == ("rematch", "queued")
    assert queued["payload"] == {"versions": {"index": content}}


def test_tells_how_far_the_catalogue_has_moved_on(landbridge: CommandLine, database: Path) -> None:
    landbridge("index", "build")
    engine = make_engine(f"sqlite:///{database}")
    with transaction(make_session_factory(engine)) as session:
        make_provider(session, home=None)
    engine.dispose()

    shown = json.loads(landbridge("index", "show", "--json").out)

    assert (shown["providers"], shown["providers_changed"], shown["is_used"]) == (12, 1, True)
    assert shown["catalogue_sequence"] == shown["sequence"] + 1


def test_an_index_of_another_encoder_is_not_used(
    landbridge: CommandLine, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landbridge("index", "build")
    monkeypatch.setenv("LANDBRIDGE_ENCODER", "packaged")
    get_settings.cache_clear()

    shown = landbridge("index", "show")

    assert shown.code == 0
    assert shown.out.splitlines()[-1].startswith("it is not used: its vectors are of none")
    assert shown.out.splitlines()[-1].endswith("run `landbridge index build`")


def test_damage_is_found(landbridge: CommandLine, database: Path, data_dir: Path) -> None:
    landbridge("index", "build")
    path = current_file(data_dir)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    checked = landbridge("index", "verify")

    assert checked.code == 1
    assert f"{path.name} is damaged" in checked.complaint
    assert "run `landbridge index build`" in checked.complaint


@pytest.mark.parametrize("command", ["show", "verify"])
def test_without_a_snapshot_it_says_what_to_do(
    landbridge: CommandLine, database: Path, command: str
) -> None:
    outcome = landbridge("index", command)

    assert outcome.code == 2
    assert outcome.complaint.endswith("run `landbridge index build`")


def test_an_interrupted_build_changes_nothing(
    landbridge: CommandLine, database: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landbridge("index", "build")
    before = current_file(data_dir).read_bytes()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshot_build, "verify_snapshot", interrupt)
    outcome = landbridge("index", "build")

    assert outcome.code == 130
    assert outcome.err.splitlines()[-1] == "landbridge: interrupted: the index is as it was before"
    assert current_file(data_dir).read_bytes() == before

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.main import run
from core.db import make_engine, make_session_factory, transaction
from core.migrations.runner import upgrade_to_head
from core.settings import Settings, get_settings
from tests.factories import load_lists, small_catalogue


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr that a failure is."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("landbridge: ")
        return lines[0]


CommandLine = Callable[..., Outcome]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for the database, with settings that know of nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LANDBRIDGE_{name.upper()}", raising=False)
    monkeypatch.setenv("LANDBRIDGE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LANDBRIDGE_ENCODER", "none")
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield tmp_path / "var"
    get_settings.cache_clear()


@pytest.fixture
def landbridge(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Run a command line in this process."""

    def command_line(*arguments: str) -> Outcome:
        code = run(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command_line


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the packaged lists and a dozen synthetic providers."""
    path = tmp_path_factory.mktemp("prepared") / "landbridge.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    load_lists(sessions)
    with transaction(sessions) as session:
        small_catalogue(session)
    engine.dispose()  # the last connection to close empties the write-ahead log into the file
    return path


@pytest.fixture
def database(data_dir: Path, prepared_database: Path) -> Path:
    """A copy of the prepared database where commands look for it."""
    data_dir.mkdir()
    copy = data_dir / "landbridge.db"
    copy.write_bytes(prepared_database.read_bytes())
    return copy

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.api.cli.conftest import CommandLine


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port of this machine on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_demo_says_at_once_that_the_port_is_taken(
    landbridge: CommandLine, data_dir: Path, taken_port: int
) -> None:
    outcome = landbridge("demo", "--port", str(taken_port))

    assert outcome.code == 2
    assert "--port" in outcome.complaint
    assert not data_dir.exists()


@pytest.mark.usefixtures("database")
def test_serve_says_that_the_port_is_taken(landbridge: CommandLine, taken_port: int) -> None:
    outcome = landbridge("serve", "--port", str(taken_port))

    assert outcome.code == 2
    assert f"port {taken_port}" in outcome.complaint


def test_an_address_that_is_not_of_this_machine_is_refused(landbridge: CommandLine) -> None:
    outcome = landbridge("demo", "--host", "192.0.2.1")  # reserved for documentation

    assert outcome.code == 2
    assert "192.0.2.1" in outcome.complaint


def test_the_open_demo_is_not_for_production(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDBRIDGE_ENVIRONMENT", "production")
    monkeypatch.setenv("LANDBRIDGE_SECRET_KEY", "a secret of this test")

    outcome = landbridge("demo")

    assert outcome.code == 2
    assert "sign-in" in outcome.complaint


def test_an_interrupted_demo_says_what_is_kept_and_how_to_go_on(
    landbridge: CommandLine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, progress: Callable[[str, int, int], None], **__: object) -> None:
        progress("sectors", 121, 121)
        raise KeyboardInterrupt

    monkeypatch.setattr("providers.catalogue.load_packaged_catalogue", load)

    outcome = landbridge("demo", "--prepare-only")

    *progress, complaint = outcome.err.splitlines()
    assert outcome.code == 130
    assert progress[-1] == "sectors: 121 of 121"
    assert "give the same command again" in complaint
    assert str(data_dir) in complaint


def test_serve_refuses_a_schema_that_is_not_current(
    landbridge: CommandLine, data_dir: Path
) -> None:
    data_dir.mkdir()
    (data_dir / "landbridge.db").touch()

    outcome = landbridge("serve", "--port", "0")

    assert outcome.code == 2
    assert "landbridge migrate" in outcome.complaint


@pytest.fixture
def server(database: Path) -> Iterator[subprocess.Popen[str]]:
    """`landbridge serve` as a process of its own, on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=database.parent.parent,
    )
    with process:
        yield process
        process.kill()


def test_serve_answers_and_stops_on_ctrl_c(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    greeting = server.stdout.readline()
    address = greeting.removeprefix("serving on ").strip()

    readiness = httpx2.get(f"{address}/readyz", timeout=20).json()
    page = httpx2.get(f"{address}/needs/new", timeout=20).text
    server.send_signal(signal.SIGINT)
    _, errors = server.communicate(timeout=20)

    assert readiness["is_ready"] is True
    assert "<form" in page
    assert server.returncode == 130
    assert "stopped" in errors.splitlines()[-1]

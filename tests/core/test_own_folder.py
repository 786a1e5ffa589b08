"""Folders for a moment: gone with the block, and soon after a process that was killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from core import own_folder as module
from core.own_folder import own_folder, remove_left_folders

DIE = """
import os, signal
from core.own_folder import own_folder
with own_folder() as folder:
    (folder / "table").write_text("a name and an address")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_a_folder_goes_with_its_block() -> None:
    with own_folder() as folder:
        (folder / "table").write_text("x")

    assert not folder.exists()


def test_what_a_killed_process_left_is_removed_and_what_others_use_is_not() -> None:
    died = subprocess.run([sys.executable, "-c", DIE], capture_output=True, text=True, check=False)
    left = Path(died.stdout.strip())
    assert (left / "table").exists()

    with own_folder() as mine:
        assert not left.exists()
        remove_left_folders()
        assert mine.exists()

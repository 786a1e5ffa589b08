"""Imports whose workers are killed: nothing lost, nothing doubled; and a broken mechanism is found."""

import json
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "kill_imports.py"


def run(*arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, str(TOOL), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    assert done.returncode == (0 if found["is_good"] else 1)
    return found


def test_killed_workers_lose_and_double_nothing() -> None:
    found = run("--rows", "1200", "--kills", "3")
    assert found["is_good"], json.dumps(found, indent=1)


def test_a_mechanism_that_forgets_is_found_out() -> None:
    found = run("--rows", "60", "--kills", "0", "--break")
    assert found["unmarked"] == 48
    assert not found["is_good"]

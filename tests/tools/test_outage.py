"""Redis gone or hanging, PostgreSQL gone, a crowd at every address: callers are served, or told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "outage.py"


@pytest.mark.parametrize(
    "arguments",
    [
        ("redis-killed", "--seconds", "3"),
        ("redis-frozen", "--seconds", "3"),
        ("postgresql-down", "--seconds", "3"),
        ("pool", "--every", "7"),
    ],
)
def test_an_outage_is_withstood(arguments: tuple[str, ...]) -> None:
    # Limits of time are for a machine that does nothing else; here they only catch what hangs.
    done = subprocess.run(
        [sys.executable, str(TOOL), *arguments, "--slack", "10", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["is_good"], found
    assert done.returncode == 0

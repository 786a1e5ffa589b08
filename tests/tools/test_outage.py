"""Redis gone or hanging, PostgreSQL gone, a crowd: callers are served, or told that they are not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.mark.parametrize(
    "arguments",
    [
        ("outage.py", "redis-killed", "--seconds", "3", "--slack", "10"),
        ("outage.py", "redis-frozen", "--seconds", "3", "--slack", "10"),
        ("outage.py", "postgresql-down", "--seconds", "3", "--slack", "10"),
        ("outage.py", "pool", "--every", "7"),
        ("sign_in_load.py", "--crowd", "20", "--seconds", "0.5", "--slack", "1000"),
        ("load.py", "--providers", "50", "--needs", "10", "--seconds", "0.5", "--slack", "1000"),
    ],
)
def test_an_outage_or_a_crowd_is_withstood(arguments: tuple[str, ...]) -> None:
    # Limits of time are for a machine that does nothing else; here they only catch what hangs.
    done = subprocess.run(
        [sys.executable, str(TOOLS / arguments[0]), *arguments[1:], "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["is_good"], json.dumps(found, indent=1)
    assert done.returncode == 0

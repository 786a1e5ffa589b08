"""The tool that measures the audit trail runs to its end, and verifies what its writers wrote."""

import json
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "measure_audit.py"


def test_writers_make_chains_without_a_fault() -> None:
    arguments = ["--database", "sqlite", "--writers", "2", "--seconds", "0.3", "--json"]
    done = subprocess.run(
        [sys.executable, str(TOOL), *arguments], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["databases"]
    assert found["faults"] == 0
    assert found["own_chains_per_second"] > 0
    assert found["read_p99_ms"] >= found["read_p50_ms"] > 0

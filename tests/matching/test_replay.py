"""The same inputs, model and day give the same bytes in any process, whatever the curves."""

import os
import subprocess
import sys
from pathlib import Path

from tests.matching.gaming_replay import answers

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "matching" / "gaming_replay.py"


def answered(seed: int, hash_seed: int) -> str:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def test_a_fresh_process_gives_the_same_lists_and_reasons_with_parts_that_add_up() -> None:
    assert answers(1) == answered(2, 22)

"""The tools that hold the house rules are green; what they check is in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command as run; run()"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-c", IMPORT_LINTER], id="import-linter"),
        pytest.param(["-m", "ruff", "check", "--quiet", "."], id="ruff-check"),
        pytest.param(["-m", "ruff", "format", "--check", "--quiet", "."], id="ruff-format"),
        pytest.param(["-m", "mypy"], id="mypy-packages"),
        pytest.param(["-m", "mypy", "tests", "tools"], id="mypy-tests"),
    ],
)
def test_tool_finds_nothing(arguments: list[str]) -> None:
    found = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr

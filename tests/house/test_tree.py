"""The tree keeps its shape: packages, names, and nothing of one machine in the files."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
# Written in two parts: this file is searched too.
FORBIDDEN = re.compile(
    "python" + "hosted|npm" + r"js\.|(?<![\w.-])/(?:work|farm|root|home|Users)/[\w.]"
)


def tracked_files() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 git is found on PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            yield ROOT / name


def product_modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_file_names_a_registry_host_or_a_folder_of_one_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # compressed data and pictures
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if FORBIDDEN.search(line)
        ]

    assert found == []


def test_every_package_has_an_init_with_a_docstring_and_nothing_else() -> None:
    folders = {path.parent for path in product_modules()}
    wrong = []
    for folder in sorted(folders):
        init = folder / "__init__.py"
        tree = ast.parse(init.read_text("utf-8")) if init.exists() else None
        if tree is None or len(tree.body) != 1 or not ast.get_docstring(tree):
            wrong.append(str(init.relative_to(ROOT)))

    # Alembic loads the migrations from their folder; they are scripts, not a package.
    assert [name for name in wrong if not name.startswith("core/migrations/versions")] == []


def test_tests_are_no_packages() -> None:
    # tests/matching/__init__.py would hide the package matching.
    assert sorted((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_installed_distribution_brings_one_of_our_names(package: str) -> None:
    owners = set(packages_distributions().get(package, []))

    assert owners <= {PROJECT["project"]["name"]}


def test_what_the_product_imports_is_a_dependency_it_names() -> None:
    named = _names(PROJECT["project"]["dependencies"])
    # pydantic_core is part of pydantic, starlette of fastapi: each pins the other exactly.
    named |= {"pydantic-core", "starlette"}
    # The bench compares with other programs, and goes without those that are not installed.
    for_the_bench = named | _names(PROJECT["project"]["optional-dependencies"]["bench"])
    owners = packages_distributions()
    ours_and_standard = {*PACKAGES, *_standard_library()}
    missing = set()
    for path in product_modules():
        allowed = for_the_bench if path.is_relative_to(ROOT / "api" / "bench") else named
        for name in _imported(ast.parse(path.read_text("utf-8"))):
            top = name.split(".")[0]
            if top in ours_and_standard:
                continue
            if allowed.isdisjoint(map(canonicalize_name, owners.get(top, []))):
                missing.add(f"{path.relative_to(ROOT)} imports {name}")

    assert missing == set()


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _standard_library() -> frozenset[str]:
    import sys

    return sys.stdlib_module_names

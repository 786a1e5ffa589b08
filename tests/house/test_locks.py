"""The locks: exact versions with hashes, no addresses, and nothing that pyproject names is missing."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("build", "run", "dev")
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?==(?P<version>[\w.+!-]+)")


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    version: str
    hashes: tuple[str, ...]


def read_lock(name: str) -> dict[str, Pin]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    pins: dict[str, Pin] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _PIN.match(line)
        assert match, f"not a pinned requirement: {line[:80]}"
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)", line))
        pins[canonicalize_name(match["name"])] = Pin(match["name"], match["version"], hashes)
    return pins


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")

    assert "://" not in text
    assert "index" not in text
    assert [pin.name for pin in read_lock(name).values() if not pin.hashes] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("build", PROJECT["build-system"]["requires"]),
        ("run", PROJECT["project"]["dependencies"]),
        (
            "dev",
            PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"],
        ),
    ],
)
def test_lock_holds_a_fitting_version_of_everything_named(name: str, wanted: list[str]) -> None:
    pins = read_lock(name)
    unfit = []
    for requirement in map(Requirement, wanted):
        pin = pins.get(canonicalize_name(requirement.name))
        if pin is None or not requirement.specifier.contains(pin.version, prereleases=True):
            unfit.append(str(requirement))

    assert unfit == []


@pytest.mark.parametrize("name", ["build", "run"])
def test_developing_uses_the_same_versions(name: str) -> None:
    dev = read_lock("dev")
    shared = {key: pin for key, pin in read_lock(name).items() if key in dev}

    assert {key: pin.version for key, pin in shared.items()} == {
        key: dev[key].version for key in shared
    }
    assert name == "build" or shared.keys() == read_lock(name).keys()

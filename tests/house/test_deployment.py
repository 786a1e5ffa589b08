"""Makefile, compose file, image and .env.example say what the code understands."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.cli.main import command_names
from core.settings import Settings

ROOT = Path(__file__).parents[2]
VARIABLES = {f"LANDBRIDGE_{name.upper()}" for name in Settings.model_fields}
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/operations.md"]


def compose() -> dict[str, Any]:  # Any: what a YAML file holds
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8")


def test_example_of_the_environment_names_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert set(example) == VARIABLES
    written = {name.removeprefix("LANDBRIDGE_").lower(): value for name, value in example.items()}
    assert Settings.model_validate(written) == Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
    )


@pytest.mark.parametrize("name", ["docker-compose.yml", "Dockerfile", *DOCUMENTS])
def test_every_variable_named_is_a_setting(name: str) -> None:
    named = set(re.findall(r"LANDBRIDGE_[A-Z_]+[A-Z]", (ROOT / name).read_text("utf-8")))
    named -= {"LANDBRIDGE_TEST_DATABASE_URL", "LANDBRIDGE_TEST_REQUIRE_ALL"}  # read by tests

    assert named <= VARIABLES


def test_compose_runs_commands_that_exist_and_waits_for_services_that_exist() -> None:
    services = compose()["services"]
    ours = {name: service for name, service in services.items() if "build" in service}

    assert {"migrate", "api"} <= ours.keys()
    for service in ours.values():
        assert service["command"][0] in command_names()
        assert set(service["depends_on"]) <= services.keys()
        assert service["environment"]["LANDBRIDGE_ENVIRONMENT"] == "production"


def test_image_starts_a_command_that_exists_and_copies_only_what_is_there() -> None:
    command = re.search(r'^CMD \["(\w+)"\]$', dockerfile(), re.MULTILINE)

    assert 'ENTRYPOINT ["landbridge"]' in dockerfile()
    assert command is not None
    assert command[1] in command_names()
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE):
        assert all((ROOT / source).exists() for source in shlex.split(line)[:-1])


def test_make_help_lists_every_task() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    shown = subprocess.run(
        ["make", "--no-print-directory"],  # noqa: S607 make is found on PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert phony is not None
    for task in phony[1].split():
        assert re.search(rf"^  make {task} +\S", shown, re.MULTILINE), task


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_commands_tasks_and_files_that_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None

    assert set(re.findall(r"(?<![\w/])landbridge ([a-z]+)", text)) <= command_names()
    assert set(re.findall(r"`make ([a-z]+)", text)) <= set(phony[1].split())
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []

"""Makefile, compose file, image and .env.example say what the code understands."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.app import create_app
from api.batch import BODY_SECONDS
from api.cli.main import command_names
from api.manners.versions import VERSIONS
from api.v1.match_batch import ADDRESS
from core.settings import Settings
from tests.conftest import make_settings

ROOT = Path(__file__).parents[2]
VARIABLES = {f"LANDBRIDGE_{name.upper()}" for name in Settings.model_fields}
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/operations.md"]


def compose(name: str = "docker-compose.yml") -> dict[str, Any]:  # Any: what a YAML file holds
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
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


@pytest.mark.parametrize(
    "name",
    [
        "docker-compose.yml",
        "deploy/first-host.yml",
        "deploy/second-host.yml",
        "Dockerfile",
        *DOCUMENTS,
    ],
)
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


def environment_of(service: dict[str, Any]) -> dict[str, str]:  # Any: as above
    """What a service is given, with a value for each variable that `.env` must hold."""
    return {
        name: re.sub(
            r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}",
            lambda found: "filled-in" if found[1] is None else found[1],
            value,
        )
        for name, value in service["environment"].items()
    }


def test_services_are_given_settings_that_are_settings() -> None:
    for name in ("api", "worker"):
        given = environment_of(compose()["services"][name])
        fields = {key.removeprefix("LANDBRIDGE_").lower(): value for key, value in given.items()}

        settings = Settings.model_validate(fields)

        assert settings.environment == "production"
        assert settings.redis_url.get_secret_value() == "redis://redis/0"
        assert settings.requests_per_minute > 0
        assert settings.trusted_proxies != Settings.model_fields["trusted_proxies"].default


def test_redis_keeps_what_it_accepts_and_only_nginx_is_reached_from_outside() -> None:
    services = compose()["services"]
    command = services["redis"]["command"]

    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert all(one.startswith("127.0.0.1:") for one in services["nginx"]["ports"])


def test_two_hosts_are_given_the_same_and_reached_from_each_other_only() -> None:
    first, second = compose("deploy/first-host.yml"), compose("deploy/second-host.yml")
    base = compose()["services"]

    assert first["services"].keys() <= base.keys()
    for name in ("api", "worker"):
        alone = {**base[name]["environment"], **first["services"][name]["environment"]}
        other = second["services"][name]
        assert other["environment"].keys() == alone.keys()
        assert other["command"] == base[name]["command"]
        assert other["stop_grace_period"] == base[name]["stop_grace_period"]
        for environment in (alone, other["environment"]):
            given = environment_of({"environment": environment})
            fields = {key.removeprefix("LANDBRIDGE_").lower(): one for key, one in given.items()}
            fields["trusted_proxies"] = fields["trusted_proxies"].replace("filled-in", "10.1.0.1")
            settings = Settings.model_validate(fields)
            assert settings.index_url == "filled-in"
            assert "filled-in" in settings.redis_url.get_secret_value()
    assert first["services"]["redis"]["command"][:5] == base["redis"]["command"]
    opened = [*first["services"].values(), *second["services"].values()]
    ports = [port for one in opened for port in one.get("ports", [])]
    assert sorted(port.rsplit(":", 1)[1] for port in ports) == ["5432", "6379", "8000"]
    assert all(port.startswith(("${FIRST_HOST:?", "${SECOND_HOST:?")) for port in ports)


def test_nginx_finds_the_hosts_of_the_api_in_a_file_that_it_is_given() -> None:
    (included,) = [words[1] for words in nginx()["upstream api"] if words[0] == "include"]
    alone, two = (
        compose()["services"]["nginx"],
        compose("deploy/first-host.yml")["services"]["nginx"],
    )
    for service, hosts in ((alone, ["api"]), (two, ["api", "second-host"])):
        (volume,) = [one for one in service["volumes"] if f":{included}:" in one]
        text = (ROOT / volume.split(":")[0]).read_text("utf-8")
        port = Settings.model_fields["port"].default
        assert re.findall(rf"(?m)^server ([\w-]+):{port}\b", text) == hosts
    assert two["extra_hosts"][0].startswith("second-host:")


Block = list[tuple[str, ...]]


def nginx() -> dict[str, Block]:
    """Directives by block, each with the file's own words: `http`, `location /` and so on."""
    blocks: dict[str, Block] = {}
    within = [""]
    text = re.sub(r"(?m)^\s*#.*$", "", (ROOT / "deploy/nginx.conf").read_text("utf-8"))
    for words, mark in re.findall(r"([^;{}]*)([;{}])", text):
        if mark == "{":
            within.append(" ".join(words.split()))
            blocks[within[-1]] = []
        elif mark == "}":
            within.pop()
        elif within[-1] in blocks:
            blocks[within[-1]].append(tuple(shlex.split(words)))
    assert within == [""]
    return blocks


def value_of(block: Block, name: str) -> str:
    (found,) = [words for words in block if words[0] == name]
    return " ".join(found[1:])


def seconds(written: str) -> float:
    assert written.endswith("s")
    return float(written[:-1])


def size(written: str) -> float:
    return float(written[:-1]) * {"k": 1024, "m": 1024**2}[written[-1]]


def test_nginx_waits_as_long_as_the_server_needs_and_no_longer() -> None:
    blocks, limits = nginx(), Settings.model_construct()
    outside, batch = blocks["http"], blocks[f"location = {ADDRESS}"]
    services = compose()["services"]

    assert seconds(value_of(outside, "client_header_timeout")) <= limits.head_seconds
    assert seconds(value_of(outside, "client_body_timeout")) <= limits.body_seconds
    assert (
        limits.match_deadline_ms < 1_000 * seconds(value_of(outside, "proxy_read_timeout")) < 30_000
    )
    assert seconds(value_of(outside, "proxy_connect_timeout")) <= 3
    assert size(value_of(outside, "client_max_body_size")) > limits.max_body_bytes
    assert size(value_of(batch, "client_max_body_size")) > limits.max_batch_bytes
    assert seconds(value_of(batch, "proxy_read_timeout")) >= BODY_SECONDS
    for name in ("proxy_request_buffering", "proxy_buffering"):
        assert value_of(batch, name) == "off"
    assert "api" in services
    port = services["nginx"]["ports"][0].rpartition(":")[2]
    assert value_of(blocks["server"], "listen") == port
    told = {words[1]: words[2] for words in outside if words[0] == "proxy_set_header"}
    # What a caller says of itself is replaced, not added to.
    assert told["X-Forwarded-For"] == "$remote_addr"
    assert told["X-Request-ID"] == "$id_of_request"
    # What is set again inside would undo all of it: nginx takes over headers as a whole.
    assert not any(
        words[0] == "proxy_set_header"
        for name in blocks
        if name != "http"
        for words in blocks[name]
    )


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


def test_operations_say_what_each_success_means() -> None:
    described = {
        (
            f"{method.upper()} {path}",
            next(code for code in operation["responses"] if code[0] == "2"),
        )
        for path, operations in create_app(make_settings("sqlite://")).openapi()["paths"].items()
        for method, operation in operations.items()
    }
    text = (ROOT / "docs/operations.md").read_text("utf-8")

    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \| (\d+) \| \w", text, re.MULTILINE)) == described


def test_operations_name_every_version_of_the_api() -> None:
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    (sentence,) = re.findall(r"There is one so far: ([\d-]+)\.", text)

    assert (sentence,) == VERSIONS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_commands_tasks_and_files_that_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None

    assert set(re.findall(r"(?<![\w/])landbridge ([a-z]+)", text)) <= command_names()
    assert set(re.findall(r"`make ([a-z]+)", text)) <= set(phony[1].split())
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []

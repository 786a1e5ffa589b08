"""Replacing the keys that seal people's data, as an operator does it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.db import make_engine, make_session_factory, transaction
from core.identity.accounts import create_account
from core.settings import get_settings
from tests.api.cli.conftest import CommandLine


@pytest.fixture
def _amy(landbridge: CommandLine, database: Path) -> None:
    """Somebody with an account, and somebody who is invited."""
    engine = make_engine(f"sqlite:///{database}")
    with transaction(make_session_factory(engine)) as session:
        create_account(
            session,
            get_settings().keyring,
            email="amy@jade.example",
            name="Amy",
            script="en",
            password_hash=None,
            now=datetime.now(UTC),
        )
    engine.dispose()
    assert landbridge("account", "create", "ben@jade.example").code == 0


ANOTHER = "another than before"


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"LANDBRIDGE_{name}", value)
    get_settings.cache_clear()


@pytest.mark.usefixtures("_amy")
def test_the_key_made_from_the_secret_is_replaced(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the only one  keys of people (1), addresses" in landbridge("keys", "show").out
    assert "before a key is replaced: set LANDBRIDGE_DIGEST_KEY" in landbridge("keys", "show").out
    digest = landbridge("keys", "digest").out.strip()
    _set(monkeypatch, DIGEST_KEY=digest)
    assert "write what `landbridge keys new` prints" in landbridge("keys", "show").out
    new = landbridge("keys", "new").out.strip()
    _set(monkeypatch, SEALING_KEYS=f"{new},secret")
    said = landbridge("keys", "show")
    assert (said.code, "run `landbridge keys renew`" in said.out) == (0, True)

    renewed = json.loads(landbridge("keys", "renew", "--json").out)
    assert sum(renewed["sealed_anew"].values()) == 2
    assert landbridge("keys", "renew").out.endswith(": nothing\n")
    assert "the older keys can be taken out" in landbridge("keys", "show").out
    _set(monkeypatch, SEALING_KEYS=new, SECRET_KEY=ANOTHER)
    assert landbridge("keys", "digest").out.strip() == digest
    assert json.loads(landbridge("keys", "show", "--json").out)["has_digest_key"]
    checks = json.loads(landbridge("check", "--json").out)["checks"]
    assert {"part": "keys", "is_ok": True, "detail": "2 sealed with the newest"} in checks
    [amy] = json.loads(landbridge("account", "list", "--json").out)["accounts"]
    assert amy["email"] == "amy@jade.example"


@pytest.mark.usefixtures("_amy")
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_with_keys_that_do_not_open_what_is_stored(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    _set(monkeypatch, SECRET_KEY=ANOTHER)
    refused = landbridge(command)
    assert refused.code == 2
    assert "keys of people (1) were sealed with a key that is not in" in refused.complaint
    assert landbridge("keys", "show").code == 1
    checks = {one["part"]: one for one in json.loads(landbridge("check", "--json").out)["checks"]}
    assert not checks["keys"]["is_ok"]


@pytest.mark.usefixtures("_amy")
def test_nothing_starts_where_nobody_would_be_found(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = landbridge("keys", "new").out.strip()
    _set(monkeypatch, SEALING_KEYS=f"{new},secret")
    assert landbridge("keys", "renew").code == 0
    _set(monkeypatch, SEALING_KEYS=new)
    refused = landbridge("serve")
    assert (refused.code, "set LANDBRIDGE_DIGEST_KEY to what" in refused.complaint) == (2, True)


@pytest.mark.usefixtures("database")
def test_what_is_no_key_is_refused(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, DIGEST_KEY="short")
    refused = landbridge("keys", "show")
    assert (refused.code, "`landbridge keys new` prints" in refused.complaint) == (2, True)


@pytest.mark.usefixtures("_amy")
def test_a_restored_backup_says_that_it_needs_other_keys(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = json.loads(landbridge("backup", "--json").out)["backup"]
    _set(monkeypatch, SECRET_KEY=ANOTHER)
    restored = landbridge("restore", folder, "--replace")
    assert restored.code == 0
    assert "it cannot be served with the keys of the settings: keys of people (1)" in restored.err

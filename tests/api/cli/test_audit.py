import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.audit.signing import SigningKey
from core.audit.vocabulary import PLATFORM_CHAIN
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.settings import get_settings
from tests.api.cli.conftest import CommandLine
from tests.core.audit import steps

Json = dict[str, Any]  # Any: what a command prints


@pytest.fixture
def sessions(database: Path) -> SessionFactory:
    return make_session_factory(make_engine(f"sqlite:///{database}"))


@pytest.fixture
def place(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of anchors with a key, as the settings name them."""
    assert data_dir  # which forgets all settings, and so comes first
    private, _ = SigningKey.make()
    monkeypatch.setenv("LANDBRIDGE_AUDIT_ANCHOR_URL", str(tmp_path / "anchors"))
    monkeypatch.setenv("LANDBRIDGE_AUDIT_SIGNING_KEY", private)
    get_settings.cache_clear()
    return tmp_path / "anchors"


def last_events(session: Session) -> dict[UUID, int]:
    """The number of the last event of each chain; loading the catalogue has left some."""
    last = select(AuditEvent.tenant_id, func.max(AuditEvent.sequence))
    return dict(session.execute(last.group_by(AuditEvent.tenant_id)).all())


def verified(landbridge: CommandLine, *options: str) -> tuple[int, Json]:
    outcome = landbridge("audit", "verify", "--json", *options)
    return outcome.code, json.loads(outcome.out)


@pytest.mark.usefixtures("place")
def test_what_was_anchored_is_verified(landbridge: CommandLine, sessions: SessionFactory) -> None:
    steps.fill_trail(sessions, events=2)
    assert "anchor-00000001.json written to" in landbridge("audit", "anchor").out
    assert "nothing was done since" in landbridge("audit", "anchor").out
    steps.fill_trail(sessions, events=1)

    code, found = verified(landbridge)

    assert code == 0
    assert found["is_ok"] is True
    assert (found["chains"], found["unanchored"]) == (3, 3)
    assert found["events"] >= 9
    assert found["latest_anchor"] == "anchor-00000001.json"


def test_a_tail_that_was_cut_off_is_told_with_its_place_and_only_by_anchors(
    landbridge: CommandLine, sessions: SessionFactory, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.fill_trail(sessions)
    landbridge("audit", "anchor")
    with transaction(sessions) as session:
        lasts = last_events(session)
        chain, first = steps.cut_off_tail(session, steps.chosen_by(5))

    outcome = landbridge("audit", "verify")
    assert outcome.code == 1
    assert f"cut_off               {chain}  events {first} to {lasts[chain]}" in outcome.out
    assert landbridge("audit", "anchor").code == 2
    monkeypatch.delenv("LANDBRIDGE_AUDIT_ANCHOR_URL")
    get_settings.cache_clear()
    assert verified(landbridge) == (0, {**verified(landbridge)[1], "findings": []})
    assert verified(landbridge, "--anchor", str(place))[0] == 1

    accepted = landbridge(
        "audit", "anchor", "--anchor", str(place), "--accept", "restored yesterday's backup"
    )
    assert accepted.code == 0
    assert verified(landbridge, "--anchor", str(place))[0] == 0


def test_without_anchors_it_says_what_it_cannot_see(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    steps.fill_trail(sessions, events=1)
    assert "LANDBRIDGE_AUDIT_ANCHOR_URL is not set, so nothing shows" in (
        landbridge("audit", "verify").out
    )


def test_lists_and_shows_what_was_done(landbridge: CommandLine, sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        loaded = last_events(session)[PLATFORM_CHAIN]
    steps.fill_trail(sessions, events=2)

    listed = landbridge("audit", "list", "--subject", "need-1", "--action", "need.updated")
    first = listed.out.splitlines()[0]
    assert 'operator clerk  need.updated  need need-1  {"version":1}' in first
    assert len(listed.out.splitlines()) == 3

    shown = landbridge("audit", "show", first.split()[2], "--json")
    event: Json = json.loads(shown.out)
    assert event["payload"] == {"version": 1}
    assert event["sequence"] == loaded + 2
    assert landbridge("audit", "list", "--until", "2026-01-01").out == ""


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["anchor"], "LANDBRIDGE_AUDIT_ANCHOR_URL"),
        (["anchor", "--anchor", "anchors"], "landbridge audit new-key"),
        (["anchor", "--accept", " "], "a reason"),
        (["verify", "--tenant", "x"], "--tenant"),
        (["list", "--action", "need.painted"], "need.text_read"),
        (["list", "--since", "yesterday"], "2026-11-22T09:00:00"),
        (["show", "1"], "a slash"),
        (["show", "00000000-0000-0000-0000-000000000000/99"], "has no event 99"),
    ],
)
def test_bad_input_is_one_line(landbridge: CommandLine, arguments: list[str], said: str) -> None:
    outcome = landbridge("audit", *arguments)
    assert outcome.code == 2
    assert said in outcome.complaint


def test_a_new_key_is_one_that_the_settings_take(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = landbridge("audit", "new-key")
    for line in outcome.out.splitlines():
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()

    settings = get_settings()

    assert settings.signing_key is not None
    assert settings.anchor_keys.knows(settings.signing_key.key_id)


@pytest.mark.parametrize("name", ["LANDBRIDGE_AUDIT_SIGNING_KEY", "LANDBRIDGE_AUDIT_PUBLIC_KEYS"])
def test_a_key_that_is_none_is_named(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "c2hvcnQ=")
    get_settings.cache_clear()

    outcome = landbridge("check")

    assert outcome.code == 2
    assert name in outcome.complaint
    assert "c2hvcnQ=" not in outcome.complaint

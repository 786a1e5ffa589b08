import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.db import make_engine, make_session_factory, transaction
from core.identity.actor import ENTERPRISE
from enterprises import service
from enterprises.schemas import NeedCreate
from providers.engine import EngineHolder
from tests.api.cli.conftest import CommandLine
from tests.conftest import make_settings

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def store_corrected_needs(database: Path) -> None:
    url = f"sqlite:///{database}"
    database_engine = make_engine(url)
    sessions = make_session_factory(database_engine)
    engine = EngineHolder(database_engine, make_settings(url)).current()
    for may_keep in (True, False):
        body = NeedCreate.model_validate(
            {
                "text": "legal advice in Vietnam",
                "corrections": [{"field": "target_jurisdictions", "action": "add", "value": "LA"}],
                "use_for_training": may_keep,
            }
        )
        with transaction(sessions) as session:
            service.create_need(session, ENTERPRISE, engine, body=body, now=NOW)
    database_engine.dispose()


def test_writes_what_was_corrected_with_consent_and_nothing_else(
    landbridge: CommandLine, database: Path, tmp_path: Path
) -> None:
    store_corrected_needs(database)
    target = tmp_path / "corrected.jsonl"

    outcome = landbridge("corrections", str(target))

    assert outcome.code == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line) for line in target.read_text("utf-8").splitlines()] == [
        {
            "text": "legal advice in Vietnam",
            "on": "2026-11-22",
            "fields": {"target_jurisdictions": {"read": ["VN"], "meant": ["VN", "LA"]}},
        }
    ]


@pytest.mark.usefixtures("database")
def test_overwrites_no_file(landbridge: CommandLine, tmp_path: Path) -> None:
    target = tmp_path / "mine.jsonl"
    target.write_text("precious", "utf-8")

    outcome = landbridge("corrections", str(target))

    assert outcome.code == 2
    assert "is there already" in outcome.complaint
    assert target.read_text("utf-8") == "precious"


def test_what_is_written_out_stands_in_the_audit_trail(
    landbridge: CommandLine, database: Path, tmp_path: Path
) -> None:
    store_corrected_needs(database)
    landbridge("corrections", str(tmp_path / "corrected.jsonl"))

    listed = landbridge("audit", "list", "--action", "need.text_read").out.splitlines()

    assert len(listed) == 1
    assert '{"purpose":"training_material"}' in listed[0]

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import Environment, Settings


def make(**values: object) -> Settings:
    # The values are pydantic's to check; _env_file is left out of the generated signature.
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_every_default_works_on_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANDBRIDGE_DATABASE_URL", raising=False)
    settings = make()
    assert settings.sqlalchemy_url == "sqlite:///var/landbridge.db"
    assert settings.redis_url.get_secret_value() == ""


def test_production_refuses_the_default_secret() -> None:
    with pytest.raises(ValidationError, match="LANDBRIDGE_SECRET_KEY"):
        make(environment=Environment.PRODUCTION)
    chosen = "long and random"
    settings = make(environment=Environment.PRODUCTION, secret_key=chosen)
    assert chosen not in repr(settings)


def test_the_password_in_the_address_of_the_database_is_not_shown() -> None:
    settings = make(database_url="postgresql://landbridge:hunter2@db/landbridge")
    assert "hunter2" not in repr(settings)
    assert "hunter2" in settings.sqlalchemy_url


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANDBRIDGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANDBRIDGE_REQUEST_THREADS", "4")
    settings = make()
    assert settings.sqlalchemy_url.endswith("/landbridge.db")
    assert str(tmp_path) in settings.sqlalchemy_url
    assert settings.request_threads == 4


@pytest.mark.parametrize(
    "wrong", [{"port": 70_000}, {"request_threads": 0}, {"log_level": "LOUD"}, {"encoder": "x"}]
)
def test_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make(**wrong)


def test_approvers_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDBRIDGE_APPROVERS", " chan, li,,wong,chan ")
    assert make().approvers == ("chan", "li", "wong")
    monkeypatch.setenv("LANDBRIDGE_APPROVERS", "")
    assert make().approvers == ()


def test_a_quorum_that_nobody_can_reach_is_refused() -> None:
    with pytest.raises(ValidationError, match="LANDBRIDGE_APPROVAL_QUORUM asks for 2"):
        make(approvers=("chan",))
    assert make(approvers=("chan",), approval_quorum=1).approval_quorum == 1


def test_registrations_need_what_mails_their_links() -> None:
    mail = {"smtp_url": "smtp://mail.example.com"}
    pages = {"public_url": "https://l.example"}
    for given in ({}, mail, pages):
        with pytest.raises(ValidationError, match="set both"):
            make(self_registration=True, **given)
    assert make(self_registration=True, **mail, **pages).self_registration

import re
import subprocess
import tomllib
from pathlib import Path

from sqlalchemy.orm import Session

from core.identity.tokens import Scope, make_token
from tests.core.identity.people import make_member
from tests.factories import NOW

ROOT = Path(__file__).resolve().parents[2]
(RULE,) = tomllib.loads((ROOT / "tools/leaked_tokens.toml").read_text(encoding="utf-8"))["rules"]


def test_the_rule_finds_every_token_and_nothing_shorter(session: Session) -> None:
    member = make_member(session)
    for _ in range(50):
        _token, secret = make_token(
            session,
            account_id=member.account_id,
            organisation_id=member.organisation_id,
            name="x",
            scopes=[Scope.READ],
            now=NOW,
        )
        assert re.search(RULE["regex"], f'{{"token": "{secret}"}}')
        assert not re.search(RULE["regex"], secret[:-1])
        assert secret.startswith(tuple(RULE["keywords"]))


def test_no_token_was_ever_committed() -> None:
    history = subprocess.run(
        ["git", "log", "-p", "--all", "-G", "lbr_[A-Za-z0-9_-]{43}", "--format="],  # noqa: S607 the one on the path
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert re.findall(RULE["regex"].encode(), history.stdout) == []

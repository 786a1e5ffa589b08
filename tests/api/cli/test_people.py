"""The commands for people and contacts; and that an erased person is found nowhere on the disk."""

import io
import json
import re
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from core.clock import utc_now
from core.db import make_engine, make_session_factory, transaction
from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.actor import UserKind
from core.identity.models import Account, Organisation, PersonKey
from core.identity.tokens import Scope, make_token
from core.jobs import enqueue
from core.privacy.keys import make_key
from core.settings import get_settings
from tests.api.cli.conftest import CommandLine
from tests.core.identity.people import make_member

CANARIES = (
    "Kanarienvogel",
    "金絲雀",
    "6123 4567",
    "canary.example",
    "kanari_wechat",
    "letter from",
)
HEADER = (
    "provider_ref,name,role,email,phone,wechat,place,transfer_basis,notice_version,collected_on,"
    "purposes,consents,evidence\n"
)
ROW = (
    "fl0001,Kanarienvogel 金絲雀,Partner,bird@canary.example,+852 6123 4567,kanari_wechat,HK,none,"
    "2026-1,2026-11-01,directory;referral,directory,a letter from Kanarienvogel\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text(HEADER + ROW, "utf-8")
    return path


@pytest.fixture
def contact(landbridge: CommandLine, database: Path, table: Path) -> str:
    """Somebody at a firm; the id."""
    _rename_source(database)
    assert landbridge("contacts", "import", str(table), "--source", "synthetic").code == 0
    [row] = json.loads(landbridge("contacts", "list", "--json").out)["contacts"]
    contact_id: str = row["id"]
    return contact_id


def _rename_source(database: Path) -> None:
    """Let the first firm be known by a name of its source, as imported firms are."""
    from providers.importing.supply import provider_id
    from providers.models import Provider

    engine = make_engine(f"sqlite:///{database}")
    with transaction(make_session_factory(engine)) as session:
        key = provider_id("synthetic", "fl0001")
        old = session.get_one(Provider, provider_id("fcdo_lawyers", "fl0001"))
        session.add(
            Provider(
                id=key,
                source="synthetic",
                source_ref="fl0001",
                name="Synthetic firm with people",
                name_folded="synthetic firm with people",
                kind=old.kind,
                status=old.status,
                version=1,
                created_at=old.created_at,
                updated_at=old.updated_at,
            )
        )
    engine.dispose()


def found_in(folder: Path, *, needles: tuple[bytes, ...] = ()) -> dict[str, list[str]]:
    """Files below a folder that hold a canary, in any encoding that something might write."""
    wanted = [
        canary.encode(encoding)
        for canary in CANARIES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    hits: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".zip":
                with zipfile.ZipFile(io.BytesIO(data)) as packed:
                    data += b"".join(packed.read(name) for name in packed.namelist())
            seen = [str(one) for one in (*wanted, *needles) if one in data]
            if seen:
                hits[str(path.relative_to(folder))] = seen
    return hits


def test_an_erased_person_is_found_in_no_file_and_no_restored_backup(
    landbridge: CommandLine, contact: str, data_dir: Path, tmp_path: Path
) -> None:
    told: list[str] = []

    def run(*arguments: str) -> str:
        outcome = landbridge(*arguments)
        told.extend((outcome.out, outcome.err))
        assert outcome.code == 0, outcome.err
        return outcome.out

    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url)
    sessions = make_session_factory(engine)
    with transaction(sessions) as session:
        member = make_member(session, UserKind.ENTERPRISE)
        session.get_one(Organisation, member.organisation_id).jurisdiction = "SG"
        seal = make_key(session, settings.keyring, member.account_id, now=utc_now())
        session.get_one(Account, member.account_id).sealed = seal.seal(
            json.dumps({"name": CANARIES[0], "email": "bird@canary.example"}).encode(),
            purpose=ACCOUNT_PURPOSE,
        )
        token = make_token(
            session,
            account_id=member.account_id,
            organisation_id=member.organisation_id,
            name="test",
            scopes=[Scope.READ],
            now=utc_now(),
        )[1]
        account = str(member.account_id)
        enqueue(session, "forget", {"person_id": contact})
        keys = tuple(session.get_one(PersonKey, UUID(who)).wrapped for who in (contact, account))
    [firm] = {
        row["provider_id"] for row in json.loads(run("contacts", "list", "--json"))["contacts"]
    }
    with TestClient(create_app(settings)) as client:
        asked = {"Authorization": f"Bearer {token}"}
        shown = client.get(f"/v1/providers/{firm}/contacts", headers=asked).text
    assert "Kanarienvogel" in shown  # the search below can find it
    run("index", "build")
    backup = run("backup").partition(":")[0]
    run("person", "export", contact, str(tmp_path / "person.zip"))
    assert found_in(tmp_path).keys() == {"contacts.csv", "person.zip"}  # what it can find
    assert found_in(data_dir) == {}  # sealed from the beginning
    kept = found_in(data_dir, needles=keys)  # the keys: in the database, and in the backup
    assert {name.split("/")[0].removesuffix("-wal") for name in kept} == {
        "landbridge.db",
        "backups",
    }

    for who in (contact, account):
        run("person", "erase", who, "--reason", "request", "--yes")

    engine.dispose()
    left = found_in(data_dir, needles=keys)
    assert {name.split("/")[0] for name in left} == {"backups"}
    assert all("/database.db" in name for name in left)

    [verdict] = [
        one
        for one in json.loads(landbridge("check", "--json").out)["checks"]
        if one["part"] == "erasures"
    ]
    assert verdict["is_ok"]
    assert verdict["detail"].startswith("2 people")

    run("restore", backup, "--replace")

    assert json.loads(run("contacts", "list", "--json"))["contacts"] == []
    assert found_in(data_dir) == {}
    assert not found_in(data_dir / "index", needles=keys)
    restored = [name for name in found_in(data_dir, needles=keys) if "backups" not in name]
    assert restored == []  # neither the database nor its log, nor what was there before
    lines = [line for text in told for line in text.splitlines()]
    assert not [line for line in lines if any(canary in line for canary in CANARIES)]
    assert landbridge("person", "export", contact, str(tmp_path / "again.zip")).code == 2


def test_an_archive_goes_out_and_comes_in_again(
    landbridge: CommandLine,
    contact: str,
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = tmp_path / "person.zip"
    assert landbridge("person", "export", contact, str(archive)).code == 0
    assert archive.stat().st_mode & 0o077 == 0
    assert "there already" in landbridge("person", "export", contact, str(archive)).complaint

    monkeypatch.setenv("LANDBRIDGE_DATA_DIR", str(tmp_path / "empty"))
    get_settings.cache_clear()
    assert landbridge("migrate").code == 0
    assert landbridge("person", "import", str(archive)).out.startswith(contact)
    assert landbridge("person", "export", contact, str(tmp_path / "again.zip")).code == 0

    def data_of(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist()) - {"manifest.json"}  # which has the moment in it
            return {name: packed.read(name) for name in names}

    assert data_of(tmp_path / "again.zip") == data_of(archive)


def test_a_table_of_contacts_is_refused_without_repeating_it(
    landbridge: CommandLine, database: Path, table: Path
) -> None:
    _rename_source(database)
    table.write_text(
        HEADER
        + ROW
        + ROW.replace("bird@canary.example", "canary")
        + ROW.replace("fl0001", "absent")
        + "x\n",
        "utf-8",
    )
    outcome = landbridge("contacts", "import", str(table), "--source", "synthetic")

    assert outcome.code == 2
    assert "row 3, email" in outcome.complaint
    assert "row 5, name: is missing" in outcome.complaint
    assert not any(canary in outcome.err for canary in CANARIES)
    assert json.loads(landbridge("contacts", "list", "--json").out) == {"contacts": []}


def test_consent_is_taken_back_by_a_command(landbridge: CommandLine, contact: str) -> None:
    said = ("--notice", "2026-1", "--evidence", "mail of today")
    assert "agrees to directory" in landbridge("contacts", "list").out

    assert landbridge("contacts", "consent", contact, "directory", "--withdrawn", *said).code == 0

    assert "agrees to nothing" in landbridge("contacts", "list").out
    assert (
        "marketing_own"
        in landbridge("contacts", "consent", contact, "spam", "--given", *said).complaint
    )


def test_requests_have_their_days(landbridge: CommandLine, database: Path) -> None:
    made = landbridge("person", "request", "withdrawal", "--place", "VN", "--json")
    request = json.loads(made.out)
    assert request["law"] == "VN-PDPL"
    assert landbridge("person", "requests").code == 0

    late = landbridge("person", "request", "access", "--place", "HK", "--received", "2026-01-05")
    listed = landbridge("person", "requests")
    assert listed.code == 1
    assert re.search(rf"{late.out.strip()} +access +HK-PDPO +LATE", listed.out)

    assert landbridge("person", "answer", late.out.strip()).code == 0
    assert landbridge("person", "close", late.out.strip(), "--outcome", "done").code == 0
    assert landbridge("person", "requests").code == 0
    assert landbridge("person", "extend", request["id"]).code == 0
    assert "already" in landbridge("person", "extend", request["id"]).complaint


def test_a_breach_says_whom_it_concerns_and_until_when_to_tell(
    landbridge: CommandLine, contact: str
) -> None:
    outcome = landbridge("person", "breach", "--aware", "2026-11-20", "--json")

    [law] = json.loads(outcome.out)["laws"]
    assert (law["law"], law["country"]) == ("HK-PDPO", "HK")
    [person] = law["people"]
    assert person["person_id"] == contact
    assert {"name", "email", "phone", "wechat"} <= set(person["fields"])
    assert landbridge("person", "breach").out.startswith("HK")


def test_what_is_left_of_each_basis_is_said(landbridge: CommandLine, database: Path) -> None:
    outcome = landbridge("person", "transfers", "--json")

    bases = json.loads(outcome.out)["bases"]
    assert {(one["basis"], one["persons"], one["most_persons"]) for one in bases} == {
        ("below_threshold", 0, 99_999),
        ("standard_contract", 0, 999_999),
        ("certification", 0, 999_999),
    }
    assert landbridge("person", "again").out == "nobody who was erased is there\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["person", "erase", "x", "--reason", "request"], "no id"),
        (["person", "erase", "0" * 32, "--reason", "why not", "--yes"], "withdrawal"),
        (["person", "erase", "0" * 32, "--reason", "request"], "--yes"),
        (["person", "erase", "0" * 32, "--reason", "request", "--yes"], "nothing is kept"),
        (["person", "request", "access", "--place", "Hong Kong"], "CN-4403"),
        (["person", "request", "access", "--received", "5.1.2026"], "YYYY-MM-DD"),
        (["person", "import", "absent.zip"], "absent.zip"),
        (["contacts", "list", "--provider", "x"], "no id"),
    ],
)
def test_bad_input_says_what_to_change(
    landbridge: CommandLine, database: Path, arguments: list[str], said: str
) -> None:
    outcome = landbridge(*arguments)

    assert outcome.code == 2
    assert said in outcome.complaint

"""All that is kept of a person: out in an archive, in again the same, and gone everywhere."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.backup.service import back_up, restore
from core.db import make_engine, make_session_factory, transaction
from core.errors import Forbidden
from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.actor import OPERATOR, Actor, UserKind
from core.identity.models import Account, Invitation, Membership, OneTimeSecret, PersonKey
from core.migrations.runner import upgrade_to_head
from core.privacy.consents import list_consents
from core.privacy.errors import (
    ArchiveRefused,
    PersonErased,
    PersonKnown,
    PersonNotFound,
    ShredListUnusable,
)
from core.privacy.keys import make_key
from core.privacy.law import RequestKind, TransferBasis
from core.privacy.models import PersonTombstone, Transfer
from core.privacy.people import (
    ErasureReason,
    apply_shred_list,
    bring_in_person,
    erase_person,
    export_person,
)
from core.privacy.requests import open_request
from core.privacy.shredding import ShredList
from providers.contacts.errors import ContactsRefused
from providers.contacts.models import Contact
from providers.models import Provider, ProviderStatus
from providers.people import PERSON_PARTS, list_people
from tests.conftest import Databases
from tests.core.identity.people import make_member
from tests.factories import NOW
from tests.providers.contact_steps import BOTH, RING, make_firm, row_of, save

CANARY = "Kanarienvogel"
CANARIES = (CANARY, "金絲雀", "6123 4567", "canary.example")


@pytest.fixture
def other(databases: Databases) -> Iterator[Session]:
    """A session on a second database with every table and no row."""

    def nothing(_engine: Engine) -> None:
        """Leave it as it is."""

    url = databases.copy_of(nothing)
    engine = make_engine(url)
    upgrade_to_head(engine)
    with make_session_factory(engine)() as session:
        yield session
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def shred(tmp_path: Path) -> ShredList:
    return ShredList(str(tmp_path / "erased"))


def make_canary(session: Session) -> UUID:
    """Somebody at a firm in the Mainland, with all that can be kept of them."""
    make_firm(session)
    [contact] = save(
        session,
        row_of(
            f"{CANARY} 金絲雀",
            place="CN-4403",
            basis=TransferBasis.GBA_CONTRACT,
            consents=BOTH,
            email="bird@canary.example",
            phone="+852 6123 4567",
            wechat=CANARY,
        ),
    )
    open_request(
        session,
        OPERATOR,
        kind=RequestKind.ACCESS,
        place="CN-4403",
        person_id=contact,
        received_at=NOW,
    )
    return contact


def make_account(session: Session) -> UUID:
    """Somebody who can sign in."""
    member = make_member(session, UserKind.ENTERPRISE, is_manager=True)
    seal = make_key(session, RING, member.account_id, now=NOW)
    told = json.dumps({"email": "bird@canary.example", "name": CANARY})
    account = session.get_one(Account, member.account_id)
    account.sealed = seal.seal(told.encode(), purpose=ACCOUNT_PURPOSE)
    account.email_digest = "d" * 64
    session.add(
        Invitation(
            id=uuid4(),
            digest="i" * 64,
            organisation_id=member.organisation_id,
            kind="enterprise",
            is_manager=False,
            email_digest=account.email_digest,
            sealed=b"sealed with the deployment's key",
            invited_by="somebody",
            created_at=NOW,
            expires_at=NOW,
        )
    )
    session.add(
        OneTimeSecret(
            digest="o" * 64,
            purpose="reset",
            account_id=account.id,
            sealed=b"sealed with the deployment's key",
            created_at=NOW,
            expires_at=NOW,
        )
    )
    session.flush()
    return account.id


def export(session: Session, person_id: UUID, actor: Actor = OPERATOR) -> bytes:
    return export_person(session, actor, RING, PERSON_PARTS, person_id=person_id, now=NOW)


def bring_in(session: Session, content: bytes) -> UUID:
    return bring_in_person(session, OPERATOR, RING, PERSON_PARTS, content=content, now=NOW)


def erase(session: Session, shred: ShredList, person_id: UUID) -> None:
    erase_person(
        session,
        OPERATOR,
        PERSON_PARTS,
        shred,
        person_id=person_id,
        reason=ErasureReason.REQUEST,
        request_id=None,
        now=NOW,
    )


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("make", [make_canary, make_account])
def test_an_archive_brought_into_an_empty_instance_gives_the_same_archive(
    make: Callable[[Session], UUID], session: Session, other: Session
) -> None:
    person_id = make(session)
    content = export(session, person_id)

    assert bring_in(other, content) == person_id

    assert export(other, person_id) == content
    told = files_of(content)
    assert CANARY.encode() in b"".join(told.values())
    if make is make_canary:
        assert set(told) == {
            *("manifest.json", "contact.json", "consents.json", "transfers.json", "requests.json")
        }
        # The firm came along by name, and is shown to nobody.
        assert other.scalars(select(Provider.status)).all() == [ProviderStatus.DRAFT]
    # Sealed there with a key of its own.
    assert (
        session.get_one(PersonKey, person_id).wrapped != other.get_one(PersonKey, person_id).wrapped
    )


def test_the_person_may_have_the_archive_and_nobody_else_but_operators(session: Session) -> None:
    person_id = make_account(session)

    assert export(session, person_id, Actor(UserKind.ENTERPRISE, str(person_id)))
    with pytest.raises(Forbidden):
        export(session, person_id, Actor(UserKind.ENTERPRISE, "another"))
    with pytest.raises(PersonNotFound):
        export(session, uuid4())


def test_a_changed_archive_is_refused(session: Session, other: Session) -> None:
    content = export(session, make_canary(session))
    files = files_of(content)

    def packed(changed: dict[str, bytes]) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in changed.items():
                archive.writestr(name, data)
        return target.getvalue()

    bad = [
        b"",
        content[:-30],
        packed({name: data for name, data in files.items() if name != "contact.json"}),
        packed({**files, "contact.json": files["contact.json"].replace(b"CN-4403", b"HK-4403")}),
        packed({**files, "more.json": b"{}"}),
        packed({"manifest.json": b"[]"}),
        packed({str(number): b"" for number in range(31)}),
    ]
    for one in bad:
        with pytest.raises(ArchiveRefused):
            bring_in(other, one)

    bring_in(other, packed(files))
    with pytest.raises(PersonKnown):
        bring_in(other, content)


@pytest.mark.parametrize("make", [make_canary, make_account])
def test_erasing_leaves_a_tombstone_and_what_names_nobody(
    make: Callable[[Session], UUID], session: Session, shred: ShredList
) -> None:
    person_id = make(session)
    consents, transfers = (
        len(list_consents(session, person_id)),
        session.scalar(select(func.count(Transfer.id))),
    )

    erase(session, shred, person_id)

    assert session.get(PersonKey, person_id) is None
    assert session.get(Contact, person_id) is None
    for table in (Membership, Invitation, OneTimeSecret):
        assert session.scalars(select(table)).all() == []
    account = session.get(Account, person_id)
    assert account is None or (account.sealed, account.email_digest) == (None, None)
    assert session.get_one(PersonTombstone, person_id).reason == ErasureReason.REQUEST
    assert len(list_consents(session, person_id)) == consents
    assert session.scalar(select(func.count(Transfer.id))) == transfers
    assert list(list_people(session)) == []
    assert shred.people() == [person_id]
    with pytest.raises(PersonErased):
        export(session, person_id)
    with pytest.raises(PersonErased):
        erase(session, shred, person_id)


def test_an_erased_person_is_not_brought_in_again(
    session: Session, other: Session, shred: ShredList
) -> None:
    person_id = make_canary(session)
    content = export(session, person_id)
    erase(session, shred, person_id)

    with pytest.raises(PersonErased):
        bring_in(session, content)
    with pytest.raises(ContactsRefused, match="was erased"):
        save(
            session,
            row_of("Another Name", consents=BOTH, email="BIRD@canary.example"),
        )
    bring_in(other, content)  # where they were not erased


def test_nobody_is_erased_while_the_list_cannot_be_written(
    session: Session, tmp_path: Path
) -> None:
    person_id = make_canary(session)
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(ShredListUnusable):
        erase(session, ShredList(str(tmp_path / "file" / "erased")), person_id)

    assert session.get(PersonKey, person_id) is not None


def test_the_list_and_the_database_make_each_other_whole(
    session: Session, other: Session, shred: ShredList, tmp_path: Path
) -> None:
    person_id = make_canary(session)
    content = export(session, person_id)
    erase(session, shred, person_id)
    bring_in(other, content)  # an older state of the same database

    assert apply_shred_list(other, PERSON_PARTS, shred) == 1
    assert apply_shred_list(other, PERSON_PARTS, shred) == 0
    assert other.get(Contact, person_id) is None
    assert other.get_one(PersonTombstone, person_id).erased_by == OPERATOR.actor_id

    lost = ShredList(str(tmp_path / "lost"))
    apply_shred_list(session, PERSON_PARTS, lost)
    assert lost.people() == [person_id]
    assert lost.read(person_id) == shred.read(person_id)


def test_a_restored_backup_brings_nobody_back(
    db_engine: Engine, shred: ShredList, tmp_path: Path
) -> None:
    sessions = make_session_factory(db_engine)
    with transaction(sessions) as session:
        person_id = make_canary(session)
    folder, _ = back_up(db_engine, tmp_path / "backups", now=NOW)
    with transaction(sessions) as session:
        erase(session, shred, person_id)

    restore(db_engine, folder, now=NOW, replace=True)
    with transaction(sessions) as session:
        assert session.get(PersonKey, person_id) is not None  # so the list is needed
        assert apply_shred_list(session, PERSON_PARTS, shred) == 1

    with sessions() as session:
        assert session.get(PersonKey, person_id) is None
        assert session.get(Contact, person_id) is None


def test_whoever_is_killed_while_erasing_leaves_somebody_who_goes_next_time(
    db_engine: Engine, shred: ShredList
) -> None:
    sessions = make_session_factory(db_engine)
    with transaction(sessions) as session:
        person_id = make_canary(session)
    with sessions() as session:
        erase(session, shred, person_id)
        session.rollback()  # as a kill before the commit would

    with transaction(sessions) as session:
        assert session.get(PersonKey, person_id) is not None
        assert apply_shred_list(session, PERSON_PARTS, shred) == 1
        assert session.get(PersonKey, person_id) is None

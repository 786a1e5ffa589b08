"""The ledger: a row for each transfer, each person counted once a year, and an end to each basis."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import SessionFactory, transaction
from core.privacy import transfers
from core.privacy.errors import TransferRefused
from core.privacy.law import Cap, TransferBasis, TransferRules, transfer_rules_of
from core.privacy.ledger import DataSubject, cap_states, dossiers_due, record_transfer
from core.privacy.models import Transfer, TransferKind, TransferPerson, TransferYear
from core.privacy.transfers import Recipient
from tests.factories import NOW

LAW = "CN-PIPL"
SINGAPORE = Recipient(UUID(int=5), "SG")


def person(
    basis: TransferBasis = TransferBasis.BELOW_THRESHOLD, person_id: UUID | None = None
) -> DataSubject:
    return DataSubject(person_id or uuid4(), "CN", basis, "contract 3", has_separate_consent=True)


def send(
    session: Session,
    subject: DataSubject,
    *,
    now: datetime = NOW,
    is_sensitive: bool = False,
    recipient: Recipient = SINGAPORE,
) -> Transfer | None:
    return record_transfer(
        session,
        subject,
        kind=TransferKind.SENT,
        purpose="directory",
        fields=["name"],
        recipient=recipient,
        now=now,
        is_sensitive=is_sensitive,
    )


def has_counted(session: Session, persons: int, sensitive: int = 0, year: int = 2026) -> None:
    """As if so many people had been counted before."""
    total = session.get(TransferYear, (LAW, year)) or TransferYear(law=LAW, year=year)
    total.persons, total.sensitive_persons = persons, sensitive
    session.add(total)
    session.flush()


def counted(session: Session, year: int = 2026) -> tuple[int, int]:
    total = session.get(TransferYear, (LAW, year), populate_existing=True)
    return (total.persons, total.sensitive_persons) if total else (0, 0)


def test_a_row_says_who_what_to_whom_where_and_on_which_basis(session: Session) -> None:
    subject = person(TransferBasis.STANDARD_CONTRACT)

    row = send(session, subject)

    assert row is not None
    assert (row.person_id, row.person_place, row.fields) == (subject.person_id, "CN", ["name"])
    assert (row.recipient_id, row.recipient_country) == (SINGAPORE.organisation_id, "SG")
    assert (row.law, row.basis, row.contract_ref) == (LAW, "standard_contract", "contract 3")
    assert send(session, subject, recipient=Recipient(None, "CN-4403")) is None


def test_a_person_counts_once_a_year_and_again_in_the_next(session: Session) -> None:
    subject = person()
    # Half past four in the afternoon of UTC is past midnight in China.
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    for now in (NOW, last, last + timedelta(hours=1)):
        send(session, subject, now=now)

    assert (counted(session, 2026), counted(session, 2027)) == ((1, 0), (1, 0))
    assert session.scalar(select(func.count(Transfer.id))) == 3


@pytest.mark.parametrize(
    ("basis", "persons", "sensitive"),
    [
        (TransferBasis.BELOW_THRESHOLD, 100_000, 1),
        (TransferBasis.STANDARD_CONTRACT, 1_000_000, 10_000),
        (TransferBasis.CERTIFICATION, 1_000_000, 10_000),
    ],
)
def test_a_simulated_year_is_warned_at_four_fifths_and_ends_at_the_number(
    session: Session, basis: TransferBasis, persons: int, sensitive: int
) -> None:
    def state() -> tuple[int, bool]:
        (one,) = [one for one in cap_states(session, now=NOW) if one.cap.basis is basis]
        return one.persons, one.is_near

    has_counted(session, persons * 8 // 10 - 2)
    send(session, person(basis))
    assert state() == (persons * 8 // 10 - 1, False)
    send(session, person(basis))
    assert state() == (persons * 8 // 10, True)

    has_counted(session, persons - 2)
    known = person(basis)
    send(session, known)
    with pytest.raises(TransferRefused, match="another basis"):
        send(session, person(basis))
    assert counted(session) == (persons - 1, 0)
    send(session, known)  # whoever is counted goes on
    send(session, person(TransferBasis.SECURITY_ASSESSMENT))  # which has no end

    has_counted(session, 10, sensitive - 1)
    with pytest.raises(TransferRefused, match="sensitive"):
        send(session, person(basis), is_sensitive=True)
    send(session, person(basis))


def test_somebody_known_counts_once_more_where_data_become_sensitive(session: Session) -> None:
    subject = person(TransferBasis.STANDARD_CONTRACT)
    for is_sensitive in (False, True, True, False):
        send(session, subject, is_sensitive=is_sensitive)

    assert counted(session) == (1, 1)


def test_a_whole_year_in_small_is_counted_exactly(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = transfer_rules_of("CN", NOW.date())[1]
    small = rules.model_copy(
        update={
            "caps": (Cap(basis=TransferBasis.BELOW_THRESHOLD, persons=50, sensitive_persons=1),)
        }
    )

    def shrunk(_place: str, _on: object) -> tuple[str, TransferRules]:
        return LAW, small

    monkeypatch.setattr(transfers, "transfer_rules_of", shrunk)
    refused = 0
    for day in range(365):
        try:
            send(session, person(), now=datetime(2026, 1, 1, 4, tzinfo=UTC) + timedelta(days=day))
        except TransferRefused:
            refused += 1

    assert refused == 365 - 49
    assert counted(session) == (49, 0)
    assert session.scalar(select(func.count()).select_from(TransferPerson)) == 49


def test_people_counted_at_the_same_time_are_all_counted_and_none_beyond_the_end(
    sessions: SessionFactory,
) -> None:
    with transaction(sessions) as session:
        has_counted(session, 99_999 - 5)

    def send_one(_number: int) -> bool:
        try:
            with transaction(sessions) as session:
                send(session, person())
        except TransferRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        went = sum(pool.map(send_one, range(24)))

    with sessions() as session:
        assert went == 5
        assert counted(session) == (99_999, 0)
        assert session.scalar(select(func.count(Transfer.id))) == 5


def test_what_is_refused_leaves_no_row(session: Session) -> None:
    refused: list[Callable[[], object]] = [
        lambda: send(session, person(TransferBasis.NONE)),
        lambda: send(session, person(TransferBasis.GBA_CONTRACT)),
        lambda: send(session, person(), recipient=Recipient(None, None)),
    ]
    for attempt in refused:
        with pytest.raises(TransferRefused):
            attempt()

    assert session.scalar(select(func.count(Transfer.id))) == 0
    assert counted(session) == (0, 0)


def test_a_dossier_is_due_sixty_days_after_data_first_left(session: Session) -> None:
    assert dossiers_due(session, now=NOW) == []
    subject = DataSubject(
        uuid4(), "VN", TransferBasis.IMPACT_DOSSIER, None, has_separate_consent=True
    )
    for days in (0, 30):
        send(session, subject, now=NOW + timedelta(days=days))
    send(session, person())  # which wants none

    [due] = dossiers_due(session, now=NOW + timedelta(days=31))

    assert (due.law, due.first_at) == ("VN-PDPL", NOW)
    assert due.due_at.date().isoformat() == "2027-01-21"

"""Laws as data: each file is whole, holds on its days, and what is unknown is met by the strictest."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.privacy.clocks import breach_due, due_at, request_due
from core.privacy.errors import LawDamaged
from core.privacy.law import (
    Certainty,
    Clock,
    RequestKind,
    TransferBasis,
    Unit,
    greater_bay_area,
    law_of,
    packaged_laws,
    parse_law,
    transfer_rules_of,
)

FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GOOD = """
code = "XX-LAW"
name = "A law made up for a test"
jurisdictions = ["XX"]
utc_offset_hours = 0
[[versions]]
in_force_from = 2026-01-01
read_on = 2026-11-22
sources = ["a test"]
[versions.transfer]
is_restricted = false
needs_separate_consent = false
bases = []
"""


def test_the_laws_of_the_places_we_serve_are_there_with_their_sources() -> None:
    assert {code for law in packaged_laws() for code in law.jurisdictions} == {
        *("HK", "CN", "VN", "SG", "TH", "MY")
    }
    for law in packaged_laws():
        for version in law.versions:
            assert version.sources
            assert version.read_on >= date(2026, 11, 22)
    assert len(greater_bay_area().members) == 10
    assert "HK" in greater_bay_area().members
    assert "MO" not in greater_bay_area().members


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("is_restricted = false", "is_restricted = maybe"),
        ("is_restricted = false", ""),
        ('code = "XX-LAW"', 'code = "XX-LAW"\nfine = 10'),
        ('sources = ["a test"]', "sources = []"),
        ("bases = []", 'bases = ["a handshake"]'),
        ("in_force_from = 2026-01-01", "in_force_from = 2026-13-01"),
    ],
)
def test_a_law_that_lacks_or_invents_something_is_refused(before: str, after: str) -> None:
    assert parse_law(GOOD).code == "XX-LAW"
    with pytest.raises(LawDamaged):
        parse_law(GOOD.replace(before, after))


def test_a_law_has_one_version_a_day() -> None:
    again = GOOD[GOOD.index("[[versions]]") :]
    with pytest.raises(LawDamaged, match="overlap"):
        parse_law(GOOD + again)


def test_thresholds_hold_from_the_day_on_which_they_came_into_force() -> None:
    law, rules = transfer_rules_of("CN-4403", date(2026, 1, 1))
    caps = {cap.basis: (cap.persons, cap.sensitive_persons) for cap in rules.caps}
    assert law == "CN-PIPL"
    assert caps[TransferBasis.BELOW_THRESHOLD] == (100_000, 1)
    assert caps[TransferBasis.STANDARD_CONTRACT] == (1_000_000, 10_000)
    assert TransferBasis.CERTIFICATION in rules.bases
    assert TransferBasis.CERTIFICATION not in transfer_rules_of("CN", date(2025, 12, 31))[1].bases
    assert transfer_rules_of("CN", date(2020, 1, 1))[0] == "unknown"


@pytest.mark.parametrize(
    ("place", "kind", "answer_on", "carry_out_on", "extended_on"),
    [
        # Two working days after a Friday: Tuesday.
        ("VN", RequestKind.WITHDRAWAL, "2026-11-24", "2026-12-05", "2026-12-20"),
        ("VN", RequestKind.ACCESS, "2026-11-24", "2026-11-30", "2026-12-15"),
        ("HK", RequestKind.ACCESS, "2026-11-24", "2026-12-30", None),
        # The ordinance sets no day for an erasure: Vietnam's is the strictest.
        ("HK", RequestKind.ERASURE, "2026-11-24", "2026-12-10", None),
        ("ID", RequestKind.ACCESS, "2026-11-24", "2026-11-30", None),
        (None, RequestKind.WITHDRAWAL, "2026-11-24", "2026-12-05", None),
    ],
)
def test_a_request_is_due_as_the_law_of_its_place_says(
    place: str | None,
    kind: RequestKind,
    answer_on: str,
    carry_out_on: str,
    extended_on: str | None,
) -> None:
    due = request_due(place, kind, FRIDAY)

    assert due.answer_at.date().isoformat() == answer_on
    assert due.carry_out_at.date().isoformat() == carry_out_on
    assert (due.extended_at and due.extended_at.date().isoformat()) == extended_on


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("place", ["ID", None, "CN"])
def test_nothing_is_due_sooner_than_where_the_law_is_unknown(
    place: str | None, kind: RequestKind
) -> None:
    unknown = request_due(place, kind, FRIDAY)

    for law in packaged_laws():
        known = request_due(law.jurisdictions[0], kind, FRIDAY)
        assert unknown.answer_at <= known.answer_at
        assert unknown.carry_out_at <= known.carry_out_at


def test_days_end_where_the_law_applies_and_hours_run_from_the_moment() -> None:
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # half past one of the 21st in Hong Kong

    day = due_at(late, Clock(value=1, unit=Unit.DAYS, certainty=Certainty.VERIFIED), 8)
    hour = due_at(late, Clock(value=1, unit=Unit.HOURS, certainty=Certainty.VERIFIED), 8)

    assert day == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    assert hour == late + timedelta(hours=1)


def test_a_breach_is_told_of_in_time() -> None:
    aware, assessed = FRIDAY, FRIDAY + timedelta(days=2)

    malaysia = breach_due("MY", aware_at=aware, assessed_at=None, people=3)
    few = breach_due("SG", aware_at=aware, assessed_at=assessed, people=499)
    many = breach_due("SG", aware_at=aware, assessed_at=assessed, people=500)
    unknown = breach_due("ID", aware_at=aware, assessed_at=None, people=1)

    assert malaysia.authority_at == aware + timedelta(hours=72)
    assert malaysia.persons_at is not None
    assert malaysia.persons_at > aware + timedelta(days=7)
    assert (few.is_notifiable, many.is_notifiable) == (False, True)
    assert many.authority_at is not None
    assert many.authority_at.date() == date(2026, 11, 25)
    assert unknown.is_notifiable
    assert unknown.authority_at == min(
        due.authority_at
        for law in packaged_laws()
        if (due := breach_due(law.jurisdictions[0], aware_at=aware, assessed_at=None, people=1))
        and due.authority_at
    )
    assert not breach_due("HK", aware_at=aware, assessed_at=None, people=9).is_notifiable


def test_the_law_of_a_part_of_a_country_is_the_country_s() -> None:
    assert law_of("CN-4403") == law_of("CN")
    assert law_of("ID") is None

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from core.db import SessionFactory
from matching.types import Candidate, Matter
from providers.candidates import read_candidates, read_matters
from providers.models import EvidenceKind, Provider, ProviderKind, ProviderStatus
from tests.factories import make_evidence, make_provider

SECTORS = ("LEG", "BLT")


@pytest.fixture
def listed(catalogue_sessions: SessionFactory) -> Iterable[Session]:
    """A session on the packaged lists and the small catalogue, rolled back."""
    with catalogue_sessions() as session:
        yield session
        session.rollback()


def only(matters: list[Matter], provider: str) -> list[Matter]:
    return [matter for matter in matters if provider in matter.evidence_ids]


def candidate_of(session: Session, provider: Provider) -> Candidate:
    session.flush()
    return {c.provider_id: c for c in read_candidates(session, SECTORS)}[str(provider.id)]


def test_what_is_unknown_of_a_provider_stays_unknown(listed: Session) -> None:
    provider = make_provider(listed, name="Synthetic Unknown", home=None)

    assert candidate_of(listed, provider) == Candidate(
        str(provider.id), "Synthetic Unknown", "consulting_firm", source="synthetic"
    )


def test_what_is_known_is_translated_and_sorted(listed: Session) -> None:
    provider = make_provider(
        listed,
        kind=ProviderKind.LAW_FIRM,
        home="SG",
        languages=["zh", "en"],
        qualified_in={"SG": None, "VN": "2027-01-31"},
        is_accepting=False,
        sectors=["LEG", "BLT"],
        city="Singapore",
    )
    provider.network_in = ["VN", "TH"]

    candidate = candidate_of(listed, provider)

    assert candidate.languages == ("en", "zh")
    assert candidate.qualified_in == {"SG": None, "VN": date(2027, 1, 31)}
    assert candidate.network_in == ("TH", "VN")
    assert candidate.sector_codes == ("BLT", "LEG")
    assert candidate.is_accepting is False
    assert (candidate.city, candidate.source) == ("Singapore", "synthetic")
    assert repr(candidate.kind) == "'law_firm'"  # a plain string: equal rows, equal bytes


def test_none_is_not_unknown(listed: Session) -> None:
    provider = make_provider(listed, languages=[], qualified_in={})
    provider.network_in = []

    candidate = candidate_of(listed, provider)

    assert (candidate.languages, candidate.qualified_in, candidate.network_in) == ((), {}, ())


@pytest.mark.parametrize(
    ("status", "published", "suspended"),
    [
        (ProviderStatus.DRAFT, False, False),
        (ProviderStatus.PUBLISHED, True, False),
        (ProviderStatus.SUSPENDED, False, True),
    ],
)
def test_states_become_two_facts(
    listed: Session, status: ProviderStatus, *, published: bool, suspended: bool
) -> None:
    provider = make_provider(listed, status=status)

    found = candidate_of(listed, provider)

    assert (found.is_published, found.is_suspended) == (published, suspended)


def test_sectors_that_the_list_in_force_does_not_know_are_left_out(listed: Session) -> None:
    provider = make_provider(listed, sectors=["LEG", "GONE"])
    make_evidence(listed, provider, sectors=["BLT", "GONE"])

    found = candidate_of(listed, provider)
    (matter,) = only(read_matters(listed, SECTORS), str(provider.id))

    assert found.sector_codes == ("LEG",)
    assert matter.sector_codes == ("BLT",)


def test_a_piece_of_evidence_becomes_a_matter_with_all_its_facts(listed: Session) -> None:
    provider = make_provider(listed)
    evidence = make_evidence(
        listed,
        provider,
        title="Roads",
        description="Study",
        jurisdictions=["VN", "TH"],
        sectors=["BLT"],
        client="P1",
        matter_ref="wb1",
    )
    evidence.amount_usd = Decimal("1234.50")
    listed.flush()

    (matter,) = only(read_matters(listed, SECTORS), str(provider.id))

    assert matter.matter_id.startswith("synthetic:wb1:")
    assert matter == Matter(
        matter.matter_id,
        {str(provider.id): str(evidence.id)},
        "Roads",
        "Study",
        ("TH", "VN"),
        ("BLT",),
        date(2024, 5, 17),
        "P1",
        1234.5,
        is_verified=True,
    )


@pytest.mark.parametrize(
    ("kind", "is_statement"),
    [
        (EvidenceKind.PAST_MATTER, False),
        (EvidenceKind.PUBLICATION, False),
        (EvidenceKind.CREDENTIAL, True),
        (EvidenceKind.STATEMENT, True),
    ],
)
def test_what_a_provider_says_of_itself_is_a_statement(
    listed: Session, kind: EvidenceKind, *, is_statement: bool
) -> None:
    provider = make_provider(listed)
    make_evidence(listed, provider, kind=kind, is_verified=False)

    (matter,) = only(read_matters(listed, SECTORS), str(provider.id))

    assert matter.is_statement is is_statement


def test_partners_who_tell_a_matter_alike_share_it(listed: Session) -> None:
    one, other = make_provider(listed, name="One"), make_provider(listed, name="Other")
    pieces = [make_evidence(listed, who, matter_ref="joint") for who in (one, other)]

    (matter,) = only(read_matters(listed, SECTORS), str(one.id))

    assert matter.evidence_ids == {
        str(one.id): str(pieces[0].id),
        str(other.id): str(pieces[1].id),
    }


def test_nobody_is_shown_with_the_places_dates_or_words_of_another(listed: Session) -> None:
    """Two providers may number their own matters alike: `1`, `2`, and so on."""
    firms = [make_provider(listed, name=f"Synthetic {n}") for n in range(5)]
    make_evidence(listed, firms[0], matter_ref="1", jurisdictions=["VN"])
    make_evidence(listed, firms[1], matter_ref="1", jurisdictions=["TH"])
    make_evidence(listed, firms[2], matter_ref="1", jurisdictions=["VN"], dated_on=None)
    make_evidence(listed, firms[3], matter_ref="1", jurisdictions=["VN"], description="Other")
    make_evidence(listed, firms[4], matter_ref="1", jurisdictions=["VN"], is_verified=False)

    matters = read_matters(listed, SECTORS)

    own = [only(matters, str(provider.id))[0] for provider in firms]
    assert len({matter.matter_id for matter in own}) == 5
    assert [matter.jurisdictions for matter in own] == [("VN",), ("TH",), ("VN",), ("VN",), ("VN",)]
    assert own[2].dated_on is None
    assert own[3].description == "Other"
    assert not own[4].is_verified

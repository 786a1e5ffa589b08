from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from core.db import SessionFactory
from core.errors import InvalidInput
from providers.errors import ProviderNotFound
from providers.models import Evidence, Provider, ProviderStatus
from providers.queries import (
    get_evidence,
    get_provider,
    list_evidence,
    search_providers,
)
from tests.factories import make_evidence, make_provider


@pytest.fixture
def listed(catalogue_sessions: SessionFactory) -> Iterator[Session]:
    """A session on the packaged lists and a dozen synthetic providers, rolled back."""
    with catalogue_sessions() as session:
        yield session
        session.rollback()


def names(providers: Sequence[Provider]) -> list[str]:
    return [provider.name for provider in providers]


def test_a_published_provider_is_read_and_no_other(listed: Session) -> None:
    public = make_provider(listed)
    hidden = [
        make_provider(listed, status=status)
        for status in (ProviderStatus.DRAFT, ProviderStatus.SUSPENDED)
    ]

    assert get_provider(listed, public.id) is public
    for provider_id in (*(provider.id for provider in hidden), uuid4()):
        with pytest.raises(ProviderNotFound, match=str(provider_id)):
            get_provider(listed, provider_id)


def test_only_published_providers_are_found_by_name(listed: Session) -> None:
    make_provider(listed, name="Zephyr Two")
    make_provider(listed, name="Zephyr One")
    make_provider(listed, name="Zephyr Draft", status=ProviderStatus.DRAFT)
    make_provider(listed, name="Zephyr Out", status=ProviderStatus.SUSPENDED)

    assert names(search_providers(listed, text="zephyr")) == ["Zephyr One", "Zephyr Two"]
    assert names(search_providers(listed, text="one")) == ["Zephyr One"]
    assert search_providers(listed, text="nothing of the kind") == []


@pytest.mark.parametrize("text", ["MÜLLER", "muller", "ｍüller", "  Müller "])
def test_case_accents_and_widths_do_not_matter(listed: Session, text: str) -> None:
    make_provider(listed, name="Müller & Partner")

    assert names(search_providers(listed, text=text)) == ["Müller & Partner"]


@pytest.mark.parametrize("text", ["广东律师", "廣東律師"])
def test_either_script_finds_the_other(listed: Session, text: str) -> None:
    make_provider(listed, name="广东律师事务所")
    make_provider(listed, name="廣東律師行")

    assert set(names(search_providers(listed, text=text))) == {"广东律师事务所", "廣東律師行"}


@pytest.mark.parametrize("text", ["100%", "a_b", "a\\b", "'; --"])
def test_signs_with_a_meaning_to_the_database_mean_themselves(listed: Session, text: str) -> None:
    make_provider(listed, name=f"Firm {text} Ltd")
    make_provider(listed, name="Firm 100 axb ab Ltd")

    assert names(search_providers(listed, text=text)) == [f"Firm {text} Ltd"]


@pytest.mark.parametrize("text", [None, "", "  ", "\u200b"])
def test_no_text_is_no_condition(listed: Session, text: str | None) -> None:
    assert len(search_providers(listed, text=text, limit=100)) == 12


def test_a_place_is_where_it_is_based_or_has_evidence(listed: Session) -> None:
    based = make_provider(listed, name="Based", home="KE")
    shown = make_provider(listed, name="Shown", home="TH")
    make_evidence(listed, shown, jurisdictions=["KE", "TH"])
    make_evidence(listed, shown, jurisdictions=["KE"])

    assert search_providers(listed, jurisdiction="KE") == [based, shown]


def test_a_sector_is_listed_or_shown_and_a_parent_means_its_branch(listed: Session) -> None:
    make_provider(listed, name="Listed", sectors=["IPR.TMK"])
    shown = make_provider(listed, name="Shown")
    make_evidence(listed, shown, sectors=["IPR.PAT"])
    make_provider(listed, name="Like it", sectors=["IPRX"])

    assert names(search_providers(listed, sector="IPR")) == ["Listed", "Shown"]
    assert names(search_providers(listed, sector="IPR.PAT")) == ["Shown"]


@pytest.mark.parametrize("sector", ["IP_", "NO.SUCH", "intellectual property"])
def test_codes_that_are_not_in_the_lists_are_refused_by_name(listed: Session, sector: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        search_providers(listed, jurisdiction="XX", sector=sector)

    assert [error.pointer for error in refused.value.fields] == ["#/jurisdiction", "#/sector"]


def test_conditions_hold_together(listed: Session) -> None:
    found = search_providers(listed, text="law", jurisdiction="VN", sector="LEG")

    assert names(found) == ["Synthetic Lion City Law", "Synthetic Mekong Law"]


def test_pages_follow_each_other_without_gap_or_overlap(listed: Session) -> None:
    for number in range(3):
        make_provider(listed, name="Same Name", provider_id=UUID(int=number + 1))
    whole = search_providers(listed, limit=100)

    seen: list[Provider] = []
    after: tuple[str, UUID] | None = None
    while page := search_providers(listed, after=after, limit=4):
        seen.extend(page)
        after = (page[-1].name_folded, page[-1].id)

    assert seen == list(whole)
    assert len(whole) == 15
    assert [(p.name_folded, p.id) for p in whole] == sorted((p.name_folded, p.id) for p in whole)


def pieces_of(session: Session, days: Sequence[date | None]) -> tuple[Provider, list[Evidence]]:
    provider = make_provider(session)
    return provider, [make_evidence(session, provider, dated_on=day) for day in days]


def test_evidence_is_latest_first_and_undated_last(listed: Session) -> None:
    days = [None, date(2019, 1, 1), date(2024, 1, 1), None, date(2019, 1, 1)]
    provider, pieces = pieces_of(listed, days)
    other, _ = pieces_of(listed, [date(2025, 1, 1)])

    found = list_evidence(listed, provider.id)

    expected = [pieces[2]]
    expected += sorted((pieces[1], pieces[4]), key=lambda piece: piece.id)
    expected += sorted((pieces[0], pieces[3]), key=lambda piece: piece.id)
    assert found == expected
    assert len(list_evidence(listed, other.id)) == 1
    assert list_evidence(listed, uuid4()) == []


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_evidence_pass_from_dated_to_undated(listed: Session, limit: int) -> None:
    days = [None, date(2019, 1, 1), date(2024, 1, 1), None, date(2019, 1, 1), None]
    provider, _ = pieces_of(listed, days)
    whole = list_evidence(listed, provider.id)

    seen: list[Evidence] = []
    after: tuple[date | None, UUID] | None = None
    while page := list_evidence(listed, provider.id, after=after, limit=limit):
        seen.extend(page)
        after = (page[-1].dated_on, page[-1].id)

    assert seen == list(whole)
    assert len(whole) == 6


def test_evidence_is_read_by_id_as_far_as_it_exists(listed: Session) -> None:
    _, pieces = pieces_of(listed, [None, None])
    ids = [piece.id for piece in pieces]

    assert get_evidence(listed, [*reversed(ids), uuid4(), ids[0]]) == sorted(
        pieces, key=lambda piece: piece.id
    )
    assert get_evidence(listed, []) == []

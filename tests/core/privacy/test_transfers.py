"""Whose data may go where: the whole matrix, and what an area's contract never allows."""

from datetime import date
from itertools import product
from uuid import UUID

import pytest

from core.privacy.law import TransferBasis, country_of, greater_bay_area
from core.privacy.transfers import Recipient, judge

TODAY = date(2026, 11, 22)
ORGANISATION = UUID(int=9)
AREA = sorted(greater_bay_area().members)
OUTSIDE = ["MO", "CN", "CN-GX", "CN-4405", "SG", "VN", "TH", "MY", "ID", "GB", None]


def allowed(
    place: str,
    basis: TransferBasis,
    to: str | None,
    *,
    onward: frozenset[str] = frozenset(),
    consent: bool = True,
) -> bool:
    recipient = Recipient(ORGANISATION, to, onward)
    return judge(place, basis, recipient, has_separate_consent=consent, on=TODAY).is_allowed


def test_the_contract_of_the_area_serves_inside_it_and_nowhere_else() -> None:
    shown = {
        (place, to)
        for place, to in product(["HK", "CN-4403"], [*AREA, *OUTSIDE])
        if allowed(place, TransferBasis.GBA_CONTRACT, to)
    }

    assert shown == set(product(["HK", "CN-4403"], AREA))


@pytest.mark.parametrize("onward", [place for place in OUTSIDE if place])
@pytest.mark.parametrize("to", ["HK", "CN-4401"])
def test_the_contract_of_the_area_does_not_serve_who_passes_data_on_outside(
    to: str, onward: str
) -> None:
    assert not allowed("CN-4403", TransferBasis.GBA_CONTRACT, to, onward=frozenset({"HK", onward}))
    assert allowed("CN-4403", TransferBasis.GBA_CONTRACT, to, onward=frozenset({"HK"}))


def test_somebody_outside_the_area_cannot_rely_on_its_contract() -> None:
    assert not allowed("CN-GX", TransferBasis.GBA_CONTRACT, "HK")
    assert not allowed("CN", TransferBasis.GBA_CONTRACT, "HK")


@pytest.mark.parametrize("place", ["HK", "CN", "CN-4403", "VN", "SG", "TH", "MY", "ID"])
@pytest.mark.parametrize("to", ["HK", "CN", "VN", "SG", "ID", "GB", None])
@pytest.mark.parametrize("basis", TransferBasis)
def test_each_law_lets_go_what_it_knows_a_basis_for(
    place: str, to: str | None, basis: TransferBasis
) -> None:
    known = {
        "CN": {"below_threshold", "standard_contract", "certification", "security_assessment"},
        "VN": {"impact_dossier"},
        "ID": {"consent", "contract", "certification"},
    }
    own = known.get(country_of(place), {"consent", "contract", "certification"})
    if basis is TransferBasis.GBA_CONTRACT:
        expected = {place, to} <= set(AREA)
    elif to is not None and country_of(to) == country_of(place):
        expected = True
    else:
        expected = place == "HK" or (to is not None and basis in own)

    assert allowed(place, basis, to) is expected


@pytest.mark.parametrize(
    ("place", "is_asked"), [("CN", True), ("VN", True), ("ID", True), ("SG", False)]
)
def test_a_consent_of_its_own_is_asked_where_the_law_wants_it(place: str, is_asked: bool) -> None:
    basis = {
        "CN": TransferBasis.STANDARD_CONTRACT,
        "VN": TransferBasis.IMPACT_DOSSIER,
    }.get(place, TransferBasis.CONTRACT)

    assert allowed(place, basis, "HK", consent=True)
    assert allowed(place, basis, "HK", consent=False) is not is_asked


def test_being_passed_on_abroad_is_a_transfer_too() -> None:
    at_home = Recipient(ORGANISATION, "SG")
    passes_on = Recipient(ORGANISATION, "SG", frozenset({"GB"}))

    def is_transfer(recipient: Recipient) -> bool:
        return judge(
            "SG", TransferBasis.CONTRACT, recipient, has_separate_consent=False, on=TODAY
        ).is_transfer

    assert not is_transfer(at_home)
    assert is_transfer(passes_on)

"""What the dispute chain refuses, where the fault stands and what to write instead."""

from dataclasses import replace
from datetime import date

import pytest

from matching.jurisdictions.chain_types import Dispute, WrongDispute
from matching.jurisdictions.types import NoRoute
from tests.matching.jurisdictions.chain_examples import ask, court, dispute, seat


@pytest.mark.parametrize(
    ("case", "place", "says"),
    [
        (dispute(assets=()), ("assets",), "assets are"),
        (dispute(assets=("VN", "ZR")), ("assets", "1"), "use CD"),
        (Dispute("QQ", "VN", ("VN",)), ("home",), "no jurisdiction"),
        (Dispute("CN", "SU", ("VN",)), ("counterparty",), "withdrawn"),
        (replace(dispute(), governing_law="UK"), ("governing_law",), "use GB"),
        (dispute(seat("HK"), court("YU")), ("forums", "1", "jurisdiction"), "withdrawn"),
        (dispute(seat("HK"), court("HK"), seat("HK")), ("forums", "2"), "number 1"),
        (dispute(seat("HK", "SIAC"), seat("HK", "siac")), ("forums", "1"), "number 1"),
        (dispute(court("VN-03"), court("VN-07")), ("forums", "1"), "number 1"),
        (dispute(seat("HK", "nobody")), ("forums", "0", "institution"), "siac"),
        (dispute(seat("HK", "iomed")), ("forums", "0", "institution"), "no arbitration"),
        (dispute(court("HK", "tribunal")), ("forums", "0", "institution"), "court of CN-GX"),
    ],
)
def test_says_what_to_change_and_where(case: Dispute, place: tuple[str, ...], says: str) -> None:
    with pytest.raises(WrongDispute, match=says) as caught:
        ask(case)

    assert caught.value.place == place


def test_a_day_out_of_range_is_refused() -> None:
    with pytest.raises(NoRoute, match="1900 to 2100"):
        ask(dispute(), date(1899, 12, 31))


def test_an_institution_cannot_conduct_a_case_before_it_exists() -> None:
    case = dispute(seat("MY", "young"))

    assert ask(case, date(2024, 9, 25)).forums[0].institution is not None
    with pytest.raises(WrongDispute, match="no arbitration on 2024-09-24"):
        ask(case, date(2024, 9, 24))

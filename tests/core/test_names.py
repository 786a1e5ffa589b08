"""Names that look alike are the same name, and what cannot be seen is no part of one."""

from itertools import islice, product

import pytest
from sqlalchemy.orm import Session

from core.identity.actor import UserKind
from core.names import NameTaken, claim_name, refuse_unsafe_name, release_name, skeleton
from tests.core.identity.people import make_organisation
from tests.factories import NOW

# Cyrillic, Greek, Cherokee, Lisu, full-width, mathematical and other letters of the same shape.
SHAPES = {
    "P": "PРΡᏢꓑＰ𝐏ℙⲢ",
    "w": "wѡԝｗ𝐰ԝ𝗐",
    "C": "CСϹᏟꓚＣ𝐂ⅭⲤ",
    "K": "KКΚᏦꓗＫ𝐊KⲔ",
    "M": "MМΜᎷꓟＭ𝐌ⅯⲘ",
    "G": "GԌᏀꓖＧ𝐆𝖦",
}


def look_alikes(name: str, count: int) -> list[str]:
    """Give names that a reader would take for this one, and that are not it."""
    spelt = ("".join(letters) for letters in product(*(SHAPES[letter] for letter in name)))
    return list(islice((one for one in spelt if one != name), count))


@pytest.mark.parametrize(("name", "count"), [("PwC", 100), ("KPMG", 100)])
def test_look_alikes_of_a_verified_firm_are_refused(
    session: Session, name: str, count: int
) -> None:
    claim_name(session, name, organisation_id=make_organisation(session), now=NOW)
    other = make_organisation(session)
    made = look_alikes(name, count)
    assert len(made) == count
    for one in made:
        with pytest.raises(NameTaken):
            claim_name(session, one, organisation_id=other, now=NOW)


def test_chinese_names_in_other_forms_of_the_same_characters_are_refused(session: Session) -> None:
    first, other = make_organisation(session), make_organisation(session)
    # With the Kangxi radicals for 力 and 心, which NFKC takes for the characters themselves.
    claim_name(session, "力心德勤", organisation_id=first, now=NOW)
    for one in ("⼒⼼德勤", "力⼼德勤", "⼒心 德勤", "力心・德勤", "力心德勤.", "（力心）德勤"):
        with pytest.raises(NameTaken):
            claim_name(session, one, organisation_id=other, now=NOW)
    claim_name(session, "德安", organisation_id=other, now=NOW)


@pytest.mark.parametrize(
    "character",
    [
        "\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\x00",
        "\x1b", "\u2028", "\u3164", "\u115f", "\ufe0f", "\U000e0041", "\U000e0100", "\ue000",
        "\ud800", "\u2800",
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_no_part_of_a_name(session: Session, character: str) -> None:
    for name in (f"P{character}wC", f"{character}德勤", f"KPMG{character}"):
        with pytest.raises(ValueError, match=r"U\+"):
            refuse_unsafe_name(name)
        with pytest.raises(ValueError, match=r"U\+"):
            claim_name(session, name, organisation_id=make_organisation(session), now=NOW)


@pytest.mark.parametrize(
    "name",
    ["PwC", "德勤", "Công ty Luật TNHH", "สำนักงานกฎหมาย", "Ernst & Young, S.A. (HK)", "O’Neill"],
)
def test_names_as_firms_have_them_pass(name: str) -> None:
    assert refuse_unsafe_name(name) == name
    assert skeleton(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("PwC", "PwD"), ("KPMG", "KPMC"), ("德勤", "德勒"), ("Tutu", "Ruru"), ("Law 2", "Law 3")],
)
def test_names_that_can_be_told_apart_are_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_a_firm_keeps_its_own_name_and_gives_it_back(session: Session) -> None:
    firm = make_organisation(session, UserKind.PROVIDER)
    claim_name(session, "KPMG", organisation_id=firm, now=NOW)
    claim_name(session, "K.P.M.G.", organisation_id=firm, now=NOW)
    release_name(session, organisation_id=firm)
    claim_name(session, "kpmg", organisation_id=make_organisation(session), now=NOW)


def test_a_name_without_a_letter_is_none(session: Session) -> None:
    with pytest.raises(ValueError, match="letters or digits"):
        claim_name(session, "...", organisation_id=make_organisation(session), now=NOW)

"""What organisations may be called, and what verifying one does to its name."""

import pytest
from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.identity.actor import SYSTEM
from core.identity.invitations import found_organisation
from core.identity.models import Organisation, OrganisationKind
from core.identity.organisations import (
    create_organisation,
    verify_organisation,
    withdraw_verification,
)
from core.names import NameTaken
from core.sealing import Keyring
from tests.factories import NOW

HIDDEN = ["\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u3164", "\ufe0f"]


def make(session: Session, name: str) -> Organisation:
    return create_organisation(session, kind=OrganisationKind.PROVIDER, name=name, now=NOW)


@pytest.mark.parametrize("character", HIDDEN)
def test_an_organisation_is_called_by_what_can_be_seen(session: Session, character: str) -> None:
    with pytest.raises(InvalidInput):
        make(session, f"KP{character}MG")
    with pytest.raises(InvalidInput):
        found_organisation(
            session,
            Keyring([bytes(32)]),
            SYSTEM,
            kind=OrganisationKind.PROVIDER,
            name=f"KP{character}MG",
            manager_email="a@example.com",
            now=NOW,
        )


def test_of_two_names_that_look_alike_one_is_verified(session: Session) -> None:
    first, second = make(session, "KPMG"), make(session, "ΚРМG")
    verify_organisation(session, first.id, now=NOW)
    with pytest.raises(NameTaken):
        verify_organisation(session, second.id, now=NOW)
    assert (first.is_verified, second.is_verified) == (True, False)

    withdraw_verification(session, first.id)
    verify_organisation(session, second.id, now=NOW)
    assert (first.is_verified, second.is_verified) == (False, True)


def test_a_name_without_letters_is_not_verified(session: Session) -> None:
    made = make(session, "...")
    with pytest.raises(InvalidInput, match="letters or digits"):
        verify_organisation(session, made.id, now=NOW)

"""Contacts are shown by purpose and consent only, and hidden as soon as consent is taken back."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Forbidden, SignInNeeded
from core.identity.actor import ENTERPRISE, OPERATOR, VISITOR, Actor, UserKind
from core.identity.models import Organisation, PersonKey
from core.privacy.consents import purposes_of, record_consent, require_consent
from core.privacy.errors import ConsentMissing
from core.privacy.law import TransferBasis
from core.privacy.models import Consent, Purpose, Transfer, TransferKind
from core.privacy.recipients import recipient_of
from core.sealing import Keyring
from providers.contacts.disclosing import Disclosed, disclose_contacts
from providers.contacts.errors import ContactsRefused
from providers.contacts.models import Contact, ContactFields
from providers.contacts.service import ImportedContacts, save_contacts
from providers.importing.spec import NumberedRow
from providers.service import delete_provider
from tests.factories import NOW
from tests.providers.contact_steps import (
    BOTH,
    RING,
    SOURCE,
    make_firm,
    member_of,
    row_of,
    save,
)


def shown_to(
    session: Session,
    actor: Actor,
    provider_id: UUID,
    *,
    purpose: Purpose = Purpose.DIRECTORY,
    now: object = None,
) -> Disclosed:
    return disclose_contacts(
        session,
        actor,
        RING,
        provider_id=provider_id,
        recipient=recipient_of(session, actor, platform_place="HK"),
        purpose=purpose,
        now=NOW,
    )


def say(session: Session, person_id: UUID, purpose: Purpose, *, is_given: bool) -> None:
    record_consent(
        session,
        OPERATOR,
        RING,
        person_id=person_id,
        purpose=purpose,
        is_given=is_given,
        notice_version="2026-1",
        evidence="letter 4",
        now=NOW,
    )


def test_shows_who_agreed_what_they_were_told_it_is_for(session: Session) -> None:
    firm = make_firm(session)
    agreed, silent = save(
        session,
        row_of("Synthetic Chan 陳", email="chan@firm.example", phone="+852 2345 6789"),
        row_of("Synthetic Silent", consents=()),
    )
    session.get_one(ContactFields, (agreed, "business")).purposes = [Purpose.REFERRAL]
    session.flush()

    disclosed = shown_to(session, member_of(session, "HK"), firm)

    assert [one.contact_id for one in disclosed.shown] == [agreed]
    assert disclosed.shown[0].fields == {"name": "Synthetic Chan 陳"}
    assert disclosed.withheld == 1
    assert silent != agreed


@pytest.mark.parametrize(
    ("actor", "error"),
    [(VISITOR, SignInNeeded), (Actor(UserKind.COMMITTEE, "li"), Forbidden)],
)
def test_those_who_have_no_use_for_contacts_are_refused(
    session: Session, actor: Actor, error: type[Exception]
) -> None:
    firm = make_firm(session)
    with pytest.raises(error):
        shown_to(session, actor, firm)


def test_those_who_have_not_signed_in_learn_only_how_many_there_are(session: Session) -> None:
    firm = make_firm(session)
    save(session, row_of())

    assert shown_to(session, ENTERPRISE, firm) == Disclosed((), 1)


def test_taking_consent_back_hides_at_once_and_giving_it_again_shows(session: Session) -> None:
    firm = make_firm(session)
    [person] = save(session, row_of())
    reader = member_of(session, "HK")
    assert len(shown_to(session, reader, firm).shown) == 1

    say(session, person, Purpose.DIRECTORY, is_given=False)
    assert shown_to(session, reader, firm) == Disclosed((), 1)

    say(session, person, Purpose.DIRECTORY, is_given=True)
    assert len(shown_to(session, reader, firm).shown) == 1


def test_a_new_purpose_without_consent_is_refused(session: Session) -> None:
    make_firm(session)
    [person] = save(session, row_of())
    collected_for = {Purpose.DIRECTORY, Purpose.REFERRAL}

    require_consent(session, person, Purpose.DIRECTORY, collected_for=collected_for)
    with pytest.raises(ConsentMissing, match="agreed"):
        require_consent(session, person, Purpose.REFERRAL, collected_for=collected_for)
    say(session, person, Purpose.MARKETING_OWN, is_given=True)
    with pytest.raises(ConsentMissing, match="notice"):
        require_consent(session, person, Purpose.MARKETING_OWN, collected_for=collected_for)
    assert Purpose.MARKETING_OTHERS not in purposes_of(session, [person])[person]


@pytest.mark.parametrize("purpose", [Purpose.MARKETING_OWN, Purpose.MARKETING_OTHERS])
def test_nobody_is_shown_contacts_for_marketing(session: Session, purpose: Purpose) -> None:
    firm = make_firm(session)
    with pytest.raises(Forbidden):
        shown_to(session, OPERATOR, firm, purpose=purpose)


def test_a_consent_is_never_changed(session: Session) -> None:
    make_firm(session)
    [person] = save(session, row_of())
    consent = session.get_one(Consent, (person, 1))
    consent.is_given = False

    with pytest.raises(ValueError, match="another row"):
        session.flush()


def test_what_is_stored_tells_nobody(session: Session) -> None:
    make_firm(session)
    save(session, row_of("Synthetic Canary", email="canary@firm.example", wechat="canary_1"))
    stored = b"".join(session.scalars(select(ContactFields.sealed)))
    stored += b"".join(session.scalars(select(Consent.evidence)))

    assert not re.search(b"canary|form 17", stored, re.IGNORECASE)
    with_other_keys = Keyring([bytes(32)])
    with pytest.raises(Exception, match="key"):
        disclose_contacts(
            session,
            OPERATOR,
            with_other_keys,
            provider_id=make_firm(session),
            recipient=recipient_of(session, OPERATOR, platform_place="HK"),
            purpose=Purpose.DIRECTORY,
            now=NOW,
        )


def test_a_table_again_writes_anew_but_gives_no_consent_back(session: Session) -> None:
    firm = make_firm(session)
    [person] = save(session, row_of(email="a@firm.example", phone="+852 2345 6789"))
    say(session, person, Purpose.DIRECTORY, is_given=False)

    done = save_contacts(
        session,
        OPERATOR,
        RING,
        [NumberedRow(2, row_of(email="A@firm.example", role="Partner"))],
        source=SOURCE,
        platform_place="HK",
        now=NOW + timedelta(days=1),
    )

    assert done == ImportedContacts(new=0, known=1)
    assert shown_to(session, member_of(session, "HK"), firm) == Disclosed((), 1)
    say(session, person, Purpose.DIRECTORY, is_given=True)
    [shown] = shown_to(session, member_of(session, "HK"), firm).shown
    assert dict(shown.fields) == {
        "name": "Synthetic Person",
        "role": "Partner",
        "email": "A@firm.example",
    }


def test_bad_rows_are_named_without_their_content_and_nothing_is_written(
    session: Session,
) -> None:
    make_firm(session)
    with pytest.raises(ContactsRefused) as refused:
        save(session, row_of("Canary Good"), row_of("Canary Lost", ref="absent"))

    assert "row 3: provider_ref" in refused.value.detail
    assert "Canary" not in refused.value.detail


def test_storing_somebody_from_elsewhere_is_a_transfer(session: Session) -> None:
    make_firm(session)
    contract = row_of(
        "Synthetic Li", place="CN", basis=TransferBasis.STANDARD_CONTRACT, consents=BOTH
    )
    [person] = save(session, contract)

    [row] = session.scalars(select(Transfer))
    assert (row.person_id, row.kind, row.recipient_country) == (person, TransferKind.STORED, "HK")
    assert row.fields == ["email", "name"]
    with pytest.raises(ContactsRefused, match="agreed to the transfer"):
        save(session, row_of("Synthetic Wu", place="CN", basis=TransferBasis.STANDARD_CONTRACT))
    with pytest.raises(ContactsRefused, match="no basis"):
        save(session, row_of("Synthetic Wu", place="CN", consents=BOTH))


def test_the_keys_of_contacts_go_with_their_provider(session: Session) -> None:
    firm = make_firm(session)
    save(session, row_of())

    delete_provider(session, OPERATOR, provider_id=firm)

    assert session.scalars(select(PersonKey)).all() == []
    assert session.scalars(select(Contact)).all() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "nobody"}, "no e-mail address"),
        ({"phone": "2345 6789"}, "country's code"),
        ({"place": "Hong Kong"}, "CN-4403"),
        ({"purposes": "directory;spam"}, "no purpose"),
        ({"evidence": ""}, "proof"),
        ({"name": "Ch\u200ban"}, "hidden"),
    ],
)
def test_a_row_says_what_is_wrong_with_it(change: dict[str, str], said: str) -> None:
    from providers.contacts.schemas import ContactRow

    cells = {
        "provider_ref": "firm",
        "name": "Chan",
        "place": "HK",
        "notice_version": "1",
        "collected_on": "2026-11-01",
        "purposes": "directory",
        "consents": "directory",
        "evidence": "form 1",
    }
    ContactRow.model_validate(cells)
    changed = {name: cell for name, cell in {**cells, **change}.items() if cell}
    with pytest.raises(ValidationError, match=said):
        ContactRow.model_validate(changed)


def test_an_organisation_that_nobody_verified_is_shown_nobody(session: Session) -> None:
    firm = make_firm(session)
    save(session, row_of("Synthetic Chan 陳", email="chan@firm.example"))
    asking = member_of(session, "HK")
    assert asking.tenant_id is not None
    assert len(shown_to(session, asking, firm).shown) == 1

    # What place it is in is then only what it says of itself.
    session.get_one(Organisation, asking.tenant_id).is_verified = False
    session.flush()

    assert shown_to(session, asking, firm) == Disclosed((), 1)

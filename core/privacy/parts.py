"""What this folder and the accounts keep of a person, for export and erasure."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.models import (
    Account,
    AccountStatus,
    ApiToken,
    Invitation,
    Membership,
    OneTimeSecret,
    Organisation,
    OrganisationKind,
    OutsideIdentity,
    Passkey,
    RecoveryCode,
    UserSession,
)
from core.privacy.consents import SEALED_AS, list_consents
from core.privacy.law import RequestKind, TransferBasis
from core.privacy.ledger import list_transfers
from core.privacy.models import (
    Consent,
    PersonRequest,
    Purpose,
    Transfer,
    TransferKind,
)
from core.privacy.people import Json
from core.sealing import PersonSeal


class ConsentPart:
    """What the person agreed to. The rows stay after an erasure, their evidence unreadable."""

    name = "consents"

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return every row."""
        rows = [
            {
                "number": row.number,
                "purpose": row.purpose,
                "field_group": row.field_group,
                "is_given": row.is_given,
                "notice_version": row.notice_version,
                "evidence": seal.open(row.evidence, purpose=SEALED_AS).decode(),
                "recorded_by": row.recorded_by,
                "recorded_at": row.recorded_at.isoformat(),
            }
            for row in list_consents(session, person_id)
        ]
        return {"consents": rows} if rows else None

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store them."""
        for row in data["consents"]:
            session.add(
                Consent(
                    person_id=person_id,
                    number=int(row["number"]),
                    purpose=Purpose(row["purpose"]),
                    # Archives of earlier releases know of no groups.
                    field_group=row.get("field_group"),
                    is_given=bool(row["is_given"]),
                    notice_version=str(row["notice_version"]),
                    evidence=seal.seal(str(row["evidence"]).encode(), purpose=SEALED_AS),
                    recorded_by=str(row["recorded_by"]),
                    recorded_at=datetime.fromisoformat(row["recorded_at"]),
                )
            )

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Leave them: that there was a consent has to be shown; by whom, only the key could say."""
        return ()


class TransferPart:
    """To whom the person's data went. The ledger stays after an erasure, by the random id."""

    name = "transfers"

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return every row."""
        rows = [
            {
                "id": str(row.id),
                "place": row.person_place,
                "kind": row.kind,
                "purpose": row.purpose,
                "fields": list(row.fields),
                "is_sensitive": row.is_sensitive,
                "recipient_id": str(row.recipient_id) if row.recipient_id else None,
                "recipient_country": row.recipient_country,
                "onward": list(row.onward),
                "law": row.law,
                "basis": row.basis,
                "contract_ref": row.contract_ref,
                "at": row.at.isoformat(),
            }
            for row in list_transfers(session, person_id)
        ]
        return {"transfers": rows} if rows else None

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store them; they were counted where they were made."""
        for row in data["transfers"]:
            session.add(
                Transfer(
                    id=UUID(row["id"]),
                    person_id=person_id,
                    person_place=str(row["place"]),
                    kind=TransferKind(row["kind"]),
                    purpose=str(row["purpose"]),
                    fields=[str(one) for one in row["fields"]],
                    is_sensitive=bool(row["is_sensitive"]),
                    recipient_id=UUID(row["recipient_id"]) if row["recipient_id"] else None,
                    recipient_country=str(row["recipient_country"]),
                    onward=[str(one) for one in row["onward"]],
                    law=str(row["law"]),
                    basis=TransferBasis(row["basis"]),
                    contract_ref=row["contract_ref"],
                    at=datetime.fromisoformat(row["at"]),
                )
            )

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Leave them: how many people's data left has to be shown, and who they were is gone."""
        return ()


class RequestPart:
    """What the person asked for. The rows stay: that they were dealt with has to be shown."""

    name = "requests"

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return every row."""
        found = session.scalars(
            select(PersonRequest)
            .where(PersonRequest.person_id == person_id)
            .order_by(PersonRequest.received_at, PersonRequest.id)
        )
        rows = [
            {
                "id": str(row.id),
                "kind": row.kind,
                "place": row.place,
                "law": row.law,
                "received_at": row.received_at.isoformat(),
                "answer_at": row.answer_at.isoformat(),
                "carry_out_at": row.carry_out_at.isoformat(),
                "is_extended": row.is_extended,
                "answered_at": _iso(row.answered_at),
                "closed_at": _iso(row.closed_at),
                "outcome": row.outcome,
            }
            for row in found
        ]
        return {"requests": rows} if rows else None

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store them."""
        for row in data["requests"]:
            session.add(
                PersonRequest(
                    id=UUID(row["id"]),
                    person_id=person_id,
                    kind=RequestKind(row["kind"]),
                    place=row["place"],
                    law=str(row["law"]),
                    received_at=datetime.fromisoformat(row["received_at"]),
                    answer_at=datetime.fromisoformat(row["answer_at"]),
                    carry_out_at=datetime.fromisoformat(row["carry_out_at"]),
                    is_extended=bool(row["is_extended"]),
                    answered_at=_moment(row["answered_at"]),
                    closed_at=_moment(row["closed_at"]),
                    outcome=row["outcome"],
                )
            )

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Leave them."""
        return ()


class AccountPart:
    """The person's account and places in organisations; never what proves who they are."""

    name = "account"

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return the account with its organisations, and what it signs in with by name."""
        account = session.get(Account, person_id)
        if account is None or account.status == AccountStatus.ERASED:
            return None
        told: dict[str, Any] = (  # Any: JSON
            json.loads(seal.open(account.sealed, purpose=ACCOUNT_PURPOSE)) if account.sealed else {}
        )
        members = session.execute(
            select(Membership, Organisation)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.account_id == person_id)
            .order_by(Organisation.id)
        )
        return {
            "told": told,
            "script": account.script,
            "is_service": account.is_service,
            "status": account.status,
            "created_at": account.created_at.isoformat(),
            "memberships": [
                {
                    "organisation_id": str(organisation.id),
                    "organisation": organisation.name,
                    "organisation_kind": organisation.kind,
                    "jurisdiction": organisation.jurisdiction,
                    "kind": membership.kind,
                    "is_manager": membership.is_manager,
                    "created_at": membership.created_at.isoformat(),
                }
                for membership, organisation in members
            ],
        }

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store the account without anything to sign in with, and its organisations by name."""
        created_at = datetime.fromisoformat(data["created_at"])
        told = json.dumps(data["told"], ensure_ascii=False, sort_keys=True)
        session.add(
            Account(
                id=person_id,
                sealed=seal.seal(told.encode(), purpose=ACCOUNT_PURPOSE) if data["told"] else None,
                script=str(data["script"]),
                is_service=bool(data["is_service"]),
                status=AccountStatus(data["status"]),
                created_at=created_at,
            )
        )
        session.flush()
        for row in data["memberships"]:
            organisation_id = UUID(row["organisation_id"])
            if session.get(Organisation, organisation_id) is None:
                session.add(
                    Organisation(
                        id=organisation_id,
                        kind=OrganisationKind(row["organisation_kind"]),
                        name=str(row["organisation"]),
                        jurisdiction=row["jurisdiction"],
                        is_verified=False,
                        created_at=created_at,
                    )
                )
                session.flush()
            session.add(
                Membership(
                    account_id=person_id,
                    organisation_id=organisation_id,
                    kind=str(row["kind"]),
                    is_manager=bool(row["is_manager"]),
                    created_at=datetime.fromisoformat(row["created_at"]),
                )
            )

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Leave the id of the account, which what it did refers to, and nothing else."""
        digest = session.scalar(select(Account.email_digest).where(Account.id == person_id))
        if digest is not None:
            session.execute(delete(Invitation).where(Invitation.email_digest == digest))
        for table in (
            UserSession,
            ApiToken,
            Passkey,
            RecoveryCode,
            OutsideIdentity,
            OneTimeSecret,
            Membership,
        ):
            session.execute(delete(table).where(table.account_id == person_id))
        session.execute(
            update(Account)
            .where(Account.id == person_id)
            .values(
                status=AccountStatus.ERASED,
                email_digest=None,
                sealed=None,
                password_hash=None,
                totp_sealed=None,
                totp_last_step=None,
                signed_in_at=None,
            )
        )
        return ()  # whoever was erased may come again and make an account


PARTS = (AccountPart(), ConsentPart(), TransferPart(), RequestPart())


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)

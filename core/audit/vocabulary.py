"""What can stand in the audit trail: closed lists, so that it can be searched and counted."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.outbox.events import PLATFORM_ID

# The chain of what belongs to no other organisation than the one that runs the platform.
PLATFORM_CHAIN: Final = PLATFORM_ID

PayloadValue = str | int | bool | list[str] | None
"""No floats: another program that checks the trail must write each value as we do."""


class Action(StrEnum):
    """What was done; the first part names what it was done to."""

    NEED_CREATED = "need.created"
    NEED_UPDATED = "need.updated"
    NEED_DELETED = "need.deleted"
    NEED_RECOMMENDED = "need.recommended"
    NEED_OPENED = "need.opened"
    NEED_TEXT_READ = "need.text_read"
    JUDGEMENT_RECORDED = "judgement.recorded"
    PREFERENCE_RECORDED = "preference.recorded"
    OUTCOME_RECORDED = "outcome.recorded"
    RANKER_PROPOSED = "ranker.proposed"
    RANKER_COMPARED = "ranker.compared"
    RANKER_VOTED = "ranker.voted"
    RANKER_ACCEPTED = "ranker.accepted"
    RANKER_REFUSED = "ranker.refused"
    RANKER_PROMOTED = "ranker.promoted"
    RANKER_ROLLED_BACK = "ranker.rolled_back"
    RANKER_FROZEN = "ranker.frozen"
    PROVIDER_SAVED = "provider.saved"
    PROVIDER_DELETED = "provider.deleted"
    PROVIDER_SUSPENDED = "provider.suspended"
    PROVIDER_PUBLISHED = "provider.published"
    PROVIDER_WITHDRAWN = "provider.withdrawn"
    PROVIDER_RETURNED = "provider.returned"
    EVIDENCE_SAVED = "evidence.saved"
    EVIDENCE_DELETED = "evidence.deleted"
    EVIDENCE_VERIFIED = "evidence.verified"
    EVIDENCE_REFUSED = "evidence.refused"
    REFUSAL_DISMISSED = "evidence.refusal_dismissed"
    IMPORT_ACCEPTED = "import.accepted"
    IMPORT_CONFIRMED = "import.confirmed"
    IMPORT_DISCARDED = "import.discarded"
    IMPORT_APPLIED = "import.applied"
    IMPORT_UNDO_ASKED = "import.undo_asked"
    IMPORT_UNDONE = "import.undone"
    TABLE_IMPORTED = "table.imported"
    JOB_STARTED = "job.started"
    JOB_CANCELLED = "job.cancelled"
    JOB_RETRIED = "job.retried"
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_ROTATED = "webhook.rotated"
    WEBHOOK_ENABLED = "webhook.enabled"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_DELETED = "webhook.deleted"
    WEBHOOK_TESTED = "webhook.tested"
    PERSON_EXPORTED = "person.exported"
    PERSON_BROUGHT_IN = "person.brought_in"
    PERSON_ERASED = "person.erased"
    CONSENT_RECORDED = "consent.recorded"
    CONTACTS_IMPORTED = "contacts.imported"
    CONTACTS_SHOWN = "contacts.shown"
    PERSON_REQUEST_OPENED = "person_request.opened"
    PERSON_REQUEST_ANSWERED = "person_request.answered"
    PERSON_REQUEST_EXTENDED = "person_request.extended"
    PERSON_REQUEST_CLOSED = "person_request.closed"
    ACCOUNT_SIGNED_IN = "account.signed_in"
    ACCOUNT_SECOND_FACTOR_ASKED = "account.second_factor_asked"
    ACCOUNT_SIGN_IN_FAILED = "account.sign_in_failed"
    ACCOUNT_SIGNED_OUT = "account.signed_out"
    ACCOUNT_SUSPENDED = "account.suspended"
    ACCOUNT_REINSTATED = "account.reinstated"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 a name
    PASSWORD_LINK_ASKED = "password.link_asked"  # noqa: S105 a name
    PASSWORD_LINK_MADE = "password.link_made"  # noqa: S105 a name
    REGISTRATION_ASKED = "registration.asked"
    SECOND_FACTOR_SET_UP = "second_factor.set_up"
    SECOND_FACTOR_REMOVED = "second_factor.removed"
    RECOVERY_CODES_MADE = "recovery_codes.made"
    TOKEN_MADE = "token.made"  # noqa: S105 a name
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 a name
    INVITATION_MADE = "invitation.made"
    INVITATION_ACCEPTED = "invitation.accepted"
    INVITATION_REVOKED = "invitation.revoked"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    MEMBER_REMOVED = "member.removed"
    ORGANISATION_FOUNDED = "organisation.founded"
    ORGANISATION_TIED = "organisation.tied"
    ORGANISATION_SUSPENDED = "organisation.suspended"
    ORGANISATION_REINSTATED = "organisation.reinstated"
    ORGANISATION_VERIFIED = "organisation.verified"
    VERIFICATION_WITHDRAWN = "organisation.verification_withdrawn"
    KEYS_RENEWED = "keys.renewed"
    PAYLOAD_ERASED = "audit.payload_erased"


class SubjectKind(StrEnum):
    """What something can be done to."""

    NEED = "need"
    RECOMMENDATION = "recommendation"
    JUDGEMENT = "judgement"
    PREFERENCE = "preference"
    OUTCOME = "outcome"
    RANKER = "ranker"
    PROVIDER = "provider"
    EVIDENCE = "evidence"
    IMPORT = "import"
    TABLE = "table"
    JOB = "job"
    WEBHOOK = "webhook"
    PERSON = "person"
    PERSON_REQUEST = "person_request"
    ACCOUNT = "account"
    TOKEN = "token"  # noqa: S105 a name
    INVITATION = "invitation"
    ORGANISATION = "organisation"
    KEYS = "keys"
    AUDIT_EVENT = "audit_event"


class ReadPurpose(StrEnum):
    """For what the text of a need is read."""

    OWN_NEED = "own_need"
    SUPPORT = "support"
    JUDGING = "judging"
    TRAINING_MATERIAL = "training_material"
    BREAK_GLASS = "break_glass"


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to.

    Attributes:
        kind: what sort of thing.
        subject_id: its id, as addresses and other rows have it.
        tenant_id: whose it is, and in whose chain it is therefore recorded; None for what belongs
            to the platform.
    """

    kind: SubjectKind
    subject_id: str
    tenant_id: UUID | None = None

    @property
    def chain(self) -> UUID:
        """The chain in which it is recorded."""
        return PLATFORM_CHAIN if self.tenant_id is None else self.tenant_id

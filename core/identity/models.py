"""Tables of people: organisations, accounts, and all that proves who somebody is.

What tells who a person is (name, address) is sealed with that person's own key; what proves it
(tokens, codes, passwords) is stored as a digest or a hash only.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime

DIGEST_CHARACTERS: Final = 64


class OrganisationKind(StrEnum):
    """What an organisation is to the platform; `platform` is the one that runs it."""

    ENTERPRISE = "enterprise"
    PROVIDER = "provider"
    PLATFORM = "platform"


class AccountStatus(StrEnum):
    """Whether an account can be used; of an erased one nothing but its id is left."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Organisation(Base):
    """A tenant: whose needs, people and tokens are kept apart from everybody else's.

    `provider_id` is the profile that a provider's people answer for.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind IN ('enterprise', 'provider', 'platform')", name="kind"),
        CheckConstraint("kind = 'provider' OR provider_id IS NULL", name="provider_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(300))
    jurisdiction: Mapped[str | None] = mapped_column(String(12))
    # The type is written out: the table of providers is not known here, so it cannot be looked up.
    provider_id: Mapped[UUID | None] = mapped_column(
        Uuid(), ForeignKey("provider.id", ondelete="SET NULL"), index=True
    )
    is_verified: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonKey(Base):
    """The key of one person's data, itself sealed with the deployment's.

    No row means that the person was erased: what was sealed with it can never be read again.
    """

    __tablename__ = "person_key"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Account(Base):
    """Somebody, or a service, who can sign in.

    `sealed` is JSON with `email` and `name`, sealed with the person's key; `email_digest` finds the
    account. A service has neither password nor second factor: it has tokens. `totp_sealed` is the
    seed of one-time codes, `totp_last_step` the last step whose code was used.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended', 'erased')", name="status"),
        CheckConstraint("NOT is_service OR password_hash IS NULL", name="is_service"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_digest: Mapped[str | None] = mapped_column(String(DIGEST_CHARACTERS), unique=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    script: Mapped[str] = mapped_column(String(10))
    is_service: Mapped[bool]
    status: Mapped[AccountStatus] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Base):
    """An account's place in an organisation, and what it is there."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('enterprise', 'provider', 'operator', 'committee', 'administrator', "
            "'service')",
            name="kind",
        ),
    )

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(14))
    is_manager: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def _of_a_member() -> ForeignKeyConstraint:
    """Refer to a place in an organisation: whoever loses it loses this with it."""
    return ForeignKeyConstraint(
        ["account_id", "organisation_id"],
        ["membership.account_id", "membership.organisation_id"],
        ondelete="CASCADE",
    )


class UserSession(Base):
    """Somebody who has signed in, on one browser, for one organisation.

    The browser holds a random token, the row its SHA-256. `second_factor_at` is when a second factor
    was shown in this session.
    """

    __tablename__ = "user_session"
    __table_args__ = (
        _of_a_member(),
        Index("ix_user_session_account_id", "account_id"),
        Index("ix_user_session_expires_at", "expires_at"),
    )

    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """What a program shows instead of signing in; the row holds its SHA-256.

    `hint` is the beginning of the token, by which its owner knows it again.
    """

    __tablename__ = "api_token"
    __table_args__ = (_of_a_member(), Index("ix_api_token_account_id", "account_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), unique=True)
    hint: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """An offer of a place in an organisation, made to an e-mail address; used once.

    `sealed` is the address, sealed with the deployment's key until the offer ends.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('enterprise', 'provider', 'operator', 'committee', 'administrator')",
            name="kind",
        ),
        Index("ix_invitation_organisation_id", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(14))
    is_manager: Mapped[bool]
    email_digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    invited_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A WebAuthn credential: a key that never leaves its device."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code on paper, for whoever has lost the second factor; used once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutsideIdentity(Base):
    """Who an account is to an OpenID Connect provider; `subject_digest` is keyed."""

    __tablename__ = "outside_identity"
    __table_args__ = (UniqueConstraint("issuer", "account_id"),)

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject_digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OneTimeSecret(Base):
    """Something that is good once and soon outlived; the row goes when it is used.

    `sealed` is what it stands for, where it stands for more than the account.
    """

    __tablename__ = "one_time_secret"
    __table_args__ = (Index("ix_one_time_secret_expires_at", "expires_at"),)

    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

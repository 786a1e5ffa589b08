"""What the API takes and gives about people."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.identity.accounts import NAME_CHARACTERS
from core.identity.actor import UserKind
from core.identity.models import OrganisationKind
from core.identity.tokens import LONGEST, Scope

_EMAIL_CHARACTERS = 320
Email = Annotated[str, Field(min_length=3, max_length=_EMAIL_CHARACTERS)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TokenCreate(_Sent):
    """A token to be made."""

    name: Annotated[Name, Field(description="What it is for.")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    days: Annotated[int, Field(ge=1, le=LONGEST.days, description="How long it lives.")] = 90


class TokenRead(BaseModel):
    """A token, by which its owner knows it again."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    hint: str = Field(description="Its first characters.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="To the minute; null if never.")


class TokenMade(TokenRead):
    """A new token with its secret, which is shown this once."""

    secret: str = Field(description="Send it as `Authorization: Bearer …`.")


class SessionRead(BaseModel):
    """A browser on which an account is signed in."""

    id: str
    created_at: datetime
    seen_at: datetime = Field(description="To the minute.")
    expires_at: datetime


class OrganisationRead(BaseModel):
    """An organisation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    kind: OrganisationKind
    is_verified: bool
    provider_id: UUID | None = Field(description="The profile that a provider's people answer for.")
    created_at: datetime
    suspended_at: datetime | None


class MeRead(BaseModel):
    """Who asks."""

    account_id: UUID
    name: str
    email: str = Field(description="Empty for programs.")
    kind: UserKind
    is_manager: bool
    has_second_factor: bool
    scopes: list[Scope] | None = Field(description="What the token may; null without a token.")
    organisation: OrganisationRead


class MemberRead(BaseModel):
    """Somebody, or a program, who acts for an organisation."""

    account_id: UUID
    name: str
    email: str = Field(description="Empty for programs.")
    kind: UserKind
    is_manager: bool
    is_suspended: bool
    has_second_factor: bool
    joined_at: datetime
    signed_in_at: datetime | None


class MemberUpdate(_Sent):
    """What a member becomes; what is left out stays."""

    is_manager: bool | None = None
    kind: UserKind | None = None


class InvitationCreate(_Sent):
    """An offer of a place."""

    email: Email
    kind: Annotated[
        UserKind | None, Field(description="The usual one of the organisation if left out.")
    ] = None
    is_manager: bool = False


class InvitationRead(BaseModel):
    """An offer that can still be accepted."""

    id: UUID
    email: str
    kind: UserKind
    is_manager: bool
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationRead):
    """A new offer with its link, which is shown this once."""

    url: str | None = Field(
        description="Send it to the address yourself; null where the platform has mailed it."
    )


class ServiceCreate(_Sent):
    """A program that is to act for the organisation."""

    name: Name


class RegistrationCreate(_Sent):
    """An enterprise that comes without an invitation, and who is to manage it."""

    organisation: Annotated[str, Field(min_length=1, max_length=300)]
    email: Email
    name: Name
    password: Annotated[SecretStr, Field(min_length=1, max_length=1_000)]
    script: Annotated[
        Literal["en", "zh-Hans", "zh-Hant"], Field(description="In which the letter is written.")
    ] = "en"


class OrganisationCreate(_Sent):
    """An organisation, and whom to invite as its first manager."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    kind: OrganisationKind = OrganisationKind.ENTERPRISE
    manager_email: Email


class OrganisationMade(OrganisationRead):
    """A new organisation with the offer to its first manager."""

    invitation: InvitationMade

"""Pages of those who manage people: their own organisation, and for operators all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep
from api.links import hand_out_invitation
from api.web import forms
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from core.errors import InvalidInput
from core.identity import invitations, organisations, own, reading
from core.identity.actor import Actor, UserKind
from core.identity.models import OrganisationKind
from core.identity.organisations import KINDS_OF, LastManager
from core.identity.tokens import Scope
from providers.errors import ProviderNotFound
from providers.own.deciding import tie_organisation as tie_to_profile
from providers.own.errors import ProfileTied

router = APIRouter(include_in_schema=False)

OWN = "/organisation"
ALL = "/organisations"
_SERVICE_DAYS = 90
FormToken = Annotated[str, Form(max_length=200)]
Written = Annotated[str, Form(max_length=400)]


@router.get(OWN)
def show_organisation(
    page: PageDep, actor: ActorDep, session: ReadSessionDep, now: NowDep
) -> Response:
    """Show the people and programs of an organisation to whoever manages it."""
    return _show(page, session, actor, now=now)


def _show(
    page: Page,
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    errors: Sequence[FormError] = (),
    status: int = 200,
    made_link: str = "",
    sent_to: str = "",
    made_token: str = "",
) -> Response:
    organisation = organisations.get_organisation(session, organisations.require_manager(actor))
    ring = page.settings.keyring
    members = reading.describe_members(session, ring, organisation.id)
    may_appoint = (
        organisation.kind != OrganisationKind.PLATFORM or actor.kind is UserKind.ADMINISTRATOR
    )
    response = page.render(
        "people/organisation.html",
        status_code=status,
        path=OWN,
        errors=errors,
        organisation=organisation,
        people=[one for one in members if one.kind is not UserKind.SERVICE],
        programs=[
            (one, own.list_tokens(session, one.account_id, now=now))
            for one in members
            if one.kind is UserKind.SERVICE
        ],
        invitations=reading.describe_invitations(session, ring, organisation.id, now=now),
        kinds=[kind.value for kind in KINDS_OF[OrganisationKind(organisation.kind)]],
        may_invite=may_appoint,
        me=actor.actor_id,
        made_link=made_link,
        sent_to=sent_to,
        made_token=made_token,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post(OWN + "/invitations")
def invite(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    email: Written = "",
    kind: Annotated[UserKind | None, Form()] = None,
    is_manager: Annotated[bool, Form()] = False,
    form_token: FormToken = "",
) -> Response:
    """Offer somebody a place; show the link this once, or have it mailed."""
    organisation_id = organisations.require_manager(actor)
    try:
        forms.require_token(page.request, form_token, page.settings)
        made, secret = invitations.invite(
            session,
            page.settings.keyring,
            actor,
            organisation_id=organisation_id,
            email=email,
            kind=kind,
            is_manager=is_manager,
            now=now,
        )
    except forms.StaleForm:
        errors = [FormError(_stale(page), "email")]
        return _show(page, session, actor, now=now, errors=errors, status=403)
    except InvalidInput:
        errors = [FormError(_no_address(page), "email")]
        return _show(page, session, actor, now=now, errors=errors, status=422)
    link = hand_out_invitation(page.request, session, page.settings, made, secret, now=now)
    sent_to = "" if link else invitations.read_address(page.settings.keyring, made)
    return _show(page, session, actor, now=now, made_link=link, sent_to=sent_to)


def _stale(page: Page) -> str:
    return page.gettext("This page had been open for too long. Send it again.")


def _no_address(page: Page) -> str:
    return page.gettext("Write an e-mail address, such as name@company.com.")


@router.post(OWN + "/invitations/{invitation_id}/revoke")
def revoke_invitation(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    invitation_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Take an offer back."""
    forms.require_token(page.request, form_token, page.settings)
    invitations.revoke_invitation(session, actor, invitation_id=invitation_id, now=now)
    return RedirectResponse(f"{OWN}#invitations-title", status_code=303)


@router.post(OWN + "/members/{member_id}/{step}")
def change_member(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    member_id: UUID,
    step: str,
    form_token: FormToken = "",
) -> Response:
    """Let a member manage, no longer manage, or no longer belong."""
    forms.require_token(page.request, form_token, page.settings)
    try:
        if step == "remove":
            organisations.remove_member(session, actor, account_id=member_id)
        elif step in {"promote", "demote"}:
            organisations.change_member(
                session, actor, account_id=member_id, is_manager=step == "promote"
            )
        else:
            raise organisations.MemberNotFound(f"a member has no step {step[:40]!r}")
    except LastManager:
        said = page.gettext("An organisation needs a manager. Make somebody else one first.")
        return _show(page, session, actor, now=now, errors=[FormError(said)], status=409)
    return RedirectResponse(f"{OWN}#members-title", status_code=303)


@router.post(OWN + "/services")
def create_service(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    name: Written = "",
    form_token: FormToken = "",
) -> Response:
    """Make a program with its first token, and show that this once."""
    organisations.require_manager(actor)
    forms.require_token(page.request, form_token, page.settings)
    try:
        made = organisations.create_service(
            session, page.settings.keyring, actor, name=name, now=now
        )
    except InvalidInput:
        said = page.gettext("Give the program a name of 1 to 120 characters.")
        errors = [FormError(said, "service-name")]
        return _show(page, session, actor, now=now, errors=errors, status=422)
    return _with_token(page, session, actor, made.account_id, name, now=now)


@router.post(OWN + "/services/{service_id}/tokens")
def make_service_token(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    service_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Make another token for a program, and show it this once."""
    forms.require_token(page.request, form_token, page.settings)
    return _with_token(page, session, actor, service_id, f"{now:%Y-%m-%d}", now=now)


def _with_token(
    page: Page, session: Session, actor: Actor, service_id: UUID, name: str, *, now: datetime
) -> Response:
    _token, secret = own.make_service_token(
        session,
        actor,
        service_id=service_id,
        name=name,
        scopes=(Scope.READ, Scope.WRITE),
        days=_SERVICE_DAYS,
        now=now,
    )
    return _show(page, session, actor, now=now, made_token=secret)


@router.post(OWN + "/services/{service_id}/tokens/{token_id}/revoke")
def revoke_service_token(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    service_id: UUID,
    token_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Make a program's token void."""
    forms.require_token(page.request, form_token, page.settings)
    own.revoke_service_token(session, actor, service_id=service_id, token_id=token_id, now=now)
    return RedirectResponse(f"{OWN}#programs-title", status_code=303)


@router.get(ALL)
def list_organisations(page: PageDep, actor: ActorDep, session: ReadSessionDep) -> Response:
    """Show every organisation to operators and administrators."""
    return _list(page, session, actor)


def _list(
    page: Page,
    session: Session,
    actor: Actor,
    *,
    errors: Sequence[FormError] = (),
    status: int = 200,
    made_link: str = "",
    sent_to: str = "",
    name: str = "",
) -> Response:
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    response = page.render(
        "people/organisations.html",
        status_code=status,
        path=ALL,
        errors=errors,
        organisations=organisations.list_organisations(session),
        kinds=[OrganisationKind.ENTERPRISE.value, OrganisationKind.PROVIDER.value],
        made_link=made_link,
        sent_to=sent_to,
        name=name,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post(ALL + "/{organisation_id}/provider")
def tie_organisation(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    organisation_id: UUID,
    provider_id: Written = "",
    form_token: FormToken = "",
) -> Response:
    """Let an organisation's people answer for a profile; for none where the field is empty."""
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    forms.require_token(page.request, form_token, page.settings)
    try:
        profile = UUID(provider_id.strip()) if provider_id.strip() else None
        tie_to_profile(session, actor, organisation_id=organisation_id, provider_id=profile)
    except (ValueError, ProviderNotFound, ProfileTied):
        said = page.gettext(
            "Write the id of a profile for which no other organisation answers, or nothing."
        )
        errors = [FormError(said, f"profile-{organisation_id}")]
        return _list(page, session, actor, errors=errors, status=422)
    return RedirectResponse(ALL, status_code=303)


@router.post(ALL)
def create_organisation(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    name: Written = "",
    kind: Annotated[OrganisationKind, Form()] = OrganisationKind.ENTERPRISE,
    manager_email: Written = "",
    form_token: FormToken = "",
) -> Response:
    """Make an organisation and invite its first manager; show the link this once, or mail it."""
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    try:
        forms.require_token(page.request, form_token, page.settings)
        with session.begin_nested():
            _organisation, invitation, secret = invitations.found_organisation(
                session,
                page.settings.keyring,
                actor,
                kind=kind,
                name=name,
                manager_email=manager_email,
                now=now,
            )
    except forms.StaleForm:
        errors = [FormError(_stale(page), "name")]
        return _list(page, session, actor, errors=errors, status=403, name=name)
    except InvalidInput:
        said = page.gettext("Write a name and the e-mail address of the first manager.")
        errors = [FormError(said, "name")]
        return _list(page, session, actor, errors=errors, status=422, name=name)
    link = hand_out_invitation(page.request, session, page.settings, invitation, secret, now=now)
    sent_to = "" if link else invitations.read_address(page.settings.keyring, invitation)
    return _list(page, session, actor, made_link=link, sent_to=sent_to)

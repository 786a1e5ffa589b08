"""The page of a provider's own people: how they are listed, what they claim, who may be shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.deps import ActorDep, EngineDep, NowDep, SessionDep
from api.web import forms
from api.web.consent_forms import people_of, read_consent, say_unfit
from api.web.directory import list_branches, list_places, view_evidence
from api.web.forms import FormError
from api.web.names import Names
from api.web.rendering import Page, PageDep
from core.errors import InvalidInput, InvalidState, NotFound
from core.identity.actor import Actor
from core.names import NameTaken
from core.privacy.models import Purpose
from providers import queries
from providers.contacts.consenting import record_contact_consent
from providers.contacts.models import FieldGroup
from providers.engine import Engine
from providers.models import EvidenceKind, ProviderStatus, SectorBasis
from providers.own import service
from providers.own.access import own_provider
from providers.own.queries import describe_own, list_refused
from providers.own.schemas import (
    MAX_CLAIMED_SECTORS,
    MAX_DESCRIPTION,
    ClaimCreate,
    OwnProviderChange,
)
from providers.own.service import MAX_CLAIMS, OWN_SOURCE

router = APIRouter(include_in_schema=False)

ADDRESS: Final = "/provider"
_SHOWN: Final = 100
# Those that are offered with a box of their own; what a firm has beside them keeps its box.
_LANGUAGES: Final = (
    "en", "zh", "cmn", "yue", "vi", "th", "ms", "id", "fil", "km", "lo", "my", "ja", "ko", "pt",
    "ar", "hi", "fr", "es", "de", "ru",
)  # fmt: skip
_ACCEPTING: Final = {"yes": True, "no": False, "": None}
FormToken = Annotated[str, Form(max_length=200)]
Typed = Annotated[str, Form(max_length=10_000)]
Ticked = Annotated[list[str], Form(max_length=60)]


@router.get(ADDRESS)
def show_profile(
    page: PageDep, engine: EngineDep, session: SessionDep, actor: ActorDep, now: NowDep
) -> Response:
    """Show a firm's people how it is listed."""
    return _show(page, session, actor, engine, now=now)


@router.post(ADDRESS)
def change_profile(
    *,
    page: PageDep,
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    version: Annotated[int, Form(ge=1, le=2_147_483_646)],
    name: Typed = "",
    city: Typed = "",
    languages: Ticked = [],  # noqa: B006 FastAPI copies it for each request
    is_accepting: Typed = "",
    claimed_sectors: Ticked = [],  # noqa: B006 as above
    form_token: FormToken = "",
) -> Response:
    """Change what a firm may say of itself."""
    provider = service.lock_own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    errors: list[FormError] = []
    if version != provider.version:
        said = page.gettext("The profile was changed meanwhile. Check it, then change it again.")
        return _show(page, session, actor, engine, now=now, errors=[FormError(said)], status=409)
    said_of: dict[str, object] = {
        "name": name,
        "city": city.strip() or None,
        "is_accepting": _ACCEPTING.get(is_accepting),
        "claimed_sectors": claimed_sectors,
    }
    if languages or provider.languages is not None:
        said_of["languages"] = languages
    try:
        with session.begin_nested():
            service.change_own_provider(
                session, actor, body=OwnProviderChange.model_validate(said_of), now=now
            )
    except NameTaken:
        said = page.gettext(
            "A verified firm has a name that looks the same. If it is yours, write to us."
        )
        errors.append(FormError(said, "name"))
    except (ValidationError, InvalidInput) as error:
        errors += _mistakes(page, error)
    if errors:
        session.expire_all()
        return _show(page, session, actor, engine, now=now, errors=errors, status=422)
    return RedirectResponse(ADDRESS, status_code=303)


@router.post(ADDRESS + "/evidence")
def add_claim(
    *,
    page: PageDep,
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    kind: Annotated[EvidenceKind, Form()] = EvidenceKind.STATEMENT,
    title: Typed = "",
    description: Typed = "",
    jurisdiction: Typed = "",
    sector: Typed = "",
    dated_on: Typed = "",
    form_token: FormToken = "",
) -> Response:
    """Store a claim."""
    own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    try:
        body = ClaimCreate.model_validate(
            {
                "kind": kind,
                "title": title,
                "description": description.replace("\r\n", "\n"),
                "jurisdictions": [jurisdiction] if jurisdiction else [],
                "sector_codes": [sector] if sector else [],
                "dated_on": dated_on or None,
            }
        )
        service.add_claim(session, actor, body=body, now=now)
    except InvalidState:
        said = page.gettext("There is no room for another claim. Withdraw one first.")
        errors = [FormError(said, "title")]
        return _show(page, session, actor, engine, now=now, errors=errors, status=409)
    except (ValidationError, InvalidInput) as error:
        errors = _mistakes(page, error)
        return _show(page, session, actor, engine, now=now, errors=errors, status=422)
    return RedirectResponse(f"{ADDRESS}#evidence", status_code=303)


@router.post(ADDRESS + "/evidence/{evidence_id}/withdraw")
def withdraw_claim(
    *,
    page: PageDep,
    session: SessionDep,
    actor: ActorDep,
    evidence_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Remove a claim of the firm's own."""
    own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    service.withdraw_claim(session, actor, evidence_id=evidence_id)
    return RedirectResponse(f"{ADDRESS}#evidence", status_code=303)


@router.post(ADDRESS + "/refused-claims/{evidence_id}/dismiss")
def dismiss_refusal(
    *,
    page: PageDep,
    session: SessionDep,
    actor: ActorDep,
    evidence_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Take a refused claim off the page once it was read."""
    own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    service.dismiss_refusal(session, actor, evidence_id=evidence_id)
    return RedirectResponse(f"{ADDRESS}#evidence", status_code=303)


@router.post(ADDRESS + "/listing/{step}")
def change_listing(
    *,
    page: PageDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    step: str,
    form_token: FormToken = "",
) -> Response:
    """Take the firm out of every list, or put it back."""
    own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    if step == "withdraw":
        service.withdraw_own_provider(session, actor, now=now)
    elif step == "return":
        service.return_own_provider(session, actor, now=now)
    else:
        raise NotFound(f"a profile has no step {step[:40]!r}")
    return RedirectResponse(f"{ADDRESS}#listing", status_code=303)


@router.post(ADDRESS + "/contacts/{contact_id}/consents")
def record_consent(
    *,
    page: PageDep,
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    contact_id: UUID,
    purpose: Annotated[Purpose, Form()] = Purpose.DIRECTORY,
    group: Typed = "",
    said: Typed = "",
    notice_version: Typed = "",
    evidence: Typed = "",
    form_token: FormToken = "",
) -> Response:
    """Write down what a person of the firm said."""
    own_provider(session, actor)
    forms.require_token(page.request, form_token, page.settings)
    body = read_consent(purpose, group, said, notice_version, evidence)
    if body is None:
        errors = [FormError(say_unfit(page), f"evidence-{contact_id}")]
        return _show(page, session, actor, engine, now=now, errors=errors, status=422)
    ring = page.settings.keyring
    record_contact_consent(session, actor, ring, contact_id=contact_id, said=body, now=now)
    return RedirectResponse(f"{ADDRESS}#people", status_code=303)


def _show(
    page: Page,
    session: Session,
    actor: Actor,
    engine: Engine,
    *,
    now: datetime,
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> Response:
    provider = own_provider(session, actor)
    names = Names(page.script, engine.names)
    pieces = queries.list_evidence(session, provider.id, limit=_SHOWN)
    own = set(provider.languages or ())
    response = page.render(
        "provider/profile.html",
        status_code=status,
        path=ADDRESS,
        errors=errors,
        provider=provider,
        profile=describe_own(session, provider, on=now.date()),
        is_withdrawn=service.is_withdrawn(provider),
        is_published=provider.status == ProviderStatus.PUBLISHED,
        is_manager=actor.is_manager,
        listed=[
            names.sector(one.sector_code)
            for one in provider.sectors
            if one.basis == SectorBasis.LISTED
        ],
        claimed={one.sector_code for one in provider.sectors if one.basis == SectorBasis.CLAIMED},
        spoken=[
            (tag, names.language(tag), tag in own)
            for tag in (*_LANGUAGES, *sorted(own - set(_LANGUAGES)))
        ],
        branches=list_branches(session, names),
        places=list_places(session, names),
        kinds=[kind.value for kind in EvidenceKind],
        evidence=[(view_evidence(one, names), one.source == OWN_SOURCE) for one in pieces],
        refused=list_refused(session, provider.id),
        people=people_of(page, session, actor, provider, now=now),
        purposes=[purpose.value for purpose in Purpose],
        groups=[group.value for group in FieldGroup],
        most_sectors=MAX_CLAIMED_SECTORS,
        most_claims=MAX_CLAIMS,
        most_characters=MAX_DESCRIPTION,
        today=date.isoformat(now.date()),
        names=names,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _mistakes(page: Page, error: ValidationError | InvalidInput) -> list[FormError]:
    """Say what is wrong with a field, in the reader's script."""
    if isinstance(error, ValidationError):
        fields = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
    else:
        fields = {one.pointer.split("/")[1] for one in error.fields}
    said = {
        "claimed_sectors": page.gettext(
            "Choose at most %(n)s sectors of the list.", n=MAX_CLAIMED_SECTORS
        ),
        "dated_on": page.gettext("Write the day on which it ended, as 2026-03-31."),
        "title": page.gettext("Write a title of 1 to 500 characters."),
    }
    plain = page.gettext(
        "This cannot be stored as it stands. Shorten it, and take out what cannot be seen."
    )
    return [FormError(said.get(name, plain), name) for name in sorted(fields)] or [FormError(plain)]

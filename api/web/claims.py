"""Pages of operators: what firms claim of their work, to be found true or refused."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import EngineDep, NowDep, OperatorDep, ReadSessionDep, SessionDep
from api.v1.pagination import decode_position, encode_cursor
from api.web import forms
from api.web.directory import view_evidence
from api.web.forms import FormError
from api.web.names import Names
from api.web.rendering import Page, PageDep
from core.errors import InvalidState, NotFound
from providers.engine import Engine
from providers.errors import EvidenceNotFound
from providers.own import deciding
from providers.own.models import RefusalReason
from providers.own.queries import list_claims

router = APIRouter(include_in_schema=False)

ADDRESS = "/ops/claims"
_SHOWN = 50
FormToken = Annotated[str, Form(max_length=200)]
Cursor = Annotated[str, Query(max_length=200)]


@router.get(ADDRESS)
def list_page(
    *,
    page: PageDep,
    engine: EngineDep,
    _actor: OperatorDep,
    session: ReadSessionDep,
    verified: Annotated[bool, Query()] = False,
    after: Cursor = "",
) -> Response:
    """Show what firms claim: what waits to be looked at, or what was found to be true."""
    return _show(page, session, engine, is_verified=verified, after=after)


@router.post(ADDRESS + "/{evidence_id}/{step}")
def decide(
    *,
    page: PageDep,
    engine: EngineDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    evidence_id: UUID,
    step: str,
    is_sure: Annotated[bool, Form()] = False,
    why: Annotated[RefusalReason | None, Form()] = None,
    form_token: FormToken = "",
) -> Response:
    """Write down that a claim is true, or not any more; or take it out."""
    forms.require_token(page.request, form_token, page.settings)
    said = ""
    if step == "refuse" and why is None:
        said = page.gettext("Choose why: the firm is told.")
    elif step == "refuse" and not is_sure:
        said = page.gettext("Tick that you are sure: the claim is taken out.")
    else:
        try:
            if step == "refuse" and why is not None:
                deciding.refuse_claim(session, actor, evidence_id=evidence_id, reason=why, now=now)
            elif step in {"verify", "doubt"}:
                deciding.verify_evidence(
                    session, actor, evidence_id=evidence_id, is_verified=step == "verify"
                )
            else:
                raise NotFound(f"a claim has no step {step[:40]!r}")
        except EvidenceNotFound:
            said = page.gettext("The claim is not there any more: its firm has withdrawn it.")
        except InvalidState:
            said = page.gettext("Somebody has verified the claim meanwhile.")
    if said:
        errors = [FormError(said, f"claim-{evidence_id}")]
        return _show(page, session, engine, chosen=why, errors=errors, status=409)
    return RedirectResponse(ADDRESS, status_code=303)


def _show(
    page: Page,
    session: Session,
    engine: Engine,
    *,
    is_verified: bool = False,
    after: str = "",
    chosen: RefusalReason | None = None,
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> Response:
    names = Names(page.script, engine.names)
    found = list_claims(
        session,
        is_verified=is_verified,
        after=decode_position(after or None, lambda firm, claim: (UUID(firm), claim)),
        limit=_SHOWN + 1,
    )
    shown = found[:_SHOWN]
    last = shown[-1][0] if len(found) > _SHOWN else None
    response = page.render(
        "operator/claims.html",
        status_code=status,
        path=ADDRESS,
        errors=errors,
        claims=[(view_evidence(evidence, names), provider) for evidence, provider in shown],
        shows_verified=is_verified,
        reasons=[reason.value for reason in RefusalReason],
        chosen=chosen,
        next_cursor=encode_cursor([str(last.provider_id), str(last.id)]) if last else "",
    )
    response.headers["Cache-Control"] = "no-store"
    return response

"""Pages of operators: send a table, see what it would do, confirm it, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.deps import NowDep, OperatorDep, ReadSessionDep, SessionDep, SettingsDep
from api.uploads import measure_file, receive_form
from api.v1.imports import with_progress
from api.web import forms
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from core.db import reading, transaction
from core.errors import InvalidInput, NotFound
from core.identity.actor import Actor
from providers.imports import queries, service
from providers.imports.errors import (
    FileEmpty,
    FileTooLarge,
    ImportNotChecked,
    ImportNotUndoable,
)
from providers.imports.models import RowOutcome, SupplyImport, SupplyImportRow
from providers.imports.schemas import ImportProgressRead
from providers.imports.states import SUBJECTS

router = APIRouter(include_in_schema=False)

ADDRESS = "/ops/imports"
SHOWN = 50
_LISTED = 50
# What is worth looking at first.
_ORDER = (RowOutcome.REFUSED, RowOutcome.CHANGED, RowOutcome.NEW, RowOutcome.SAME)
_LEFT = "left"
_OWN = "own"


@dataclass(frozen=True, slots=True)
class Sent:
    """The form of a file as it was sent; a browser does not send the file's name back."""

    kind: str = "providers"
    source: str = "operator"


@router.get(ADDRESS)
def list_imports(page: PageDep, _actor: OperatorDep, session: ReadSessionDep) -> HTMLResponse:
    """Show the form for a file, and the latest imports."""
    return _show_list(page, session, Sent())


def _show_list(
    page: Page,
    session: Session,
    sent: Sent,
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> HTMLResponse:
    return page.render(
        "operator/imports.html",
        status_code=status,
        imports=queries.list_imports(session, limit=_LISTED),
        kinds=list(SUBJECTS),
        sent=sent,
        errors=errors,
        by_field={"source": "", "file": ""}
        | {error.field: error.text for error in errors if error.field},
        most_megabytes=page.settings.max_import_bytes // 1_000_000,
    )


@router.post(ADDRESS)
async def send_file(
    request: Request, page: PageDep, actor: OperatorDep, settings: SettingsDep, now: NowDep
) -> Response:
    """Keep the file that was chosen, have it looked at, and lead to its import."""
    sessions = request.app.state.sessions

    def again(sent: Sent, error: FormError, status: int) -> Response:
        with reading(sessions) as session:
            return _show_list(page, session, sent, [error], status)

    def accept(form: FormData) -> Response:
        sent = Sent(kind=_text(form, "kind"), source=_text(form, "source").strip())
        try:
            forms.require_token(request, _text(form, forms.FIELD), settings)
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise FileEmpty
            file = measure_file(upload, most_bytes=settings.max_import_bytes)
            with transaction(sessions, at="request.file") as session:
                accepted = service.accept_file(
                    session, actor, kind=sent.kind, source=sent.source, file=file, now=now
                )
        except forms.StaleForm:
            said = page.gettext("This page had been open for too long. Choose the file again.")
            return again(sent, FormError(said, "file"), 403)
        except FileTooLarge:
            return again(sent, _too_large(page), 413)
        except FileEmpty:
            said = page.gettext("Choose a file that is not empty.")
            return again(sent, FormError(said, "file"), 422)
        except InvalidInput:
            said = page.gettext("Name the source in 1 to 60 characters.")
            return again(sent, FormError(said, "source"), 422)
        address = f"{ADDRESS}/{accepted.supply_import.id}"
        return RedirectResponse(
            f"{address}?repeat=1" if accepted.is_repeat else address, status_code=303
        )

    try:
        async with receive_form(request, most_bytes=settings.max_import_bytes) as form:
            return await run_in_threadpool(accept, form)
    except FileTooLarge:
        return await run_in_threadpool(again, Sent(), _too_large(page), 413)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _too_large(page: Page) -> FormError:
    said = page.gettext(
        "The file is too large: split it into files of %(n)s MB or less.",
        n=page.number(page.settings.max_import_bytes // 1_000_000),
    )
    return FormError(said, "file")


@router.get(ADDRESS + "/{import_id}")
def show_import(
    *,
    page: PageDep,
    _actor: OperatorDep,
    session: ReadSessionDep,
    import_id: UUID,
    show: Annotated[str, Query(max_length=10)] = "",
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    repeat: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """Show an import: what its rows do, and the next step."""
    found = queries.get_import(session, import_id)
    return _show(page, session, found, show=show, after=after, is_repeat=bool(repeat))


def _show(
    page: Page,
    session: Session,
    found: SupplyImport,
    *,
    show: str = "",
    after: int = 0,
    is_repeat: bool = False,
    error: FormError | None = None,
    status: int = 200,
) -> HTMLResponse:
    progress = with_progress(session, found)
    counts = {
        RowOutcome.REFUSED.value: found.rows_refused,
        RowOutcome.CHANGED.value: found.rows_changed,
        RowOutcome.NEW.value: found.rows_new,
        RowOutcome.SAME.value: found.rows_same,
        _OWN: found.rows_own,
        _LEFT: found.rows_stale + found.rows_kept,
    }
    shown = show if counts.get(show) else _first_with_rows(counts)
    rows = _rows(session, found, shown, after)
    return page.render(
        "operator/import.html",
        status_code=status,
        path=f"{ADDRESS}/{found.id}",
        found=progress,
        repeats=None if found.repeats_id is None else queries.get_import(session, found.repeats_id),
        columns=[name for name in SUBJECTS[found.kind].spec.columns if found.columns],
        counts=counts,
        shown=shown,
        rows=rows[:SHOWN],
        next_after=rows[SHOWN - 1].row_no if len(rows) > SHOWN else None,
        is_repeat=is_repeat,
        has_errors=bool(found.rows_refused or found.rows_stale),
        to_write=found.rows_new + found.rows_changed,
        percent=_percent(progress),
        errors=[error] if error else [],
    )


def _first_with_rows(counts: dict[str, int]) -> str:
    if counts[_LEFT]:
        return _LEFT
    return next((outcome.value for outcome in _ORDER if counts[outcome.value]), "")


def _rows(
    session: Session, found: SupplyImport, shown: str, after: int
) -> Sequence[SupplyImportRow]:
    if not shown:
        return []
    return queries.list_rows(
        session,
        found.id,
        limit=SHOWN + 1,
        after=after,
        outcome=None if shown in {_LEFT, _OWN} else RowOutcome(shown),
        is_left=shown == _LEFT,
        is_own=shown == _OWN,
    )


def _percent(progress: ImportProgressRead) -> int:
    return 100 * progress.rows_done // progress.rows_total if progress.rows_total else 0


@router.post(ADDRESS + "/{import_id}/{step}")
def take_step(
    *,
    request: Request,
    page: PageDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    import_id: UUID,
    step: str,
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Confirm, discard or undo an import, and lead back to it."""
    gettext = page.gettext
    found = queries.get_import(session, import_id)
    try:
        forms.require_token(request, form_token, page.settings)
        _do(session, actor, step, import_id, now=now)
    except forms.StaleForm:
        said = gettext("This page had been open for too long. Press the button again.")
        return _show(page, session, found, error=FormError(said), status=403)
    except ImportNotChecked:
        said = gettext("The import has moved on meanwhile: it cannot be confirmed or discarded.")
        return _show(page, session, found, error=FormError(said), status=409)
    except ImportNotUndoable:
        said = gettext("This import cannot be undone now.")
        return _show(page, session, found, error=FormError(said), status=409)
    return RedirectResponse(f"{ADDRESS}/{import_id}", status_code=303)


def _do(session: Session, actor: Actor, step: str, import_id: UUID, *, now: datetime) -> None:
    match step:
        case "confirm":
            service.confirm_import(session, actor, import_id=import_id, now=now)
        case "discard":
            service.discard_import(session, actor, import_id=import_id)
        case "undo":
            service.undo_import(session, actor, import_id=import_id, now=now)
        case _:
            raise NotFound(f"an import has no step {step[:40]!r}")

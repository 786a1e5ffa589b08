"""`/v1/imports`: tables of providers and evidence, looked at, confirmed and undone."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.batch import TooSlow
from api.deps import NowDep, OperatorDep, ReadSessionDep, SessionDep, SettingsDep
from api.manners.careful_route import CarefulRoute
from api.manners.entity_tags import TAGGED, UNCHANGED, IfNoneMatch, tagged
from api.problems import UnsupportedMediaType, problem_responses
from api.table_files import XLSX_TYPE, workbook_response
from api.uploads import receive_file
from api.v1 import examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_cursor,
    decode_position,
    encode_cursor,
    parse_moment,
)
from core.errors import FieldError, Forbidden, InvalidInput
from core.jobs import Job
from enterprises.storable import StorableText
from providers.imports import queries, service
from providers.imports.errors import (
    FileEmpty,
    FileTooLarge,
    ImportNotChecked,
    ImportNotFound,
    ImportNotUndoable,
)
from providers.imports.exports import iterate_errors
from providers.imports.models import RowOutcome, SupplyImport, SupplyImportState
from providers.imports.schemas import (
    ImportAcceptedRead,
    ImportProgressRead,
    ImportRead,
    ImportRowRead,
)

router = APIRouter(prefix="/imports", tags=["Imports"], route_class=CarefulRoute)

ADDRESS = "/v1/imports"
_MOST_ROWS = 2**31 - 1
_ACCEPTED = frozenset({"text/csv", "application/octet-stream", "application/x-ndjson", XLSX_TYPE})
_BODY: dict[str, Any] = {  # Any: an OpenAPI Request Body Object
    "required": True,
    "description": "The file as it is: CSV, XLSX or JSON Lines, the first row naming the columns. "
    f"XLSX may be sent as `{XLSX_TYPE}`, and anything as `application/octet-stream`: what a file is "
    "decides its content.",
    "content": {"text/csv": {"schema": {"type": "string"}, "examples": examples.IMPORT_CREATE}},
}
ImportId = Annotated[UUID, Path(description="The import.")]


@router.post(
    "",
    status_code=202,
    summary="Send a table to be looked at",
    responses=problem_responses(Forbidden, FileEmpty, FileTooLarge, TooSlow),
    openapi_extra={"requestBody": _BODY},
)
async def create_import(
    *,
    request: Request,
    response: Response,
    actor: OperatorDep,
    session: SessionDep,
    settings: SettingsDep,
    now: NowDep,
    kind: Annotated[
        StorableText,
        Query(max_length=30, description="`providers` or `evidence`.", examples=["providers"]),
    ],
    source: Annotated[
        StorableText,
        Query(max_length=60, description="Whose data these are.", examples=["operator"]),
    ] = "operator",
    file_name: Annotated[
        StorableText,
        Query(max_length=300, description="By which people know the file.", examples=["firms.csv"]),
    ] = "",
) -> ImportAcceptedRead:
    """Keep a file and have a job look at it; nothing is imported before it is confirmed.

    The answer comes once the file is stored: it is looked at however often servers stop. Read the
    import until its `state` is `checked`. The same file sent twice is one import while it is dealt
    with; sent again later it says which import wrote it.
    """
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as not in _ACCEPTED:
        raise UnsupportedMediaType(f"send the file with one of {', '.join(sorted(_ACCEPTED))}")

    async with receive_file(request, file_name, most_bytes=settings.max_import_bytes) as file:

        def accept() -> ImportAcceptedRead:
            accepted = service.accept_file(
                session, actor, kind=kind, source=source, file=file, now=now
            )
            return ImportAcceptedRead.model_validate(
                {
                    **ImportRead.model_validate(accepted.supply_import).model_dump(),
                    "is_repeat": accepted.is_repeat,
                }
            )

        made = await run_in_threadpool(accept)
    response.headers["Location"] = f"{ADDRESS}/{made.id}"
    return made


@router.get("", summary="List imports", responses=problem_responses(Forbidden))
def list_imports(
    _actor: OperatorDep,
    session: ReadSessionDep,
    *,
    state: Annotated[
        SupplyImportState | None, Query(description="Only imports that stand here.")
    ] = None,
    kind: Annotated[
        StorableText | None, Query(max_length=30, description="`providers` or `evidence` only.")
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[ImportRead]:
    """Return imports that meet every condition given, newest first."""
    found = queries.list_imports(
        session,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
        state=state,
        kind=kind,
    )
    shown = found[:limit]
    return Page(
        items=[ImportRead.model_validate(one) for one in shown],
        next_cursor=(
            encode_cursor([shown[-1].created_at.isoformat(), str(shown[-1].id)])
            if len(found) > limit
            else None
        ),
    )


@router.get(
    "/{import_id}",
    summary="Read an import",
    response_model=ImportProgressRead,
    responses={200: TAGGED, 304: UNCHANGED, **problem_responses(Forbidden, ImportNotFound)},
)
def read_import(
    import_id: ImportId,
    _actor: OperatorDep,
    session: ReadSessionDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return an import: what its rows would do or did, and how far the present job has come."""
    return tagged(with_progress(session, queries.get_import(session, import_id)), if_none_match)


def with_progress(session: Session, found: SupplyImport) -> ImportProgressRead:
    """Add how far the present job has come."""
    job = None if found.job_id is None else session.get(Job, found.job_id)
    return ImportProgressRead.model_validate(
        {
            **ImportRead.model_validate(found).model_dump(),
            "rows_done": 0 if job is None else job.done,
            "rows_total": None if job is None else job.total,
            "is_stopped": service.is_in_hand(found) and service.has_stopped(session, found),
        }
    )


@router.get(
    "/{import_id}/rows",
    summary="List the rows of an import",
    responses=problem_responses(Forbidden, ImportNotFound),
)
def list_rows(
    *,
    import_id: ImportId,
    _actor: OperatorDep,
    session: ReadSessionDep,
    outcome: Annotated[
        RowOutcome | None, Query(description="Only rows of which the check found this.")
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[ImportRowRead]:
    """Return rows as they stand in the file: new, changed with each cell before and after, refused."""
    queries.get_import(session, import_id)
    found = queries.list_rows(
        session, import_id, outcome=outcome, after=_row_after(cursor), limit=limit + 1
    )
    shown = found[:limit]
    return Page(
        items=[ImportRowRead.model_validate(row) for row in shown],
        next_cursor=encode_cursor([str(shown[-1].row_no)]) if len(found) > limit else None,
    )


def _row_after(cursor: str | None) -> int:
    parts = decode_cursor(cursor, 1)
    if parts is None:
        return 0
    if not (parts[0].isascii() and parts[0].isdigit() and int(parts[0][:20]) <= _MOST_ROWS):
        detail = "this is no cursor of this list: send `next_cursor` as it was received"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/cursor")])
    return int(parts[0])


@router.get(
    "/{import_id}/errors",
    summary="Download the rows that were not imported",
    response_class=Response,
    responses={
        200: {"description": "A workbook.", "content": {XLSX_TYPE: {"schema": {"type": "string"}}}},
        **problem_responses(Forbidden, ImportNotFound),
    },
)
def download_errors(import_id: ImportId, _actor: OperatorDep, session: ReadSessionDep) -> Response:
    """Return the refused rows as a workbook, with what is wrong and what was meant beside each.

    Mended, the workbook can be sent as it is: the columns beside the rows are passed over.
    """
    found = queries.get_import(session, import_id)
    return workbook_response(iterate_errors(session, found), f"import-{import_id}-errors.xlsx")


@router.post(
    "/{import_id}/confirm",
    status_code=202,
    summary="Confirm an import",
    responses=problem_responses(Forbidden, ImportNotFound, ImportNotChecked),
)
def confirm_import(
    import_id: ImportId, actor: OperatorDep, session: SessionDep, now: NowDep
) -> ImportProgressRead:
    """Have a job write the new and changed rows, and leave the refused ones.

    A row whose stored counterpart has changed since the check is left too. Confirming twice is as
    confirming once.
    """
    found = service.confirm_import(session, actor, import_id=import_id, now=now)
    return with_progress(session, found)


@router.post(
    "/{import_id}/discard",
    summary="Discard an import",
    responses=problem_responses(Forbidden, ImportNotFound, ImportNotChecked),
)
def discard_import(
    import_id: ImportId, actor: OperatorDep, session: SessionDep
) -> ImportProgressRead:
    """Put away an import that was not confirmed."""
    return with_progress(session, service.discard_import(session, actor, import_id=import_id))


@router.post(
    "/{import_id}/undo",
    status_code=202,
    summary="Undo an import",
    responses=problem_responses(Forbidden, ImportNotFound, ImportNotUndoable),
)
def undo_import(
    import_id: ImportId, actor: OperatorDep, session: SessionDep, now: NowDep
) -> ImportProgressRead:
    """Have a job put back what was stored before, for 30 days after the import was confirmed.

    A row that somebody has edited since, or that something refers to, is left; `rows_kept` counts
    them and the rows say why.
    """
    return with_progress(session, service.undo_import(session, actor, import_id=import_id, now=now))

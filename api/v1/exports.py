"""`/v1/exports`: providers and evidence as tables that can be changed and imported again."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import OperatorDep
from api.manners.careful_route import CarefulRoute
from api.problems import problem_responses
from api.table_files import CSV_TYPE, XLSX_TYPE, csv_response, workbook_response
from core.db import reading
from core.errors import Forbidden
from enterprises.storable import StorableText
from providers.imports.exports import Cells, ExportFormat, iterate_table, require_kind

router = APIRouter(prefix="/exports", tags=["Imports"], route_class=CarefulRoute)


@router.get(
    "/{kind}",
    summary="Export a table",
    response_class=Response,
    responses={
        200: {
            "description": "The table.",
            "content": {
                CSV_TYPE: {"schema": {"type": "string"}},
                XLSX_TYPE: {"schema": {"type": "string"}},
            },
        },
        **problem_responses(Forbidden),
    },
)
def export_table(
    *,
    request: Request,
    _actor: OperatorDep,
    kind: Annotated[str, Path(description="`providers` or `evidence`.", examples=["providers"])],
    table_format: Annotated[
        ExportFormat,
        Query(alias="format", description="`csv`, or `xlsx` for 100,000 rows at most."),
    ] = ExportFormat.CSV,
    source: Annotated[
        StorableText,
        Query(max_length=60, description="Whose data.", examples=["operator"]),
    ] = "operator",
) -> Response:
    """Return all rows of a source with the columns of an import.

    A cell that a spreadsheet program would take for a formula begins with an apostrophe, which an
    import takes away again. For programs, `/v1/providers` has the same values as they are.
    """
    require_kind(kind)
    name = f"{kind}.{table_format}"
    if table_format is ExportFormat.XLSX:
        return workbook_response(_rows(request, kind, source), name)
    return csv_response(_rows(request, kind, source), name)


def _rows(request: Request, kind: str, source: str) -> Iterator[Cells]:
    """Give the rows within a transaction that sees one state of the database."""
    with reading(request.app.state.sessions) as session:
        yield from iterate_table(session, kind, source)

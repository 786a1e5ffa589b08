"""Tables as files of an answer: workbooks by way of the disk, CSV as it is written."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from providers.imports.exports import Cells, as_csv, write_workbook

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv"


def workbook_response(rows: Iterator[Cells], name: str) -> Response:
    """Return rows as a workbook; the file is deleted once it is sent.

    Raises:
        InvalidInput: there are too many rows.
    """
    with NamedTemporaryFile(prefix="landbridge-export-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    try:
        write_workbook(rows, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return FileResponse(
        path, media_type=XLSX_TYPE, filename=name, background=BackgroundTask(path.unlink, True)
    )


def csv_response(rows: Iterator[Cells], name: str) -> Response:
    """Return rows as CSV, sent as they are read."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return StreamingResponse(as_csv(rows), media_type=CSV_TYPE, headers=headers)

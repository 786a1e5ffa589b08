"""An archive of a person, as an answer."""

from typing import Any, Final

from fastapi import Response

from api.contacts import NEVER_KEPT

ZIP_TYPE: Final = "application/zip"
# Any: a part of an OpenAPI document
ARCHIVE: Final[dict[str, Any]] = {
    "description": "The archive.",
    "content": {ZIP_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}


def archive_response(content: bytes) -> Response:
    """Answer with an archive, to be saved and kept by nobody on the way."""
    disposition = {"Content-Disposition": 'attachment; filename="person.zip"'}
    return Response(content, media_type=ZIP_TYPE, headers={**NEVER_KEPT, **disposition})

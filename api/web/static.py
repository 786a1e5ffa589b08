"""Our own style sheet, modules and pictures: served from memory, under an address that names
their content, so that a browser may keep them for ever and never holds a stale one."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.errors import NotFound

router = APIRouter(include_in_schema=False)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, as it is and compressed."""

    content: bytes
    compressed: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class StaticFolder:
    """Every static file, and the digest of them all that stands in their addresses.

    One digest for the whole folder: modules import each other by relative addresses, and a change
    to one of them must change what the others import.
    """

    digest: str
    files: dict[str, StaticFile]


@lru_cache(maxsize=1)
def static_folder() -> StaticFolder:
    """Read the folder once; it holds a few dozen kilobytes."""
    found: dict[str, StaticFile] = {}
    total = hashlib.sha256()
    entries = sorted(files("api.web").joinpath("static").iterdir(), key=lambda entry: entry.name)
    for entry in entries:
        suffix = "." + entry.name.rpartition(".")[2]
        if suffix not in _TYPES:
            continue
        content = entry.read_bytes()
        total.update(entry.name.encode() + b"\0" + content)
        # No time stamp inside: the same file must compress to the same bytes in every process.
        compressed = gzip.compress(content, mtime=0)
        found[entry.name] = StaticFile(content, compressed, _TYPES[suffix])
    return StaticFolder(total.hexdigest()[:12], found)


def static_url(name: str) -> str:
    """Return the address of a static file; an unknown name is a mistake in a template.

    Raises:
        KeyError: there is no such file.
    """
    folder = static_folder()
    if name not in folder.files:
        raise KeyError(f"no static file is called {name}")
    return f"/static/{folder.digest}/{name}"


@router.get("/static/{digest}/{name}")
def read_static(request: Request, digest: str, name: str) -> Response:
    """Answer with a static file, for ever where the address names its present content."""
    folder = static_folder()
    file = folder.files.get(name)
    if file is None:
        raise NotFound(f"there is no static file {name}")
    # A page of an older release may still ask under its own digest: it gets what there is now,
    # but no browser may keep it under that name.
    lasting = digest == folder.digest
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-store",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)

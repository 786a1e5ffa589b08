"""Files that are sent to be imported: to the disk as they come, with a limit of size and time."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

import anyio
from anyio.to_thread import run_sync
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from api.batch import TooSlow
from providers.imports.errors import FileTooLarge
from providers.imports.service import UploadedFile

ARRIVAL_SECONDS = 300.0
# What a form carries beside its file.
FORM_BYTES = 20_000
_BLOCK_BYTES = 1 << 20


@asynccontextmanager
async def receive_file(
    request: Request, name: str, *, most_bytes: int
) -> AsyncGenerator[UploadedFile]:
    """Write the body of a request to a file that is gone afterwards.

    Raises:
        FileTooLarge: it has more bytes than are taken.
        TooSlow: it did not arrive in time.
    """
    with TemporaryFile(prefix="landbridge-upload-") as file:
        size = 0
        digest = hashlib.sha256()
        with anyio.move_on_after(ARRIVAL_SECONDS) as limit:
            async for part in request.stream():
                size += len(part)
                if size > most_bytes:
                    raise _too_large(most_bytes)
                digest.update(part)
                await run_sync(file.write, part)
        if limit.cancelled_caught:
            raise _too_slow()
        file.seek(0)
        yield UploadedFile(content=file, name=name, sha256=digest.hexdigest(), size=size)


@asynccontextmanager
async def receive_form(request: Request, *, most_bytes: int) -> AsyncGenerator[FormData]:
    """Read a form with one file, which goes to the disk as it comes.

    Raises:
        FileTooLarge: it has more bytes than are taken.
        TooSlow: it did not arrive in time.
    """
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most_bytes + FORM_BYTES:
            raise _too_large(most_bytes)
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return message

    counted = Request(request.scope, receive)
    with anyio.move_on_after(ARRIVAL_SECONDS) as limit:
        form = await counted.form(max_files=1, max_fields=5, max_part_size=FORM_BYTES)
    if limit.cancelled_caught:
        raise _too_slow()
    try:
        yield form
    finally:
        await form.close()


def measure_file(upload: UploadFile, *, most_bytes: int) -> UploadedFile:
    """Return the file of a form with its size and hash; for a thread of its own.

    Raises:
        FileTooLarge: it has more bytes than are taken.
    """
    content: BinaryIO = upload.file
    content.seek(0)
    digest = hashlib.sha256()
    size = 0
    while block := content.read(_BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    if size > most_bytes:
        raise _too_large(most_bytes)
    content.seek(0)
    return UploadedFile(
        content=content, name=upload.filename or "", sha256=digest.hexdigest(), size=size
    )


def _too_large(most_bytes: int) -> FileTooLarge:
    return FileTooLarge(
        f"a file may have {most_bytes:,} bytes at most: split the table, or import it with "
        "`landbridge import`"
    )


def _too_slow() -> TooSlow:
    return TooSlow(
        f"the whole file must arrive within {ARRIVAL_SECONDS:g} seconds: split the table"
    )

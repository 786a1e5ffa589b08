"""The id of a request: the caller's own where it is one, otherwise made here."""

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid4

HEADER: Final = b"x-request-id"
# With or without hyphens: proxies such as nginx write the 32 digits only. Nothing but digits is
# taken, since the id stands in every line of the log and may not carry words there.
_DIGITS = re.compile(rb"[0-9a-fA-F]{8}(-?)(?:[0-9a-fA-F]{4}\1){3}[0-9a-fA-F]{12}")


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> UUID:
    """Return the id that the caller sent, if it is a UUID and sent once; otherwise a new one."""
    sent = [value for name, value in headers if name == HEADER]
    if len(sent) == 1 and _DIGITS.fullmatch(sent[0]):
        return UUID(sent[0].decode("ascii"))
    return uuid4()

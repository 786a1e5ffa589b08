"""Asking a server of ours, one request after the other, over one connection."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event
from time import monotonic
from typing import Any

# A server closes a connection that nobody uses after five; not in the middle of our next request.
_IDLE_SECONDS = 2.0
_pause = Event()  # never set: waiting for it is waiting


class NoAnswer(Exception):
    """The server went away before it had answered, or was not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer.

    Attributes:
        status: of HTTP.
        headers: names in lower case.
        document: its JSON; None where it has none. Any: whatever the address answers.
        seconds: from before the request until it was read.
    """

    status: int
    headers: Mapping[str, str]
    document: Any
    seconds: float

    @property
    def is_acknowledged(self) -> bool:
        """Whether the server says that it is done."""
        return 200 <= self.status < 300


class Client:
    """A connection, opened anew when it was lost; not to be shared by threads."""

    def __init__(self, port: int, *, timeout: float = 30.0) -> None:
        self._port = port
        self._timeout = timeout
        self._connection: HTTPConnection | None = None
        self._used_at = 0.0

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; a body is sent as JSON, or as it is if it is bytes.

        Raises:
            NoAnswer: nobody can tell whether it was done.
        """
        sent = dict(headers or {})
        content: bytes | None = None
        if isinstance(body, bytes):
            content = body
        elif body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        begun = monotonic()
        if begun - self._used_at > _IDLE_SECONDS:
            self.close()
        try:
            if self._connection is None:
                self._connection = HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
            self._connection.request(method, path, content, sent)
            response = self._connection.getresponse()
            read = response.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise NoAnswer(str(error)) from error
        self._used_at = monotonic()
        seconds = self._used_at - begun
        names = {name.lower(): value for name, value in response.getheaders()}
        document = None
        with suppress(ValueError):
            document = json.loads(read) if read else None
        return Answer(response.status, names, document, seconds)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def wait_until_there(self, seconds: float, path: str = "/healthz") -> None:
        """Return once the server answers.

        Raises:
            SystemExit: it takes too long.
        """
        until = monotonic() + seconds
        while monotonic() < until:
            with suppress(NoAnswer):
                if self.ask("GET", path).is_acknowledged:
                    return
            _pause.wait(0.005)
        raise SystemExit(f"no server answers within {seconds:.0f} s")

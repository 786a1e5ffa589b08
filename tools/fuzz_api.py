"""Ask the API made-up questions from its own description, and look for answers that break its word.

    python tools/fuzz_api.py --cases 3000 --database postgresql --as operator

Schemathesis makes requests that fit the description and requests that do not. Every answer must be
one that the description names, of the media type and the shape that it gives; none may be a 5xx
other than a 503 that says when to come again; and what does not fit must be refused. Ends with 1
and the requests that failed otherwise. The same seed makes the same requests.

A server runs in this process over a small synthetic catalogue, on SQLite or on the PostgreSQL server
that LANDBRIDGE_TEST_DATABASE_URL names. `--as` is one of the kinds of users, with a token of its
own; `anonymous` sends none; `--header` adds any other header.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import SkipTest
from uuid import uuid4

import psycopg
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.app import create_app
from api.v1.match_batch import ADDRESS as BATCH
from core.clock import utc_now
from core.db import make_engine, make_session_factory, transaction
from core.identity.actor import UserKind
from core.identity.tokens import Scope, make_token
from core.log import configure_logging
from core.migrations.runner import upgrade_to_head
from tests import factories
from tests.conftest import make_settings
from tests.core.identity.people import make_member

ANONYMOUS = "anonymous"
AnyCase = Case[Any]  # Any: an operation, of whatever kind of description
ROLES = (ANONYMOUS, *(kind for kind in UserKind if kind not in {UserKind.VISITOR, UserKind.SYSTEM}))
SEED = 20261122
# All that Schemathesis has, but for what needs a known order of requests, and its wish that whatever
# fits be accepted: a code that is on no list fits the description and is refused all the same.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
_MOST_TOLD = 20
_MOST_CHARACTERS = 600


@schemathesis.serializer("application/x-ndjson", "text/csv")
def write_lines(_context: object, value: object) -> bytes:
    """Write a value as a body of lines: one of JSON, or a text as it is."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


@dataclass
class Report:
    """What came of it."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    failures: list[str] = field(default_factory=list[str])


def fuzz(
    client: TestClient, *, cases: int, headers: Mapping[str, str] | None = None, start: int = SEED
) -> Report:
    """Send made-up requests to a running application, about as many to each operation.

    Args:
        client: of the application.
        cases: how many requests in all.
        headers: what each of them carries beside its own, such as `Authorization`.
        start: the seed.
    """
    app = client.app
    assert isinstance(app, FastAPI)  # noqa: S101 for the type checker: it is given no other
    described = schemathesis.openapi.from_dict(app.openapi())
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    # What the description says and Schemathesis cannot read would go unasked.
    assert len(operations) == len(list(described.get_all_operations()))  # noqa: S101 of a tool
    report = Report()
    shares = [(one, mode) for one in operations for mode in GenerationMode]
    for number, (operation, mode) in enumerate(shares):
        share = cases * (number + 1) // len(shares) - cases * number // len(shares)
        if not share:
            continue
        cases_of_it = operation.as_strategy(generation_mode=mode)

        def ask(case: AnyCase) -> None:
            _ask(client, case, dict(headers or {}), report)

        _draw(ask, cases_of_it, share, start + number)
    return report


def _draw(
    ask: Callable[[AnyCase], None], strategy: SearchStrategy[AnyCase], cases: int, start: int
) -> None:
    @seed(start)
    @settings(
        max_examples=cases,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def draw(case: AnyCase) -> None:
        ask(case)

    with suppress(Unsatisfiable, SkipTest):  # nothing can be wrong with what takes nothing
        draw()


def _ask(client: TestClient, case: AnyCase, headers: dict[str, str], report: Report) -> None:
    asked = case.as_transport_kwargs(base_url="http://testserver", headers=headers)
    known = {"method", "url", "headers", "files", "data", "params", "cookies", "json"}
    ready = requests.Request(**{k: v for k, v in asked.items() if k in known}).prepare()
    sent: Any = ready  # Any: of the bodies that requests knows, only bytes and texts are made here
    response = client.request(
        str(ready.method), str(ready.url), headers=dict(sent.headers), content=sent.body
    )
    report.cases += 1
    report.statuses[response.status_code] += 1
    if response.status_code == 503 and "retry-after" in response.headers:
        return
    try:
        # A batch is answered line by line: what is wrong with one is said there.
        checks = CHECKS[:-1] if case.path == BATCH else CHECKS
        case.validate_response(response, checks=checks)
    except FailureGroup as group:
        said = "; ".join(str(one) for one in group.exceptions)
        report.failures.append(
            f"{case.method} {ready.url} {ready.body!r} -> {response.status_code}: {said}"
        )


@contextmanager
def open_database(kind: str) -> Generator[str]:
    """Make a database with the small catalogue, and take it away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/fuzz.db"
            _fill(url)
            yield url
            return
        server = make_url(os.environ["LANDBRIDGE_TEST_DATABASE_URL"]).set(drivername="postgresql")
        name = f"fuzz_{uuid4().hex}"
        given_url = server.render_as_string(hide_password=False)
        with psycopg.connect(given_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
            try:
                url = server.set(database=name).render_as_string(hide_password=False)
                _fill(url)
                yield url
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _fill(url: str) -> None:
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)
    engine.dispose()


def headers_of(client: TestClient, role: str) -> dict[str, str]:
    """Return what a user of a kind sends to be known: a token that may do all that the kind may."""
    if role == ANONYMOUS:
        return {}
    app = client.app
    assert isinstance(app, FastAPI)  # noqa: S101 as above
    with transaction(app.state.sessions) as session:
        member = make_member(session, UserKind(role), is_manager=True)
        _, secret = make_token(
            session,
            account_id=member.account_id,
            organisation_id=member.organisation_id,
            name="fuzz",
            scopes=list(Scope),
            now=utc_now(),
            lifetime=timedelta(days=1),
        )
    return {"Authorization": f"Bearer {secret}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if an answer broke the API's word."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--as", dest="role", choices=ROLES, default=ANONYMOUS)
    parser.add_argument("--header", action="append", default=[], metavar="NAME:VALUE")
    parser.add_argument("--json", action="store_true", help="say what came of it as JSON")
    asked = parser.parse_args(arguments)
    configure_logging("ERROR")
    extra = dict(part.partition(":")[::2] for part in asked.header)
    with (
        open_database(asked.database) as url,
        TestClient(create_app(make_settings(url))) as client,
    ):
        headers = {**headers_of(client, asked.role), **extra}
        report = fuzz(client, cases=asked.cases, headers=headers, start=asked.seed)
    if asked.json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        told = ", ".join(f"{status}: {n:,}" for status, n in sorted(report.statuses.items()))
        sys.stdout.write(f"{report.cases:,} cases, {len(report.failures)} failed ({told})\n")
        for failure in report.failures[:_MOST_TOLD]:
            sys.stdout.write(f"{failure[:_MOST_CHARACTERS]}\n\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())

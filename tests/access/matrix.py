"""The matrix: every operation, called by everybody, about everybody's objects in every state."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response

from core.db import SessionFactory, transaction
from tests.access.callers import CALLERS, Caller
from tests.access.calls import Operation, call
from tests.access.objects import CANARY, STATES, Made, Object, make_object

EXPECTATIONS = Path(__file__).with_name("expectations.csv")
WHOSE = ("own", "same", "other")
_CANARIES = re.compile(rf"{CANARY}-[0-9a-f]{{32}}-[0-9a-f]{{8}}")
_INSTANCE = re.compile(r'"instance":"urn:uuid:[0-9a-f-]{36}"')


@dataclass(frozen=True, slots=True)
class Expected:
    """A row of the reviewed file: the status that each caller gets, or one of several.

    Several stand where an address counts its calls, so that it depends on how many there were.
    """

    operation: Operation
    whose: frozenset[str]
    states: frozenset[str]
    status: dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class World:
    """What the matrix is run in."""

    client: TestClient
    sessions: SessionFactory
    callers: dict[str, Caller]
    made: Made
    missing: dict[tuple[Operation, str], str] = field(default_factory=dict)

    def make(self, caller: Caller, whose: str, state: str) -> Object:
        """Store an object of the caller's own or of a stranger's organisation."""
        owners = {"own": caller.tenant_id, "same": caller.same_id, "other": caller.other_id}
        with transaction(self.sessions) as session:
            return make_object(session, owners[whose], state, self.made)


def read_expectations() -> list[Expected]:
    """Read the reviewed file."""
    with EXPECTATIONS.open(encoding="utf-8", newline="") as stream:
        return [
            Expected(
                Operation(row["method"], row["path"]),
                frozenset(WHOSE if row["whose"] == "*" else row["whose"].split("|")),
                frozenset(STATES if row["state"] == "*" else row["state"].split("|")),
                {caller: frozenset(map(int, row[caller].split("|"))) for caller in CALLERS},
            )
            for row in csv.DictReader(stream)
        ]


def cells(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield whose objects, in which state, an operation is tried on."""
    if not operation.is_of_objects:
        yield "own", "live"
        return
    for whose in WHOSE:
        for state in STATES:
            yield whose, state


def find_leaks(
    world: World,
    wanted: Iterable[Operation],
    expectations: Sequence[Expected],
    *,
    callers: Sequence[str] = CALLERS,
) -> list[str]:
    """Call everything, and say what was answered otherwise than it should be."""
    found: list[str] = []
    for operation in wanted:
        for name in callers:
            caller = world.callers[name]
            for cell in cells(operation):
                found += _try(world, operation, caller, cell, expectations)
    return found


def _try(
    world: World,
    operation: Operation,
    caller: Caller,
    cell: tuple[str, str],
    expectations: Sequence[Expected],
) -> list[str]:
    whose, state = cell
    said = f"{operation.method} {operation.path}, {whose}, {state}, {caller.name}"
    expected = next(
        (
            row.status[caller.name]
            for row in expectations
            if row.operation == operation and whose in row.whose and state in row.states
        ),
        None,
    )
    about = world.make(caller, whose, state) if operation.is_of_objects else None
    answer = call(world.client, operation, caller, about)
    if expected is None:
        return [f"{said}: not in {EXPECTATIONS.name}; answered {answer.status_code}"]
    found: list[str] = []
    if answer.status_code not in expected:
        found.append(f"{said}: {answer.status_code} instead of {said_of(expected)}")
    text = answer.text + str(answer.headers)
    is_shown = about is not None and answer.status_code < 300
    if strangers_words(text, caller, about if is_shown else None):
        found.append(f"{said}: {answer.status_code} with words of a need")
    is_hidden = about is not None and answer.status_code == 404
    if is_hidden and _plain(answer, about) != _missing(world, operation, caller):
        found.append(f"{said}: tells that there is something")
    return found


def strangers_words(text: str, caller: Caller, shown: Object | None = None) -> set[str]:
    """Return the canaries in a text that are neither the caller's own nor of what may be shown."""
    own = f"{CANARY}-{caller.tenant_id.hex}"
    return {
        canary
        for canary in _CANARIES.findall(text)
        if not canary.startswith(own) and not (shown and canary == shown.canary)
    }


def said_of(statuses: frozenset[int]) -> str:
    """Write statuses as the reviewed file does."""
    return "|".join(map(str, sorted(statuses)))


def _missing(world: World, operation: Operation, caller: Caller) -> str:
    """Return the answer about an object that is not there."""
    key = (operation, caller.name)
    if key not in world.missing:
        about = Object(uuid4(), uuid4(), "")
        world.missing[key] = _plain(call(world.client, operation, caller, about), about)
    return world.missing[key]


def _plain(answer: Response, about: Object | None) -> str:
    """Return an answer without what is another in each: ids and the number of the request."""
    text = _INSTANCE.sub("", answer.text)
    ids = () if about is None else (about.need_id, about.recommendation_id)
    for one in ids:
        text = text.replace(str(one), "an id")
    return f"{answer.status_code} {answer.headers.get('content-length')} {text}"

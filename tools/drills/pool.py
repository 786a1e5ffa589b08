"""A hundred requests at once to every address: none takes two connections, and none fails."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import Pool, event

from core.log import current_request_id
from enterprises.importing import need_id
from providers.importing.supply import provider_id
from tools.drills.http import Client, NoAnswer
from tools.drills.outages import Outage
from tools.drills.world import SOURCE
from tools.drills.zygote import Found

AT_ONCE = 100
_METHODS = ("get", "post", "put", "delete")
# They answer as long as there is something to say, or are bodies of bytes.
_LEFT_OUT = {"/v1/match/batch"}


@contextmanager
def watching_connections(told: Path) -> Generator[None]:
    """Have every request that holds two connections at a time written to a file."""
    held: defaultdict[UUID, int] = defaultdict(int)
    lock = Lock()
    file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def taken(_connection: object, record: Any, _proxy: object) -> None:  # noqa: ANN401 SQLAlchemy’s
        request = current_request_id()
        record.info["request"] = request
        if request is None:
            return
        with lock:
            held[request] += 1
            if held[request] > 1:
                os.write(file, f"{request} {held[request]}\n".encode())

    def given_back(_connection: object, record: Any) -> None:  # noqa: ANN401 as above
        request = record.info.pop("request", None)
        if request is not None:
            with lock:
                held[request] -= 1
                if not held[request]:
                    del held[request]

    event.listen(Pool, "checkout", taken)
    event.listen(Pool, "checkin", given_back)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", taken)
        event.remove(Pool, "checkin", given_back)
        os.close(file)


def crowd_every_address(outage: Outage) -> Found:
    """Ask every operation of the API's description a hundred times at once."""
    told = Path(outage.variables["LANDBRIDGE_DATA_DIR"]) / "two-connections"
    _, port = outage.start("server", DRILL_WATCHED=str(told))
    client = Client(port)
    document = client.ask("GET", "/openapi.json").document
    known = _known_ids(client)
    statuses: dict[str, dict[str, int]] = {}
    for name, ask in list(_operations(document, known))[:: outage.every]:
        found = _crowd(port, ask)
        statuses[name] = dict(found)
    two = told.read_text().splitlines() if told.exists() else []
    client.close()
    # Nobody may wait in a thread for a connection until the pool gives up.
    bad = {"500", "none", "503 database-unavailable"}
    failed = {name: found for name, found in statuses.items() if bad & found.keys()}
    return {
        "operations": len(statuses),
        "at_once": AT_ONCE,
        "statuses": dict(sum((Counter(found) for found in statuses.values()), Counter())),
        "failed": failed,
        "unavailable": {
            name: found
            for name, found in statuses.items()
            if any(status.startswith("503") for status in found)
        },
        "requests_with_two_connections": len({line.split()[0] for line in two}),
        "is_good": bool(statuses) and not failed and not two,
    }


def _crowd(port: int, ask: Callable[[Client], str]) -> Counter[str]:
    def one(_: int) -> str:
        client = Client(port)
        try:
            return ask(client)
        except NoAnswer:
            return "none"
        finally:
            client.close()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return Counter(crowd.map(one, range(AT_ONCE)))


def _known_ids(client: Client) -> dict[str, str]:
    """Return something that is there for each parameter of an address."""
    need = str(need_id(SOURCE, "n0"))
    made = client.ask("POST", f"/v1/needs/{need}/recommendations", {"top": 3}).document
    rankers = client.ask("GET", "/v1/rankers").document
    items = rankers["items"] if isinstance(rankers, dict) and rankers.get("items") else []
    return {
        "need_id": need,
        "provider_id": str(provider_id(SOURCE, "s0")),
        "recommendation_id": made["id"],
        "ranker_version": items[0]["version"] if items else "none",
        "code": "VN",
        "from": "HK",
        "to": "VN",
        "kind": "dispute",
    }


def _operations(
    document: dict[str, Any], known: dict[str, str]
) -> Iterator[tuple[str, Callable[[Client], str]]]:  # Any: an OpenAPI document
    for path, item in document["paths"].items():
        if path in _LEFT_OUT:
            continue
        filled = path
        for name, value in known.items():
            filled = filled.replace(f"{{{name}}}", value)
        if "{" in filled:
            # Nothing of the kind is there: it is looked for all the same.
            while "{" in filled:
                before, _, rest = filled.partition("{")
                filled = before + str(UUID(int=7)) + rest.partition("}")[2]
        for method in _METHODS:
            if method in item and not (method == "delete" and "need_id" in path):
                yield f"{method.upper()} {path}", _asking(method, filled, item[method])


def _asking(
    method: str, path: str, operation: dict[str, Any]
) -> Callable[[Client], str]:  # as above
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = content.get("examples", {})
    body = next((one["value"] for one in examples.values() if "value" in one), None)

    def ask(client: Client) -> str:
        answer = client.ask(method.upper(), path, body)
        if answer.status != 503 or not isinstance(answer.document, dict):
            return str(answer.status)
        return f"503 {str(answer.document.get('type')).removeprefix('/problems/')}"

    return ask

"""Ask a server as fast as it answers, and faster, and say what it stood.

    python tools/load.py                                  # 10,000 firms, 2,000 needs: some ten minutes
    python tools/load.py --providers 200 --needs 20 --seconds 1 --slack 1000
    python tools/load.py --database postgresql --json

A server is started on a made-up database, on SQLite unless told otherwise. Callers with a connection
each read recommendations, read lists, and write; then five times as many ask for matches as bring the
most answers. Ends with 1 where a part is slower than its goal, an answer is an error, or less than 80
percent of the most answers are left under overload. `--slack` lowers the goals, for machines that do
other things too; it forgives no error.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from core.log import configure_logging  # noqa: E402 needs the path above
from enterprises.importing import need_id  # noqa: E402
from providers.importing.supply import provider_id  # noqa: E402
from tools.drills.forked import free_port  # noqa: E402
from tools.drills.http import Client  # noqa: E402
from tools.drills.services import running_services  # noqa: E402
from tools.drills.waiting import wait_until  # noqa: E402
from tools.drills.world import SOURCE, prepare  # noqa: E402

_START_SECONDS = 600.0
_RECOMMENDED = 200
_OVERLOAD = 5

Request = tuple[str, str, object]
"""Method, address and body."""

Found = dict[str, object]


class Served(NamedTuple):
    """A server that runs: its port on this machine, and its process."""

    port: int
    pid: int


@dataclass
class Part:
    """What came back while so many callers asked.

    Attributes:
        seconds: how long each whole answer took that was no 503.
        statuses: how often each came; `none` where a connection was lost.
        took: how long all of it took.
        without_retry: 503s that did not say when to come again.
    """

    seconds: list[float] = field(default_factory=list[float])
    statuses: Counter[str] = field(default_factory=Counter[str])
    took: float = 0.0
    without_retry: int = 0

    def as_document(self) -> Found:
        """Return what is printed."""
        good = sum(count for status, count in self.statuses.items() if status < "300")
        ordered = sorted(self.seconds) or [0.0]
        return {
            "a_second": round(good / self.took, 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
            "p99_ms": round(ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)] * 1000, 1),
            "answers": dict(self.statuses),
            "without_retry_after": self.without_retry,
        }


async def ask_all(
    port: int, callers: int, seconds: float, make: Callable[[int, int], Request]
) -> Part:
    """Have callers ask one request after the other for so long.

    Args:
        port: of the server on this machine.
        callers: connections at a time.
        seconds: how long.
        make: returns the n-th request of a caller.
    """
    part = Part()
    begun = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for caller in range(callers):
            tasks.create_task(_be_caller(part, port, caller, begun + seconds, make))
    part.took = perf_counter() - begun
    return part


async def _be_caller(
    part: Part, port: int, caller: int, until: float, make: Callable[[int, int], Request]
) -> None:
    number = 0
    while perf_counter() < until:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while perf_counter() < until:
                method, path, body = make(caller, number)
                number += 1
                begun = perf_counter()
                writer.write(_write(method, path, body))
                status, retry, is_last = await _read(reader)
                part.statuses[str(status)] += 1
                if status == 503:
                    part.without_retry += not retry
                else:
                    part.seconds.append(perf_counter() - begun)
                if is_last:
                    break
        except (OSError, EOFError):
            part.statuses["none"] += 1
        finally:
            writer.close()


def _write(method: str, path: str, body: object) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"Content-Type: application/json\r\n\r\n" + content


async def _read(reader: asyncio.StreamReader) -> tuple[int, bool, bool]:
    """Return the status, whether it says when to come again, and whether the connection ends."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    names = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    if "content-length" in names:
        await reader.readexactly(int(names["content-length"]))
    elif names.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return int(lines[0].split()[1]), "retry-after" in names, names.get("connection") == "close"


@contextmanager
def running_server(url: str, folder: Path) -> Generator[Served]:
    """Run `landbridge serve` on a database, and yield where once it can match."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if "LANDBRIDGE" not in name}
    variables = {
        "PYTHONPATH": str(ROOT),
        "LANDBRIDGE_DATA_DIR": str(folder),
        "LANDBRIDGE_DATABASE_URL": url,
        "LANDBRIDGE_ENCODER": "none",
        "LANDBRIDGE_LOG_LEVEL": "ERROR",
    }
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port)],
            env={**kept, **variables}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            client = Client(port)
            client.wait_until_there(_START_SECONDS)
            wait_until(
                lambda: client.ask("GET", "/readyz").status == 200, _START_SECONDS, "not ready"
            )
            client.close()
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def measure(port: int, options: argparse.Namespace) -> Found:
    """Measure every part, one after the other."""
    needs: int = options.needs
    firms: int = options.providers
    client = Client(port, timeout=120)
    kept: list[str] = []
    for number in range(min(needs, _RECOMMENDED)):
        need = need_id(SOURCE, f"n{number}")
        answer = client.ask("POST", f"/v1/needs/{need}/recommendations", {"top": 10})
        kept.append(answer.document["id"])
    client.close()

    def reads(caller: int, number: int) -> Request:
        return "GET", f"/v1/recommendations/{kept[(caller * 7 + number) % len(kept)]}", None

    def lists(caller: int, number: int) -> Request:
        return "GET", ("/v1/needs", "/v1/providers")[(caller + number) % 2], None

    def writes(caller: int, number: int) -> Request:
        return "POST", "/v1/judgements", {
            "need_id": str(need_id(SOURCE, f"n{(caller * 31 + number) % needs}")),
            "provider_id": str(provider_id(SOURCE, f"s{(caller * 37 + number) % firms}")),
            "judge_id": f"judge {caller} {number}",
            "grade": number % 4,
        }  # fmt: skip

    def matches(caller: int, number: int) -> Request:
        text = f"advice on rural roads number {caller}-{number} in Vietnam, in English"
        return "POST", "/v1/match", {"text": text}

    found: Found = {}
    is_good = True
    for name, make, least, most_ms in (
        ("reads", reads, 100, 300),
        ("lists", lists, 200, 200),
        ("writes", writes, 100, 300),
    ):
        part = asyncio.run(ask_all(port, options.connections, options.seconds, make))
        said = part.as_document()
        errors = sum(count for status, count in part.statuses.items() if status >= "300")
        good = (
            not errors
            and float(str(said["a_second"])) * options.slack >= least
            and float(str(said["p99_ms"])) <= most_ms * options.slack
        )
        found[name] = {**said, "is_good": good}
        is_good = is_good and good
    calm = asyncio.run(ask_all(port, options.connections, options.seconds, matches))
    pressed = asyncio.run(ask_all(port, options.connections * _OVERLOAD, options.seconds, matches))
    most, left = calm.as_document(), pressed.as_document()
    share = float(str(left["a_second"])) / max(float(str(most["a_second"])), 0.1)
    allowed = {"200", "503"}
    is_shed_well = (
        share * options.slack >= 0.8
        and set(calm.statuses) | set(pressed.statuses) <= allowed
        and not pressed.without_retry
    )
    found["matches"] = most
    found["overload"] = {**left, "share_of_most": round(share, 2), "is_good": is_shed_well}
    return {**found, "is_good": is_good and is_shed_well}


def main() -> int:
    """Read the options, measure, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--providers", type=int, default=10_000)
    parser.add_argument("--needs", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each part")
    parser.add_argument("--slack", type=float, default=1.0, help="lowers the goals")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    with tempfile.TemporaryDirectory(prefix="landbridge-load-") as name:
        folder = Path(name)
        with _database(options.database, folder) as url:
            prepare(url, providers=options.providers, needs=options.needs)
            with running_server(url, folder) as served:
                found = measure(served.port, options)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


@contextmanager
def _database(kind: str, folder: Path) -> Generator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'landbridge.db'}"
        return
    with running_services() as (postgresql, _):
        yield postgresql.url


if __name__ == "__main__":
    sys.exit(main())

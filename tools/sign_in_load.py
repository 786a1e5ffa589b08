"""Have a crowd sign in at once, and see what a server takes for it and what it costs everybody else.

    python tools/sign_in_load.py                          # some two minutes
    python tools/sign_in_load.py --crowd 20 --seconds 1 --slack 1000

Readers ask for lists, first by themselves, then beside crowds who all try to sign in at the same
moment, each with an account and an address of its own, so that no limit spares the server a comparison.
Ends with 1 where the 99th percentile of the readers doubles, the server grows by 150 MB, or an answer
is neither a refusal of the password nor a 503 that says when to come again. `--slack` lowers the goals
of time, for machines that do other things too.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from core.log import configure_logging  # noqa: E402 needs the path above
from tools.drills.world import prepare  # noqa: E402
from tools.load import Found, Part, Request, Served, ask_all, running_server  # noqa: E402

READERS = 4
GROWTH_MB = 150
_TIMES_SLOWER = 2.0
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Door:
    """Where people sign in.

    Attributes:
        port: of the server.
        cookies, token: of a form that was shown.
        came: how many have come so far; each is somebody else.
        statuses: how often each answer came.
        without_retry: 503s that did not say when to come again.
    """

    port: int
    cookies: str
    token: str
    came: int
    statuses: Counter[str]
    without_retry: int = 0


def find_door(port: int) -> Door:
    """Ask for the form.

    Raises:
        SystemExit: the page shows none.
    """
    with urlopen(f"http://127.0.0.1:{port}/sign-in") as page:
        shown = _TOKEN.search(page.read().decode())
        cookies = [line.partition(";")[0] for line in page.headers.get_all("Set-Cookie") or ()]
    if shown is None:
        raise SystemExit("the page to sign in shows no form")
    return Door(port, "; ".join(cookies), shown[1], 0, Counter())


async def come(door: Door) -> None:
    """Sign in as somebody new, from an address of one's own."""
    number = door.came = door.came + 1
    fields = {
        "email": f"nobody{number}@example.com",
        "password": "not the password",
        "form_token": door.token,
    }
    content = urlencode(fields).encode()
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nConnection: close\r\n"
        f"Origin: http://127.0.0.1:{door.port}\r\nCookie: {door.cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    address = f"127.{1 + number // 65536 % 254}.{number // 256 % 256}.{number % 256}"
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port, local_addr=(address, 0))
    try:
        writer.write(head.encode() + content)
        answer = (await reader.read()).partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    finally:
        writer.close()
    status = answer.split(" ", 2)[1] if answer else "none"
    door.statuses[status] += 1
    door.without_retry += status == "503" and "retry-after:" not in answer


async def crowd_the_door(
    door: Door, crowd: int, seconds: float, make: Callable[[int, int], Request]
) -> Part:
    """Let crowd after crowd come while readers read; return what the readers met."""
    reading = asyncio.create_task(ask_all(door.port, READERS, seconds, make))
    while not reading.done():
        await asyncio.gather(*(come(door) for _ in range(crowd)))
    return await reading


def resident_mb(pid: int) -> float:
    """Return how much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    held = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(held.split()[1]) / 1024


def measure(served: Served, options: argparse.Namespace) -> Found:
    """Measure the readers alone and beside the crowds."""

    def lists(caller: int, number: int) -> Request:
        return "GET", ("/v1/needs", "/v1/providers")[(caller + number) % 2], None

    door = find_door(served.port)
    asyncio.run(ask_all(served.port, READERS, options.seconds / 4, lists))  # until all is warm
    alone = asyncio.run(ask_all(served.port, READERS, options.seconds, lists))
    before = resident_mb(served.pid)
    beside = asyncio.run(crowd_the_door(door, options.crowd, options.seconds, lists))
    growth = resident_mb(served.pid) - before
    quiet, loud = alone.as_document(), beside.as_document()
    slower = float(str(loud["p99_ms"])) / max(float(str(quiet["p99_ms"])), 0.1)
    return {
        "alone": quiet,
        "beside": loud,
        "times_slower": round(slower, 2),
        "signed_in": dict(door.statuses),
        "growth_mb": round(growth, 1),
        "is_good": slower <= _TIMES_SLOWER * options.slack
        and growth < GROWTH_MB
        and set(alone.statuses) | set(beside.statuses) == {"200"}
        and "422" in door.statuses
        and set(door.statuses) <= {"422", "503"}
        and not door.without_retry,
    }


def main() -> int:
    """Read the options, measure, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--crowd", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=40.0, help="of each of the two parts")
    parser.add_argument("--slack", type=float, default=1.0, help="lowers the goals of time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    with tempfile.TemporaryDirectory(prefix="landbridge-door-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'landbridge.db'}"
        prepare(url, providers=200, needs=100)
        with running_server(url, folder) as served:
            found = measure(served, options)
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""Hold connections open by sending slowly, and see whether a server ends them and serves others.

    python tools/slow_clients.py --clients 1000 --seconds 120

So many connections that send a head line by line, and so many that send a body byte by byte, each
opened anew when it is ended; meanwhile honest callers ask, each time with a new connection. Without
`--address` a server of our own is started on an empty database. Ends with 1 if a slow connection
lived longer than `--longest`, or an honest request failed.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter

HEAD = b"POST /v1/readings HTTP/1.1\r\nHost: slow.example\r\n"
BODY = HEAD + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
# What begins a request, and what is sent again and again after it.
KINDS = {"head": (HEAD, b"X-Slow: 1\r\n"), "body": (BODY, b" ")}
HONEST = b"GET /healthz HTTP/1.1\r\nHost: honest.example\r\nConnection: close\r\n\r\n"
HONEST_AT_ONCE = 4
PATIENCE_SECONDS = 10.0


@dataclass
class Findings:
    """What was seen.

    Attributes:
        ended_after: by kind, how long each slow connection lived that the server ended, in seconds.
        open_for: by kind, how long each one had lived that was open at the end.
        honest: how long each honest request took, in seconds.
        failed: how many honest requests failed.
    """

    ended_after: dict[str, list[float]] = field(
        default_factory=lambda: {kind: list[float]() for kind in KINDS}
    )
    open_for: dict[str, list[float]] = field(
        default_factory=lambda: {kind: list[float]() for kind in KINDS}
    )
    honest: list[float] = field(default_factory=list[float])
    failed: int = 0

    def longest(self) -> float:
        """Return how long the slow connection lived that lived longest."""
        lives = [*self.ended_after.values(), *self.open_for.values()]
        return max((life for kind in lives for life in kind), default=0.0)

    def p99(self) -> float:
        """Return the 99th percentile of the honest requests' times."""
        return quantiles(self.honest, n=100)[98] if len(self.honest) > 1 else float("nan")


async def attack(
    host: str, port: int, *, clients: int, seconds: float, every: float = 2.0
) -> Findings:
    """Send slowly with `clients` connections of each kind, and ask honestly beside them.

    Args:
        host: of the server.
        port: of the server.
        clients: connections of each kind; 0 only asks honestly.
        seconds: how long.
        every: seconds between two pieces of what a slow connection sends.
    """
    found = Findings()
    until = perf_counter() + seconds
    pressure = _Pressure(host, port, until, every)
    async with asyncio.TaskGroup() as tasks:
        for number in range(clients):
            for kind in KINDS:
                # Not all at once: the queue of a listening socket holds some hundreds.
                begin = number / max(clients, 1) * min(every, seconds / 4)
                tasks.create_task(_be_slow(pressure, kind, begin, found))
        for _ in range(HONEST_AT_ONCE):
            tasks.create_task(_be_honest(host, port, until, found))
    return found


@dataclass(frozen=True, slots=True)
class _Pressure:
    host: str
    port: int
    until: float
    every: float


async def _be_slow(pressure: _Pressure, kind: str, begin: float, found: Findings) -> None:
    first, piece = KINDS[kind]
    await asyncio.sleep(begin)
    while perf_counter() < pressure.until:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(pressure.host, pressure.port)
            began = perf_counter()
            try:
                writer.write(first)
                is_ended = await _trickle(reader, writer, piece, pressure)
                lives = found.ended_after if is_ended else found.open_for
                lives[kind].append(perf_counter() - began)
            finally:
                writer.close()
        await asyncio.sleep(0)


async def _trickle(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes, pressure: _Pressure
) -> bool:
    """Send piece by piece; tell whether the server ended it before the time was up."""
    while (left := pressure.until - perf_counter()) > 0:
        try:
            async with asyncio.timeout(min(pressure.every, left)):
                await reader.read()
        except TimeoutError:
            writer.write(piece)
        except OSError:
            return True
        else:
            return True
    return False


async def _be_honest(host: str, port: int, until: float, found: Findings) -> None:
    while perf_counter() < until:
        began = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection(host, port)
                writer.write(HONEST)
                answer = await reader.read()
                writer.close()
            is_well = answer.startswith(b"HTTP/1.1 200")
        except OSError:  # TimeoutError is one
            is_well = False
        if is_well:
            found.honest.append(perf_counter() - began)
        else:
            found.failed += 1
        await asyncio.sleep(0.02)


@contextmanager
def own_server() -> Generator[tuple[str, int]]:
    """Serve an empty database of our own on a free port."""
    program = [sys.executable, "-c", "from api.cli.main import main; main()"]
    with tempfile.TemporaryDirectory(prefix="landbridge-slow-") as folder:
        variables = {**os.environ, "LANDBRIDGE_DATA_DIR": folder, "LANDBRIDGE_LOG_LEVEL": "WARNING"}
        subprocess.run([*program, "migrate"], env=variables, check=True)  # noqa: S603 our own program
        with subprocess.Popen(  # noqa: S603 as above
            [*program, "serve", "--port", "0"], env=variables, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None  # noqa: S101 for the type checker: a pipe
                line = next(line for line in server.stdout if line.startswith("serving on"))
                host, _, port = line.strip().removeprefix("serving on http://").rpartition(":")
                yield host, int(port)
            finally:
                server.terminate()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and say what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1000, help="connections of each kind")
    parser.add_argument("--seconds", type=float, default=120, help="how long")
    parser.add_argument("--every", type=float, default=2, help="seconds between two pieces")
    parser.add_argument("--longest", type=float, default=30, help="seconds one may live at most")
    parser.add_argument("--address", help="host:port of a server that runs; else one is started")
    given = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if given.address:
        host, _, port = given.address.rpartition(":")
        return _report(host, int(port), given)
    with own_server() as (host, number):
        return _report(host, number, given)


def _report(host: str, port: int, given: argparse.Namespace) -> int:
    calm = asyncio.run(attack(host, port, clients=0, seconds=min(10, given.seconds)))
    found = asyncio.run(
        attack(host, port, clients=given.clients, seconds=given.seconds, every=given.every)
    )
    lines = [f"{given.clients:,} connections of each kind for {given.seconds:g} s"]
    for kind in KINDS:
        ended, left = found.ended_after[kind], found.open_for[kind]
        lines.append(
            f"slow {kind:<5} {len(ended):>6,} ended after at most {max(ended, default=0):.1f} s, "
            f"{len(left):,} open at the end for at most {max(left, default=0):.1f} s"
        )
    lines += [
        f"honest     {len(found.honest):>6,} answered, {found.failed} failed, p99 "
        f"{found.p99() * 1e3:.1f} ms; alone {len(calm.honest):,}, p99 {calm.p99() * 1e3:.1f} ms",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if found.longest() <= given.longest and not found.failed else 1


if __name__ == "__main__":
    raise SystemExit(main())

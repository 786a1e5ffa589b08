"""Several processes that build chunks at the same time, each taking the next one when it is free."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Thread

from sqlalchemy import Engine

from providers.snapshot.chunks import Chunk, Plan, write_chunk
from providers.snapshot.errors import SnapshotNotBuilt
from providers.snapshot.worker import START

_POLL_SECONDS = 0.5
_Worker = subprocess.Popen[str]


def build_here(database: Engine, plan: Plan, chunks: Sequence[Chunk]) -> Generator[Chunk]:
    """Build chunks one after the other in this process."""
    for chunk in chunks:
        write_chunk(database, plan, chunk)
        yield chunk


def build_in_processes(
    database: Engine,
    plan: Plan,
    chunks: Sequence[Chunk],
    *,
    workers: int,
    while_waiting: Callable[[], None],
) -> Generator[Chunk]:
    """Build chunks in processes of their own, and give out each that is done.

    Args:
        database: its address is handed on; every worker opens it itself.
        plan: what the chunks share.
        chunks: what to build.
        workers: how many processes.
        while_waiting: called twice a second; what it raises stops the workers at once.

    Raises:
        OSError: a worker could not write.
        SnapshotNotBuilt: a worker could not read, or was killed.
        RuntimeError: a worker met a fault of the program.
    """
    waiting: SimpleQueue[Chunk] = SimpleQueue()
    for chunk in chunks:
        waiting.put(chunk)
    done: SimpleQueue[Chunk | Exception] = SimpleQueue()
    order = json.dumps(
        {
            "database_url": database.url.render_as_string(hide_password=False),
            "plan": plan.as_json(),
        }
    )
    with _running(min(workers, len(chunks)), order, waiting, done):
        for _ in chunks:
            yield _next_done(done, while_waiting)


def _next_done(done: "SimpleQueue[Chunk | Exception]", while_waiting: Callable[[], None]) -> Chunk:
    while True:
        while_waiting()
        with suppress(Empty):
            result = done.get(timeout=_POLL_SECONDS)
            if isinstance(result, Exception):
                raise result
            return result


@contextmanager
def _running(
    count: int,
    order: str,
    waiting: "SimpleQueue[Chunk]",
    done: "SimpleQueue[Chunk | Exception]",
) -> Generator[None]:
    processes: list[_Worker] = []
    threads: list[Thread] = []
    try:
        for _ in range(count):
            processes.append(_start())
            threads.append(Thread(target=_serve, args=(processes[-1], order, waiting, done)))
            threads[-1].start()
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        for thread in threads:
            thread.join()  # its worker has ended, so it has too
        for process in processes:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what was still to be said to it
                        pipe.close()


def _start() -> _Worker:
    # A session of its own: Ctrl-C reaches this process alone, which ends its workers.
    return subprocess.Popen(  # noqa: S603 our own interpreter and our own program
        [sys.executable, "-c", START, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def _serve(
    process: _Worker,
    order: str,
    waiting: "SimpleQueue[Chunk]",
    done: "SimpleQueue[Chunk | Exception]",
) -> None:
    """Hand chunks to a worker until there are no more, or it fails."""
    chunk: Chunk | None = None
    try:
        _say(process, order)
        while True:
            chunk = waiting.get_nowait()
            _say(process, chunk.as_line())
            _check(process, _hear(process))
            done.put(chunk)
    except Empty:
        return
    except Exception as error:  # noqa: BLE001 raised again where the results are taken
        done.put(error)


def _say(process: _Worker, line: str) -> None:
    assert process.stdin is not None  # noqa: S101 for the type checker: it is a pipe
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    except (BrokenPipeError, ValueError) as error:
        raise _ended(process) from error


def _hear(process: _Worker) -> dict[str, object]:
    assert process.stdout is not None  # noqa: S101 as above
    line = process.stdout.readline()
    if not line:
        raise _ended(process)
    reply: dict[str, object] = json.loads(line)
    return reply


def _check(process: _Worker, reply: dict[str, object]) -> None:
    if "trace" in reply:
        raise RuntimeError(f"a worker met a fault of the program:\n{reply['trace']}")
    number = reply.get("errno")
    if isinstance(number, int):
        raise OSError(number, str(reply["said"]))
    if "said" in reply:
        raise SnapshotNotBuilt(f"a worker could not build its part: {reply['said']}")


def _ended(process: _Worker) -> SnapshotNotBuilt:
    code = process.wait()
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    return SnapshotNotBuilt(
        f"a worker {how}: where memory ran out, build with fewer workers, or on a machine with more"
    )

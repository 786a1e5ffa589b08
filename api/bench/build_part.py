"""How long a snapshot takes to build from the database, and what it takes for it."""

import time
from multiprocessing import get_context

from api.bench.memory import PeakMemory
from api.bench.options import Options
from api.cli.failures import CommandFailed
from core.log import configure_logging
from core.settings import Settings
from providers.snapshot.build import rebuild
from providers.snapshot.store import open_store


def measure_build(options: Options) -> dict[str, object]:
    """Build the snapshot in a process of its own, with its workers, and make it the current one.

    Raises:
        CommandFailed: it was not built.
    """
    settings = options.settings
    process = get_context("spawn").Process(target=_build, args=(settings,))
    began = time.perf_counter()
    process.start()
    with PeakMemory(process.pid or 0) as watched:
        process.join()
    seconds = time.perf_counter() - began
    if process.exitcode:
        raise CommandFailed("the snapshot was not built: see the lines above", exit_code=1)
    size = _size(settings)
    return {
        "seconds": round(seconds, 2),
        "snapshot_bytes": size,
        "bytes_per_provider": round(size / options.shape.providers, 1),
        "peak_mb": round(watched.peak.pss / 1e6, 1),
        "peak_anonymous_mb": round(watched.peak.anonymous / 1e6, 1),
        "peak_times_snapshot": round(watched.peak.pss / size, 3),
    }


def _build(settings: Settings) -> None:
    configure_logging("ERROR")
    rebuild(settings)


def _size(settings: Settings) -> int:
    store = open_store(settings)
    name = store.current()
    if name is None:
        raise CommandFailed("no snapshot was published", exit_code=1)
    return store.fetch(name).stat().st_size

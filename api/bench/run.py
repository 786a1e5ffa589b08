"""A whole run: the supply is made, then each part is measured in a process of its own.

Of its own, so that memory that one part maps is not counted for another, and one part's rubbish is
not collected in another's time.
"""

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from api.bench import (
    alternatives_part,
    batch_part,
    build_part,
    engine_part,
    freshness_part,
    http_part,
    memory_part,
)
from api.bench.database import load_supply, make_lists
from api.bench.machine import describe_machine
from api.bench.options import Options, Part
from api.bench.postgresql import is_installed
from api.cli.console import Report, note
from api.cli.failures import CommandFailed
from core.log import configure_logging
from matching.evaluation.bench.shape import Shape

Document = dict[str, object]
Measure = Callable[[Options], Document]

MADE = "supply.json"
# Of the database and two snapshots, while one is put together from its parts.
BYTES_PER_PROVIDER = 20_000
# In this order: what changes the catalogue comes last.
MEASURES: tuple[tuple[Part, Measure], ...] = (
    (Part.ENGINE, engine_part.measure_engine),
    (Part.BATCH, batch_part.measure_batch),
    (Part.HTTP, http_part.measure_http),
    (Part.MEMORY, memory_part.measure_memory),
    (Part.ALTERNATIVES, alternatives_part.measure_alternatives),
    (Part.FRESHNESS, freshness_part.measure_freshness),
)


def run_bench(options: Options, report: Report) -> Document:
    """Measure everything that is asked for, and return the figures as one document.

    Raises:
        CommandFailed: the folder holds something else, or a part cannot be measured.
    """
    require_linux()
    if Part.ALTERNATIVES in options.parts:
        require_alternatives()
    began = time.perf_counter()
    document: Document = {
        "version": version("landbridge-platform"),
        "machine": describe_machine(),
        "supply": options.shape.as_dict(),
        "rounds": options.rounds,
        "vectors": "mixtures of real vectors with noise: no encoder runs for the supply",
    }
    document["load_seconds"] = prepare_supply(options, report)
    document[Part.BUILD.value] = _measured(build_part.measure_build, options, Part.BUILD)
    for part, measure in MEASURES:
        if part in options.parts:
            document[part.value] = _measured(measure, options, part)
    document["seconds"] = round(time.perf_counter() - began, 1)
    return document


def require_linux() -> None:
    """Refuse where memory cannot be measured.

    Raises:
        CommandFailed: the system keeps no account of memory as Linux does.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        raise CommandFailed("the bench counts memory as Linux does: run it on Linux")


def require_alternatives() -> None:
    """Refuse at once what could only fail after many minutes.

    Raises:
        CommandFailed: neither PostgreSQL nor Tantivy is installed, or LightGBM does not load.
    """
    if not is_installed() and not find_spec("tantivy"):
        raise CommandFailed(
            "the alternatives cannot be measured: install PostgreSQL (Debian: postgresql) or "
            "`pip install 'landbridge-platform[bench]'`, or name the other parts with --only"
        )
    try:
        import lightgbm  # noqa: F401, PLC0415 only whether its shared library loads
    except OSError as error:
        raise CommandFailed(
            f"LightGBM, which ranks for the alternatives, cannot be loaded ({error}): install "
            "libgomp1, or name the other parts with --only"
        ) from error


def prepare_supply(options: Options, report: Report) -> float | None:
    """Make the database, or take the one that is there; return the seconds it took, if any.

    Raises:
        CommandFailed: the folder holds another supply, or files of somebody else, or is too small.
    """
    made, shape = options.folder / MADE, options.shape
    database = options.folder / "landbridge.db"
    if made.exists():
        if json.loads(made.read_text("utf-8")) != shape.as_dict():
            raise CommandFailed(
                f"{options.folder} holds another supply than {describe(shape)}: give another "
                "folder with --folder, or delete it"
            )
        return None
    if database.exists():
        raise CommandFailed(
            f"{options.folder} holds a database that is not known to be a whole supply of the "
            "bench: give another folder with --folder, or delete it"
        )
    options.folder.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(options.folder).free, shape.providers * BYTES_PER_PROVIDER
    if free < needed:
        raise CommandFailed(
            f"{options.folder} has {free / 1e9:.1f} GB left, {describe(shape)} need "
            f"{needed / 1e9:.1f} GB: name another folder with --folder, or fewer --providers"
        )
    url = options.settings.sqlalchemy_url
    began = time.perf_counter()
    make_lists(url)
    load_supply(url, shape, report)
    made.write_text(json.dumps(shape.as_dict(), indent=2), "utf-8")
    return round(time.perf_counter() - began, 1)


def describe(shape: Shape) -> str:
    """Say in a few words which supply it is."""
    return f"{shape.providers:,} providers by seed {shape.seed}"


def _measured(measure: Measure, options: Options, part: Part) -> Document:
    note(f"measuring: {part}")
    began = time.perf_counter()
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=configure_logging, initargs=("ERROR",)
    ) as pool:
        try:
            figures = pool.submit(measure, options).result()
        except BrokenProcessPool as error:
            raise CommandFailed(
                f"the process that measured {part} was killed: if it lacked memory, give fewer "
                "--providers",
                exit_code=1,
            ) from error
    note(f"measured: {part}, {time.perf_counter() - began:.1f} seconds")
    return figures


def remove_supply(folder: Path) -> None:
    """Delete what a run has written into a folder, and nothing else."""
    for path in (folder / MADE, *folder.glob("landbridge.db*")):
        path.unlink(missing_ok=True)
    for name in ("index", "index-cache"):
        _remove_files(folder / name)


def _remove_files(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_file():
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()

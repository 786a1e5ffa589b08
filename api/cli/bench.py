"""`landbridge bench`: speed at sizes that no real catalogue has yet."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, progress_bars, say
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from api.bench.options import Part

app = typer.Typer()


@app.command("bench")
def bench_command(
    providers: Annotated[
        int, typer.Option("--providers", min=1, metavar="N", help="How many are made up.")
    ] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="What is drawn follows from it.")] = 7,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, help="Each figure is the median of so many.")
    ] = 5,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="a,b",
            help="Of engine, http, alternatives, memory, build, freshness, batch. All if none; "
            "above 200,000 providers all but the alternatives.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="For the database and the snapshot: some 12 GB for a million."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep them there; the next run takes them as they are.")
    ] = False,
) -> None:
    """Make up providers and needs, and measure the engine, the server, and what others would build.

    Vectors are mixed from real ones: no encoder runs for the supply. Everything follows from the
    seed; the document says which distributions were drawn from.
    """
    if keep and folder is None:
        raise CommandFailed("--keep needs a folder to keep the files in: name one with --folder")
    parts = _parts(only)
    from api.bench.options import Options, default_parts
    from api.bench.run import remove_supply, run_bench
    from api.bench.tables import tables_of
    from core.log import configure_logging
    from matching.evaluation.bench.shape import Shape

    configure_logging("ERROR")
    shape = Shape(providers=providers, seed=seed)
    place = folder or Path(tempfile.mkdtemp(prefix="landbridge-bench-"))
    options = Options(
        shape=shape, folder=place, parts=parts or default_parts(providers), rounds=rounds
    )
    try:
        with progress_bars() as report:
            document = run_bench(options, report)
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    if folder is not None and not keep:
        remove_supply(folder)
    if as_json:
        print_json(document)
    else:
        for line in tables_of([document]):
            say(line)


def _parts(only: str | None) -> "frozenset[Part]":
    from api.bench.options import Part

    named = [name.strip() for name in (only or "").split(",") if name.strip()]
    unknown = sorted(set(named) - set(Part))
    if unknown:
        raise CommandFailed(
            f"--only: there is no part {', '.join(unknown)}: name some of {', '.join(Part)}"
        )
    return frozenset(map(Part, named))

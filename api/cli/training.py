"""`landbridge train`: learn a ranker from the catalogue's own record and from feedback."""

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.benchmark_options import open_vector_cache
from api.cli.console import print_json, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.engines import open_engine_holder
from api.cli.failures import CommandFailed
from api.cli.needs import parse_day

if TYPE_CHECKING:
    from committee.training import Trained

app = typer.Typer()
# Candidates that are scored to time the tables beside the trees; the best of the laps counts.
TIMED_ROWS, TIMED_LAPS = 10_000, 5


@app.command()
def train(
    target: Annotated[
        Path, typer.Option("--out", metavar="FILE.json", help="Where the ranker is written.")
    ],
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=parse_day, metavar="DATE", help="Learn from work since this day."
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until",
            parser=parse_day,
            metavar="DATE",
            help="Learn from work up to this day; by default all but the frozen last part.",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What the ranker is called.")] = "learned",
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Equal seeds and data give equal rankers.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Learn a ranker from past work as needs with known answers, and from feedback.

    The last part of the record is left out: on it rankers are compared before one is promoted.
    Nothing changes in the database; propose the file with `landbridge ranker propose`.
    """
    _require_place(target)
    _require_trainer()
    settings = load_settings()
    with open_current_database(settings) as database, progress_bars() as report:
        from committee import training
        from committee.service import NAME_CHARACTERS, is_name
        from core.clock import utc_now
        from core.db import reading
        from matching.ranker.judged import InvalidTraining

        if not is_name(name):
            raise CommandFailed(
                f"--name {name!r}: take up to {NAME_CHARACTERS} of a-z, 0-9, hyphen and underscore"
            )
        engine = open_engine_holder(database, settings).current()
        try:
            with reading(database) as session:
                feedback = training.read_feedback(session)
                window = training.window(session, engine.index, first=first, until=until)
            material = training.gather(engine.index, window, seed=seed)
            cache = open_vector_cache(report)
            trained = training.learn(
                engine,
                material,
                cache.queries([need.query.text for need in material.needs]),
                feedback,
                name=name,
                seed=seed,
                today=utc_now().date(),
                progress=report,
            )
        except InvalidTraining as error:
            raise CommandFailed(f"nothing can be learned from this: {error}") from error
    _write(target, trained.data)
    if as_json:
        print_json({"file": str(target), **trained.summary(), "speed": _speed(trained)})
        return
    _print(trained, target)


def _require_trainer() -> None:
    try:
        import lightgbm  # noqa: F401 only whether its shared library loads
    except OSError as error:
        raise CommandFailed(
            f"training needs the system library libgomp (Debian: libgomp1): {error}"
        ) from error


def _require_place(target: Path) -> None:
    if target.is_dir():
        raise CommandFailed(f"--out {target} is a folder: name a file")
    if not target.parent.is_dir():
        raise CommandFailed(f"--out {target}: there is no folder {target.parent}")


def _write(target: Path, data: bytes) -> None:
    # Written beside and moved over: a killed run leaves the old file or the new one.
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(target)
    except OSError as error:
        raise CommandFailed(f"{target} cannot be written: {error.strerror}") from error


def _print(trained: "Trained", target: Path) -> None:
    from api.cli.ranker_text import print_card, print_strongest

    say(f"{trained.document.ranker.version} written to {target}")
    print_card(trained.document)
    if trained.document.card.blend == 0.0:
        say(
            "Nothing was learned that does clearly better than the prior: it ranks as the prior does."
        )
    print_strongest(trained.document.ranker)


def _speed(trained: "Trained") -> dict[str, float]:
    """Time the compiled tables and the trees they come from on the same rows, one thread each."""
    import numpy as np

    from matching.ranker.boosting import scorer_of

    learned = trained.training.learned
    rows = np.random.default_rng(0).random((TIMED_ROWS, len(learned.curves)))
    took: dict[str, float] = {}
    for name, score in (
        ("trees", scorer_of(trained.training.booster)),
        ("tables", learned.scores),
        ("served_tables", trained.document.ranker.scores),
    ):
        score(rows)
        laps: list[float] = []
        for _ in range(TIMED_LAPS):
            start = perf_counter()
            score(rows)
            laps.append(perf_counter() - start)
        took[name] = min(laps)
    return {
        "trees_us_per_candidate": round(took["trees"] / TIMED_ROWS * 1e6, 3),
        "tables_us_per_candidate": round(took["tables"] / TIMED_ROWS * 1e6, 3),
        "served_tables_us_per_candidate": round(took["served_tables"] / TIMED_ROWS * 1e6, 3),
        "tables_faster": round(took["trees"] / took["tables"], 1),
        "served_tables_faster": round(took["trees"] / took["served_tables"], 1),
    }

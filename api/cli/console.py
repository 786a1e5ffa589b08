"""What a command prints: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

Report = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


def say(line: str = "") -> None:
    """Print one line of the result."""
    typer.echo(line)


def note(line: str) -> None:
    """Print one line beside the result, on stderr."""
    typer.echo(line, err=True)


def print_json(document: object) -> None:
    """Print the one JSON document that `--json` promises."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def progress_bars() -> Generator[Report]:
    """Show how far long work has come: bars on a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield _PlainLines().report
        return

    # Rich takes a tenth of a second to import: only commands that draw bars pay for it.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    ) as progress:
        tasks: dict[str, TaskID] = {}
        reached: dict[str, int] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks or done < reached[stage]:  # another table of the same kind
                tasks[stage] = progress.add_task(stage)
            reached[stage] = done
            progress.update(tasks[stage], completed=done, total=total)

        yield report


class _PlainLines:
    """One line when a stage has ended, and one for each further quarter of a long one."""

    def __init__(self) -> None:
        self._reached: dict[str, tuple[int, int]] = {}

    def report(self, stage: str, done: int, total: int) -> None:
        before, quarter_before = self._reached.get(stage, (0, 0))
        if done < before:  # another table of the same kind
            quarter_before = 0
        quarter = 4 * done // total if total else 4
        self._reached[stage] = (done, quarter)
        if quarter > quarter_before:
            note(f"{stage}: {done:,} of {total:,}")

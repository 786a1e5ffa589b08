"""How well statements are understood: `evaluate understanding`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, say
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from matching.evaluation.understanding import StatementScore, UnderstandingFigures
    from matching.understanding.types import Reading


def evaluate_understanding_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help="Statements with what they say.")
    ],
    errors: Annotated[
        bool, typer.Option("--errors", help="Show every statement that was not understood.")
    ] = False,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Leave out the reading by meaning.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read statements and compare with annotations: share understood, F1, exact fields, speed."""
    from api.cli.reading_speed import measure_reading
    from api.cli.understanding_files import packaged_vocabulary, read_statements
    from core.settings import get_settings
    from matching.evaluation.understanding import score_statement, score_understanding
    from matching.understanding.reading import read_need
    from matching.understanding.types import UnreadableText
    from providers.sector_meaning import make_sector_reader
    from providers.vectors import make_encoder

    statements = read_statements(file)
    vocabulary = packaged_vocabulary()
    encoder = None if words_only else make_encoder(get_settings())
    meaning = make_sector_reader(encoder) if encoder is not None else None
    readings: list[Reading] = []
    for statement in statements:
        try:
            readings.append(read_need(statement.text, vocabulary, on=statement.on, meaning=meaning))
        except UnreadableText as error:
            raise CommandFailed(f"{file}, statement {statement.id}: {error}") from error
    figures = score_understanding(statements, readings)
    scores = [
        score_statement(statement, reading)
        for statement, reading in zip(statements, readings, strict=True)
    ]
    # A reader of its own: the first has the phrases of these statements by heart.
    fresh = make_sector_reader(encoder) if encoder is not None else None
    speed = measure_reading(
        statements, lambda one: read_need(one.text, vocabulary, on=one.on, meaning=fresh)
    )
    missed = [score for score in scores if not score.is_understood]
    if as_json:
        document: dict[str, object] = {name: one.as_dict() for name, one in figures.items()}
        document["speed"] = speed.as_dict()
        if errors:
            document["errors"] = [_as_dict(score) for score in missed]
        print_json(document)
        return
    for name, one in figures.items():
        _print_figures(name, one)
    say(str(speed))
    if errors:
        for score in missed:
            say(f"{score.id}: {', '.join(score.deciding)}")
            for miss in score.misses:
                say(f"  {miss.field}: expected {miss.expected}; read {miss.read}")


def _print_figures(name: str, figures: "UnderstandingFigures") -> None:
    say(
        f"{name:<8} {figures.statements:>4} statements  understood {figures.understood:.3f}  "
        f"jurisdictions F1 {figures.targets_f1:.3f} (pooled {figures.targets_micro_f1:.3f})  "
        f"sectors F1 {figures.sectors_f1:.3f} (pooled {figures.sectors_micro_f1:.3f})  "
        f"excluded returned {figures.excluded_returned}"
    )
    say("         " + "  ".join(f"{field} {share:.3f}" for field, share in figures.right.items()))


def _as_dict(score: "StatementScore") -> dict[str, object]:
    return {
        "id": score.id,
        "deciding": list(score.deciding),
        "misses": [
            {"field": miss.field, "expected": miss.expected, "read": miss.read}
            for miss in score.misses
        ],
    }

"""How many routes are answered as a table of cases says: `evaluate routes`."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, say
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from matching.evaluation.routes import RouteCase

COLUMNS = (
    "id", "kind", "from", "to", "on", "facts", "route", "certainty", "change", "must_check", "reason",
)  # fmt: skip


def evaluate_routes_command(
    file: Annotated[Path, typer.Argument(metavar="CASES.csv", help="Questions with answers.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Plan the route of every case from the packaged treaty data, and compare."""
    from matching.evaluation.routes import score_routes
    from matching.jurisdictions.graph import TreatyGraph
    from matching.jurisdictions.types import NoRoute
    from providers.jurisdictions.packaged import read_packaged_treaty_data

    cases = read_cases(file)
    try:
        misses = score_routes(TreatyGraph(read_packaged_treaty_data()), cases)
    except NoRoute as error:
        raise CommandFailed(f"{file}: {error}") from error
    kinds = Counter(case.kind.value for case in cases)
    document = {
        "cases": len(cases),
        "right": len(cases) - len(misses),
        "kinds": dict(kinds),
        "misses": [
            {"id": miss.case_id, "wrong": [list(one) for one in miss.wrong], "reason": miss.reason}
            for miss in misses
        ],
    }
    if as_json:
        print_json(document)
        return
    counted = ", ".join(f"{count} of {kind}s" for kind, count in sorted(kinds.items()))
    say(f"{document['right']} of {len(cases)} cases right ({counted})")
    for miss in misses:
        for name, expected, answered in miss.wrong:
            say(f"{miss.case_id}: {name} is {answered}, expected {expected}: {miss.reason}")


def read_cases(file: Path) -> "tuple[RouteCase, ...]":
    """Read a table of cases; an empty `certainty` or `must_check` is left open.

    Raises:
        CommandFailed: the file cannot be read, or a row is none of a case; it names the row.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file} cannot be read: {error}") from error
    if not rows or set(COLUMNS) - set(rows[0]):
        raise CommandFailed(f"{file} needs rows, and the columns {', '.join(COLUMNS)}")
    return tuple(_case(file, number, row) for number, row in enumerate(rows, start=2))


def _case(file: Path, number: int, row: dict[str, str]) -> "RouteCase":
    from matching.evaluation.routes import RouteCase
    from matching.jurisdictions.types import Certainty, RouteId, RouteKind

    try:
        day, _, later = row["change"].partition(" ")
        return RouteCase(
            case_id=row["id"],
            kind=RouteKind(row["kind"]),
            origin=row["from"],
            destination=row["to"],
            on=date.fromisoformat(row["on"]),
            facts=row["facts"],
            route=RouteId(row["route"]),
            certainty=Certainty(row["certainty"]) if row["certainty"] else None,
            change=(date.fromisoformat(day), RouteId(later)) if day else None,
            must_check=row["must_check"] or None,
            reason=row["reason"],
        )
    except (ValueError, AttributeError) as error:
        raise CommandFailed(f"{file}, line {number}: {error}") from error

"""`landbridge ranker acceptance`: how likely providers accept, by score, and how far to trust it."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from matching.learning.calibration import Calibration


def acceptance_command(
    which: Annotated[
        str | None,
        typer.Argument(metavar="VERSION", help="A ranker of the list; the one in force if none."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how likely a provider accepts a referral, learned from what came of a ranker's lists.

    Only what verified enterprises reported counts, and 200 answers are needed at least.
    """
    with open_current_database(load_settings()) as database:
        from committee import queries
        from committee.acceptance import calibrate_acceptance
        from core.db import reading
        from matching.learning.calibration import CalibrationRefused

        with reading(database) as session:
            version = which or queries.ranker_in_force(session).ranker.version
            try:
                found = calibrate_acceptance(session, version)
            except CalibrationRefused as error:
                raise CommandFailed(f"{version}: {error}") from error
    if as_json:
        print_json({"ranker": version, **found.as_dict()})
    else:
        _print(version, found)


def _print(version: str, found: "Calibration") -> None:
    say(f"{version}: {found.outcomes:,} referrals answered")
    say(f"Expected calibration error {found.expected_error:.3f}, on answers not fitted to")
    starts = ("below", *(f"from {edge:.3f}" for edge in found.edges))
    for start, value in zip(starts, found.values, strict=True):
        say(f"  score {start:<12} accepts with probability {value:.2f}")
    say("Predicted and observed, with 95 % intervals")
    for part in found.curve:
        say(
            f"  {part.predicted:.2f}  {part.observed:.2f} ({part.low:.2f} to {part.high:.2f})"
            f"  of {part.count:,}"
        )

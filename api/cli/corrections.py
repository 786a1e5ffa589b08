"""What enterprises corrected and let us keep: `corrections`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed
from api.cli.operators import command_line_actor

app = typer.Typer()


@app.command("corrections")
def corrections_command(
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="A file that is not there.")],
) -> None:
    """Write out every corrected field of a reading, with the text and the day it was read on.

    Only needs whose authors agreed are in it. One line for each need version: text, on, and under
    `fields` what was read and what is meant.
    """
    import json

    from core.audit.vocabulary import ReadPurpose
    from core.db import make_session_factory
    from enterprises.queries import list_training_material
    from enterprises.trail import reading_needs

    if target.exists():
        raise CommandFailed(f"{target} is there already: name another file")
    with open_current_database(load_settings()) as database:
        purpose = ReadPurpose.TRAINING_MATERIAL
        with reading_needs(
            make_session_factory(database), command_line_actor(), purpose=purpose
        ) as session:
            rows = list_training_material(session)
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        # The texts are confidential: nobody else on the machine may read them.
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
        unfinished.replace(target)
    except OSError as error:
        raise CommandFailed(f"{target} cannot be written: {error.strerror}") from error
    say(f"{len(rows):,} corrected readings written to {target}")

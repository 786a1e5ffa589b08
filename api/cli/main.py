"""The program `landbridge`: its commands, and how it ends.

Every command exits with 0, with 2 on bad input and one clear line on stderr, with 1 where `check`
found something wrong, and with 130 on Ctrl-C.
"""

import sys
from collections.abc import Sequence

import typer

from api.cli import (
    accounts,
    audit,
    backup,
    bench,
    contacts,
    corrections,
    evaluation,
    importing,
    imports,
    index,
    job_starting,
    keys,
    needs,
    people,
    rankers,
    routes,
    serving,
    training,
    upkeep,
    worker,
)
from api.cli.console import note
from api.cli.failures import BAD_INPUT, FAULT, INTERRUPTED, CommandFailed, explain, one_line

app = typer.Typer(
    name="landbridge",
    help="Match enterprises going abroad with professional-service providers, and show why.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (
    serving.app,
    upkeep.app,
    backup.app,
    audit.app,
    importing.app,
    imports.app,
    index.app,
    needs.app,
    people.app,
    corrections.app,
    contacts.app,
    accounts.app,
    keys.app,
    evaluation.app,
    routes.app,
    training.app,
    rankers.app,
    bench.app,
    worker.app,
    job_starting.app,
):
    app.add_typer(group)


@app.callback(invoke_without_command=True)
def _start(context: typer.Context) -> None:
    """Match enterprises going abroad with professional-service providers, and show why."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def command_names() -> frozenset[str]:
    """Return the names of all commands, for tests of whatever names them in writing."""
    group = typer.main.get_command(app)
    return frozenset(getattr(group, "commands", {}))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every failure is one line on stderr."""
    command = typer.main.get_command(app)
    try:
        code = command.main(list(arguments), prog_name="landbridge", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        message, code = _judge(error)
        if message is None:
            raise
        note(f"landbridge: {one_line(message)}")
        return code
    if code == INTERRUPTED:
        # Typer turns a Ctrl-C that no command handled into this code, without a word.
        note("landbridge: interrupted: nothing was changed")
    return code if isinstance(code, int) else 0


def _judge(error: BaseException) -> tuple[str | None, int]:
    """Return what to say of an error and the exit code; None where its traceback is wanted."""
    match error:
        case CommandFailed():
            return str(error), error.exit_code
        case typer.TyperException():
            # Without a message, Typer has shown a group's help: its command is missing.
            said = error.format_message().replace("Value error, ", "")
            return said or "name one of the commands above", error.exit_code
        case KeyboardInterrupt() | typer.Abort():
            return "interrupted: nothing was changed", INTERRUPTED
        case Exception() if message := explain(error):
            return message, BAD_INPUT
        case _ if _wants_details():
            return None, FAULT
    return (
        f"a fault of this program, not of the input: {type(error).__name__}: {error}; "
        "LANDBRIDGE_LOG_LEVEL=DEBUG shows where"
    ), FAULT


def _wants_details() -> bool:
    from pydantic import ValidationError

    from core.settings import get_settings

    try:
        return get_settings().log_level == "DEBUG"
    except ValidationError:
        return False


def main() -> None:
    """Be the program `landbridge`."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

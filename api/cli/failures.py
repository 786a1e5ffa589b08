"""How a command fails: one clear line on stderr and an exit code, never a stack trace."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.wrong_fields import say_wrong
from core.errors import PlatformError

FAULT = 1
BAD_INPUT = 2
INTERRUPTED = 130


class CommandFailed(Exception):
    """A command cannot go on; its text is the one line that says what to change."""

    def __init__(self, message: str, *, exit_code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def one_line(text: str) -> str:
    """Fold a text into one line, so that a script that reads stderr gets one message a line."""
    return " ".join(text.split())


def explain(error: Exception) -> str | None:
    """Say in one line what went wrong, or return None for an error that is a fault of ours."""
    match error:
        case PlatformError():
            return one_line(_platform_error(error))
        case ValidationError():
            return one_line(_invalid_values(error.errors(include_url=False)))
        case DBAPIError():
            return one_line(
                f"the database cannot be used: {str(error.orig).strip().splitlines()[0]}"
            )
        case SQLAlchemyError():
            return one_line(f"the database cannot be used: {error}")
        case OSError(filename=str() as path, strerror=str() as reason):
            return one_line(f"{path}: {reason}")
        case _:
            return None


def _platform_error(error: PlatformError) -> str:
    # Where there are fields, the detail says the same once more, without the places.
    fields = "; ".join(f"{field.pointer}: {field.detail}" for field in error.fields)
    return fields or error.detail


def _invalid_values(errors: Sequence[ErrorDetails]) -> str:
    return "; ".join(f"{pointer(error['loc'])}: {say_wrong(error)}" for error in errors)


def pointer(location: Sequence[int | str]) -> str:
    """Write the place of a value as a JSON pointer, as the API does: `#/target_jurisdictions/0`."""
    return "#/" + "/".join(str(part) for part in location) if location else "#"

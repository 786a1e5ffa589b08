"""What the commands for people read from a command line."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from api.cli.failures import CommandFailed

Choice = TypeVar("Choice", bound=StrEnum)


def parse_id(written: str) -> UUID:
    """Read an id.

    Raises:
        CommandFailed: it is none.
    """
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(f"{written!r} is no id: it looks like {UUID(int=0)}") from error


def parse_day(written: str) -> datetime:
    """Read a date; the moment at which it begins in UTC.

    Raises:
        CommandFailed: it is none.
    """
    try:
        return datetime.combine(date.fromisoformat(written), time(0), UTC)
    except ValueError as error:
        raise CommandFailed(f"{written!r} is no date: write it as YYYY-MM-DD") from error


def one_of(kind: type[Choice], written: str, name: str) -> Choice:
    """Read one of several words.

    Raises:
        CommandFailed: it is none of them.
    """
    try:
        return kind(written)
    except ValueError as error:
        raise CommandFailed(f"{name}: {written!r} is none of {', '.join(kind)}") from error

"""The database's own clock, for what several machines must agree on."""

from typing import Any

from sqlalchemy import Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from core.db import UtcDateTime


class moment(FunctionElement[Any]):  # noqa: N801 an SQL function; Any: its type is set below
    """Now, by the clock of the database, or `seconds` from now.

    It moves on within a transaction too. SQLite counts milliseconds.
    """

    name = "moment"
    type = UtcDateTime()
    inherit_cache = True

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(literal(float(seconds), Float))


@compiles(moment, "sqlite")
def _on_sqlite(element: moment, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 SQLAlchemy's own options
    # Written as SQLAlchemy writes datetimes, so that stored ones and this one compare as texts.
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', printf('%.3f seconds', {seconds}))"


@compiles(moment, "postgresql")
def _on_postgresql(element: moment, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 as above
    # Not now(): that is when the transaction began.
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + CAST({seconds} AS double precision) * interval '1 second')"

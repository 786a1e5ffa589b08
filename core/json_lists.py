"""Conditions on lists of texts within JSON columns, as each database writes them."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

# Any: whatever type the column's values have in Python.
_Json = ColumnElement[Any] | InstrumentedAttribute[Any]


class json_list_has(FunctionElement[bool]):  # noqa: N801 an SQL function
    """Whether a list of texts within a JSON column holds a text, or one that begins with it.

    Args:
        column: of JSON objects.
        key: where the list is in them; no list, or null, holds nothing.
        text: what is looked for.
        separator: what begins the rest of a text that counts as well, such as the point of `LEG.IP`;
            empty where only the text itself counts.
    """

    name = "json_list_has"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: _Json, key: str, text: str, separator: str = "") -> None:
        branch = text + separator if separator else text
        super().__init__(column, literal(key), literal(text), literal(branch))


class json_is_null(FunctionElement[bool]):  # noqa: N801 an SQL function
    """Whether a JSON column's object has null under a key, or nothing."""

    name = "json_is_null"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: _Json, key: str) -> None:
        super().__init__(column, literal(key))


_HOLDS = (
    "e.value = {text} OR ({branch} <> {text} AND substr(e.value, 1, length({branch})) = {branch})"
)


@compiles(json_list_has, "sqlite")
def _list_has_on_sqlite(element: json_list_has, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 SQLAlchemy's own options
    column, key, text, branch = (compiler.process(part, **options) for part in element.clauses)
    holds = _HOLDS.format(text=text, branch=branch)
    return f"EXISTS (SELECT 1 FROM json_each({column}, '$.' || {key}) AS e WHERE {holds})"  # noqa: S608 parts that SQLAlchemy made


@compiles(json_list_has, "postgresql")
def _list_has_on_postgresql(element: json_list_has, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 as above
    column, key, text, branch = (compiler.process(part, **options) for part in element.clauses)
    holds = _HOLDS.format(text=f"CAST({text} AS text)", branch=f"CAST({branch} AS text)")
    found = f"(CAST({column} AS jsonb) -> CAST({key} AS text))"
    listed = f"CASE jsonb_typeof({found}) WHEN 'array' THEN {found} ELSE '[]'::jsonb END"
    return f"EXISTS (SELECT 1 FROM jsonb_array_elements_text({listed}) AS e(value) WHERE {holds})"  # noqa: S608 as above


@compiles(json_is_null, "sqlite")
def _is_null_on_sqlite(element: json_is_null, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 as above
    column, key = (compiler.process(part, **options) for part in element.clauses)
    return f"json_extract({column}, '$.' || {key}) IS NULL"


@compiles(json_is_null, "postgresql")
def _is_null_on_postgresql(element: json_is_null, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 as above
    column, key = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({column} AS jsonb) ->> CAST({key} AS text)) IS NULL"

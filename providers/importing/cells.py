"""How the text of a cell becomes a value: many-valued cells, switches, dates by jurisdiction."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,19}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class ImportRow(BaseModel):
    """A row of a table; every column holds text, an empty cell is left out before validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def split_cell(cell: object) -> object:
    """Split `a; b` into its values; equal values count once, the order stays."""
    if not isinstance(cell, str):
        return cell
    return list(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _each_matches(pattern: re.Pattern[str], hint: str) -> Callable[[list[str]], list[str]]:
    def check(values: list[str]) -> list[str]:
        for value in values:
            if not pattern.fullmatch(value):
                raise ValueError(f"{value!r} is not {hint}")
        return values

    return check


def _read_switch(cell: object) -> object:
    if isinstance(cell, str):
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if cell.lower() not in words:
            raise ValueError("write true or false")
        return words[cell.lower()]
    return cell


def _read_terms(cell: object) -> object:
    """`TH:2027-03-31;SG` becomes each jurisdiction with its last day, or None for no known end."""
    if not isinstance(cell, str):
        return cell
    terms: dict[str, str | None] = {}
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        code, colon, day = part.partition(":")
        if not _CODE.fullmatch(code.strip()) or (colon and not day.strip()):
            raise ValueError(f"{part!r} is not CODE or CODE:YYYY-MM-DD")
        try:
            terms[code.strip()] = date.fromisoformat(day.strip()).isoformat() if colon else None
        except ValueError as error:
            raise ValueError(f"{day.strip()!r} is not a date YYYY-MM-DD") from error
    return terms


def _read_labels(cell: object) -> object:
    """`service_type=Audit Services;sector=Education` becomes a mapping."""
    if not isinstance(cell, str):
        return cell
    labels: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"{part!r} is not label=value")
        labels[key.strip()] = value.strip()
    return labels


def refuse_hidden_characters(text: str) -> str:
    """Refuse what cannot be seen in a name: control, zero-width and direction characters."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}:
            raise ValueError(f"holds the hidden character U+{ord(character):04X}")
    return text


Name = Annotated[str, AfterValidator(refuse_hidden_characters)]
Values = Annotated[list[str], BeforeValidator(split_cell)]
# What a code may look like is left to the lists they are checked against: those can say what was
# probably meant ("United Kingdom" is GB), a pattern cannot.
Codes = Values
Languages = Annotated[
    Values, AfterValidator(_each_matches(_LANGUAGE, "a language tag such as en or zh"))
]
Switch = Annotated[bool, BeforeValidator(_read_switch)]
Terms = Annotated[dict[str, str | None], BeforeValidator(_read_terms)]
Labels = Annotated[dict[str, str], BeforeValidator(_read_labels)]

"""Annotated statements as a file, and the packaged lists they are read with."""

import csv
import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.cli.failures import CommandFailed
from matching.evaluation.understanding import AnnotatedStatement, Annotation
from matching.types import Script
from matching.understanding.types import Budget, BudgetBasis, Deadline, OtherAmount, Urgency

if TYPE_CHECKING:
    from matching.understanding.types import Vocabulary


class _Deadline(BaseModel):
    on: date | None = Field(None, alias="date")
    days: int | None = None


class _Amount(BaseModel):
    amount: float
    currency: str | None = None


class _Budget(BaseModel):
    min: float | None = None
    max: float | None = None
    currency: str | None = None
    basis: BudgetBasis = BudgetBasis.TOTAL
    approximate: bool = False
    currency_inferred: bool = False


class _Expected(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text_lang: Script
    home_jurisdiction: str | None = None
    target_jurisdictions: frozenset[str] = frozenset()
    secondary_jurisdictions: frozenset[str] = frozenset()
    excluded_jurisdictions: frozenset[str] = frozenset()
    sector_codes: frozenset[str] = frozenset()
    excluded_sector_codes: frozenset[str] = frozenset()
    languages_wanted: frozenset[str] = frozenset()
    urgency: Urgency = Urgency.NORMAL
    deadline: _Deadline | None = None
    budget: _Budget | None = None
    other_amount: _Amount | None = None
    provider_constraints: tuple[str, ...] = ()
    needs_clarification: bool = False


class _Line(BaseModel):
    id: str
    text: str = Field(min_length=1)
    on: date
    expected: _Expected


def read_statements(file: Path) -> tuple[AnnotatedStatement, ...]:
    """Read annotated statements, one JSON object a line.

    Raises:
        CommandFailed: the file is missing or empty, or a line is not such an object; it says which.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file} cannot be read: {error}") from error
    statements: list[AnnotatedStatement] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            statements.append(_statement(_Line.model_validate(json.loads(line))))
        except json.JSONDecodeError as error:
            raise CommandFailed(f"{file}, line {number} is no JSON object: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise CommandFailed(f"{file}, line {number}: {where}: {first['msg']}") from error
    if not statements:
        raise CommandFailed(f"{file} holds no statement: give one JSON object a line")
    return tuple(statements)


def packaged_vocabulary() -> "Vocabulary":
    """Build the vocabulary of the lists that ship with the product; no database is needed."""
    from providers.vocabulary import (
        build_vocabulary,
        read_packaged_regions,
        read_packaged_synonyms,
    )

    sectors = {row["code"]: _names(row) for row in _packaged_rows("sectors.csv")}
    jurisdictions = {
        row["code"]: [*_names(row), *row["aliases_en"].split(";"), *row["aliases_zh"].split(";")]
        for row in _packaged_rows("jurisdictions/jurisdictions.csv")
    }
    return build_vocabulary(
        sectors, jurisdictions, read_packaged_synonyms(), read_packaged_regions()
    )


def _packaged_rows(name: str) -> list[dict[str, str]]:
    text = files("providers.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _names(row: Mapping[str, str]) -> list[str]:
    return [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]


def _statement(line: _Line) -> AnnotatedStatement:
    expected = line.expected
    deadline, budget, other = expected.deadline, expected.budget, expected.other_amount
    return AnnotatedStatement(
        id=line.id,
        text=line.text,
        on=line.on,
        text_lang=expected.text_lang,
        expected=Annotation(
            home_jurisdiction=expected.home_jurisdiction,
            target_jurisdictions=expected.target_jurisdictions,
            secondary_jurisdictions=expected.secondary_jurisdictions,
            excluded_jurisdictions=expected.excluded_jurisdictions,
            sector_codes=expected.sector_codes,
            excluded_sector_codes=expected.excluded_sector_codes,
            languages_wanted=expected.languages_wanted,
            urgency=expected.urgency.value,
            deadline=Deadline(deadline.on, deadline.days) if deadline is not None else None,
            budget=(
                Budget(
                    budget.min,
                    budget.max,
                    budget.currency,
                    budget.basis,
                    budget.approximate,
                    budget.currency_inferred,
                )
                if budget is not None
                else None
            ),
            other_amount=OtherAmount(other.amount, other.currency) if other is not None else None,
            provider_constraints=expected.provider_constraints,
            needs_clarification=expected.needs_clarification,
        ),
    )

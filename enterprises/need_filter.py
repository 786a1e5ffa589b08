"""Which needs are meant: conditions on a need and its current version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_

from core.json_lists import json_is_null, json_list_has
from enterprises.models import Need, NeedVersion


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """Which needs are meant; None leaves a question open.

    Attributes:
        jurisdiction: a target, as the need says or as its text was read.
        sector: a service asked for, or one below it; as above.
        created_from: the first day on which it was stored, by UTC.
        created_to: the last one.
    """

    jurisdiction: str | None = None
    sector: str | None = None
    created_from: date | None = None
    created_to: date | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Give the conditions, for needs that are joined with their current version."""
        if self.jurisdiction is not None:
            yield _is_said("target_jurisdictions", self.jurisdiction)
        if self.sector is not None:
            yield _is_said("sector_codes", self.sector, ".")
        if self.created_from is not None:
            yield Need.created_at >= datetime.combine(self.created_from, time(), UTC)
        if self.created_to is not None and self.created_to < date.max:
            after = self.created_to + timedelta(days=1)
            yield Need.created_at < datetime.combine(after, time(), UTC)


def _is_said(field: str, code: str, separator: str = "") -> ColumnElement[bool]:
    said, read = NeedVersion.structured, NeedVersion.reading
    return or_(
        json_list_has(said, field, code, separator),
        and_(json_is_null(said, field), json_list_has(read, field, code, separator)),
    )

"""The form that corrects a reading: what it shows first, and what is typed into it."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from enterprises.corrections import as_used
from enterprises.facts import MAX_AMOUNT, CorrectedField, DeadlineField
from enterprises.schemas import ReadingRead, StructuredNeed
from enterprises.storable import refuse_unstorable
from matching.understanding.types import BudgetBasis, Urgency

_AMOUNT = re.compile(r"\d+(\.\d+)?")
_SEPARATORS = str.maketrans("", "", " ,，'\u00a0\u202f")

Typed = Annotated[str, Field(max_length=300), AfterValidator(refuse_unstorable)]
Several = Annotated[list[Typed], Field(max_length=400)]


class CorrectionForm(BaseModel):
    """The form as it was sent; a fact is named by its field and value, `sector_codes:LEG`.

    `shown` are the facts that had a box, `kept` those whose box stayed ticked, `back` what was
    taken out before and is put back, `undo` the fields to be read from the text again.
    """

    version: int = Field(ge=1, le=2_147_483_646)
    form_token: str = ""
    shown: Several = []
    kept: Several = []
    back: Several = []
    undo: Several = []
    add_target_jurisdictions: Several = []
    add_secondary_jurisdictions: Several = []
    add_excluded_jurisdictions: Several = []
    add_sector_codes: Several = []
    add_excluded_sector_codes: Several = []
    add_languages_wanted: Several = []
    add_provider_constraints: Several = []
    home: Typed = ""
    urgency: Typed = Urgency.NORMAL
    deadline: Typed = ""
    budget_min: Typed = ""
    budget_max: Typed = ""
    budget_currency: Typed = ""
    budget_basis: Typed = BudgetBasis.TOTAL
    use_for_training: bool = False

    def added(self, of: CorrectedField) -> list[str]:
        """Return what was typed to be put into a field."""
        typed: list[str] = getattr(self, f"add_{of.value}")
        return [value.strip() for value in typed if value.strip()]

    def is_dropped(self, key: str) -> bool:
        """Tell whether the box of a fact was unticked."""
        return key in self.shown and key not in self.kept


def key_of(of: str, value: str) -> str:
    """Name a fact as the boxes of the form do."""
    return f"{of}:{value}"


def form_for(
    need: StructuredNeed, reading: ReadingRead | None, *, version: int, home: str
) -> CorrectionForm:
    """Return the form as it is first shown: every fact as it stands.

    Args:
        need: as the enterprise gave it.
        reading: of its text.
        version: of the need.
        home: the name of the home in the reader's script, or nothing.
    """
    used = as_used(need, reading)
    budget = used.budget
    day = day_of(used.deadline, reading)
    return CorrectionForm(
        version=version,
        home=home,
        urgency=used.urgency or Urgency.NORMAL,
        deadline=day.isoformat() if day else "",
        budget_min=_figures(budget.min if budget else None),
        budget_max=_figures(budget.max if budget else None),
        budget_currency=(budget.currency if budget else None) or "",
        budget_basis=budget.basis if budget else BudgetBasis.TOTAL,
        use_for_training=need.use_for_training,
    )


def day_of(deadline: DeadlineField | None, reading: ReadingRead | None) -> date | None:
    """Return the day of a deadline; days alone are counted from the day of the reading."""
    if deadline is None or deadline.date is not None or reading is None:
        return deadline.date if deadline else None
    return reading.reference_date + timedelta(days=deadline.days or 0)


def read_day(typed: str) -> date | None:
    """Read a day written as YYYY-MM-DD; None where it is none."""
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None


def read_amount(typed: str) -> float | None:
    """Read an amount in figures, thousands set apart or not; None where nothing is typed.

    Raises:
        ValueError: it is no such amount.
    """
    figures = typed.translate(_SEPARATORS)
    if not figures:
        return None
    if not _AMOUNT.fullmatch(figures) or float(figures) > MAX_AMOUNT:
        raise ValueError(f"{typed!r} is no amount in figures")
    return float(figures)


def _figures(amount: float | None) -> str:
    if amount is None:
        return ""
    return str(int(amount)) if amount.is_integer() else str(amount)

"""From the form that corrects a reading to the new version of the need."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import ValidationError

from api.web.correction_form import (
    CorrectionForm,
    day_of,
    key_of,
    read_amount,
    read_day,
)
from api.web.forms import FormError
from api.web.places import Finder, Found
from api.web.reading_view import facts_of
from enterprises.corrections import LIST_FIELDS, as_used
from enterprises.facts import (
    RIVAL_FIELDS,
    SINGLE_FIELDS,
    BudgetField,
    CorrectedField,
    Correction,
    CorrectionAction,
    DeadlineField,
)
from enterprises.schemas import NeedUpdate, ReadingRead, StructuredNeed
from matching.understanding.types import BudgetBasis, Urgency

_TARGETS = CorrectedField.TARGET_JURISDICTIONS
_LATER = CorrectedField.SECONDARY_JURISDICTIONS
_NOT_THERE = CorrectedField.EXCLUDED_JURISDICTIONS
_SECTORS = CorrectedField.SECTOR_CODES
_NOT_WORK = CorrectedField.EXCLUDED_SECTOR_CODES
_LANGUAGES = CorrectedField.LANGUAGES_WANTED
_WHO = CorrectedField.PROVIDER_CONSTRAINTS
_HOME = CorrectedField.HOME_JURISDICTION

Words = Callable[..., str]


@dataclass(slots=True)
class _Draft:
    """The need while corrections are worked into it."""

    need: StructuredNeed
    reading: ReadingRead | None
    used: StructuredNeed
    corrections: dict[tuple[CorrectedField, str], CorrectionAction]
    fields: dict[str, object]
    errors: list[FormError] = field(default_factory=list)

    def forget(self, of: CorrectedField) -> None:
        for key in [key for key in self.corrections if key[0] is of]:
            del self.corrections[key]

    def take_out_what_was_read(self, of: CorrectedField) -> None:
        for value in facts_of(self.reading, of.value):
            self.corrections[of, value] = CorrectionAction.REMOVE

    def clear(self, of: CorrectedField) -> None:
        """Leave a field of one value without any."""
        self.fields[of.value] = None
        self.take_out_what_was_read(of)

    def set(self, of: CorrectedField, value: object) -> None:
        """Give a field of one value what it holds; what the text says needs no giving."""
        self.forget(of)
        is_read = self.reading is not None and getattr(self.reading, of.value) == value
        self.fields[of.value] = None if is_read else value


def apply_form(
    form: CorrectionForm,
    need: StructuredNeed,
    reading: ReadingRead | None,
    *,
    finder: Finder,
    today: date,
    gettext: Words,
) -> NeedUpdate | list[FormError]:
    """Work a form into a need: its new version, or every mistake in the form.

    Corrections made before are kept; one that says the opposite of a new one gives way to it.

    Args:
        form: as it was sent.
        need: its current version.
        reading: of that version's text.
        finder: of places and languages by name.
        today: for sets of jurisdictions that change.
        gettext: says a message in the reader's script.
    """
    draft = _Draft(
        need=need,
        reading=reading,
        used=as_used(need, reading),
        corrections={(c.field, c.value): c.action for c in need.corrections},
        fields=need.model_dump(exclude={"corrections"}),
    )
    additions = _read_additions(form, draft, finder, today, gettext)
    for of in LIST_FIELDS:
        _take_out(draft, form, of)
        _put_in(draft, of, additions[of])
    _apply_home(draft, form, finder, today, gettext)
    _apply_times(draft, form, gettext)
    _apply_budget(draft, form, gettext)
    _apply_other_amount(draft, form)
    for of in SINGLE_FIELDS:
        if of.value in form.undo:
            draft.forget(of)
            draft.fields[of.value] = None
    if draft.errors:
        return draft.errors
    corrections = [
        Correction(field=of, value=value, action=action)
        for (of, value), action in draft.corrections.items()
    ]
    try:
        return NeedUpdate.model_validate(
            draft.fields
            | {
                "corrections": corrections,
                "use_for_training": form.use_for_training,
                "version": form.version,
            }
        )
    except ValidationError:
        return [
            FormError(gettext("There are too many facts. Take some out before you add others."))
        ]


def _read_additions(
    form: CorrectionForm, draft: _Draft, finder: Finder, today: date, gettext: Words
) -> dict[CorrectedField, list[str]]:
    additions: dict[CorrectedField, list[str]] = {of: [] for of in LIST_FIELDS}
    for of in (_TARGETS, _LATER, _NOT_THERE):
        for typed in form.added(of):
            found = finder.places(typed, on=today)
            additions[of] += found.codes or _unknown(draft, typed, found, of, gettext)
    for typed in form.added(_LANGUAGES):
        found = finder.language(typed)
        additions[_LANGUAGES] += found.codes or _unknown(draft, typed, found, _LANGUAGES, gettext)
    known = finder.names.lists.sectors
    for of in (_SECTORS, _NOT_WORK):
        for code in form.added(of):
            additions[of] += (
                [code] if code in known else _unknown(draft, code, Found(), of, gettext)
            )
    additions[_WHO] = form.added(_WHO)
    for row in RIVAL_FIELDS:
        for at, of in enumerate(row):
            twice = {v for other in row[at + 1 :] for v in additions[other]} & set(additions[of])
            for value in sorted(twice):
                name = (
                    finder.names.sector(value)
                    if of is _SECTORS
                    else finder.names.jurisdiction(value)
                )
                said = gettext("%(name)s stands in two lists. Leave it in one of them.", name=name)
                draft.errors.append(FormError(said, f"add_{of.value}"))
    return additions


def _unknown(
    draft: _Draft, typed: str, found: Found, of: CorrectedField, gettext: Words
) -> Sequence[str]:
    draft.errors.append(FormError(say_unknown(typed, found, gettext), f"add_{of.value}"))
    return ()


def say_unknown(typed: str, found: Found, gettext: Words) -> str:
    """Say that a name is not in our lists, and which ones come near it."""
    if found.suggested:
        near = gettext(", ").join(found.suggested)
        return gettext("We do not know “%(typed)s”. Did you mean %(near)s?", typed=typed, near=near)
    return gettext("We do not know “%(typed)s”. Choose a name from the list.", typed=typed)


def _take_out(draft: _Draft, form: CorrectionForm, of: CorrectedField) -> None:
    values: list[str] = getattr(draft.used, of.value) or []
    dropped = {value for value in values if form.is_dropped(key_of(of, value))}
    given = draft.fields[of.value]
    if isinstance(given, list):
        draft.fields[of.value] = [value for value in given if value not in dropped]
        return
    read = _read_values(draft.reading, of)
    for value in dropped:
        draft.corrections.pop((of, value), None)
        if value in read:
            draft.corrections[of, value] = CorrectionAction.REMOVE
    for key, action in list(draft.corrections.items()):
        if key[0] is of and action is CorrectionAction.REMOVE and key_of(*key) in form.back:
            del draft.corrections[key]


def _put_in(draft: _Draft, of: CorrectedField, values: Iterable[str]) -> None:
    rivals = [other for row in RIVAL_FIELDS if of in row for other in row if other is not of]
    for value in values:
        for rival in rivals:
            if draft.corrections.get((rival, value)) is CorrectionAction.ADD:
                del draft.corrections[rival, value]
            elsewhere = draft.fields[rival.value]
            if isinstance(elsewhere, list) and value in elsewhere:
                draft.fields[rival.value] = [other for other in elsewhere if other != value]
        given = draft.fields[of.value]
        if isinstance(given, list):
            draft.fields[of.value] = list(dict.fromkeys([*given, value]))
            continue
        draft.corrections.pop((of, value), None)
        if value not in _read_values(draft.reading, of):
            draft.corrections[of, value] = CorrectionAction.ADD


def _apply_home(
    draft: _Draft, form: CorrectionForm, finder: Finder, today: date, gettext: Words
) -> None:
    typed = form.home.strip()
    if not typed:
        if draft.used.home_jurisdiction is not None:
            draft.clear(_HOME)
        return
    found = finder.places(typed, on=today)
    if len(found.codes) > 1:
        said = gettext("“%(typed)s” is several places. Name the one you are in.", typed=typed)
        draft.errors.append(FormError(said, "home"))
    elif not found.codes:
        draft.errors.append(FormError(say_unknown(typed, found, gettext), "home"))
    else:
        draft.set(_HOME, found.codes[0])


def _apply_times(draft: _Draft, form: CorrectionForm, gettext: Words) -> None:
    if form.urgency not in set(Urgency):
        said = gettext("Choose how urgent it is from the list.")
        draft.errors.append(FormError(said, "urgency"))
    elif form.urgency != (draft.used.urgency or Urgency.NORMAL):
        draft.set(CorrectedField.URGENCY, Urgency(form.urgency))
    shown = day_of(draft.used.deadline, draft.reading)
    typed = form.deadline.strip()
    if not typed:
        if shown is not None:
            draft.clear(CorrectedField.DEADLINE)
        return
    day = read_day(typed)
    if day is None:
        said = gettext("Write the date as year, month and day: 2026-12-31.")
        draft.errors.append(FormError(said, "deadline"))
    elif day == day_of(draft.reading.deadline if draft.reading else None, draft.reading):
        draft.forget(CorrectedField.DEADLINE)
        draft.fields["deadline"] = None
    elif day != shown:
        draft.set(CorrectedField.DEADLINE, DeadlineField(date=day))


def _apply_budget(draft: _Draft, form: CorrectionForm, gettext: Words) -> None:
    wrong = _mistakes_of_budget(form, gettext)
    draft.errors += wrong
    if wrong:
        return
    least, most = read_amount(form.budget_min), read_amount(form.budget_max)
    if least is None and most is None:
        if draft.used.budget is not None:
            draft.clear(CorrectedField.BUDGET)
        return
    currency = form.budget_currency.strip().upper() or None
    typed = (least, most, currency, BudgetBasis(form.budget_basis))
    read = draft.reading.budget if draft.reading else None
    if read is not None and typed == _said_of(read):
        draft.set(CorrectedField.BUDGET, read)
        return
    if draft.used.budget is not None and typed == _said_of(draft.used.budget):
        return
    try:
        budget = BudgetField(min=least, max=most, currency=currency, basis=typed[3])
    except ValidationError:
        said = gettext("The least is more than the most. Exchange the two amounts.")
        draft.errors.append(FormError(said, "budget_min"))
        return
    draft.set(CorrectedField.BUDGET, budget)


def _said_of(
    budget: BudgetField,
) -> tuple[float | None, float | None, str | None, BudgetBasis]:
    return budget.min, budget.max, budget.currency, budget.basis


def _mistakes_of_budget(form: CorrectionForm, gettext: Words) -> list[FormError]:
    wrong: list[FormError] = []
    for name in ("budget_min", "budget_max"):
        try:
            read_amount(getattr(form, name))
        except ValueError:
            said = gettext("Write the amount in figures, such as 200,000.")
            wrong.append(FormError(said, name))
    currency = form.budget_currency.strip().upper()
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        said = gettext("Write the currency as three letters, such as CNY, HKD or USD.")
        wrong.append(FormError(said, "budget_currency"))
    if form.budget_basis not in set(BudgetBasis):
        said = gettext("Choose from the list what the budget pays for.")
        wrong.append(FormError(said, "budget_basis"))
    return wrong


def _apply_other_amount(draft: _Draft, form: CorrectionForm) -> None:
    of = CorrectedField.OTHER_AMOUNT
    for value in facts_of(draft.reading, of) or [of.value]:
        if form.is_dropped(key_of(of, value)):
            draft.clear(of)
        elif key_of(of, value) in form.back:
            draft.corrections.pop((of, value), None)


def _read_values(reading: ReadingRead | None, of: CorrectedField) -> list[str]:
    values: list[str] = getattr(reading, of.value) if reading is not None else []
    return values

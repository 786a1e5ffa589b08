"""A reading as a person reads it on a terminal."""

from collections.abc import Mapping

from api.cli.console import say
from api.cli.failures import one_line
from enterprises.facts import BudgetField, CorrectedField, DeadlineField, OtherAmountField
from enterprises.schemas import ReadingRead
from matching.types import Script, Sentence

_WIDTH = 24
_CODES = ("jurisdiction", "sector_code")


def print_reading(reading: ReadingRead, text: str, names: Mapping[str, Sentence]) -> None:
    """Print a reading on stdout: its fields, then each fact with its words.

    Args:
        reading: what was understood.
        text: what it was read from.
        names: what codes of jurisdictions and sectors stand for.
    """
    script = Script(reading.text_lang)
    for name in ReadingRead.model_fields:
        if name in {"facts", "not_used"}:
            continue
        value = getattr(reading, name)
        values = value if isinstance(value, list) else [value]
        shown = [_in_words(name, one, names, script) for one in values if one is not None]
        _line(name, ", ".join(shown) or "-")
    for fact in reading.facts:
        places = ", ".join(f"{span.start}-{span.end}" for span in fact.spans)
        words = ", ".join(f"“{one_line(text[span.start : span.end])}”" for span in fact.spans)
        _line("fact", f"{fact.field} = {_value(reading, fact.field, fact.value)}")
        _line("", f"  from {words} (characters {places})")
    for span in reading.not_used:
        _line("not used", one_line(text[span.start : span.end]))


def _line(name: str, said: str) -> None:
    say(f"{name:<{_WIDTH}} {said}")


def _value(reading: ReadingRead, field: str, value: str) -> str:
    # The short form of an amount has a range that reads as a minus: `CNY -500000 total`.
    if field == CorrectedField.BUDGET and reading.budget is not None:
        return _budget(reading.budget)
    return value


def _in_words(field: str, value: object, names: Mapping[str, Sentence], script: Script) -> str:
    if isinstance(value, DeadlineField):
        days = "" if value.days is None else f"within {value.days} days"
        return f"{value.date} ({days})" if value.date and days else str(value.date or days)
    if isinstance(value, BudgetField):
        return _budget(value)
    if isinstance(value, OtherAmountField):
        return _money(value.amount, value) + _how_sure(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = str(value)
    if any(kind in field for kind in _CODES) and shown in names:
        return f"{shown} ({names[shown].in_script(script)})"
    return shown


def _budget(budget: BudgetField) -> str:
    if budget.min is None:
        amount = f"at most {_money(budget.max, budget)}"
    elif budget.max is None:
        amount = f"at least {_money(budget.min, budget)}"
    elif budget.min == budget.max:
        amount = _money(budget.min, budget)
    else:
        amount = f"{_money(budget.min, budget)} to {_money(budget.max, budget)}"
    return f"{amount}, {budget.basis.replace('_', ' ')}{_how_sure(budget)}"


def _money(amount: float | None, of: BudgetField | OtherAmountField) -> str:
    return f"{of.currency or 'currency not said'} {amount or 0:,.2f}".removesuffix(".00")


def _how_sure(of: BudgetField | OtherAmountField) -> str:
    notes = {"about": of.approximate, "currency inferred": of.currency_inferred}
    said = ", ".join(note for note, is_so in notes.items() if is_so)
    return f" ({said})" if said else ""

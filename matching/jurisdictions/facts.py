"""The facts of a case that change which route is open."""

from dataclasses import dataclass, fields
from datetime import date

from matching.jurisdictions.types import NoRoute

_TRUE = frozenset({"", "yes", "true"})
_FALSE = frozenset({"no", "false"})
_FLAGS = ("commercial", "international", "money_judgment", "superior_court", "final", "opted_in")
_DATES = ("choice_concluded", "proceedings_instituted", "judgment_given")
CHOICES = ("exclusive", "none")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case; None is *not said*, and is never taken for yes.

    Attributes:
        commercial: the relationship is commercial under the law of the place of enforcement.
        international: the settlement is international in the sense of the Singapore Convention.
        money_judgment, superior_court, final: the judgment orders payment, is a superior court's,
            is final.
        choice_of_court: `exclusive` or `none`.
        choice_concluded, proceedings_instituted, judgment_given: days.
        opted_in: the parties agreed that the Singapore Convention applies.
    """

    commercial: bool | None = None
    international: bool | None = None
    money_judgment: bool | None = None
    superior_court: bool | None = None
    final: bool | None = None
    opted_in: bool | None = None
    choice_of_court: str | None = None
    choice_concluded: date | None = None
    proceedings_instituted: date | None = None
    judgment_given: date | None = None


def require_possible(facts: Facts, on: date) -> None:
    """Refuse facts that cannot be, on the day asked about or beside each other.

    Raises:
        NoRoute: naming the fact and what to change.
    """
    for name in _DATES:
        day = getattr(facts, name)
        if day is not None and day > on:
            raise NoRoute(
                f"{name}={day} lies after the day asked about ({on}): correct it, or ask for a "
                "later day"
            )
    given = facts.judgment_given
    for name in ("choice_concluded", "proceedings_instituted"):
        day = getattr(facts, name)
        if given is not None and day is not None and day > given:
            raise NoRoute(f"{name}={day} lies after judgment_given={given}: correct one of them")


def parse_facts(text: str) -> Facts:
    """Read facts as they are written in a command or an address.

    Args:
        text: keys and `key=value`, separated by commas: `commercial,judgment_given=2024-05-02`.
            A key alone means yes; `key=no` says the opposite.

    Raises:
        NoRoute: a key or value is not of the vocabulary; the message lists what is.
    """
    values: dict[str, bool | str | date] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key in values:
            raise NoRoute(f"the fact {key!r} is given twice: give it once")
        values[key] = _value_of(key, value)
    return Facts(**values)  # type: ignore[arg-type]  # each value was read by its key


def _value_of(key: str, value: str) -> bool | str | date:
    if key in _FLAGS:
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        raise NoRoute(f"the fact {key!r} is yes or no, not {value!r}")
    if key == "choice_of_court":
        if value in CHOICES:
            return value
        raise NoRoute(f"choice_of_court is {' or '.join(CHOICES)}, not {value!r}")
    if key in _DATES:
        try:
            day = date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            day = None
        if day is None:
            raise NoRoute(f"the fact {key!r} is a date YYYY-MM-DD, not {value!r}")
        return day
    known = ", ".join(field.name for field in fields(Facts))
    raise NoRoute(f"there is no fact {key!r}: the facts are {known}")

"""How well statements are understood: readings scored against annotations of a second person."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean

from matching.text.folding import fold
from matching.types import Script
from matching.understanding.types import Budget, BudgetBasis, Deadline, OtherAmount, Reading

SECTOR_F1_UNDERSTOOD = 0.8
DEADLINE_DAYS = 1
# Two quotations of a limit are the same limit if they share this much of the shorter one's pairs
# of neighbouring characters.
SHARED_PAIRS = 0.5


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a statement says, in the fields of a reading."""

    home_jurisdiction: str | None = None
    target_jurisdictions: frozenset[str] = frozenset()
    secondary_jurisdictions: frozenset[str] = frozenset()
    excluded_jurisdictions: frozenset[str] = frozenset()
    sector_codes: frozenset[str] = frozenset()
    excluded_sector_codes: frozenset[str] = frozenset()
    languages_wanted: frozenset[str] = frozenset()
    urgency: str = "normal"
    deadline: Deadline | None = None
    budget: Budget | None = None
    other_amount: OtherAmount | None = None
    provider_constraints: tuple[str, ...] = ()
    needs_clarification: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedStatement:
    """A statement of an evaluation set, with the script it is said to be in."""

    id: str
    text: str
    on: date
    text_lang: Script
    expected: Annotation


@dataclass(frozen=True, slots=True)
class Miss:
    """A field that was read otherwise than annotated; both as words."""

    field: str
    expected: str
    read: str


@dataclass(frozen=True, slots=True)
class StatementScore:
    """One statement: is it understood, and what was read otherwise.

    Attributes:
        target_f1, sector_f1: set F1, 1 where both sets are empty.
        excluded_returned: excluded jurisdictions returned as targets, and excluded sectors (or
            anything in their branch) returned as sectors.
        misses: every field that differs, those that do not decide understanding too.
        deciding: the fields that keep it from being understood.
    """

    id: str
    text_lang: Script
    target_f1: float
    sector_f1: float
    excluded_returned: int
    misses: tuple[Miss, ...]
    deciding: tuple[str, ...]

    @property
    def is_understood(self) -> bool:
        """Targets, exclusions, home, budget and deadline are right, and sector F1 is enough."""
        return not self.deciding


@dataclass(frozen=True, slots=True)
class UnderstandingFigures:
    """Figures over a set of statements; shares and F1 lie in [0, 1].

    Attributes:
        statements: how many.
        understood: share that is understood.
        targets_f1, sectors_f1: mean over statements of set F1.
        targets_micro_f1, sectors_micro_f1: F1 over all codes of all statements together.
        excluded_returned: how many excluded jurisdictions and sectors were returned.
        right: share of statements in which a field is exactly as annotated; the deadline within a
            day, the limits on providers in words that overlap.
    """

    statements: int
    understood: float
    targets_f1: float
    sectors_f1: float
    targets_micro_f1: float
    sectors_micro_f1: float
    excluded_returned: int
    right: Mapping[str, float]

    def as_dict(self) -> dict[str, object]:
        """Return the figures for a JSON document."""
        return {
            "statements": self.statements,
            "understood": self.understood,
            "targets_f1": self.targets_f1,
            "sectors_f1": self.sectors_f1,
            "targets_micro_f1": self.targets_micro_f1,
            "sectors_micro_f1": self.sectors_micro_f1,
            "excluded_returned": self.excluded_returned,
            "right": dict(self.right),
        }


def set_f1(expected: Set[str], found: Set[str]) -> float:
    """Return the harmonic mean of precision and recall; two empty sets agree."""
    if not expected and not found:
        return 1.0
    return 2 * len(expected & found) / (len(expected) + len(found))


def score_statement(statement: AnnotatedStatement, reading: Reading) -> StatementScore:
    """Compare a reading with its annotation."""
    expected = statement.expected
    targets, sectors = set(reading.target_jurisdictions), set(reading.sector_codes)
    checks = _checks(expected, reading)
    sector_f1 = set_f1(expected.sector_codes, sectors)
    returned_sectors = [
        code
        for code in sectors
        if any(_is_in_branch(code, refused) for refused in expected.excluded_sector_codes)
    ]
    excluded_returned = len(targets & expected.excluded_jurisdictions) + len(returned_sectors)
    misses = [
        Miss(field, _words(wanted), _words(found))
        for field, (is_right, wanted, found) in checks.items()
        if not is_right
    ]
    deciding = [field for field in _DECIDING if not checks[field][0]]
    if sector_f1 < SECTOR_F1_UNDERSTOOD:
        deciding.append("sector_codes")
    if excluded_returned and "excluded_returned" not in deciding:
        deciding.append("excluded_returned")
    return StatementScore(
        statement.id,
        statement.text_lang,
        set_f1(expected.target_jurisdictions, targets),
        sector_f1,
        excluded_returned,
        tuple(misses),
        tuple(deciding),
    )


def score_understanding(
    statements: Sequence[AnnotatedStatement], readings: Sequence[Reading]
) -> dict[str, UnderstandingFigures]:
    """Score the readings of a set.

    Args:
        statements: the annotated set.
        readings: of each of them, in the same order.

    Returns:
        The figures under "all" and under each script that occurs.

    Raises:
        ValueError: the lengths differ, or there is no statement.
    """
    if not statements or len(statements) != len(readings):
        raise ValueError(f"{len(statements)} statements against {len(readings)} readings")
    rows = [
        (statement, reading, score_statement(statement, reading))
        for statement, reading in zip(statements, readings, strict=True)
    ]
    figures = {"all": _figures(rows)}
    for script in Script:
        some = [row for row in rows if row[0].text_lang is script]
        if some:
            figures[script.value] = _figures(some)
    return figures


_DECIDING = (
    "target_jurisdictions",
    "excluded_jurisdictions",
    "excluded_sector_codes",
    "home_jurisdiction",
    "budget",
    "deadline",
)
_Row = tuple[AnnotatedStatement, Reading, StatementScore]
_Check = tuple[bool, object, object]


def _figures(rows: Sequence[_Row]) -> UnderstandingFigures:
    fields = _checks(rows[0][0].expected, rows[0][1])
    wrong = [{miss.field for miss in score.misses} for _, _, score in rows]
    return UnderstandingFigures(
        statements=len(rows),
        understood=fmean(score.is_understood for _, _, score in rows),
        targets_f1=fmean(score.target_f1 for _, _, score in rows),
        sectors_f1=fmean(score.sector_f1 for _, _, score in rows),
        targets_micro_f1=_micro_f1(
            [(s.expected.target_jurisdictions, set(r.target_jurisdictions)) for s, r, _ in rows]
        ),
        sectors_micro_f1=_micro_f1(
            [(s.expected.sector_codes, set(r.sector_codes)) for s, r, _ in rows]
        ),
        excluded_returned=sum(score.excluded_returned for _, _, score in rows),
        right={field: fmean(field not in missed for missed in wrong) for field in fields},
    )


def _micro_f1(pairs: Sequence[tuple[Set[str], Set[str]]]) -> float:
    size = sum(len(expected) + len(found) for expected, found in pairs)
    return 2 * sum(len(expected & found) for expected, found in pairs) / size if size else 1.0


def _checks(expected: Annotation, reading: Reading) -> dict[str, _Check]:
    """Return for each field whether it is right, what was annotated and what was read."""
    sets = {
        "target_jurisdictions": (expected.target_jurisdictions, reading.target_jurisdictions),
        "secondary_jurisdictions": (
            expected.secondary_jurisdictions,
            reading.secondary_jurisdictions,
        ),
        "excluded_jurisdictions": (expected.excluded_jurisdictions, reading.excluded_jurisdictions),
        "sector_codes": (expected.sector_codes, reading.sector_codes),
        "excluded_sector_codes": (expected.excluded_sector_codes, reading.excluded_sector_codes),
        "languages_wanted": (expected.languages_wanted, reading.languages_wanted),
    }
    checks: dict[str, _Check] = {
        field: (wanted == set(found), wanted, found) for field, (wanted, found) in sets.items()
    }
    home = reading.home_jurisdiction
    checks["home_jurisdiction"] = (
        expected.home_jurisdiction == home,
        expected.home_jurisdiction,
        home,
    )
    checks["urgency"] = (
        expected.urgency == reading.urgency.value,
        expected.urgency,
        reading.urgency,
    )
    checks["deadline"] = (
        _is_same_deadline(expected.deadline, reading.deadline),
        expected.deadline,
        reading.deadline,
    )
    checks["budget"] = (
        _is_same_budget(expected.budget, reading.budget),
        expected.budget,
        reading.budget,
    )
    checks["budget_basis"] = (
        _basis(expected.budget) == _basis(reading.budget),
        _basis(expected.budget),
        _basis(reading.budget),
    )
    checks["other_amount"] = (
        _amount(expected.other_amount) == _amount(reading.other_amount),
        expected.other_amount,
        reading.other_amount,
    )
    checks["provider_constraints"] = (
        _say_the_same(expected.provider_constraints, reading.provider_constraints),
        expected.provider_constraints,
        reading.provider_constraints,
    )
    asks = bool(reading.questions)
    checks["needs_clarification"] = (
        expected.needs_clarification == asks,
        expected.needs_clarification,
        asks,
    )
    return checks


def _is_in_branch(code: str, ancestor: str) -> bool:
    return code == ancestor or code.startswith(f"{ancestor}.")


def _is_same_deadline(expected: Deadline | None, found: Deadline | None) -> bool:
    if expected is None or found is None:
        return expected is found
    if expected.on is not None and found.on is not None:
        return abs((expected.on - found.on).days) <= DEADLINE_DAYS
    if expected.days is not None and found.days is not None:
        return abs(expected.days - found.days) <= DEADLINE_DAYS
    return (expected.on, expected.days) == (found.on, found.days)


def _is_same_budget(expected: Budget | None, found: Budget | None) -> bool:
    if expected is None or found is None:
        return expected is found
    return (expected.minimum, expected.maximum, expected.currency) == (
        found.minimum,
        found.maximum,
        found.currency,
    )


def _basis(budget: Budget | None) -> BudgetBasis | None:
    return None if budget is None else budget.basis


def _amount(other: OtherAmount | None) -> tuple[float, str | None] | None:
    return None if other is None else (other.amount, other.currency)


def _say_the_same(expected: Sequence[str], found: Sequence[str]) -> bool:
    """Tell whether every limit has a counterpart: where a quotation begins and ends is taste."""
    return all(any(_overlap(one, other) for other in found) for one in expected) and all(
        any(_overlap(one, other) for other in expected) for one in found
    )


def _overlap(one: str, other: str) -> bool:
    first, second = _pairs(one), _pairs(other)
    return len(first & second) >= SHARED_PAIRS * min(len(first), len(second))


def _pairs(words: str) -> set[str]:
    letters = [character for character in fold(words) if character.isalnum()]
    return {a + b for a, b in pairwise(letters)} or set(letters)


def _words(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Budget):
        bounds = "-".join("" if b is None else f"{b:.12g}" for b in (value.minimum, value.maximum))
        return f"{value.currency} {bounds} {value.basis.value}"
    if isinstance(value, OtherAmount):
        return f"{value.currency} {value.amount:.12g}"
    if isinstance(value, Deadline):
        return f"{value.on} ({value.days} days)"
    if isinstance(value, (frozenset, tuple)):
        # Only sets and sequences of codes come here.
        return " ".join(sorted(str(code) for code in value)) or "none"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)

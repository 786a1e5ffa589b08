"""How a need was read, laid out for a page: its facts, and its text with marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from api.web.names import Names
from enterprises.facts import (
    SINGLE_FIELDS,
    CorrectedField,
    CorrectionAction,
)
from enterprises.schemas import FactRead, ReadingRead, SpanRead, StructuredNeed
from matching.understanding.types import Urgency

WORD_LENGTH = 40
MAX_PHRASES = 40
_WHERE = (CorrectedField.TARGET_JURISDICTIONS, CorrectedField.EXCLUDED_JURISDICTIONS)
_WHAT = (CorrectedField.SECTOR_CODES, CorrectedField.EXCLUDED_SECTOR_CODES)
# What a question is about: once the enterprise has changed it, the question is answered.
ANSWERS: Final[Mapping[str, tuple[CorrectedField, ...]]] = MappingProxyType(
    {
        "which_jurisdictions": _WHERE,
        "which_members": _WHERE,
        "contradictory_jurisdictions": _WHERE,
        "which_services": _WHAT,
        "contradictory_services": _WHAT,
        "which_currency": (CorrectedField.BUDGET,),
        "contradictory_budget": (CorrectedField.BUDGET,),
        "contradictory_dates": (CorrectedField.DEADLINE,),
    }
)
# A question that says nothing more where the other is asked too.
SAME_QUESTION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "which_jurisdictions": "contradictory_jurisdictions",
        "which_services": "contradictory_services",
    }
)
# Questions of the panel in their order, each with the field whose facts answer it.
GROUPS: Final = (
    ("where", CorrectedField.TARGET_JURISDICTIONS),
    ("later", CorrectedField.SECONDARY_JURISDICTIONS),
    ("not_where", CorrectedField.EXCLUDED_JURISDICTIONS),
    ("what", CorrectedField.SECTOR_CODES),
    ("not_what", CorrectedField.EXCLUDED_SECTOR_CODES),
    ("home", CorrectedField.HOME_JURISDICTION),
    ("languages", CorrectedField.LANGUAGES_WANTED),
    ("when", CorrectedField.URGENCY),
    ("when", CorrectedField.DEADLINE),
    ("budget", CorrectedField.BUDGET),
    ("other_amount", CorrectedField.OTHER_AMOUNT),
    ("who", CorrectedField.PROVIDER_CONSTRAINTS),
)
ASKED_ALWAYS = frozenset({"where", "what", "languages", "home"})
PLACES = frozenset(
    {
        CorrectedField.HOME_JURISDICTION,
        CorrectedField.TARGET_JURISDICTIONS,
        CorrectedField.SECONDARY_JURISDICTIONS,
        CorrectedField.EXCLUDED_JURISDICTIONS,
    }
)
SECTORS = frozenset({CorrectedField.SECTOR_CODES, CorrectedField.EXCLUDED_SECTOR_CODES})


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the need's text; marked where a fact was read from it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a need.

    Attributes:
        field: of the structured need.
        key: the value as a correction names it.
        value: a name, or an urgency, a deadline or an amount, which the template says in words.
        words: those it was read from; none if it was set.
        is_set: the enterprise set it, the text did not say it.
    """

    field: str
    key: str
    value: object
    words: tuple[str, ...]
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The chips of one question: `where`, `later`, `not_where`, `what` and so on."""

    name: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How a need was read: its facts, its text with marks, the phrases that gave no fact.

    `taken_out` is what was read and the enterprise took out.
    """

    lang: str
    groups: tuple[ChipGroup, ...]
    taken_out: tuple[Chip, ...]
    segments: tuple[Segment, ...]
    not_used: tuple[str, ...]
    questions: tuple[str, ...]


def view_reading(
    need: StructuredNeed, used: StructuredNeed, reading: ReadingRead | None, names: Names
) -> ReadingView:
    """Lay out how a need was read.

    Args:
        need: as the enterprise gave it, with its corrections.
        used: as it is used, after the reading.
        reading: None where the need has no text.
        names: what places, sectors and languages are called.
    """
    text = used.text or ""
    facts = reading.facts if reading else []
    chips: dict[str, list[Chip]] = {}
    for group, field in GROUPS:
        chips.setdefault(group, []).extend(chips_of(field, used, reading, names))
    marked = [span for fact in facts for span in fact.spans]
    return ReadingView(
        lang=reading.text_lang if reading else names.script.value,
        groups=tuple(
            ChipGroup(name, tuple(found))
            for name, found in chips.items()
            if found or name in ASKED_ALWAYS
        ),
        taken_out=taken_out(need, reading, names),
        segments=split_text(text, marked),
        not_used=tuple(_some(phrases_at(text, reading.not_used))) if reading else (),
        questions=_open_questions(used, reading),
    )


def chips_of(
    field: CorrectedField, used: StructuredNeed, reading: ReadingRead | None, names: Names
) -> list[Chip]:
    """Return the values of one field of a need as it is used."""
    value: object = getattr(used, field.value)
    read: object = getattr(reading, field.value) if reading else None
    text = used.text or ""
    if field not in SINGLE_FIELDS:
        codes: list[str] = value if isinstance(value, list) else []
        said: list[str] = read if isinstance(read, list) else []
        return [
            Chip(
                field.value,
                code,
                name_of(field, code, names),
                _words(text, reading, field.value, code),
                is_set=reading is not None and code not in said,
            )
            for code in codes
        ]
    if value is None or (field is CorrectedField.URGENCY and value == Urgency.NORMAL == read):
        return []
    # A field with one value is read at as many places as the text says it; all of them are shown.
    values = facts_of(reading, field.value)
    is_set = reading is not None and value != read
    words = () if is_set else tuple(w for v in values for w in _words(text, reading, field, v))
    shown = name_of(field, value, names) if isinstance(value, str) else value
    return [Chip(field.value, values[0] if values else field.value, shown, words, is_set=is_set)]


def taken_out(need: StructuredNeed, reading: ReadingRead | None, names: Names) -> tuple[Chip, ...]:
    """Return what the text says and the enterprise took out of the reading."""
    if reading is None:
        return ()
    text = need.text or ""
    found: list[Chip] = []
    for correction in need.corrections:
        field, value = correction.field, correction.value
        is_said = value in _said(reading, field)
        if correction.action is not CorrectionAction.REMOVE or not is_said:
            continue
        found.append(
            Chip(
                field.value,
                value,
                name_of(field, value, names),
                _words(text, reading, field, value),
            )
        )
    return tuple(found)


def name_of(field: CorrectedField, value: str, names: Names) -> str:
    """Return what a value of a field is called; one that is no code is its own name."""
    if field in PLACES:
        return names.jurisdiction(value)
    if field in SECTORS:
        return names.sector(value)
    return names.language(value) if field is CorrectedField.LANGUAGES_WANTED else value


def facts_of(reading: ReadingRead | None, field: str) -> list[str]:
    """Return the values that a text gives for a field, in its order, each once."""
    facts = reading.facts if reading else []
    return list(dict.fromkeys(fact.value for fact in facts if fact.field == field))


def split_text(text: str, spans: Sequence[SpanRead]) -> tuple[Segment, ...]:
    """Cut a text at the ends of spans, which may overlap; joined, the pieces are the text."""
    is_marked = bytearray(len(text))
    for span in spans:
        start = max(span.start, 0)
        end = max(start, min(span.end, len(text)))
        is_marked[start:end] = b"\1" * (end - start)
    segments: list[Segment] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or is_marked[at] != is_marked[start]:
            segments.append(Segment(text[start:at], bool(is_marked[start])))
            start = at
    return tuple(segments)


def phrases_at(text: str, spans: Sequence[SpanRead]) -> list[str]:
    """Return the phrases of a text at some spans, long ones cut."""
    phrases = (" ".join(text[span.start : span.end].split()) for span in spans)
    return [
        phrase if len(phrase) <= WORD_LENGTH else phrase[: WORD_LENGTH - 1].rstrip() + "…"
        for phrase in phrases
        if phrase
    ]


def _some(phrases: Sequence[str]) -> Sequence[str]:
    """Keep as many phrases as anybody reads; noise gives hundreds of them."""
    return phrases if len(phrases) <= MAX_PHRASES else [*phrases[:MAX_PHRASES], "…"]


def _said(reading: ReadingRead, field: CorrectedField) -> list[str]:
    if field in SINGLE_FIELDS:
        return facts_of(reading, field)
    values: list[str] = getattr(reading, field.value)
    return values


def _open_questions(used: StructuredNeed, reading: ReadingRead | None) -> tuple[str, ...]:
    if reading is None:
        return ()
    asked = set(reading.questions)
    return tuple(
        question
        for question in reading.questions
        # Of "Vietnam, not Vietnam" nobody says that it names no place: the contradiction is asked.
        if SAME_QUESTION.get(question) not in asked
        and all(
            getattr(used, field.value) == getattr(reading, field.value)
            for field in ANSWERS.get(question, ())
        )
    )


def _words(text: str, reading: ReadingRead | None, field: str, value: str) -> tuple[str, ...]:
    facts: Sequence[FactRead] = reading.facts if reading else []
    # The fact of a constraint is its folded words; the need keeps them as they were written.
    spans = [
        span
        for fact in facts
        if fact.field == field and fact.value.casefold() == value.casefold()
        for span in fact.spans
    ]
    return tuple(dict.fromkeys(phrases_at(text, spans)))

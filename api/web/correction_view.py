"""What the page shows that corrects a reading: every fact with its box, and what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.correction_form import CorrectionForm
from api.web.names import Names
from api.web.reading_view import GROUPS, SECTORS, Chip, chips_of, name_of, taken_out
from enterprises.corrections import LIST_FIELDS, as_used
from enterprises.facts import SINGLE_FIELDS, CorrectedField
from enterprises.schemas import ReadingRead, StructuredNeed

# Empty lines that are offered for new values.
BLANKS = {
    CorrectedField.TARGET_JURISDICTIONS: 2,
    CorrectedField.SECTOR_CODES: 2,
}


@dataclass(frozen=True, slots=True)
class FactList:
    """The values of a field that may have several, and the lines in which others are typed."""

    name: str
    field: str
    chips: tuple[Chip, ...]
    taken_out: tuple[Chip, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SingleFact:
    """A field that has one value: what the text says of it, and whether the need says otherwise."""

    said: Chip | None
    now: Chip | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Everything of a need that can be corrected."""

    lists: tuple[FactList, ...]
    singles: dict[str, SingleFact]


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that was asked for and is not stored: `out`, `in` or `back`."""

    action: str
    name: str


def view_corrections(
    form: CorrectionForm, need: StructuredNeed, reading: ReadingRead | None, names: Names
) -> CorrectionView:
    """Lay out the facts of a need beside what was typed into the form.

    Args:
        form: as it was sent, or as it is first shown.
        need: its current version.
        reading: of that version's text.
        names: what places, sectors and languages are called.
    """
    used = as_used(need, reading)
    out = taken_out(need, reading, names)
    return CorrectionView(
        lists=tuple(
            FactList(
                name,
                field.value,
                tuple(chips_of(field, used, reading, names)),
                tuple(chip for chip in out if chip.field == field),
                (*form.added(field), *[""] * BLANKS.get(field, 1)),
            )
            for name, field in GROUPS
            if field in LIST_FIELDS
        ),
        singles={
            field.value: _single(field, need, used, reading, names) for field in SINGLE_FIELDS
        },
    )


def list_wishes(form: CorrectionForm, names: Names) -> Sequence[Wish]:
    """Say what a form asks to change in the lists, for a reader who has to decide again."""
    wishes = [Wish("out", _called(key, names)) for key in form.shown if form.is_dropped(key)]
    wishes += [Wish("back", _called(key, names)) for key in form.back]
    for field in LIST_FIELDS:
        for typed in form.added(field):
            wishes.append(Wish("in", names.sector(typed) if field in SECTORS else typed))
    return wishes


def _called(key: str, names: Names) -> str:
    field, _, value = key.partition(":")
    known = {one.value: one for one in CorrectedField}
    return name_of(known[field], value, names) if field in known else value


def _single(
    field: CorrectedField,
    need: StructuredNeed,
    used: StructuredNeed,
    reading: ReadingRead | None,
    names: Names,
) -> SingleFact:
    now = next(iter(chips_of(field, used, reading, names)), None)
    if reading is None:
        return SingleFact(None, now, is_changed=False)
    as_read = need.model_copy(update={field.value: getattr(reading, field.value)})
    said = next(iter(chips_of(field, as_read, reading, names)), None)
    is_changed = getattr(used, field.value) != getattr(reading, field.value)
    return SingleFact(said, now, is_changed=is_changed)

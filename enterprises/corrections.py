"""What a need means in the end: what was read of its text, corrected by what its author says."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from enterprises.facts import (
    RIVAL_FIELDS,
    SINGLE_FIELDS,
    CorrectedField,
    Correction,
    CorrectionAction,
)
from enterprises.schemas import ReadingRead, StructuredNeed
from matching.understanding.types import Urgency

LIST_FIELDS = tuple(field for field in CorrectedField if field not in SINGLE_FIELDS)
# An enum gives its members' values slowly, and every match asks for all of them.
_FIELDS = tuple((field, field.value, field in SINGLE_FIELDS) for field in CorrectedField)
# What is put into one of these is thereby taken out of the others.
_RIVALS: Mapping[CorrectedField, tuple[CorrectedField, ...]] = MappingProxyType(
    {
        field: tuple(other for other in row if other is not field)
        for row in RIVAL_FIELDS
        for field in row
    }
)


def as_used(need: StructuredNeed, reading: ReadingRead | None) -> StructuredNeed:
    """Fill what the enterprise left open from the reading, corrected; no list stays null.

    A field that is given wins over the reading; where it is null, each correction wins over the
    fact it is about. The result has no corrections of its own: they are in it.
    """
    update: dict[str, object] = {
        "corrections": [],
        "excluded_provider_ids": list(dict.fromkeys(need.excluded_provider_ids or [])),
        "conflicted_provider_ids": list(dict.fromkeys(need.conflicted_provider_ids or [])),
    }
    for field, name, is_single in _FIELDS:
        given = getattr(need, name)
        if not need.corrections:
            value = given if given is not None or reading is None else getattr(reading, name)
            update[name] = value if is_single else list(dict.fromkeys(value or ()))
        elif is_single:
            update[name] = _single(field, given, reading, need.corrections)
        else:
            update[name] = _several(field, given, reading, need.corrections)
    return need.model_copy(update=update)


def differences(reading: ReadingRead, used: StructuredNeed) -> dict[str, tuple[object, object]]:
    """Return each field in which the need means something else than was read: read, meant."""
    read = reading.model_dump(mode="json")
    meant = used.model_dump(mode="json")
    return {
        field.value: (read[field.value], meant[field.value])
        for field in CorrectedField
        if _comparable(read[field.value]) != _comparable(meant[field.value])
    }


def _comparable(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def _single(
    field: CorrectedField,
    given: object,
    reading: ReadingRead | None,
    corrections: Sequence[Correction],
) -> object:
    if given is not None or reading is None:
        return given
    removed = _values(corrections, field, CorrectionAction.REMOVE)
    said = {fact.value for fact in reading.facts if fact.field == field}
    value: object = getattr(reading, field.value)
    if field is CorrectedField.HOME_JURISDICTION:
        return None if value in removed else value
    if said and said <= removed:
        return Urgency.NORMAL if field is CorrectedField.URGENCY else None
    return value


def _several(
    field: CorrectedField,
    given: list[str] | None,
    reading: ReadingRead | None,
    corrections: Sequence[Correction],
) -> list[str]:
    if given is not None:
        return list(dict.fromkeys(given))
    read: list[str] = getattr(reading, field.value) if reading is not None else []
    removed = _values(corrections, field, CorrectionAction.REMOVE)
    for rival in _RIVALS.get(field, ()):
        removed |= _values(corrections, rival, CorrectionAction.ADD)
    added = [
        correction.value
        for correction in corrections
        if correction.field is field and correction.action is CorrectionAction.ADD
    ]
    return list(dict.fromkeys([*(value for value in read if value not in removed), *added]))


def _values(
    corrections: Sequence[Correction], field: CorrectedField, action: CorrectionAction
) -> set[str]:
    return {c.value for c in corrections if c.field is field and c.action is action}

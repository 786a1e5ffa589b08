"""From what an enterprise sends to what matching may rely on: the text read, the codes known."""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import ValidationError

from core.errors import FieldError, InvalidInput
from enterprises.corrections import as_used
from enterprises.facts import BudgetField, CorrectionAction, DeadlineField, OtherAmountField
from enterprises.readings import KnownReading, Readings
from enterprises.schemas import FactRead, ReadingRead, SpanRead, StructuredNeed
from matching.jurisdictions.historic import explain_historic_code
from matching.understanding.meaning import SectorReader
from matching.understanding.reading import read_need
from matching.understanding.types import (
    Budget,
    Deadline,
    OtherAmount,
    Reading,
    Span,
    UnreadableText,
    Vocabulary,
)
from providers.engine import Engine

_READINGS = Readings()


def read_text(engine: Engine, text: str, *, on: date) -> ReadingRead:
    """Read a text as a need. The reading is shared by all who send the text: do not change it.

    Raises:
        InvalidInput: the text is empty or no text.
    """
    return read_and_remember(engine, text, on=on).reading


def read_and_remember(engine: Engine, text: str, *, on: date) -> KnownReading:
    """Read a text as a need, or remember how it was read; raises as `read_text` does."""
    vocabulary, meaning = engine.vocabulary, engine.sector_reader
    return _READINGS.get(
        (vocabulary, meaning),
        text,
        on,
        lambda: read_with(vocabulary, text, on=on, meaning=meaning),
    )


def read_with(
    vocabulary: Vocabulary, text: str, *, on: date, meaning: SectorReader | None = None
) -> ReadingRead:
    """Read a text as a need with a vocabulary; raises as `read_text` does."""
    try:
        reading = read_need(text, vocabulary, on=on, meaning=meaning)
    except UnreadableText as error:
        raise InvalidInput(str(error), fields=[FieldError(str(error), "#/text")]) from error
    return as_reading_read(reading)


def understand(engine: Engine, need: StructuredNeed, *, on: date) -> ReadingRead | None:
    """Check a need's codes and read its text, if it has one.

    Raises:
        InvalidInput: a code is not in the lists, the text cannot be read, text and corrections
            come to more than a need may hold, or the need says neither in words nor in fields
            what is wanted where.
    """
    known = understand_and_remember(engine, need, on=on)
    return None if known is None else known.reading


def understand_and_remember(
    engine: Engine, need: StructuredNeed, *, on: date
) -> KnownReading | None:
    """As `understand`, with what is remembered of the reading."""
    require_known_codes(engine, need)
    if need.text is not None:
        known = read_and_remember(engine, need.text, on=on)
        if need.corrections or not known.fits:
            _require_room(need, known.reading)
        return known
    if not (need.target_jurisdictions or need.sector_codes):
        detail = "say what is wanted: send a text, or target_jurisdictions, or sector_codes"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/text")])
    return None


def _require_room(need: StructuredNeed, reading: ReadingRead) -> None:
    # The need as it is used goes into the record of a match, which has to be read again.
    try:
        used = as_used(need, reading).model_dump(include=set(StructuredNeed.model_fields))
        StructuredNeed.model_validate(used)
    except ValidationError as error:
        corrected = {correction.field.value for correction in need.corrections}
        errors = [
            FieldError(
                f"{wrong['loc'][0]}, as read and corrected: {wrong['msg']}",
                "#/corrections" if wrong["loc"][0] in corrected else "#/text",
            )
            for wrong in error.errors(include_url=False, include_context=False)
        ]
        raise InvalidInput("; ".join(one.detail for one in errors[:3]), fields=errors) from error


def require_known_codes(engine: Engine, need: StructuredNeed) -> None:
    """Refuse codes that are not in the lists in force.

    Raises:
        InvalidInput: naming each of them.
    """
    places = engine.jurisdiction_names

    def why_no_jurisdiction(code: str) -> str | None:
        if code in engine.jurisdictions:
            return None
        if code in places:
            return f"{code!r} is {places[code].en}, a set of jurisdictions: name those you mean"
        return explain_historic_code(code) or f"no jurisdiction has the code {code!r}"

    def why_no_sector(code: str) -> str | None:
        return None if code in engine.sector_names else f"no sector has the code {code!r}"

    errors = [
        *_unusable(need, _JURISDICTION_FIELDS, why_no_jurisdiction),
        *_unusable(need, _SECTOR_FIELDS, why_no_sector),
        *_unusable_corrections(need, _JURISDICTION_FIELDS, why_no_jurisdiction),
        *_unusable_corrections(need, _SECTOR_FIELDS, why_no_sector),
    ]
    if errors:
        raise InvalidInput("; ".join(error.detail for error in errors[:3]), fields=errors)


_JURISDICTION_FIELDS = (
    "home_jurisdiction",
    "target_jurisdictions",
    "secondary_jurisdictions",
    "excluded_jurisdictions",
)
_SECTOR_FIELDS = ("sector_codes", "excluded_sector_codes")


def _unusable(
    need: StructuredNeed, fields: Sequence[str], why_not: Callable[[str], str | None]
) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in fields:
        value: str | list[str] | None = getattr(need, field)
        codes = (
            [(value, f"#/{field}")]
            if isinstance(value, str)
            else [(code, f"#/{field}/{position}") for position, code in enumerate(value or ())]
        )
        errors.extend(
            FieldError(reason, pointer) for code, pointer in codes if (reason := why_not(code))
        )
    return errors


def _unusable_corrections(
    need: StructuredNeed, fields: Sequence[str], why_not: Callable[[str], str | None]
) -> list[FieldError]:
    # What is taken out may have left the lists since; only what is put in must be in them.
    return [
        FieldError(reason, f"#/corrections/{position}/value")
        for position, correction in enumerate(need.corrections)
        if correction.field in fields
        and correction.action is CorrectionAction.ADD
        and (reason := why_not(correction.value))
    ]


def as_reading_read(reading: Reading) -> ReadingRead:
    """Translate a reading into what is sent and stored."""
    return ReadingRead(
        text_lang=reading.text_lang,
        reference_date=reading.reference_date,
        home_jurisdiction=reading.home_jurisdiction,
        target_jurisdictions=list(reading.target_jurisdictions),
        excluded_jurisdictions=list(reading.excluded_jurisdictions),
        sector_codes=list(reading.sector_codes),
        excluded_sector_codes=list(reading.excluded_sector_codes),
        languages_wanted=list(reading.languages_wanted),
        secondary_jurisdictions=list(reading.secondary_jurisdictions),
        urgency=reading.urgency,
        deadline=_deadline(reading.deadline),
        budget=_budget(reading.budget),
        other_amount=_other_amount(reading.other_amount),
        provider_constraints=list(reading.provider_constraints),
        facts=[
            FactRead(field=fact.field, value=fact.value, spans=_spans(fact.spans))
            for fact in reading.facts
        ],
        not_used=_spans(reading.not_used),
        questions=list(reading.questions),
        needs_clarification=bool(reading.questions),
    )


def _deadline(deadline: Deadline | None) -> DeadlineField | None:
    return None if deadline is None else DeadlineField(date=deadline.on, days=deadline.days)


def _budget(budget: Budget | None) -> BudgetField | None:
    if budget is None:
        return None
    return BudgetField(
        min=budget.minimum,
        max=budget.maximum,
        currency=budget.currency,
        basis=budget.basis,
        approximate=budget.is_approximate,
        currency_inferred=budget.is_currency_inferred,
    )


def _other_amount(other: OtherAmount | None) -> OtherAmountField | None:
    if other is None:
        return None
    return OtherAmountField(
        amount=other.amount,
        currency=other.currency,
        approximate=other.is_approximate,
        currency_inferred=other.is_currency_inferred,
    )


def _spans(spans: Sequence[Span]) -> list[SpanRead]:
    return [SpanRead(start=span.start, end=span.end) for span in spans]

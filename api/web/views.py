"""What the match page shows, worked out of a match: nothing here touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.names import Names
from enterprises.schemas import (
    CitedEvidenceRead,
    FactRead,
    MatchRead,
    RankedRead,
    ReadingRead,
    SpanRead,
    StructuredNeed,
)
from matching.features.catalogue import CATALOGUE

ASKED_LENGTH = 90
WORD_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the need's text; marked where a fact was read from it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One understood value by its name, and the words it came from; none if it was set."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The chips of one question: `where`, `home`, `what`, `languages`, `not_where`, `not_what`."""

    name: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How a need was read: its facts, its text with marks, the phrases that gave no fact."""

    lang: str
    groups: tuple[ChipGroup, ...]
    segments: tuple[Segment, ...]
    not_used: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What the features behind one kind of reason add to a score together."""

    kind: str
    contribution: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class CitedView:
    """A piece of evidence as a card lists it."""

    text: str
    places: tuple[str, ...]
    evidence: CitedEvidenceRead
    url: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One provider of a match. `refs` maps a reason to the places of its evidence in `cited`."""

    ranked: RankedRead
    url: str
    cited: tuple[CitedView, ...]
    refs: dict[str, tuple[int, ...]]
    parts: tuple[Part, ...]
    greatest_part: float


def view_reading(need: StructuredNeed, reading: ReadingRead | None, names: Names) -> ReadingView:
    """Lay out how a need was read.

    Args:
        need: the need as it was used, after the reading.
        reading: None where the need has no text.
        names: what places, sectors and languages are called.
    """
    text = need.text or ""
    facts = reading.facts if reading else []

    def chips(field: str, values: Sequence[str], kind: str) -> tuple[Chip, ...]:
        name = {"place": names.jurisdiction, "sector": names.sector, "language": names.language}
        return tuple(Chip(name[kind](v), _words(text, facts, field, v)) for v in values)

    home = [need.home_jurisdiction] if need.home_jurisdiction else []
    groups = [
        ChipGroup("where", chips("target_jurisdictions", need.target_jurisdictions or [], "place")),
        ChipGroup("what", chips("sector_codes", need.sector_codes or [], "sector")),
        ChipGroup("languages", chips("languages_wanted", need.languages_wanted or [], "language")),
        ChipGroup("home", chips("home_jurisdiction", home, "place")),
        ChipGroup(
            "not_where", chips("excluded_jurisdictions", need.excluded_jurisdictions or [], "place")
        ),
        ChipGroup(
            "not_what", chips("excluded_sector_codes", need.excluded_sector_codes or [], "sector")
        ),
    ]
    asked_always = {"where", "what", "languages"}
    marked = [span for fact in facts for span in fact.spans]
    return ReadingView(
        lang=reading.text_lang if reading else names.script.value,
        groups=tuple(group for group in groups if group.chips or group.name in asked_always),
        segments=split_text(text, marked),
        not_used=tuple(_phrases(text, reading.not_used)) if reading else (),
        questions=tuple(reading.questions) if reading else (),
    )


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


def summarise(need: StructuredNeed, names: Names) -> str:
    """Say a need in one line: its own words, cut between words, or the names of its fields."""
    words = " ".join((need.text or "").split())
    if not words:
        places = [names.jurisdiction(code) for code in need.target_jurisdictions or []]
        sectors = [names.sector(code) for code in need.sector_codes or []]
        words = " · ".join([*sectors, *places])
    if len(words) <= ASKED_LENGTH:
        return words
    cut = words[: ASKED_LENGTH - 1]
    # Chinese has no spaces to cut at; a space far from the end would lose too much.
    if cut.rfind(" ") > ASKED_LENGTH * 2 // 3:
        cut = cut[: cut.rfind(" ")]
    return cut.rstrip(" ,;.，；。、") + "…"


def view_cards(match: MatchRead, names: Names) -> tuple[CardView, ...]:
    """Lay out every provider of a match; bars share one scale, so that cards compare."""
    all_parts = [_parts(ranked) for ranked in match.ranked]
    greatest = max((abs(p.contribution) for parts in all_parts for p in parts), default=0.0)
    return tuple(
        _card(ranked, parts, greatest, names)
        for ranked, parts in zip(match.ranked, all_parts, strict=True)
    )


def _card(ranked: RankedRead, parts: tuple[Part, ...], greatest: float, names: Names) -> CardView:
    unique = {cited.id: cited for reason in ranked.reasons for cited in reason.evidence}
    numbers = {evidence_id: number for number, evidence_id in enumerate(unique, start=1)}
    url = f"/providers/{ranked.provider.id}"
    return CardView(
        ranked=ranked,
        url=url,
        cited=tuple(
            CitedView(
                text=evidence.text,
                places=tuple(map(names.jurisdiction, evidence.jurisdictions)),
                evidence=evidence,
                url=f"{url}?cited={evidence.id}#evidence-{evidence.id}",
            )
            for evidence in unique.values()
        ),
        refs={
            reason.feature: tuple(sorted(numbers[cited.id] for cited in reason.evidence))
            for reason in ranked.reasons
        },
        parts=parts,
        greatest_part=greatest,
    )


def _parts(ranked: RankedRead) -> tuple[Part, ...]:
    kinds = {feature.name: feature.reason.value for feature in CATALOGUE}
    sums: dict[str, float] = {}
    known: dict[str, bool] = {}
    for row in ranked.contributions:
        # A record may be older than the catalogue: a feature that is gone keeps its name.
        kind = kinds.get(row.feature, row.feature)
        sums[kind] = sums.get(kind, 0.0) + row.contribution
        known[kind] = known.get(kind, False) or row.value is not None
    parts = [Part(kind, added, known[kind]) for kind, added in sums.items()]
    return tuple(sorted(parts, key=lambda part: (not part.is_known, -part.contribution)))


def _words(text: str, facts: Sequence[FactRead], field: str, value: str) -> tuple[str, ...]:
    spans = [
        span for fact in facts if (fact.field, fact.value) == (field, value) for span in fact.spans
    ]
    return tuple(dict.fromkeys(_phrases(text, spans)))


def _phrases(text: str, spans: Sequence[SpanRead]) -> list[str]:
    phrases = (" ".join(text[span.start : span.end].split()) for span in spans)
    return [
        phrase if len(phrase) <= WORD_LENGTH else phrase[: WORD_LENGTH - 1].rstrip() + "…"
        for phrase in phrases
        if phrase
    ]

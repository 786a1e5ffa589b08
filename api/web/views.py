"""What the match page shows, worked out of a match: nothing here touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.names import Names
from enterprises.match_schemas import CitedEvidenceRead, RankedRead
from enterprises.schemas import StructuredNeed
from matching.features.catalogue import CATALOGUE, PAIRS

ASKED_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Part:
    """What the features behind one kind of reason add to a score together."""

    kind: str
    contribution: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What one feature or pair measures of a provider, and what that adds to its score."""

    words: str
    value: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class CitedView:
    """A piece of evidence as a card lists it."""

    text: str
    places: tuple[str, ...]
    evidence: CitedEvidenceRead
    url: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One provider of a match. `refs` maps a reason to the places of its evidence in `cited`.

    `measures` are those of which something is known; `unknown` counts the others.
    """

    ranked: RankedRead
    url: str
    cited: tuple[CitedView, ...]
    refs: dict[str, tuple[int, ...]]
    parts: tuple[Part, ...]
    greatest_part: float
    measures: tuple[Measure, ...]
    unknown: int


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


def view_cards(ranked: Sequence[RankedRead], names: Names) -> tuple[CardView, ...]:
    """Lay out providers of a match; bars share one scale, so that cards compare."""
    all_parts = [_parts(one) for one in ranked]
    greatest = max((abs(p.contribution) for parts in all_parts for p in parts), default=0.0)
    return tuple(
        _card(one, parts, greatest, names) for one, parts in zip(ranked, all_parts, strict=True)
    )


def _card(ranked: RankedRead, parts: tuple[Part, ...], greatest: float, names: Names) -> CardView:
    unique = {cited.id: cited for reason in ranked.reasons for cited in reason.evidence}
    numbers = {evidence_id: number for number, evidence_id in enumerate(unique, start=1)}
    url = f"/providers/{ranked.provider.id}"
    measures = _measures(ranked, names)
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
            reason.kind: tuple(sorted(numbers[cited.id] for cited in reason.evidence))
            for reason in ranked.reasons
        },
        parts=parts,
        greatest_part=greatest,
        measures=measures,
        unknown=len(ranked.contributions) - len(measures),
    )


def _measures(ranked: RankedRead, names: Names) -> tuple[Measure, ...]:
    words = {one.name: one.measures for one in CATALOGUE}
    words |= {one.name: one.measures for one in PAIRS}
    return tuple(
        Measure(
            words=words[row.feature].in_script(names.script)
            if row.feature in words
            else row.feature,
            value=row.value,
            contribution=row.contribution,
        )
        for row in ranked.contributions
        if row.value is not None or row.contribution
    )


def _parts(ranked: RankedRead) -> tuple[Part, ...]:
    kinds = {feature.name: feature.reason.value for feature in CATALOGUE}
    kinds |= {pair.name: pair.reason.value for pair in PAIRS}
    sums: dict[str, float] = {}
    known: dict[str, bool] = {}
    for row in ranked.contributions:
        # A record may be older than the catalogue: a feature that is gone keeps its name.
        kind = kinds.get(row.feature, row.feature)
        sums[kind] = sums.get(kind, 0.0) + row.contribution
        known[kind] = known.get(kind, False) or row.value is not None or row.contribution != 0.0
    parts = [Part(kind, added, known[kind]) for kind, added in sums.items()]
    return tuple(sorted(parts, key=lambda part: (not part.is_known, -part.contribution)))

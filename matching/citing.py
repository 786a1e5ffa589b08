"""What every reason does: choose the evidence to cite, and count it in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.types import Sentence, evidence_text

# Pieces that a reason cites at most.
CITED = 3

# A reason's sentence, and the places in `Shown` of the pieces it rests on.
Said = tuple[Sentence, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is shown of a piece of evidence where it is cited.

    Attributes:
        evidence_id: of the provider's own piece.
        text: all of it.
        work: what was done, or where that is not said what it is called.
        amount_usd: its value in US dollars, 0 where unknown.
    """

    evidence_id: str
    text: str
    work: str
    jurisdictions: tuple[str, ...]
    dated_on: date | None
    amount_usd: float


def quote(
    evidence_id: str,
    title: str,
    description: str,
    *,
    jurisdictions: tuple[str, ...],
    dated_on: date | None,
    amount_usd: float | None,
) -> Quotation:
    """Take from a piece of evidence what is shown of it."""
    return Quotation(
        evidence_id=evidence_id,
        text=evidence_text(title, description),
        work=description.strip() or title.strip(),
        jurisdictions=jurisdictions,
        dated_on=dated_on,
        amount_usd=amount_usd or 0.0,
    )


def pieces(n: int) -> str:
    """Count pieces of past work in English."""
    return f"{n} {'piece' if n == 1 else 'pieces'}"

"""A place in a text, with what precedes and follows it in its sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from matching.understanding.lexicon import Mention
from matching.understanding.scope import after, before, link

# Between two names of one place: 越南平阳, "Vientiane province, Laos", 沙特阿拉伯利雅得.
_SAME_PLACE = re.compile(
    r"(?:[省市州县区府邦]|自贸区|特区)?(?:的|,? ?|, ?| ?\(| - )?| province,? (?:in )?| city, | state, "
)

_PARTS = ("-PLACES", "-CITIES", "-ZONES", "-PROVINCES", "-STATES", "-REGIONS", "-AREAS")


@dataclass(frozen=True, slots=True, eq=False)
class PlaceInText:
    """A mention of a place and its surroundings.

    Attributes:
        mention: where it stands.
        word: the name as it stands in the folded text.
        codes: the jurisdictions it stands for; one, or those of a region.
        left, right: what precedes and follows in the sentence; a place named twice over (越南平阳)
            is one, so both its names see what surrounds the two.
        closed_right: what follows up to the end of the clause before the next place.
        link: how it follows the place before it in a list, see `scope.link`.
        is_first: no sentence stands before its own.
    """

    mention: Mention
    word: str
    codes: tuple[str, ...]
    left: str
    right: str
    closed_right: str
    link: str | None
    is_first: bool

    @property
    def code(self) -> str:
        """The jurisdiction, or the first of a region's."""
        return self.codes[0]

    @property
    def is_region(self) -> bool:
        """Whether it stands for several jurisdictions."""
        return len(self.codes) > 1

    @property
    def is_city(self) -> bool:
        """Whether it is a part of a state: a city, a province, a zone."""
        return any(place.code.endswith(_PARTS) for place in self.mention.places)

    @property
    def is_hint(self) -> bool:
        """Whether it only hints at a place: an authority, a statute, a region without borders."""
        return any(place.code.endswith("-HINT") for place in self.mention.places)


def places_in_text(folded: str, mentions: Sequence[Mention], on: date) -> tuple[PlaceInText, ...]:
    """Return the mentions that stand for a jurisdiction on a day, with their surroundings."""
    named = [(m, codes) for m in mentions if (codes := _codes(m, on))]
    heads, tails = list(range(len(named))), list(range(len(named)))
    for i, ((previous, previous_codes), (mention, codes)) in enumerate(pairwise(named)):
        between = folded[previous.end : mention.start]
        if len(codes) == 1 and codes == previous_codes and _SAME_PLACE.fullmatch(between):
            heads[i + 1] = heads[i]
    for i in range(len(named) - 2, -1, -1):
        if heads[i + 1] == heads[i]:
            tails[i] = tails[i + 1]
    places = []
    for i, (mention, codes) in enumerate(named):
        head = named[heads[i]][0].start
        left = before(folded, head)
        right = after(folded, named[tails[i]][0].end)
        following = tails[i] + 1
        if following < len(named):
            distance = named[following][0].start - named[tails[i]][0].end
        else:
            distance = len(right)
        places.append(
            PlaceInText(
                mention=mention,
                word=folded[mention.start : mention.end],
                codes=codes,
                left=left,
                right=right,
                closed_right=right if distance >= len(right) else _closed(right[:distance]),
                link=_link(folded, named[i - 1][0].end, mention.start) if i else None,
                is_first=not folded[:head].removesuffix(left).strip(),
            )
        )
    return tuple(places)


def _closed(words: str) -> str:
    """Cut what leads on to the next place: its own clause."""
    return words[: max(words.rfind(mark) for mark in ",，;") + 1]


def _link(folded: str, previous_end: int, start: int) -> str | None:
    if folded[previous_end:start].strip() in ("&", "+"):
        return "link"
    return link(folded, previous_end, start)


def _codes(mention: Mention, on: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for place in mention.places for code in place.codes_on(on)))

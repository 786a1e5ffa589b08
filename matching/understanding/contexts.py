"""A place in a text, with what precedes and follows it in its sentence."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from matching.understanding.lexicon import Mention
from matching.understanding.scope import after, before, link

# Between two names of one place: 越南平阳, "Vientiane province, Laos", 沙特阿拉伯利雅得.
_SAME_PLACE = re.compile(
    r"(?:[省市州县区府邦]|自贸区|特区)?(?:的|,? ?|, ?| ?\(| - )?| province,? (?:in )?| city, | state, "
)

_SEATS_OF_UNION = (("BE",), ("LU",))
_OF_UNION = re.compile(r"(?:那边|方面)?(?:的| ?\( ?(?:the |即|也就是)?|, ?the |,? in | - | ?/ ?)?")

_PARTS = ("-PLACES", "-CITIES", "-ZONES", "-PROVINCES", "-STATES", "-REGIONS", "-AREAS")


_INTERPRETED = re.compile(
    r"^(?:[-/ ](?:to |and )?[a-z]+)?[ -]?(?:interpret|translat|speak|language|version|edition|draft|wording|subtitle|fluen|proficien|correspondence)\w*"
)
# "in English & German": beside a name that is only ever a language.
_BESIDE_LANGUAGE = re.compile(
    r"(?:\b(?:english|mandarin|cantonese|putonghua|bahasa)(?: and |&| & | / |/| or | \+ |\+|, )|\b(?:english|chinese|mandarin), [a-z]+ (?:and|&|or) )$"
)
_NOT_LANGUAGE = re.compile(
    r"^ (?:laws?|courts?|judgments?|judgements?|legal|awards?|compan|buyer|customer|client|subsidiar|entit|market)"
)
# Adjectives of one state that are the language of others: "Portuguese contract" for a Brazilian.
_SPOKEN_IN = MappingProxyType(
    {
        "PT": frozenset({"BR", "AO", "MZ", "TL", "MO", "CV", "GW"}),
        "ES": frozenset(
            {
                "MX",
                "AR",
                "CL",
                "CO",
                "PE",
                "EC",
                "UY",
                "PY",
                "BO",
                "VE",
                "PA",
                "CR",
                "GT",
                "DO",
                "CU",
                "HN",
                "SV",
                "NI",
                "GQ",
            }
        ),
        "FR": frozenset(
            {
                "CI",
                "SN",
                "CM",
                "CD",
                "CG",
                "GA",
                "ML",
                "GN",
                "MA",
                "DZ",
                "TN",
                "MG",
                "BJ",
                "TG",
                "BF",
                "NE",
                "TD",
                "DJ",
            }
        ),
    }
)
_WRITTEN = re.compile(
    r"^(?: and english| or english|/english)? (?:[a-z-]+ )?(?:contract|agreement|document|text|website|site|label\w*|packaging|manual|brochure|catalogue|copy|copies|"
    r"paperwork|translation|report|minutes|menu|content|customer service|listings?|needed|required|a (?:plus|must)|preferred|if possible|please)s?\b|"
    r"^\s*(?:[.,;)]|$)"
)


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
    named = [
        one
        for i, one in enumerate(named)
        if not (i + 1 < len(named) and _is_seat_of_union(folded, one, named[i + 1]))
        and not (i and _is_seat_of_union(folded, one, named[i - 1]))
    ]
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


def is_language(place: PlaceInText) -> bool:
    """Tell whether a name is that of a language there: "English & German", "Thai drafting"."""
    return bool(place.mention.languages) and bool(
        _INTERPRETED.match(place.right)
        or (_BESIDE_LANGUAGE.search(place.left) and not _NOT_LANGUAGE.match(place.right))
    )


def is_language_of(place: PlaceInText, codes: Collection[str]) -> bool:
    """Tell whether a name is the language of another place: a Brazilian's "Portuguese contract".

    Args:
        place: a name that may be of a state or of its language.
        codes: of the places that the text names.
    """
    return (
        bool(place.mention.languages)
        and not _SPOKEN_IN.get(place.code, frozenset()).isdisjoint(codes)
        and _WRITTEN.match(place.right) is not None
    )


def _is_seat_of_union(
    folded: str, city: tuple[Mention, tuple[str, ...]], union: tuple[Mention, tuple[str, ...]]
) -> bool:
    """Tell whether a city is named for the Union's authorities there: 布鲁塞尔(欧盟委员会)."""
    if union[1] != ("EU",) or city[1] not in _SEATS_OF_UNION:
        return False
    start, end = sorted((city[0], union[0]), key=lambda mention: mention.start)
    return _OF_UNION.fullmatch(folded[start.end : end.start]) is not None


def _closed(words: str) -> str:
    """Cut what leads on to the next place: its own clause."""
    return words[: max(words.rfind(mark) for mark in ",，;") + 1]


def _link(folded: str, previous_end: int, start: int) -> str | None:
    if folded[previous_end:start].strip() in ("&", "+"):
        return "link"
    return link(folded, previous_end, start)


def _codes(mention: Mention, on: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for place in mention.places for code in place.codes_on(on)))

"""From the text of a need to a reading: the first version, by names and the words around them.

Deterministic and without input or output. Everything is decided on the folded text, so the same
words in Simplified and in Traditional Chinese give the same facts.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from matching.text.folding import script_of
from matching.understanding.languages import is_language, is_linked, is_wanted
from matching.understanding.lexicon import FoldedText, Mention, lexicon_of, prepare
from matching.understanding.places import read_places
from matching.understanding.scope import phrase_ends
from matching.understanding.services import read_services
from matching.understanding.types import Fact, Reading, Span, UnreadableText, Vocabulary

MAX_CHARACTERS = 10_000
_ALLOWED_CONTROLS = frozenset("\t\n\v\f\r\x85")
_UNDECODED = re.compile("\ufffd")
_Pairs = Sequence[tuple[str, Mention]]


def read_need(text: str, vocabulary: Vocabulary, *, on: date) -> Reading:
    """Read jurisdictions, sectors and languages out of a need.

    Args:
        text: the need in the enterprise's own words, in any of the three scripts, 10,000
            characters at most. Other scripts are read without error and yield no facts.
        vocabulary: the names of jurisdictions, areas and sectors. What is prepared from it is
            kept: pass the same object again.
        on: the day the statement is taken to be written on; areas have the members of that day.

    Returns:
        The reading. `facts` hold every value with its spans in `text`, in the order of the text;
        codes are unique within a field.

    Raises:
        UnreadableText: the text is empty, too long, binary, or was decoded wrongly.
    """
    require_readable(text)
    prepared = prepare(text)
    folded = prepared.folded
    mentions = lexicon_of(vocabulary).find(prepared)

    languages, language_mentions = _read_languages(folded, mentions)
    place_mentions = [m for m in mentions if m.places and m not in language_mentions]
    places = read_places(folded, place_mentions, on=on)
    services = read_services(folded, [m for m in mentions if m.sectors])

    facts = _facts(
        [
            ("home_jurisdiction", places.home),
            ("target_jurisdictions", places.targets),
            ("excluded_jurisdictions", places.excluded),
            ("sector_codes", services.wanted),
            ("excluded_sector_codes", services.refused),
            ("languages_wanted", languages),
        ]
    )
    targets, sectors = _codes(places.targets), _codes(services.wanted)
    questions = [
        code
        for code, is_open in [
            ("which_jurisdictions", not targets),
            ("which_services", not sectors),
            ("contradictory_jurisdictions", places.is_contradictory),
            ("contradictory_services", services.is_contradictory),
        ]
        if is_open
    ]
    recognised = [m for m in mentions if m.places or m.sectors or m in language_mentions]
    return Reading(
        text_lang=script_of(text),
        reference_date=on,
        home_jurisdiction=places.home[0][0] if places.home else None,
        target_jurisdictions=targets,
        excluded_jurisdictions=_codes(places.excluded),
        sector_codes=sectors,
        excluded_sector_codes=_codes(services.refused),
        languages_wanted=_codes(languages),
        facts=facts,
        not_used=_not_used(prepared, recognised),
        questions=tuple(questions),
    )


def require_readable(text: str) -> None:
    """Refuse what is no text of a need.

    Raises:
        UnreadableText: empty, too long, binary, or mostly lost in decoding; it says which.
    """
    if not text.strip():
        raise UnreadableText("The text is empty: say what you need, and where.")
    if len(text) > MAX_CHARACTERS:
        raise UnreadableText(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Shorten it to what you need, where, by when and within what budget."
        )
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        if category == "Cc" and character not in _ALLOWED_CONTROLS:
            raise UnreadableText(
                f"The text contains the control character U+{ord(character):04X} at position "
                f"{position + 1}: send plain text, not a binary file."
            )
        if category == "Cs":
            raise UnreadableText(
                f"The text contains half of a character (U+{ord(character):04X}) at position "
                f"{position + 1}: send it again as UTF-8."
            )
    if 3 * len(_UNDECODED.findall(text)) > len("".join(text.split())):
        raise UnreadableText(
            "Most of the text was lost when it was decoded: save it as UTF-8 and send it again."
        )


def _read_languages(folded: str, mentions: Sequence[Mention]) -> tuple[_Pairs, set[Mention]]:
    """Return the languages wanted, and every mention that is used of a language."""
    named = [m for m in mentions if m.languages]
    used: set[Mention] = set()
    wanted: set[Mention] = set()
    for mention in named:
        place = (folded, mention.start, mention.end, mention.languages)
        if is_language(*place, can_be_place=bool(mention.places)):
            used.add(mention)
        if is_wanted(*place, can_be_place=bool(mention.places)):
            wanted.add(mention)
    # In a list one member's context is everybody's: "Thai and Lao translation".
    neighbours = [(a, b) for a, b in pairwise(named) if is_linked(folded, a.end, b.start)]
    for first, second in (*neighbours, *((b, a) for a, b in reversed(neighbours))):
        if first in used and second not in used:
            used.add(second)
            if first in wanted:
                wanted.add(second)
    pairs = [(tag, m) for m in named if m in wanted for tag in m.languages]
    return pairs, used


def _codes(pairs: _Pairs) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code, _ in pairs))


def _facts(fields: Iterable[tuple[str, _Pairs]]) -> tuple[Fact, ...]:
    spans: dict[tuple[str, str], list[Span]] = {}
    for field, pairs in fields:
        for code, mention in pairs:
            spans.setdefault((field, code), []).append(mention.span)
    facts = [Fact(field, code, tuple(sorted(set(found)))) for (field, code), found in spans.items()]
    return tuple(sorted(facts, key=lambda fact: (fact.spans[0], fact.field, fact.value)))


def _not_used(text: FoldedText, mentions: Sequence[Mention]) -> tuple[Span, ...]:
    """Return the phrases in which nothing was recognised, without the white space around them."""
    unused: list[Span] = []
    following = iter(mentions)
    mention = next(following, None)
    for start, end in phrase_ends(text.folded):
        while mention is not None and mention.end <= start:
            mention = next(following, None)
        if mention is not None and mention.start < end:
            continue
        words = text.folded[start:end]
        first = start + len(words) - len(words.lstrip())
        unused.append(text.span(first, first + len(words.strip())))
    return tuple(unused)

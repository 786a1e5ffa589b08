"""Where in a text the names of a vocabulary stand: the longest name at each place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matching.text.folding import fold, fold_with_map, original_span
from matching.understanding.languages import LANGUAGES
from matching.understanding.scope import link
from matching.understanding.short_forms import find_short_forms
from matching.understanding.types import JurisdictionName, Span, Vocabulary

_SHORTEST, _PREFIX = 2, 3
_HYPHENS = str.maketrans("-", " ")
_UPPER_CASE = re.compile(r"[A-Z][A-Z.&]*")
# Where there are none, capitals say nothing: the text shouts.
_NO_SHOUTING = re.compile(r"[a-z\u4e00-\u9fff]")
# Short names that are safe in small letters; "us", "can" or "png" are not.
_SAFE_SHORT_NAMES = frozenset({"uk", "uae", "usa", "hk", "eu", "prc", "gcc", "ksa", "drc"})
# Names that are words too: in small letters they count only after "in", "to" or the like.
_ORDINARY_WORDS = frozenset({"turkey", "jordan", "chad", "guinea", "jersey", "polish", "reunion"})
# Names that begin a sentence as a word or a person's name does: they count only where both the
# capital and what precedes speak for the place.
_RARELY_PLACES = """
    nice reading mobile orange bath split bar cork essen salem austin phoenix charlotte
    alexandria queens perm rosario natal surrey halifax constantine florence bradford cleveland
    aurora vladimir markham vaughan lexington riverside preston stockton derby reno chandler buffalo
    verona durham irvine woodlands gilbert norfolk garland irving chesapeake windsor regina salvador
    kawasaki columbus valenzuela guadalupe padang serra palma laval pereira fatih kitchener fontana
    modesto plano nakano matsumoto victoria madison henderson lincoln santos kano cali surat akashi
    sakai virginia sofia zug iberian perlis sines boke salta shannon
"""
_MORE_OFTEN_WORDS = frozenset(_RARELY_PLACES.split())
# Districts whose names are words: they end a phrase or lead on to the city's name.
_DISTRICT_WORDS = frozenset({"central"})
_DISTRICT_END = re.compile(r"\s*(?:$|[.,;:)(\n]|hong kong|hk\b|and\b)")
# Chains of one-character forms (新马, 日韩): a longer name that begins in one (最新马来西亚) wins.
_CHAIN_CHARACTERS = frozenset("新马泰越老柬缅菲印日韩英美德法港澳台中粤深沪桂京俄白蒙加墨陆星")
_LOCATIVE = re.compile(r"\b(?:in|to|into|for|from|within|across|at|of)(?: the)? $")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|dr|prof|madam|sir)\.? $")


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A name found in a text; one at each place, so a mention is equal to itself only.

    Attributes:
        start, end: where it stands in the folded text.
        span: where it stands in the original.
        places: every entry of the vocabulary that the words may mean.
        sectors: sector codes; languages: BCP 47 tags. A word may name a place and a language.
    """

    start: int
    end: int
    span: Span
    places: tuple[JurisdictionName, ...]
    sectors: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text prepared for reading.

    Attributes:
        original: as it was given.
        folded: as `fold` gives it; its line breaks are kept, a line break being the end of a
            phrase, so a run of white space that has one is one line break here.
        offsets: see `fold_with_map`.
    """

    original: str
    folded: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Translate a place in the folded text to the original."""
        return Span(*original_span(self.offsets, start, end))


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    needs_upper_case: bool
    places: tuple[JurisdictionName, ...]
    sectors: tuple[str, ...]
    languages: tuple[str, ...]


def prepare(text: str) -> FoldedText:
    """Fold a text, keeping its line breaks."""
    folded, offsets = fold_with_map(text)
    if "\n" in text or "\r" in text:
        characters = [
            "\n" if character == " " and _has_line_break(text[first:after]) else character
            for character, first, after in zip(folded, offsets, offsets[1:], strict=False)
        ]
        folded = "".join(characters)
    return FoldedText(text, folded, offsets)


def _has_line_break(white_space: str) -> bool:
    return "\n" in white_space or "\r" in white_space


def key_of(name: str) -> str:
    """Return the form in which names are compared: folded, hyphens as spaces."""
    return fold(name).translate(_HYPHENS).strip()


def is_word_character(character: str) -> bool:
    """Tell whether a letter or digit belongs to a script that puts spaces between words."""
    return character.isalnum() and not "\u2e80" <= character <= "\u9fff"


class _PlacesInside:
    """Finds the places that the name of a service contains ("documents for use in the mainland")."""

    # Neither a profession appointed by China nor the city of a convention is where the work is.
    _AMERICAN = re.compile(
        "us (?:sanctions|export|tax|tariff|custom|visa|ipo|listing|import|trade)"
    )
    _NO_PLACE = re.compile("china appointed|中国委托|海牙|hague|apostille")

    def __init__(self, entries: Mapping[str, _Entry]) -> None:
        self._places = {
            key: entry.places
            for key, entry in entries.items()
            if entry.places
            and not entry.languages
            and not (entry.needs_upper_case and len(key) < 3)
        }
        self._words = {key: entry.places for key, entry in entries.items() if entry.places}
        self._beginnings = {key[:_SHORTEST] for key in self._places}
        self._lengths = sorted({len(key) for key in self._places}, reverse=True)

    def join(self, entry: _Entry) -> _Entry:
        """Return a service's entry with the first place inside its name, others as they are."""
        if not entry.sectors or entry.places or self._NO_PLACE.search(entry.key):
            return entry
        if self._AMERICAN.match(entry.key) and "us" in self._words:
            return replace(entry, places=self._words["us"])
        starts = (
            [0, *(match.end() for match in re.finditer(" ", entry.key))]
            if entry.key.isascii()
            else range(len(entry.key))
        )
        for start in starts:
            if entry.key[start : start + _SHORTEST] not in self._beginnings:
                continue
            for length in self._lengths:
                end = start + length
                places = self._places.get(entry.key[start:end]) if end <= len(entry.key) else None
                if places is None or (
                    entry.key[start].isascii()
                    and end < len(entry.key)
                    and is_word_character(entry.key[end])
                ):
                    continue
                return replace(entry, places=places)
        short_forms = find_short_forms(entry.key, [])
        if short_forms:
            return replace(entry, places=tuple(_place_of(code) for _, _, code in short_forms))
        return entry


class Lexicon:
    """Finds the names of a vocabulary, and the names of languages, in folded text.

    Names are looked up by their first three characters, longest first, at places where a name may
    begin; the text is walked once. Building takes about half a second, so build it once.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        entries: dict[str, _Entry] = {}
        for key, needs_upper_case, entry in _entries(vocabulary):
            known = entries.get(key)
            entries[key] = (
                entry
                if known is None
                else _Entry(
                    key,
                    known.needs_upper_case and needs_upper_case,
                    (*known.places, *entry.places),
                    known.sectors or entry.sectors,
                    known.languages or entry.languages,
                )
            )
        by_prefix: dict[str, list[_Entry]] = {}
        for entry in map(_PlacesInside(entries).join, entries.values()):
            by_prefix.setdefault(entry.key[:_PREFIX], []).append(entry)
        for prefix, group in by_prefix.items():
            if len(prefix) > _SHORTEST:
                # A name of two characters stands at the beginning of a longer one's place too.
                group.extend(by_prefix.get(prefix[:_SHORTEST], []))
        self._by_prefix = {
            prefix: tuple(sorted(group, key=lambda entry: (-len(entry.key), entry.key)))
            for prefix, group in by_prefix.items()
        }

    def find(self, text: FoldedText) -> tuple[Mention, ...]:
        """Return the names in a text, leftmost and then longest first, none overlapping."""
        keyed = text.folded.replace("\n", " ").translate(_HYPHENS)
        has_lower_case = _NO_SHOUTING.search(text.original) is not None
        mentions: list[Mention] = []
        position = 0
        while position < len(keyed):
            previous = mentions[-1] if mentions else None
            entry = self._longest_at(keyed, position, text, previous, has_lower_case)
            if entry is None:
                position += 1
                continue
            end = position + len(entry.key)
            mentions.append(
                Mention(
                    position,
                    end,
                    text.span(position, end),
                    entry.places,
                    entry.sectors,
                    entry.languages,
                )
            )
            position = end
        return self._with_short_forms(text, mentions)

    def _with_short_forms(
        self, text: FoldedText, mentions: Sequence[Mention]
    ) -> tuple[Mention, ...]:
        short_forms = find_short_forms(text.folded, [(m.start, m.end) for m in mentions])
        if not short_forms:
            return tuple(mentions)
        added = [
            Mention(start, end, text.span(start, end), (_place_of(code),), (), ())
            for start, end, code in short_forms
        ]
        return tuple(sorted((*mentions, *added), key=lambda mention: mention.start))

    def _longest_at(
        self,
        keyed: str,
        position: int,
        text: FoldedText,
        previous: Mention | None,
        has_lower_case: bool,
    ) -> _Entry | None:
        candidates = self._candidates(keyed, position)
        if not candidates:
            return None
        first = keyed[position]
        if position and is_word_character(first) and is_word_character(keyed[position - 1]):
            return None
        # "in turkey, jordan and chad": the company they keep tells what they are.
        is_listed = (
            previous is not None
            and previous.places != ()
            and link(text.folded, previous.end, position) is not None
        )
        for entry in candidates:
            if not keyed.startswith(entry.key, position):
                continue
            end = position + len(entry.key)
            if not _ends_word(keyed, end) or self._is_cut(entry, keyed, position):
                continue
            if entry.places and not entry.sectors:
                if not (is_listed or _is_meant(entry, text, position, end, has_lower_case)):
                    continue
            elif entry.needs_upper_case and not _is_upper_case(text, position, end):
                continue
            return entry
        return None

    def _candidates(self, keyed: str, position: int) -> tuple[_Entry, ...]:
        prefix = keyed[position : position + _PREFIX]
        return self._by_prefix.get(prefix) or self._by_prefix.get(prefix[:_SHORTEST], ())

    def _is_cut(self, entry: _Entry, keyed: str, position: int) -> bool:
        """Tell whether a Chinese place name is only the run-up to another (最新马来西亚)."""
        if entry.sectors or not entry.places or entry.key.isascii() or len(entry.key) > 4:
            return False
        end = position + len(entry.key)
        least = 2 if _CHAIN_CHARACTERS.issuperset(entry.key) else len(entry.key) + 1
        return any(
            len(inner.key) >= least
            and inner.places != ()
            and start + len(inner.key) > end
            and keyed.startswith(inner.key, start)
            for start in range(position + 1, end)
            for inner in self._candidates(keyed, start)
        )


@lru_cache(maxsize=8)
def lexicon_of(vocabulary: Vocabulary) -> Lexicon:
    """Return the lexicon of a vocabulary, built at its first use."""
    return Lexicon(vocabulary)


@lru_cache(maxsize=64)
def _place_of(code: str) -> JurisdictionName:
    return JurisdictionName(code, ())


def _entries(vocabulary: Vocabulary) -> Iterator[tuple[str, bool, _Entry]]:
    for place in vocabulary.jurisdictions:
        for key, needs_upper_case in _keys(place.names):
            yield key, needs_upper_case, _Entry(key, needs_upper_case, (place,), (), ())
    for sector in vocabulary.sectors:
        for name in sector.names:
            for key in surface_forms(name):
                # "ip" and "hr" are too short to be told from scraps in small letters.
                needs_upper_case = key.isascii() and len(key) <= 2
                yield key, needs_upper_case, _Entry(key, needs_upper_case, (), (sector.code,), ())
    for tag, names in LANGUAGES.items():
        for key, _ in _keys(names):
            yield key, False, _Entry(key, False, (), (), (tag,))


def _keys(names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for name in names:
        key = key_of(name)
        if len(key) >= _SHORTEST:
            is_short = len(key) <= 3 and _UPPER_CASE.fullmatch(name) is not None
            yield key, is_short and key not in _SAFE_SHORT_NAMES


def surface_forms(name: str) -> tuple[str, ...]:
    """Return the folded forms in which a service may be written: as it is, and in the plural."""
    key = key_of(name)
    if len(key) < _SHORTEST:
        return ()
    if not key.isascii() or not key[-1].isalpha() or key.endswith("s") or len(key) <= 2:
        return (key,)
    if key.endswith("y") and key[-2:-1] not in "aeiou":
        return (key, f"{key[:-1]}ies")
    return (key, f"{key}es" if key.endswith(("x", "ch", "sh")) else f"{key}s")


def _ends_word(keyed: str, end: int) -> bool:
    """Tell whether a name may end here; "US$" and "HK$" are money."""
    if end == len(keyed):
        return True
    is_inside = is_word_character(keyed[end - 1]) and is_word_character(keyed[end])
    return not is_inside and keyed[end] != "$"


def _is_upper_case(text: FoldedText, start: int, end: int) -> bool:
    span = text.span(start, end)
    return _UPPER_CASE.fullmatch(text.original[span.start : span.end]) is not None


def _is_meant(entry: _Entry, text: FoldedText, start: int, end: int, has_lower_case: bool) -> bool:
    """Tell whether words that may be a place's name are one, by their case and what precedes."""
    before = text.folded[max(0, start - 20) : start]
    if entry.needs_upper_case:
        # In a text all in capitals "US" may be the pronoun.
        return _is_upper_case(text, start, end) and (
            has_lower_case or _LOCATIVE.search(before) is not None
        )
    span = text.span(start, end)
    if entry.key in _MORE_OFTEN_WORDS:
        return not text.original[span.start].islower() and _LOCATIVE.search(before) is not None
    if entry.key in _DISTRICT_WORDS:
        is_led_to = _LOCATIVE.search(before) is not None or before.endswith((", ", ": "))
        is_name = text.original[span.start].isupper() and is_led_to
        return is_name and _DISTRICT_END.match(text.folded, end) is not None
    if entry.key not in _ORDINARY_WORDS:
        return True
    if text.original[span.start].islower():
        return _LOCATIVE.search(before) is not None
    return _TITLE.search(before) is None

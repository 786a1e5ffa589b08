"""From the text of a need to a reading: names, amounts, times and limits, and the words around.

Deterministic and without input or output. Everything is decided on the folded text, so the same
words in Simplified and in Traditional Chinese give the same facts.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from matching.text.folding import script_of
from matching.understanding.budgets import as_budget, as_other_amount, read_money
from matching.understanding.constraints import Constraint, Limit, find_constraints, is_within
from matching.understanding.deadlines import is_too_late, read_deadline
from matching.understanding.languages import find_short_names, is_language, is_linked, is_wanted
from matching.understanding.lexicon import FoldedText, Mention, lexicon_of, prepare
from matching.understanding.meaning import SectorReader, request_phrases
from matching.understanding.phrases import find_phrases
from matching.understanding.places import read_places
from matching.understanding.questions import (
    find_unnamed_members,
    is_unread_language,
    questions_of,
)
from matching.understanding.services import read_services
from matching.understanding.types import (
    Budget,
    Deadline,
    Fact,
    OtherAmount,
    Reading,
    Span,
    UnreadableText,
    Urgency,
    Vocabulary,
)
from matching.understanding.unused import unused_phrases
from matching.understanding.urgency import read_urgency

MAX_CHARACTERS = 10_000
_ALLOWED_CONTROLS = frozenset("\t\n\v\f\r\x85")
_UNDECODED = re.compile("\ufffd")
_Pairs = Sequence[tuple[str, Mention]]
_Found = Sequence[tuple[str, Span]]


def read_need(
    text: str, vocabulary: Vocabulary, *, on: date, meaning: SectorReader | None = None
) -> Reading:
    """Read a need into facts with the words they were read from.

    Args:
        text: the need in the enterprise's own words, in any of the three scripts, 10,000
            characters at most. A text mainly in another language yields no facts and a question.
        vocabulary: the names of jurisdictions, areas and sectors. What is prepared from it is
            kept: pass the same object again.
        on: the day the statement is taken to be written on; areas have the members of that day,
            and relative dates count from it.
        meaning: asked for the sectors of requests in which no service is named; None where
            there is no encoder.

    Returns:
        The reading. `facts` hold every value with its spans in `text`, in the order of the text;
        codes are unique within a field.

    Raises:
        UnreadableText: the text is empty, too long, binary, or was decoded wrongly.
    """
    require_readable(text)
    prepared = prepare(text)
    folded = prepared.folded
    if is_unread_language(text):
        return Reading(
            text_lang=script_of(text),
            reference_date=on,
            not_used=unused_phrases(prepared, ()),
            questions=questions_of(folded=folded, targets=(), sectors=(), is_unread=True),
        )
    mentions = lexicon_of(vocabulary).find(prepared)
    limits = find_constraints(folded)
    names = _read_names(prepared, mentions, limits, on, meaning)
    terms = _read_terms(prepared, limits, names, on)

    targets, sectors = _codes(names.targets), _codes(names.sectors)
    facts = _facts(
        [
            ("home_jurisdiction", names.home),
            ("target_jurisdictions", names.targets),
            ("secondary_jurisdictions", names.secondary),
            ("excluded_jurisdictions", names.excluded),
            ("sector_codes", names.sectors),
            ("excluded_sector_codes", names.refused),
            ("languages_wanted", names.languages),
            *terms.found,
        ]
    )
    used = [*names.recognised, *(span for fact in facts for span in fact.spans)]
    return Reading(
        text_lang=script_of(text),
        reference_date=on,
        home_jurisdiction=names.home[0][0] if names.home else None,
        target_jurisdictions=targets,
        secondary_jurisdictions=_codes(names.secondary),
        excluded_jurisdictions=_codes(names.excluded),
        sector_codes=sectors,
        excluded_sector_codes=_codes(names.refused),
        languages_wanted=_codes(names.languages),
        urgency=terms.urgency,
        deadline=terms.deadline,
        budget=terms.budget,
        other_amount=terms.other_amount,
        provider_constraints=terms.constraints,
        facts=facts,
        not_used=unused_phrases(prepared, used),
        questions=questions_of(
            folded=folded,
            targets=targets,
            sectors=sectors,
            lacks_currency=terms.budget is not None and terms.budget.currency is None,
            contradictions=(*names.contradictions, *terms.contradictions),
        ),
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


@dataclass(frozen=True, slots=True)
class _Names:
    """What was read from names: places, services, languages."""

    home: _Found
    targets: _Found
    secondary: _Found
    excluded: _Found
    sectors: _Found
    refused: _Found
    languages: _Found
    contradictions: tuple[str, ...]
    recognised: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What was read from amounts, times and limits."""

    urgency: Urgency
    deadline: Deadline | None
    budget: Budget | None
    other_amount: OtherAmount | None
    constraints: tuple[str, ...]
    contradictions: tuple[str, ...]
    found: tuple[tuple[str, _Found], ...]


def _read_names(
    text: FoldedText,
    mentions: Sequence[Mention],
    limits: Sequence[Constraint],
    on: date,
    meaning: SectorReader | None,
) -> _Names:
    folded = text.folded
    languages, language_mentions = _read_languages(folded, mentions)
    short = find_short_names(folded)
    unnamed = find_unnamed_members(folded)
    places = read_places(
        folded,
        [
            m
            for m in mentions
            if m.places
            and m not in language_mentions
            and not any(start <= m.start and m.end <= end for _, start, end in short)
            and not is_within(m.start, m.end, limits, Limit.REFUSED)
            and not _is_some_of(m, unnamed)
        ],
        on=on,
    )
    phrases = find_phrases(text)
    services = read_services(
        folded,
        [m for m in mentions if m.sectors and not _is_refused_profession(m, limits)],
        phrases,
    )
    contradictions = [
        code
        for code, is_open in [
            ("contradictory_jurisdictions", places.is_contradictory),
            ("contradictory_services", services.is_contradictory),
        ]
        if is_open
    ]
    return _Names(
        home=_located(places.home),
        targets=_located(_outside_limits(places.targets, limits)),
        secondary=_located(places.secondary),
        excluded=_located(places.excluded),
        sectors=(
            *_located(_outside_limits(services.wanted, limits)),
            *(
                _meant(text, (*mentions, *phrases), meaning, services.refused)
                if meaning is not None
                else ()
            ),
        ),
        refused=_located(services.refused),
        languages=(
            *_located(languages),
            *((tag, text.span(start, end)) for tag, start, end in short),
        ),
        contradictions=tuple(contradictions),
        recognised=(
            *(m.span for m in mentions if m.places or m.sectors or m in language_mentions),
            *(phrase.span for phrase in phrases),
        ),
    )


def _meant(
    text: FoldedText, mentions: Sequence[Mention], meaning: SectorReader, refused: _Pairs
) -> _Found:
    """Return the sectors that requests without a known word ask for by their meaning."""
    places = request_phrases(text.folded, mentions)
    if not places:
        return ()
    codes = meaning([text.folded[start:end] for start, end in places])
    no = {code for code, _ in refused}
    return [
        (code, text.span(start, end))
        for code, (start, end) in zip(codes, places, strict=True)
        if code is not None and not any(code == one or code.startswith(f"{one}.") for one in no)
    ]


def _is_some_of(mention: Mention, unnamed: Sequence[tuple[int, int]]) -> bool:
    # "Some ASEAN countries" are not all eleven: nobody knows which before they are named.
    return any(len(place.members or ()) > 1 for place in mention.places) and any(
        start <= mention.start and mention.end <= end for start, end in unnamed
    )


def _is_refused_profession(mention: Mention, limits: Sequence[Constraint]) -> bool:
    # "No Mainland law firms" refuses firms, not legal services; 不要做广告的公司 does refuse
    # advertising.
    return is_within(mention.start, mention.end, limits, Limit.REFUSED) and not any(
        "." in code for code in mention.sectors
    )


def _outside_limits(pairs: _Pairs, limits: Sequence[Constraint]) -> _Pairs:
    """Leave out what only describes the provider, where the need names something besides."""
    outside = [p for p in pairs if not is_within(p[1].start, p[1].end, limits, Limit.WANTED)]
    return outside or pairs


def _read_terms(text: FoldedText, limits: Sequence[Constraint], names: _Names, on: date) -> _Terms:
    folded = text.folded
    home = names.home[0][0] if names.home else None
    where = (*_codes(names.targets), *_codes(names.secondary))
    timing = read_deadline(folded, on)
    deadline = timing[0] if timing is not None else None
    urgency, hurry = read_urgency(folded, deadline)
    money = read_money(folded)
    # In a text of which nothing else is understood, an amount on its own is only a number.
    is_budget = money.budget is not None and not (
        money.is_alone and not (where or home or names.sectors)
    )
    budget = (
        as_budget(money.budget, money.basis, home, where)
        if money.budget is not None and is_budget
        else None
    )
    other = as_other_amount(money.other, home, where) if money.other is not None else None

    found: list[tuple[str, _Found]] = []
    if timing is not None and timing[0].on is not None:
        span = text.span(timing[1].start, timing[1].end)
        found.append(("deadline", [(timing[0].on.isoformat(), span)]))
        if urgency in (Urgency.CRITICAL, Urgency.HIGH) and not hurry:
            found.append(("urgency", [(urgency.value, span)]))
    found.append(("urgency", [(urgency.value, text.span(*place)) for place in hurry]))
    if budget is not None and money.budget is not None:
        span = text.span(money.budget.start, money.budget.end)
        found.append(("budget", [(_budget_words(budget), span)]))
    if other is not None and money.other is not None:
        span = text.span(money.other.start, money.other.end)
        found.append(("other_amount", [(_amount_words(other.currency, other.amount), span)]))
    spans = [text.span(limit.start, limit.end) for limit in limits]
    words = [text.original[span.start : span.end] for span in spans]
    # As a fact a limit is written folded, so that it is the same fact in every script.
    canonical = [folded[limit.start : limit.end] for limit in limits]
    found.append(("provider_constraints", list(zip(canonical, spans, strict=True))))
    return _Terms(
        urgency=urgency,
        deadline=deadline,
        budget=budget,
        other_amount=other,
        constraints=tuple(dict.fromkeys(words)),
        contradictions=(
            *(("contradictory_budget",) if money.is_contradictory else ()),
            *(("contradictory_dates",) if deadline and is_too_late(folded, on, deadline) else ()),
        ),
        found=tuple(found),
    )


def _budget_words(budget: Budget) -> str:
    """Write a budget in one form: "CNY 200000-500000 per_month", "HKD -50000 total"."""
    low, high = (
        "" if bound is None else f"{bound:.12g}" for bound in (budget.minimum, budget.maximum)
    )
    return f"{budget.currency or '?'} {low}-{high} {budget.basis.value}"


def _amount_words(currency: str | None, amount: float) -> str:
    return f"{currency or '?'} {amount:.12g}"


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


def _located(pairs: _Pairs) -> _Found:
    return [(code, mention.span) for code, mention in pairs]


def _codes(pairs: _Found) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code, _ in pairs))


def _facts(fields: Iterable[tuple[str, _Found]]) -> tuple[Fact, ...]:
    spans: dict[tuple[str, str], list[Span]] = {}
    for field, pairs in fields:
        for code, span in pairs:
            spans.setdefault((field, code), []).append(span)
    facts = [Fact(field, code, tuple(sorted(set(found)))) for (field, code), found in spans.items()]
    return tuple(sorted(facts, key=lambda fact: (fact.spans[0], fact.field, fact.value)))

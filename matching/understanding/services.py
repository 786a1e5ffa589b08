"""Which professional services a text asks for, and which it refuses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from matching.understanding.lexicon import Mention
from matching.understanding.relations import Pairs, reconcile, specify_refused
from matching.understanding.scope import (
    after,
    before,
    is_had,
    is_ruled_out,
    is_ruled_out_behind,
    is_settled,
    link,
)
from matching.understanding.service_words import (
    ACTS_BEHIND,
    ADVISERS,
    ASKS,
    AVOIDS,
    BARE_NOT,
    BARRISTER,
    BECOMES,
    BESIDE,
    BY,
    CLAUSE_END,
    COMPANY_BEHIND,
    COURT,
    DEALS,
    DESCRIPTIONS,
    EVENT,
    EVIL,
    FILES,
    GOODS,
    HARM,
    IS_PAST,
    IS_READY,
    IS_VERB,
    JUST,
    LACKS,
    LACKS_HARM,
    LICENSED,
    LONG_AGO,
    LOOKED_INTO,
    MESSENGER,
    NEEDLESS_BEHIND,
    NOT_YET,
    OF_BEFORE,
    OF_THE_LEDGER,
    OUR_OWN,
    OWN_GOODS,
    PATENT,
    PLACED,
    PROFESSION,
    PROVIDERS,
    PUT_OFF,
    REFUSED_PERSON,
    SEEKS,
    SERVICE_BEHIND,
    TARGET,
    TRADE_PARTNER,
    TRIED,
    WAS,
    WAS_DONE,
    WEAK,
    WHO_BEHIND,
)

_LONG_NAME = 5


class _Use(Enum):
    ASKED = auto()
    IDLE = auto()
    REFUSED = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a need; `(code, mention)` pairs in the order of the text."""

    wanted: tuple[tuple[str, Mention], ...]
    refused: tuple[tuple[str, Mention], ...]
    is_contradictory: bool


def read_services(
    folded: str, mentions: Sequence[Mention], phrases: Sequence[Mention] = ()
) -> Services:
    """Sort the services named in a text into wanted and refused.

    A refused sector refuses its branch. What the enterprise is, has or does itself is neither. A
    general sector is dropped where something more specific answers for it: "a law firm for a
    merger" asks for mergers, "a lawyer to enforce an award" for enforcement.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that name sectors, in the order of the text.
        phrases: requests said with words in between, as `find_phrases` gives them; they may
            overlap the mentions.
    """
    named = _merge(folded, mentions, phrases)
    described = bytearray(len(folded))
    for match in DESCRIPTIONS.finditer(folded):
        described[match.start() : match.end()] = b"\1" * len(match.group())
    spread = _refusals(folded, named)
    uses = [
        _Use.DROPPED
        if all(described[mention.start : mention.end])
        else (_Use.REFUSED if is_refused else _use(folded, mention))
        for mention, is_refused in zip(named, spread, strict=True)
    ]
    asked = _pairs(named, uses, lambda use: use is _Use.ASKED)
    said = _without_professions(folded, _pairs(named, uses, lambda use: use is _Use.REFUSED))
    refused = _with_settled(
        folded, specify_refused(folded, said, asked), asked, _pairs(named, uses, _is_dropped)
    )
    refused_codes = {code for code, _ in refused}
    if not any("." in code for code, _ in asked):
        # Only something general is asked for outright: what else is named makes it specific.
        asked = _pairs(named, uses, lambda use: use in (_Use.ASKED, _Use.IDLE))
    wanted = [pair for pair in asked if not any(covers(code, pair[0]) for code in refused_codes)]
    specific = [
        (code, mention)
        for code, mention in refused
        if not any(
            other != code and covers(code, other) and _is_same_sentence(folded, mention, beside)
            for other, beside in refused
        )
    ]
    # What is refused is never returned, not even where another name turns out to mean it.
    answers = [
        pair
        for pair in reconcile(folded, wanted)
        if not any(covers(code, pair[0]) for code in refused_codes)
    ]
    return Services(
        wanted=tuple(answers),
        refused=tuple(dict.fromkeys(specific)),
        is_contradictory=any(
            code in refused_codes and _is_asked_outright(folded, mention) for code, mention in asked
        )
        and any(code in refused_codes for code, _ in reconcile(folded, asked)),
    )


def _is_asked_outright(folded: str, mention: Mention) -> bool:
    """Tell whether the clause asks for it: what is only named and then refused is no dispute."""
    clause = CLAUSE_END.split(before(folded, mention.start))[-1]
    return ASKS.search(clause) is not None or not folded[: mention.start].strip()


def _is_dropped(use: _Use) -> bool:
    return use is _Use.DROPPED


def _with_settled(
    folded: str, refused: Pairs, asked: Pairs, dropped: Pairs
) -> list[tuple[str, Mention]]:
    """Add what somebody sees to already, unless it is asked for or refused elsewhere."""
    wanted_codes, refused_codes = {code for code, _ in asked}, {code for code, _ in refused}
    settled = [
        (code, mention)
        for code, mention in specify_refused(folded, dropped, asked, is_settled=True)
        if ("." in code or code == "LNG")
        and code not in _SUBJECTS
        and not any(covers(other, code) for other in refused_codes)
        and not any(other == code or other == code.split(".")[0] for other in wanted_codes)
        and (
            is_settled(folded, mention.start, mention.end)
            or IS_READY.search(folded, mention.start, mention.end)
            or NOT_YET.search(before(folded, mention.start))
        )
    ]
    return [*refused, *settled]


def _without_professions(
    folded: str, refused: Sequence[tuple[str, Mention]]
) -> list[tuple[str, Mention]]:
    """Leave out who does what is refused: 审计有会计师行做，不用理 refuses audits, not accounting."""
    return [
        (code, mention)
        for code, mention in refused
        if not (
            PROFESSION.fullmatch(folded[mention.start : mention.end])
            and any(
                other != code
                and (covers(code, other) or BY.search(before(folded, mention.start)))
                and _is_same_sentence(folded, mention, beside)
                for other, beside in refused
            )
        )
    ]


def _is_same_sentence(folded: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda mention: mention.start)
    return second.start <= first.end + len(after(folded, first.end))


def covers(ancestor: str, code: str) -> bool:
    """Tell whether a sector is another one or stands above it."""
    return code == ancestor or code.startswith(f"{ancestor}.")


def _merge(folded: str, mentions: Sequence[Mention], phrases: Sequence[Mention]) -> list[Mention]:
    """Join names and phrases.

    A phrase speaks for itself and for the general names within it; where a name says better which
    leaf of the branch is meant, it speaks for the phrase.
    """
    at: dict[int, list[Mention]] = {}
    for mention in mentions:
        for place in range(mention.start, mention.end):
            at.setdefault(place, []).append(mention)
    silent: set[Mention] = set()
    for phrase in phrases:
        code = phrase.sectors[0]
        touched = {m for place in range(phrase.start, phrase.end) for m in at.get(place, ())}
        if any(_is_rival(other, code) for mention in touched for other in mention.sectors):
            silent.add(phrase)
            continue
        # Chinese runs on: 厂房的环境影响评估 values no land. English words stand by themselves.
        if not folded[phrase.end - 1].isascii() and any(_ends_in(m, phrase) for m in touched):
            silent.add(phrase)
        for mention in touched:
            is_within = phrase.start <= mention.start and mention.end <= phrase.end
            if is_within and any(covers(other, code) for other in mention.sectors):
                silent.add(mention)
    joined = [mention for mention in (*mentions, *phrases) if mention not in silent]
    return sorted(joined, key=lambda mention: (mention.start, mention.end))


def _ends_in(mention: Mention, phrase: Mention) -> bool:
    """Tell whether the last word of a phrase is part of a name that says something else."""
    return (
        mention.sectors[0][:3] != phrase.sectors[0][:3]
        and "." in mention.sectors[0]
        and mention.end - mention.start >= _LONG_NAME
        and phrase.start < mention.start < phrase.end <= mention.end
    )


def _is_rival(code: str, other: str) -> bool:
    """Tell whether two leaves share a top sector: the name says better than the phrase which."""
    return code[:3] == other[:3] and "." in code and not covers(code, other)


def _pairs(
    mentions: Sequence[Mention], uses: Sequence[_Use], is_chosen: Callable[[_Use], bool]
) -> list[tuple[str, Mention]]:
    return [
        (code, mention)
        for mention, use in zip(mentions, uses, strict=True)
        if is_chosen(use)
        for code in mention.sectors
    ]


def _use(folded: str, mention: Mention) -> _Use:
    words = folded[mention.start : mention.end]
    left, right = before(folded, mention.start), after(folded, mention.end)
    if TRADE_PARTNER.fullmatch(words) and not SEEKS.search(left[-40:]):
        return _Use.DROPPED if DEALS.search(left[-16:]) else _Use.IDLE
    if TRADE_PARTNER.fullmatch(words) and LOOKED_INTO.match(right):
        return _Use.DROPPED
    is_had_already = mention.sectors[0] not in _SUBJECTS and is_had(
        folded, mention.start, mention.end
    )
    if (
        BESIDE.match(right)
        or COURT.fullmatch(words)
        or is_had_already
        or _is_of_before(folded, mention)
        or _is_part_of_a_story(words, left, right)
        or _is_past(words, left)
        or _is_somebody_else(words, left, right)
    ):
        return _Use.DROPPED
    return _Use.ASKED if _is_request(words, left, right) else _Use.IDLE


def _is_request(words: str, left: str, right: str) -> bool:
    if COMPANY_BEHIND.match(right) and not ASKS.search(left[-40:]):
        return False
    if LICENSED.fullmatch(words) and not BECOMES.search(left):
        return False
    if PATENT.fullmatch(words) and (FILES.search(left) or FILES.search(right)):
        return True
    is_asked = ASKS.search(left[-24:]) or SERVICE_BEHIND.match(right)
    begins = not left.strip() and PLACED.match(right) is not None
    return WEAK.fullmatch(words) is None or is_asked is not None or begins


def _is_part_of_a_story(words: str, left: str, right: str) -> bool:
    """Tell whether it is a past event, what the enterprise sells, or the trade of a target."""
    return (
        (EVENT.fullmatch(words) is not None and LONG_AGO.search(left) is not None)
        or (GOODS.fullmatch(words) is not None and OWN_GOODS.search(left) is not None)
        or (OF_THE_LEDGER.fullmatch(words) is not None and left.endswith(("应", "营")))
        or PUT_OFF.search(left) is not None
        or TRIED.match(right) is not None
        or WAS.search(left) is not None
        or (TARGET.search(left) is not None and COMPANY_BEHIND.match(right) is not None)
    )


def _is_past(words: str, left: str) -> bool:
    return (IS_PAST.match(words) or IS_READY.search(words)) is not None or (
        WAS_DONE.match(words) is not None and JUST.search(left) is not None
    )


def _is_somebody_else(words: str, left: str, right: str) -> bool:
    """Tell whether an adviser is named who is not looked for: "our lawyers", 银行会安排."""
    if BY.search(left) or (ADVISERS.fullmatch(words) and OUR_OWN.search(left)):
        return True
    if not PROVIDERS.fullmatch(words):
        return False
    is_unwanted = REFUSED_PERSON.search(left) is not None and not LACKS.search(left)
    return is_unwanted or ACTS_BEHIND.match(right) is not None


# What a need may be about: an enterprise that "has" one of these asks for help with it.
_SUBJECTS = frozenset(
    {"DIS.ENF", "DIS.DBT", "IPR.ENF", "TAX.CON", "DAT.SEC", "DIS.LIT", "DIS", "LEG.MAR", "INS.LAD"}
)


def _refusals(folded: str, mentions: Sequence[Mention]) -> list[bool]:
    needless = [_is_needless(folded, mentions, index) for index in range(len(mentions))]
    refused = [
        (no or is_ruled_out(folded, m.start, m.end) or _is_bare_not(folded, m.start))
        and not _is_by_somebody(folded, m)
        and not _is_to_be_avoided(folded, m)
        and not _is_of_before(folded, m)
        and not (PROFESSION.fullmatch(folded[m.start : m.end]) and _is_person(folded, m))
        for no, m in zip(needless, mentions, strict=True)
    ]
    links = [None] + [
        link(folded, mentions[i - 1].end, mentions[i].start) for i in range(1, len(mentions))
    ]
    # "no audit, tax or payroll": a bare comma counts in a list that goes on to an "or".
    goes_on = [False] * len(mentions)
    for i in range(len(mentions) - 1, 0, -1):
        follows = i + 1 < len(mentions) and goes_on[i + 1]
        goes_on[i] = links[i] == "link" or (links[i] == "comma" and follows)
    for i in range(1, len(mentions)):
        if refused[i - 1] and goes_on[i]:
            refused[i] = True
    is_behind = False
    for i in range(len(mentions) - 1, -1, -1):
        # X、Y都不用: said after the last, meant of all.
        follows = i + 1 < len(mentions) and (goes_on[i + 1] or _runs_on(mentions, i))
        is_behind = (
            refused[i] and (needless[i] or is_ruled_out_behind(folded, mentions[i].end))
        ) or (is_behind and follows)
        refused[i] = refused[i] or is_behind
    return refused


def _runs_on(mentions: Sequence[Mention], index: int) -> bool:
    """Tell whether a name and the next are one word of one branch: 公证人加签不适用."""
    one, other = mentions[index], mentions[index + 1]
    return one.end == other.start and one.sectors[0][:3] == other.sectors[0][:3]


def _is_by_somebody(folded: str, mention: Mention) -> bool:
    """Tell whether somebody is named who does it: "done by our auditors" refuses no audit."""
    return BY.search(before(folded, mention.start)[-16:]) is not None


def _is_to_be_avoided(folded: str, mention: Mention) -> bool:
    """Tell whether it is an evil that the text wants not to happen: "no forced labour"."""
    words, left = folded[mention.start : mention.end], before(folded, mention.start)
    return (EVIL.fullmatch(words) is not None and AVOIDS.search(left) is not None) or (
        HARM.match(words) is not None and LACKS_HARM.search(left) is not None
    )


def _is_of_before(folded: str, mention: Mention) -> bool:
    """Tell whether it says who somebody is that served before: 以前做账的那家."""
    return WHO_BEHIND.match(after(folded, mention.end)) is not None and (
        OF_BEFORE.search(before(folded, mention.start)) is not None
    )


def _is_bare_not(folded: str, start: int) -> bool:
    return (
        IS_VERB.match(folded, start) is not None
        and BARE_NOT.search(folded[max(0, start - 2) : start]) is not None
    )


def _is_person(folded: str, mention: Mention) -> bool:
    """Tell whether it is somebody who is refused, not a service: 唔要再介绍律师行."""
    return MESSENGER.search(before(folded, mention.start)[-16:]) is not None or (
        BARRISTER.fullmatch(folded[mention.start : mention.end]) is not None
    )


def _is_needless(folded: str, mentions: Sequence[Mention], index: int) -> bool:
    """Tell whether the clause behind says that a service is not needed, and means this one."""
    mention = mentions[index]
    right = after(folded, mention.end)
    if ACTS_BEHIND.match(right):
        return False
    found = NEEDLESS_BEHIND.match(right)
    if found is None:
        return False
    last = mention.end + found.end()
    return not any(
        mention.end <= other.start < last
        and not set(other.sectors) & set(mention.sectors)
        and PROVIDERS.fullmatch(folded[other.start : other.end]) is None
        and not BY.search(folded[max(0, other.start - 20) : other.start])
        for other in mentions[index + 1 : index + 6]
    )

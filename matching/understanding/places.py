"""The part each place plays in a need: home, target, ruled out, or only mentioned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from matching.understanding.lexicon import Mention
from matching.understanding.scope import after, before, is_ruled_out, is_ruled_out_behind, link

_ENTERPRISE = (
    r"(?:company|companies|manufacturer|enterprise|group|start-?up|exporter|trader|business|maker|"
    r"producer|developer|sme|brand|investor|corporation|conglomerate|retailer)s?"
)
_COMPANY = rf"(?:{_ENTERPRISE}|(?:firm|importer|supplier|contractor|factory|bank|fund|operator)s?)"
_ZH_COMPANY = (
    r"(?:公司|企业|集团|厂家|工厂|厂商|制造商|生产商|开发商|承包商|贸易商|供应商|工程局|厂|行|民企|国企|"
    r"品牌|机构|基金|银行|平台)"
)
_WE = r"(?:我们|我司|我公司|本公司|本企业|本集团|敝公司|敝司|我方|我哋|我|咱们)"
# Words of a description, but none that leads on to another place.
_DESCRIBING = r"(?: (?!(?:to|in|into|for|with|at|of|from|and|that|which|by)\b)[a-z-]+)"

_ARTICLE_BEFORE = re.compile(
    rf"\b(?:we are|we're|i am|i'm|i represent|we represent|as|on behalf of|acting for|company is)"
    r"(?: also)?"
    rf" (?:an?|the){_DESCRIBING}{{0,3}} $"
)
_ZH_AT_BEFORE = re.compile(rf"(?:^|[，,])\s*(?:(?:{_WE}的?)?公司|{_WE})(?:目前|现)?在$")
_ZH_AT_AFTER = re.compile(r"^(?:市|省|特区|这边|那边|本地)?\s*(?:$|[，,])")
_COMPANY_AFTER = re.compile(rf"^(?:[- ]based)?(?:[ -][a-z-]+){{0,4}}? {_COMPANY}\b")
_STRONG_BEFORE = re.compile(
    rf"(?:\b(?:we are|we're|i am|i'm|company is)(?: (?:an?|the){_DESCRIBING}{{0,4}} {_COMPANY})?"
    r"(?: (?:now|currently|also))?"
    r"(?: (?:based|located|headquartered|registered|incorporated|domiciled))?"
    r"(?: (?:in|from|out of))?(?: the)? |"
    r"\b(?:our|my|the company's) (?:headquarters|head office|hq|home base)"
    r"(?: (?:is|are))?(?: (?:based|located))? (?:in|at) |"
    r"\bwe (?:come|operate) from |"
    rf"{_WE}(?:都)?(?:是|为|系)(?:一?[家间个])?(?:来自|位于|总部在|总部设[于在]|总部位于|在)?|"
    rf"{_WE}(?:来自|位于|设于|设在|注册[于在]|扎根|坐落于)|"
    r"(?:^|[，,])\s*公司(?:位于|设于|注册[于在])|"
    r"(?<![域区太把将洲])(?:总部|总公司|母公司|注册地|公司注册地)(?:设立?|坐落|位|注册|是)?[于在]?)$"
)
_ZH_DESCRIBED_BEFORE = re.compile(
    rf"(?:{_WE}(?:是|为|系)[^，。；,.;\n]{{0,15}}(?:的|[家间])|(?:{_WE}|本人)代表)$"
)
_ZH_DESCRIBED_AFTER = re.compile(rf"^(?:的|市|省)?[^，。；,.;\n]{{0,10}}?{_ZH_COMPANY}")
# "headquartered in" tells of the writer only where the sentence is about the writer.
_SEATED_BEFORE = re.compile(
    rf"(?:^\s*|^\s*(?:our|the|an?)?{_DESCRIBING}{{0,4}} ?{_ENTERPRISE},?"
    r"(?: (?:that|which|is|currently|also))* |\bwe(?: are)?,? )"
    r"(?:headquartered|based|registered|incorporated|domiciled) in (?:the )?$"
)
_HEADQUARTERED_BEFORE = re.compile(rf"\b{_ENTERPRISE},? headquartered in $")
_POSSESSIVE_BEFORE = re.compile(rf"(?:\b(?:our|my) (?:own )?|{_WE}的?)$")
_POSSESSIVE_AFTER = re.compile(
    r"^(?:(?:-based)? (?:[a-z-]+ )?(?:company|headquarters|head office|hq|parent|group|"
    r"holding company|listed company|enterprise)\b|(?:的)?(?:总部|总公司|母公司|公司|集团))"
)
_FIRST_WORDS = re.compile(rf"^\s*(?:an?|the|some|several)?{_DESCRIBING}{{0,2}} ?$")
_ENTERPRISE_AFTER = re.compile(
    rf"^(?:-based|-headquartered)?{_DESCRIBING}{{0,4}}? {_ENTERPRISE},? (?:needs?|seeks?|wants?|"
    r"plans?|planning|seeking|looking|intends?|would|expanding|requires?|setting|entering|"
    r"exporting|hopes?|investing|bidding|building|wishes|going|with)\b"
)
_ZH_WILL = r"[，,]?(?:现|正|目前|近期|正在|也)?(?:想|拟|计划|要|打算|准备|希望|欲|出海|赴|走出去)"
_ZH_START = re.compile(r"^\s*$")
_ZH_ENTERPRISE_AFTER = re.compile(
    rf"^(?:的|市|省)?[^，。；,;的]{{0,10}}?{_ZH_COMPANY}(?={_ZH_WILL})"
)
_ZH_SOME_BEFORE = re.compile(r"^\s*(?:作为)?(?:某|一?[家间]|有[家间])(?:来自|总部位于|位于)?$")
_ZH_SOME_AFTER = re.compile(rf"^(?:的|市|省)?[^，。；,;]{{0,12}}?{_ZH_COMPANY}")
_WORK_BEFORE = re.compile(
    r"(?:\b(?:in|into|within|to|for|across|throughout|under|at|between|and)(?: the| both)? |"
    r"(?:在|于|到|去|赴|向|往|喺|进入|落户|对))$"
)
_WIDENING = re.compile(r"\b(?:including|such as|e\.g\.|like)\b|包括|例如|比如|譬如|等|如")


class Role(StrEnum):
    """What a place is to the need; perhaps home where nothing stronger says where home is."""

    HOME = "home"
    TARGET = "target"
    EXCLUDED = "excluded"
    PERHAPS_HOME = "perhaps_home"


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a need; `(code, mention)` pairs in the order of the text."""

    home: tuple[tuple[str, Mention], ...]
    targets: tuple[tuple[str, Mention], ...]
    excluded: tuple[tuple[str, Mention], ...]
    is_contradictory: bool


def read_places(folded: str, mentions: Sequence[Mention], *, on: date) -> Places:
    """Give every place its part.

    The first place said to be the enterprise's own is its home; what is ruled out is taken away
    from everything else; the rest are targets. A region that the same sentence goes on to narrow
    ("ASEAN, mainly Vietnam") stands for the narrow set.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that may be places, in the order of the text.
        on: the day on which regions are taken to have their members.
    """
    roles = _roles(folded, mentions)
    codes = [_codes(mention, on) for mention in mentions]
    home_code, home = _home(mentions, roles, codes)

    excluded = [
        (code, mention)
        for mention, role, found in zip(mentions, roles, codes, strict=True)
        if role is Role.EXCLUDED
        for code in found
    ]
    excluded_codes = {code for code, _ in excluded}
    named = [i for i, role in enumerate(roles) if role is Role.TARGET and codes[i]]
    contradictions = {codes[i][0] for i in named if len(codes[i]) == 1} & excluded_codes

    targets: list[tuple[str, Mention]] = []
    for i in named:
        mention, found = mentions[i], codes[i]
        if len(found) == 1 and found[0] == home_code:
            if not _WORK_BEFORE.search(before(folded, mention.start)):
                continue
        elif len(found) > 1 and _is_narrowed(folded, i, mentions, codes, roles):
            continue
        targets.extend((code, mention) for code in found if code not in excluded_codes)
    return Places(
        home=home,
        targets=tuple(targets),
        excluded=tuple(excluded),
        is_contradictory=bool(contradictions),
    )


def _codes(mention: Mention, on: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for place in mention.places for code in place.codes_on(on)))


def _roles(folded: str, mentions: Sequence[Mention]) -> list[Role]:
    roles = [_role(folded, mention) for mention in mentions]
    if Role.HOME in roles:
        # "Our Vietnam company" is not where a company that is said to sit in Hong Kong sits.
        roles = [Role.TARGET if role is Role.PERHAPS_HOME else role for role in roles]
    links = [None] + [
        link(folded, previous.end, mention.start) for previous, mention in pairwise(mentions)
    ]
    return _spread_exclusions(folded, mentions, roles, links)


def _spread_exclusions(
    folded: str, mentions: Sequence[Mention], roles: list[Role], links: Sequence[str | None]
) -> list[Role]:
    # "except Myanmar, Laos and Cambodia": what rules out the first rules out the list. A bare
    # comma counts only in a list that goes on to an "and": "not Singapore, Vietnam" stays open.
    goes_on = False
    continues = [False] * len(roles)
    for i in range(len(roles) - 1, 0, -1):
        goes_on = links[i] == "link" or (links[i] == "comma" and goes_on)
        continues[i] = goes_on
    for i in range(1, len(roles)):
        if roles[i - 1] is Role.EXCLUDED and roles[i] is Role.TARGET and continues[i]:
            roles[i] = Role.EXCLUDED
    for i in range(len(roles) - 2, -1, -1):
        # 缅甸、老挝除外: said after the last, meant of all.
        if (
            roles[i] is Role.TARGET
            and links[i + 1] == "link"
            and roles[i + 1] is Role.EXCLUDED
            and is_ruled_out_behind(folded, mentions[i + 1].end)
        ):
            roles[i] = Role.EXCLUDED
    return roles


def _role(folded: str, mention: Mention) -> Role:
    if is_ruled_out(folded, mention.start, mention.end):
        return Role.EXCLUDED
    left, right = before(folded, mention.start), after(folded, mention.end)
    if _is_home(left, right) or (
        not folded[: mention.start].removesuffix(left).strip() and _opens_with_home(left, right)
    ):
        return Role.HOME
    if _POSSESSIVE_BEFORE.search(left) and _POSSESSIVE_AFTER.match(right):
        return Role.PERHAPS_HOME
    return Role.TARGET


def _is_home(left: str, right: str) -> bool:
    return bool(
        _STRONG_BEFORE.search(left)
        or (_ARTICLE_BEFORE.search(left) and _COMPANY_AFTER.match(right))
        or (_ZH_DESCRIBED_BEFORE.search(left) and _ZH_DESCRIBED_AFTER.match(right))
        or (_ZH_AT_BEFORE.search(left) and _ZH_AT_AFTER.match(right))
        or _SEATED_BEFORE.search(left)
        or _HEADQUARTERED_BEFORE.search(left)
    )


def _opens_with_home(left: str, right: str) -> bool:
    """Tell whether a first sentence speaks of the enterprise as "a Hong Kong maker wants to"."""
    return bool(
        (_FIRST_WORDS.match(left) and _ENTERPRISE_AFTER.match(right))
        or (_ZH_START.match(left) and _ZH_ENTERPRISE_AFTER.match(right))
        or (_ZH_SOME_BEFORE.match(left) and _ZH_SOME_AFTER.match(right))
    )


def _home(
    mentions: Sequence[Mention], roles: Sequence[Role], codes: Sequence[tuple[str, ...]]
) -> tuple[str | None, tuple[tuple[str, Mention], ...]]:
    homes = [
        (found[0], mention)
        for mention, role, found in zip(mentions, roles, codes, strict=True)
        if role in (Role.HOME, Role.PERHAPS_HOME) and len(found) == 1
    ]
    if not homes:
        return None, ()
    code = homes[0][0]
    return code, tuple(pair for pair in homes if pair[0] == code)


def _is_narrowed(
    folded: str,
    region: int,
    mentions: Sequence[Mention],
    codes: Sequence[tuple[str, ...]],
    roles: Sequence[Role],
) -> bool:
    rest = after(folded, mentions[region].end)
    for i in range(region + 1, len(mentions)):
        distance = mentions[i].start - mentions[region].end
        if distance >= len(rest):
            return False
        if (
            roles[i] is Role.TARGET
            and len(codes[i]) == 1
            and codes[i][0] in codes[region]
            and not _WIDENING.search(rest[:distance])
        ):
            return True
    return False

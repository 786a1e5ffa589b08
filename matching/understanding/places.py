"""The part each place plays in a need: home, target, a later thought, ruled out, or a mention."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from matching.understanding.contexts import (
    PlaceInText,
    is_language,
    is_language_of,
    places_in_text,
)
from matching.understanding.exclusions import is_dropped, is_left_out_behind
from matching.understanding.home_choice import choose_home
from matching.understanding.home_fragments import is_adviser_from, speaks_of_abroad
from matching.understanding.homes import (
    LIKELY_HOMES,
    is_home,
    is_only_there,
    is_own_company,
    is_own_place,
    is_work_at_home,
    opens_with_home,
)
from matching.understanding.lexicon import Mention
from matching.understanding.regions import (
    is_narrowed,
    is_only_some,
    is_undecided,
    members_of,
    takes_the_rest,
)
from matching.understanding.roles import Role, is_history, role_of
from matching.understanding.scope import after, is_ruled_out_behind

_Pairs = tuple[tuple[str, Mention], ...]

_DISPUTE = re.compile(
    r"\b(?:arbitrat\w+|disputes?|claims?|su(?:e|ed|ing)|debts?|ow(?:e|es|ed|ing)|unpaid|overdue|"
    r"recover\w*|litigat\w+|mediat\w+|enforce\w*|default\w*|breach\w*)\b|"
    r"仲裁|争议|纠纷|欠|追|诉|索赔|违约|官司|闹翻|拖"
)
_ASSETS_BEFORE = re.compile(
    r"(?:\b(?:assets?|property|properties|bank accounts?|accounts|funds|factory|warehouse|plant)"
    r"(?: [a-z]+){0,4} (?:in|at)(?: the)? |\benforc\w+(?: [a-z]+){0,5} in(?: the)? |"
    r"(?:资产|财产|账户|户口|房产|存款|执行)(?:都|主要|多|基本)?(?:在|于|喺|位于))$"
)
_REGIME = re.compile(r"制裁|出口管制|sanction|export control|dual[- ]use|\bear\b|\bofac\b")
_REGIMES = frozenset({"US", "EU", "GB"})
# Where goods may go at all is what is asked of these, not what their own law says.
_SANCTIONED = frozenset({"RU", "BY", "IR", "KP", "SY", "CU"})


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a need; `(code, mention)` pairs in the order of the text.

    Attributes:
        home: where the enterprise is at home; one code.
        targets: where the work, the counterparty or the asset is, or whose regime is asked about.
        excluded: expressly ruled out.
        is_contradictory: the text both asks for a place and rules it out.
        secondary: of a later phase, of the governing law, of a party whose home is not where the
            work is; never a target, ruled out or home at the same time.
        partial: mentions of regions of which some members are meant that the text does not name
            ("three EU countries").
    """

    home: _Pairs
    targets: _Pairs
    excluded: _Pairs
    is_contradictory: bool
    secondary: _Pairs = ()
    partial: tuple[Mention, ...] = ()


def read_places(folded: str, mentions: Sequence[Mention], *, on: date) -> Places:
    """Give every place its part.

    The first place said to be the enterprise's own is its home, or else the first that its
    description of itself implies; what is ruled out is taken away from everything else; of the
    rest, what the text treats as work, party, asset or regime is a target, and weaker mentions
    only where there is no such target. A region that the text goes on to narrow ("ASEAN, mainly
    Vietnam") stands for the narrow set.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that may be places, in the order of the text.
        on: the day on which regions are taken to have their members.
    """
    places = places_in_text(folded, mentions, on)
    roles = _roles(folded, places, on.year)
    homes = choose_home(places, roles, is_abroad=speaks_of_abroad(folded))
    home = places[homes[0]].code if homes else None
    named = {p.code for p, role in zip(places, roles, strict=True) if not _is_out(p, role)}
    excluded = [
        (code, place.mention)
        for place, role in zip(places, roles, strict=True)
        if role is Role.EXCLUDED
        for code in place.codes
        # "Other Gulf states are out": not those that the text names.
        if not (code in named and place.is_region and takes_the_rest(place.left, place.right))
    ]
    gone = {code for code, _ in excluded}
    partial = [
        i
        for i, p in enumerate(places)
        if is_only_some(p.left, p.right, name=p.word, count=len(p.codes))
    ]
    settled = _settle(folded, places, roles, homes, partial)
    chosen = _chosen(folded, places, settled, home)

    targets = [
        (code, places[i].mention)
        for i in chosen
        for code in places[i].codes
        if code not in gone and not _is_rest_of_home(places[i], code, home)
    ]
    taken = gone | {code for code, _ in targets} | {home}
    return Places(
        home=tuple((places[i].code, places[i].mention) for i in homes),
        targets=tuple(targets),
        excluded=tuple(excluded),
        is_contradictory=any(not places[i].is_region and places[i].code in gone for i in chosen),
        secondary=tuple(
            (code, place.mention)
            for i, place in enumerate(places)
            if settled[i] in (Role.SECONDARY, Role.GOVERNING) and i not in chosen
            for code in place.codes
            if code not in taken
        ),
        partial=tuple(places[i].mention for i in partial),
    )


def _is_out(place: PlaceInText, role: Role) -> bool:
    return place.is_region or role is Role.EXCLUDED


def _is_rest_of_home(place: PlaceInText, code: str, home: str | None) -> bool:
    return code == home and place.is_region and takes_the_rest(place.left, place.right)


def _roles(folded: str, places: Sequence[PlaceInText], year: int) -> list[Role]:
    roles = [_role(folded, place, year) for place in places]
    for i, (previous, place) in enumerate(pairwise(places)):
        # "Spanish-Chinese" is a pair of languages.
        between = folded[previous.mention.end : place.mention.start]
        if previous.mention.languages and place.mention.languages and between in ("-", "/"):
            roles[i] = roles[i + 1] = Role.MENTIONED
    codes = {place.code for place in places}
    for i, place in enumerate(places):
        if roles[i] is Role.TARGET and is_language_of(place, codes):
            roles[i] = Role.MENTIONED
    if Role.HOME in roles:
        # "Our Vietnam company" is not where a company that is said to sit in Hong Kong sits.
        roles = [
            Role.TARGET if role is Role.PERHAPS_HOME and place.code not in LIKELY_HOMES else role
            for place, role in zip(places, roles, strict=True)
        ]
    roles = _spread(folded, places, roles)
    asked = {
        place.code: place.word
        for place, role in zip(places, roles, strict=True)
        if role is Role.TARGET and not place.is_region
    }
    return [
        # "In Vientiane, not Luang Prabang" does not rule out the state.
        Role.MENTIONED
        if role is Role.EXCLUDED
        and place.is_city
        and asked.get(place.code, place.word) != place.word
        else role
        for place, role in zip(places, roles, strict=True)
    ]


def _role(folded: str, place: PlaceInText, year: int) -> Role:
    if is_language(place):
        return Role.MENTIONED
    role = role_of(folded, place, year=year)
    if place.mention.sectors and role is Role.EXCLUDED:
        # A service that is refused takes the place in its name with it, and rules out nothing.
        return Role.MENTIONED
    can_be_home = not (
        role is Role.EXCLUDED
        or place.is_region
        or place.mention.sectors
        or (is_only_there(place.left) and place.code not in LIKELY_HOMES)
    )
    if can_be_home:
        is_likely = place.code in LIKELY_HOMES
        if is_home(place.left, place.right) or (
            place.is_first and opens_with_home(place.left, place.right, is_likely=is_likely)
        ):
            return Role.HOME
        if is_own_company(place.left, place.right):
            return Role.PERHAPS_HOME
    return Role.WEAK if place.is_hint and role is Role.TARGET else role


def _spread(folded: str, places: Sequence[PlaceInText], roles: list[Role]) -> list[Role]:
    # "except Myanmar, Laos and Cambodia": what is said of the first is said of the list. A bare
    # comma counts only in a list that goes on to an "and": "not Singapore, Vietnam" stays open.
    goes_on = False
    continues = [False] * len(roles)
    for i in range(len(roles) - 1, 0, -1):
        goes_on = places[i].link == "link" or (places[i].link == "comma" and goes_on)
        continues[i] = goes_on
    for i in range(1, len(roles)):
        is_open = roles[i] is Role.TARGET and continues[i]
        if is_open and roles[i - 1] in (Role.EXCLUDED, Role.SECONDARY, Role.GOVERNING):
            roles[i] = roles[i - 1]
        elif is_open and roles[i - 1] is Role.WEAK and is_history(places[i - 1].left):
            roles[i] = Role.WEAK
    for i in range(len(roles) - 2, -1, -1):
        # 缅甸、老挝除外: said after the last, meant of all; so are "German and French users".
        if roles[i] is not Role.TARGET or not continues[i + 1]:
            continue
        end = places[i + 1].mention.end
        if roles[i + 1] in (Role.WEAK, Role.COUNTERPARTY, Role.SECONDARY):
            roles[i] = roles[i + 1]
        elif (
            roles[i + 1] is Role.EXCLUDED
            and places[i + 1].link == "link"
            and (
                is_ruled_out_behind(folded, end)
                or is_left_out_behind(after(folded, end))
                or is_dropped(places[i + 1].closed_right)
            )
        ):
            roles[i] = Role.EXCLUDED
    return roles


def _settle(
    folded: str,
    places: Sequence[PlaceInText],
    roles: Sequence[Role],
    homes: Collection[int],
    partial: Collection[int],
) -> list[Role]:
    """Settle the roles that depend on the rest of the text."""
    settled = list(roles)
    for i, place in enumerate(places):
        is_open = i in partial and place.codes == ("EU",) and is_undecided(folded)
        is_aside = bool(homes) and _is_of_adviser(place, roles[i])
        if i in homes or roles[i] is Role.EXCLUDED or is_open or is_aside:
            settled[i] = Role.MENTIONED
        elif homes and roles[i] is Role.TARGET and _is_own_other_place(place):
            # "A Hong Kong toy trader, all production in Dongguan": said of the writer too.
            settled[i] = Role.WEAK
        elif roles[i] in (Role.HOME, Role.PERHAPS_HOME):
            # A home that lost to another is a place of the need like any other.
            settled[i] = Role.TARGET
    sure = {place.codes for place, role in zip(places, settled, strict=True) if role is Role.TARGET}
    work = {place.codes for place in places if _ASSETS_BEFORE.search(place.left)}
    if not _DISPUTE.search(folded):
        work |= sure
    regimes: set[tuple[str, ...]] = set()
    if _REGIME.search(folded):
        # Whose rules reach a trade is asked beside where it goes.
        regimes = {codes for codes in sure if _REGIMES.issuperset(codes)}
        work -= regimes
    for i, place in enumerate(places):
        if settled[i] is Role.COUNTERPARTY:
            elsewhere = work
        elif settled[i] is Role.DESTINATION:
            elsewhere = regimes if _SANCTIONED.issuperset(place.codes) else set()
        else:
            continue
        is_beside = place.codes not in sure and bool(elsewhere - {place.codes})
        settled[i] = Role.SECONDARY if is_beside else Role.TARGET
    return settled


def _is_of_adviser(place: PlaceInText, role: Role) -> bool:
    """Tell whether it is where an adviser sits who writes for the enterprise."""
    if role is Role.TARGET:
        return is_adviser_from(place.left, "")
    return role is Role.HOME and is_adviser_from(place.left, place.right)


def _is_own_other_place(place: PlaceInText) -> bool:
    return place.code in LIKELY_HOMES and is_own_place(place.left)


def _chosen(
    folded: str, places: Sequence[PlaceInText], roles: Sequence[Role], home: str | None
) -> list[int]:
    """Return which mentions are targets: those of the strongest role that any has."""
    for wanted in (Role.TARGET, Role.WEAK, Role.SECONDARY):
        chosen: list[int] = []
        for i, place in enumerate(places):
            if roles[i] is not wanted or _gives_way(folded, i, places, roles):
                continue
            # "in Vietnam and Hong Kong": the home is worked in too in a list of targets.
            is_listed = place.link == "link" and i - 1 in chosen
            is_work = wanted is Role.TARGET and (
                is_listed or is_work_at_home(place.left, place.right)
            )
            if place.codes != (home,) or is_work:
                chosen.append(i)
        if wanted is Role.WEAK:
            # "My Hong Kong colleague typed this": who acts gives way to any place abroad.
            abroad = [i for i in chosen if places[i].code not in LIKELY_HOMES]
            chosen = abroad or chosen
        if chosen:
            return chosen
    # Nothing but the home: what is asked there beyond saying who asks is asked there.
    asked = (Role.TARGET, Role.WEAK)
    return [i for i, role in enumerate(roles) if role in asked and places[i].codes == (home,)]


def _gives_way(
    folded: str, region: int, places: Sequence[PlaceInText], roles: Sequence[Role]
) -> bool:
    """Tell whether a region gives way to places that the text names."""
    place = places[region]
    members = members_of(place.codes)
    if len(members) < 2:
        return False
    named = [
        other
        for i, other in enumerate(places)
        if i != region and roles[i] is Role.TARGET and not other.is_region
    ]
    if place.is_hint and named:
        return True
    spans = [(p.mention.start, p.mention.end) for p in named if p.code in members]
    region_span = (place.mention.start, place.mention.end)
    is_firm = place.codes == ("EU",) or len(members) == 2
    return is_narrowed(folded, region_span, spans, is_firm=is_firm)

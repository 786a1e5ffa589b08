"""Which of the places of a need is the enterprise's home, if any."""

from collections.abc import Sequence

from matching.understanding.contexts import PlaceInText
from matching.understanding.home_fragments import (
    describes_writer,
    has_own_there,
    is_adviser_from,
    is_client_from,
    is_own_paper,
    states_seat,
)
from matching.understanding.homes import (
    LIKELY_HOMES,
    is_bare_place,
    is_enterprise_beside,
    is_enterprise_from,
    is_home,
    is_implied_home,
    is_joined,
    is_person_from,
    is_work_at_home,
)
from matching.understanding.roles import Role


def choose_home(
    places: Sequence[PlaceInText], roles: Sequence[Role], *, is_abroad: bool = False
) -> list[int]:
    """Return which mentions tell where the home is: those of the code best attested.

    What is said outright wins, then what opens the text or is implied by how the enterprise
    describes itself, then what stands alone in a clause. Failing all that, a place of Greater
    China without a word of work there, beside a need elsewhere, is where the writer is.

    Args:
        places: in the order of the text.
        roles: length of `places`.
        is_abroad: the text asks for something abroad without naming where.

    Returns:
        Indices into `places`, ascending, all of one jurisdiction; empty where no home is told.
    """
    is_alone = len({place.codes for place in places}) == 1
    own = [i for i, role in enumerate(roles) if role is Role.HOME]
    outright = [i for i in own if is_home(places[i].left, places[i].right)]
    said = frozenset(outright)
    # "A Phnom Penh garment factory needs": the only place, and abroad, is where it is needed.
    opening = [i for i in own if i not in said and (places[i].code in LIKELY_HOMES or not is_alone)]
    perhaps = [i for i, role in enumerate(roles) if role is Role.PERHAPS_HOME]
    likely = [
        i
        for i, (place, role) in enumerate(zip(places, roles, strict=True))
        if place.code in LIKELY_HOMES
        and not place.is_region
        and not place.mention.sectors
        and role is not Role.EXCLUDED
    ]
    outright += [
        i for i in likely if i not in said and states_seat(places[i].left, places[i].right)
    ]
    is_elsewhere = is_abroad or any(not LIKELY_HOMES.issuperset(place.codes) for place in places)
    work_codes = {
        place.code
        for place, role in zip(places, roles, strict=True)
        if role is Role.TARGET and not is_elsewhere and is_work_at_home(place.left, place.right)
    }
    is_likely = frozenset(likely)
    beside = [i for i in likely if is_elsewhere or work_codes - {places[i].code}]
    is_beside = frozenset(beside)
    target_codes = {
        place.code for place, role in zip(places, roles, strict=True) if role is Role.TARGET
    }
    implied = [
        i
        for i in likely
        if is_implied_home(places[i].left, places[i].right, places[i].word)
        or _is_described(
            places[i], is_beside=i in is_beside, has_other=bool(target_codes - {places[i].code})
        )
    ]
    if len({places[i].code for i in likely}) > 1:
        # 台商，昆山厂: whose the capital is does not tell where the enterprise is.
        implied = [i for i in implied if places[i].word != "台"]
    bare = [
        i
        for i in beside
        if roles[i] in (Role.TARGET, Role.WEAK)
        and is_bare_place(places[i].left, places[i].right)
        and not _stands_in_list(places, i)
    ]
    # A place of Greater China beside a need elsewhere, with no word of work there, is where they
    # write; Taiwan is abroad to the writers as often as not.
    assumed = [
        i
        for i in beside
        if places[i].code != "TW"
        and not places[i].is_hint
        and len(places[i].word) > 1
        and (
            roles[i] in (Role.TARGET, Role.COUNTERPARTY)
            or (
                (roles[i] is Role.WEAK or is_person_from(places[i].right))
                and is_enterprise_from(places[i].left, places[i].right)
            )
        )
        and not is_work_at_home(places[i].left, places[i].right)
        and not _stands_in_list(places, i)
        and (not places[i].mention.languages or is_enterprise_beside(places[i].right))
    ]
    clients = [i for i in likely if is_client_from(places[i].left, places[i].right)]
    if not any(
        is_adviser_from(place.left, place.right if i in own else "")
        for i, place in enumerate(places)
    ):
        clients = []
    for group in (
        clients,
        outright,
        [i for i in opening if i in is_likely],
        [i for i in perhaps if i in is_likely],
        implied,
        opening,
        perhaps,
        bare,
        assumed,
    ):
        if group:
            code = places[group[0]].code
            others = (
                i
                for i in (*implied, *bare)
                if i != group[0] and not is_work_at_home(places[i].left, places[i].right)
            )
            return sorted(
                {i for i in (group[0], *own, *perhaps, *others, *assumed) if places[i].code == code}
            )
    return []


def _is_described(place: PlaceInText, *, is_beside: bool, has_other: bool) -> bool:
    """Tell whether the enterprise is described by a place.

    Args:
        place: the place.
        is_beside: work is wanted elsewhere.
        has_other: a place of another code is a target.
    """
    if describes_writer(place.left, place.right, is_first=place.is_first):
        return True
    if is_own_paper(place.left, place.right):
        return has_other
    return is_beside and has_own_there(place.left, place.right, is_first=place.is_first)


def _stands_in_list(places: Sequence[PlaceInText], i: int) -> bool:
    """Tell whether another place is said in one breath with it; a bare comma may only part them."""
    if is_joined(places[i].left, places[i].right):
        return True
    return any(
        0 < j < len(places)
        and places[j - 1].codes != places[j].codes
        and (places[j].link == "link" or _leads_to_link(places, j))
        for j in (i, i + 1)
    )


def _leads_to_link(places: Sequence[PlaceInText], i: int) -> bool:
    while i < len(places) and places[i].link == "comma":
        i += 1
    return i < len(places) and places[i].link == "link" and places[i - 1].link == "comma"

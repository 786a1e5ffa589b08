"""The words for reasons that rest on how near jurisdictions are to each other."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from matching.citing import CITED, Said, pieces
from matching.eligibility import in_force
from matching.features.jurisdiction import SHRINKAGE
from matching.jurisdictions.corridor import ProximityTable
from matching.jurisdictions.proximity import SharedInstrument
from matching.names import Names
from matching.shown import Shown, Wanted
from matching.types import Candidate, Sentence

# What nearly everybody has joined is no news of two jurisdictions, and long lists are not read.
TELLING_RARITY = 0.1
NAMED_INSTRUMENTS = 2
# A part is named from its value on: one language of many, or a continent, makes nobody close.
_TELLING = {"one_state": 1.0, "law": 0.5, "languages": 0.5, "region": 1.0}
_PARTS = {
    "one_state": Sentence("parts of one state", "同属一国", "同屬一國"),
    "law": Sentence("same legal family", "同一法系", "同一法系"),
    "languages": Sentence("a language in common", "通用语言相同", "通用語言相同"),
    "region": Sentence("same region", "同一区域", "同一區域"),
}
_NOTHING = Sentence("", "", "")


def say_corridor(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Say from where into where the candidate has worked, and cite that work."""
    home, asked = shown.candidate.home_jurisdiction or "", wanted.query.home_jurisdiction
    targets = tuple(target for target in wanted.targets if target != asked)
    if not targets:
        return None
    is_inward = home in targets
    ends = ({asked} if asked else set()) if is_inward else set(targets)
    work = [at for at in shown.work if not ends.isdisjoint(shown.places[at])]
    n = len(work)
    if not n:
        return None
    if is_inward:
        there = names.places((home,))
        here = names.places((asked or "",))
        return (
            Sentence(
                f"Sits in {there.en} and has worked in {here.en}: {pieces(n)} of past work",
                f"设在{there.zh_hans}并曾在{here.zh_hans}工作：{n}项过往工作",
                f"設於{there.zh_hant}並曾在{here.zh_hant}工作：{n}項過往工作",
            ),
            work[:CITED],
        )
    seen = shown.places_of(work)
    here = names.places((home,))
    there = names.places(tuple(target for target in targets if target in seen))
    beside = _beside(asked or "", home, names)
    return (
        Sentence(
            f"Has worked from {here.en}{beside.en} into {there.en}: {pieces(n)} of past work",
            f"曾从{here.zh_hans}{beside.zh_hans}到{there.zh_hans}工作：{n}项过往工作",
            f"曾從{here.zh_hant}{beside.zh_hant}到{there.zh_hant}工作：{n}項過往工作",
        ),
        work[:CITED],
    )


def _beside(asked: str, home: str, names: Names) -> Sentence:
    if home == asked:
        return _NOTHING
    place = names.places((asked,))
    return Sentence(
        f" (close to {place.en})", f"（与{place.zh_hans}相近）", f"（與{place.zh_hant}相近）"
    )


def say_close_to_target(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Say which of its places brings the candidate nearest to a target, and what joins the two."""
    found = nearest_target(wanted, shown)
    if found is None:
        return None
    target, seat = found
    if seat is not None:
        how = _SITS if seat == shown.candidate.home_jurisdiction else _QUALIFIED
        return _say_close(names, wanted.proximity, how, seat, target, on=wanted.on), ()
    place, work = _place_of_work(wanted, shown, target)
    said = _say_close(names, wanted.proximity, _WORKED, place, target, on=wanted.on)
    return said, work[:CITED]


def nearest_target(wanted: Wanted, shown: Shown) -> tuple[str, str | None] | None:
    """Return the target that a candidate is nearest to, with its seat there, None where it is work.

    A seat counts by its proximity, past work as `matching.features.jurisdiction` counts it; of
    targets that are as near the last by code counts.
    """
    if not wanted.close_to:
        return None
    best: dict[str, tuple[float, str | None]] = {}
    for seat in _seats(shown.candidate, wanted.on):
        for target, near in wanted.close_to.get(seat, ()):
            if target not in best or near > best[target][0]:
                best[target] = near, seat
    for target, (most, count) in _work_near(wanted, shown).items():
        value = most * count / (count + SHRINKAGE)
        if target not in best or value > best[target][0]:
            best[target] = value, None
    if not best:
        return None
    nearest = max(best, key=lambda target: (best[target][0], target))
    return nearest, best[nearest][1]


def _seats(candidate: Candidate, on: date) -> list[str]:
    """Return where a candidate sits, its home first."""
    home, qualified = candidate.home_jurisdiction, candidate.qualified_in
    seats = [] if home is None else [home]
    if qualified:
        seats += [code for code in sorted(qualified) if in_force(candidate, code, on)]
    return seats


def _work_near(wanted: Wanted, shown: Shown) -> dict[str, tuple[float, int]]:
    """Return for each target how near the nearest work comes that lies elsewhere, and how much does."""
    worked_in: dict[tuple[str, ...], int] = {}
    for at in shown.work:
        codes = shown.places[at]
        worked_in[codes] = worked_in.get(codes, 0) + 1
    found: dict[str, tuple[float, int]] = {}
    for codes, n in worked_in.items():
        for target, near in _near_targets(wanted, codes):
            most, count = found.get(target, (0.0, 0))
            found[target] = (near if near > most else most), count + n
    return found


def _near_targets(wanted: Wanted, codes: tuple[str, ...]) -> Iterable[tuple[str, float]]:
    """Return the targets that some places are close to and none of them is, and how near they come."""
    if len(codes) == 1:
        # No target is close to itself.
        return wanted.close_to.get(codes[0], ())
    greatest: dict[str, float] = {}
    for code in codes:
        for target, near in wanted.close_to.get(code, ()):
            if target not in codes:
                greatest[target] = max(near, greatest.get(target, 0.0))
    return greatest.items()


def _place_of_work(wanted: Wanted, shown: Shown, target: str) -> tuple[str, list[int]]:
    """Return the place of work nearest to a target, and the work there."""
    nearness = {
        code: near
        for at in shown.work
        for code in shown.places[at]
        for other, near in wanted.close_to.get(code, ())
        if other == target
    }
    near = [
        at
        for at in shown.work
        if target not in shown.places[at] and not nearness.keys().isdisjoint(shown.places[at])
    ]
    places = shown.places_of(near) & nearness.keys()
    place = max(sorted(places), key=nearness.__getitem__)
    return place, [at for at in near if place in shown.places[at]]


_SITS = (
    "Sits in {place.en}, close to {target.en}{joined.en}",
    "设在与{target.zh_hans}相近的{place.zh_hans}{joined.zh_hans}",
    "設於與{target.zh_hant}相近的{place.zh_hant}{joined.zh_hant}",
)
_QUALIFIED = (
    "Qualified in {place.en}, close to {target.en}{joined.en}",
    "在与{target.zh_hans}相近的{place.zh_hans}具有资质{joined.zh_hans}",
    "在與{target.zh_hant}相近的{place.zh_hant}具有資格{joined.zh_hant}",
)
_WORKED = (
    "Past work in {place.en}, close to {target.en}{joined.en}",
    "在与{target.zh_hans}相近的{place.zh_hans}有过往工作{joined.zh_hans}",
    "在與{target.zh_hant}相近的{place.zh_hant}有過往工作{joined.zh_hant}",
)


@lru_cache(maxsize=4096)
def _say_close(
    names: Names,
    table: ProximityTable | None,
    how: tuple[str, str, str],
    place: str,
    target: str,
    *,
    on: date,
) -> Sentence:
    parts = {
        "place": names.places((place,)),
        "target": names.places((target,)),
        "joined": _joined_by(table, place, target, on),
    }
    en, zh_hans, zh_hant = (template.format(**parts) for template in how)
    return Sentence(en, zh_hans, zh_hant)


def _joined_by(table: ProximityTable | None, place: str, target: str, on: date) -> Sentence:
    if table is None:
        return _NOTHING
    said: list[Sentence] = []
    instruments: list[SharedInstrument] = []
    for part in table.explain(place, target, on).parts:
        instruments += [one for one in part.instruments if one.rarity >= TELLING_RARITY]
        if part.name in _PARTS and part.value >= _TELLING[part.name]:
            said.append(_PARTS[part.name])
    instruments.sort(key=lambda one: (-one.rarity, one.instrument_id))
    said += [one.name for one in instruments[:NAMED_INSTRUMENTS]]
    if not said:
        return _NOTHING
    return Sentence(
        ": " + ", ".join(one.en for one in said),
        "：" + "、".join(one.zh_hans for one in said),
        "：" + "、".join(one.zh_hant for one in said),
    )

"""The words for reasons that rest on how near jurisdictions are to each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.citing import Said, nearest, pieces
from matching.eligibility import in_force
from matching.features.context import MatchContext, targets_of
from matching.features.jurisdiction import (
    SHRINKAGE,
    close_to,
    corridor_targets,
    corridor_work,
)
from matching.jurisdictions.proximity import SharedInstrument
from matching.names import Names
from matching.types import BoolArray, Candidate, FloatArray, IntArray, Sentence

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


def say_corridor(
    context: MatchContext, row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Say from where into where the candidate has worked, and cite that work."""
    home = candidate.home_jurisdiction or ""
    targets = corridor_targets(context)
    is_inward = home in targets
    rows = _of_candidate(context, row, corridor_work(context, outward=not is_inward))
    n = rows.size
    if not n:
        return None
    if is_inward:
        there = names.places([home])
        here = names.places([context.query.home_jurisdiction or ""])
        return (
            Sentence(
                f"Sits in {there.en} and has worked in {here.en}: {pieces(n)} of past work",
                f"设在{there.zh_hans}并曾在{here.zh_hans}工作：{n}项过往工作",
                f"設於{there.zh_hant}並曾在{here.zh_hant}工作：{n}項過往工作",
            ),
            nearest(context, rows),
        )
    seen = context.index.places_of(rows)
    here = names.places([home])
    there = names.places([target for target in targets if target in seen])
    beside = _beside(context, home, names)
    return (
        Sentence(
            f"Has worked from {here.en}{beside.en} into {there.en}: {pieces(n)} of past work",
            f"曾从{here.zh_hans}{beside.zh_hans}到{there.zh_hans}工作：{n}项过往工作",
            f"曾從{here.zh_hant}{beside.zh_hant}到{there.zh_hant}工作：{n}項過往工作",
        ),
        nearest(context, rows),
    )


def _beside(context: MatchContext, home: str, names: Names) -> Sentence:
    asked = context.query.home_jurisdiction or ""
    if home == asked:
        return Sentence("", "", "")
    place = names.places([asked])
    return Sentence(
        f" (close to {place.en})", f"（与{place.zh_hans}相近）", f"（與{place.zh_hant}相近）"
    )


def say_close_to_target(
    context: MatchContext, row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Say which of its places brings the candidate nearest to a target, and what joins the two."""
    nearest_of_all = max(
        (_nearest_place(context, row, candidate, target) for target in targets_of(context.query)),
        key=lambda found: (found.value, found.target, found.place),
        default=_Place(0.0, "", "", None),
    )
    if not nearest_of_all.place:
        return None
    place, target, rows = nearest_of_all.place, nearest_of_all.target, nearest_of_all.rows
    said, to = names.places([place]), names.places([target])
    joined = _joined_by(context, place, target)
    if rows is None and place != candidate.home_jurisdiction:
        return (
            Sentence(
                f"Qualified in {said.en}, close to {to.en}{joined.en}",
                f"在与{to.zh_hans}相近的{said.zh_hans}具有资质{joined.zh_hans}",
                f"在與{to.zh_hant}相近的{said.zh_hant}具有資格{joined.zh_hant}",
            ),
            (),
        )
    if rows is None:
        return (
            Sentence(
                f"Sits in {said.en}, close to {to.en}{joined.en}",
                f"设在与{to.zh_hans}相近的{said.zh_hans}{joined.zh_hans}",
                f"設於與{to.zh_hant}相近的{said.zh_hant}{joined.zh_hant}",
            ),
            (),
        )
    return (
        Sentence(
            f"Past work in {said.en}, close to {to.en}{joined.en}",
            f"在与{to.zh_hans}相近的{said.zh_hans}有过往工作{joined.zh_hans}",
            f"在與{to.zh_hant}相近的{said.zh_hant}有過往工作{joined.zh_hant}",
        ),
        nearest(context, rows),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """The place that is nearest to a target; `rows` is the work there, None for a seat."""

    value: float
    place: str
    target: str
    rows: IntArray | None


def _nearest_place(context: MatchContext, row: int, candidate: Candidate, target: str) -> _Place:
    nearness = close_to(context, target)
    found = _Place(0.0, "", target, None)
    seats = [candidate.home_jurisdiction, *sorted(candidate.qualified_in or ())]
    for seat in seats:
        if seat is None or seat not in nearness:
            continue
        holds = seat == candidate.home_jurisdiction or in_force(candidate, seat, context.query.on)
        if holds and nearness[seat] > found.value:
            found = _Place(nearness[seat], seat, target, None)
    per_piece = _nearness_of_own_work(context, row, target, nearness)
    worked = context.index.evidence_of(row)[per_piece > 0.0]
    if worked.size:
        value = float(per_piece.max()) * worked.size / (worked.size + SHRINKAGE)
        if value > found.value:
            places = context.index.places_of(worked) & nearness.keys()
            place = max(sorted(places), key=lambda code: nearness[code])
            at_it = [row for row in worked.tolist() if place in context.index.places[row]]
            found = _Place(value, place, target, np.array(at_it, dtype=np.int64))
    return found


def _nearness_of_own_work(
    context: MatchContext, row: int, target: str, nearness: Mapping[str, float]
) -> FloatArray:
    """Return what `nearness_of_work` says of each piece of one candidate.

    That lays out the work of everybody, which for every place of a ranking takes seconds.
    """
    rows = context.index.evidence_of(row)
    places = context.index.places
    near = [
        0.0
        if target in places[row]
        else max((nearness.get(code, 0.0) for code in places[row]), default=0.0)
        for row in rows.tolist()
    ]
    counts = context.counts[rows] & ~context.index.is_statement[rows]
    return np.where(counts, np.array(near, dtype=np.float64), 0.0)


def _of_candidate(context: MatchContext, row: int, marked: BoolArray) -> IntArray:
    rows = context.index.evidence_of(row)
    chosen: IntArray = rows[marked[rows]]
    return chosen


def _joined_by(context: MatchContext, place: str, target: str) -> Sentence:
    table = context.index.proximity
    if table is None:
        return Sentence("", "", "")
    said: list[Sentence] = []
    instruments: list[SharedInstrument] = []
    for part in table.explain(place, target, context.query.on).parts:
        instruments += [one for one in part.instruments if one.rarity >= TELLING_RARITY]
        if part.name in _PARTS and part.value >= _TELLING[part.name]:
            said.append(_PARTS[part.name])
    instruments.sort(key=lambda one: (-one.rarity, one.instrument_id))
    said += [one.name for one in instruments[:NAMED_INSTRUMENTS]]
    if not said:
        return Sentence("", "", "")
    return Sentence(
        ": " + ", ".join(one.en for one in said),
        "：" + "、".join(one.zh_hans for one in said),
        "：" + "、".join(one.zh_hant for one in said),
    )

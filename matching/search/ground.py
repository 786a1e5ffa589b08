"""What a need asks beside its words, translated into the numbers of each shard: the ground of a match.

Places, sectors, languages and the day are the same for many needs, so their parts are kept.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matching.features.context import sectors_of, targets_of
from matching.features.jurisdiction import NEXT_DOOR, places_close_to
from matching.features.people import speaks
from matching.index.kinds import KINDS
from matching.index.shard import Int32Array, Sets, Shard, UInt8Array
from matching.index.view import View
from matching.search.kernel import kernel
from matching.search.layout import Tables
from matching.search.memo import remembered
from matching.sectors import SectorTree
from matching.types import BoolArray, FloatArray, IntArray, Query

_TEXTS = 4
_NO_IDF = np.zeros((0, _TEXTS))
_NO_TOKEN = np.zeros(0, dtype=np.int64)
_NO_WEIGHT = np.zeros((_TEXTS, 0, KINDS))


def neighbours_of(view: View, targets: tuple[str, ...]) -> tuple[str, ...]:
    """Return what `View.neighbours` does; kept."""
    return remembered(view, view.base, ("neighbours", targets), lambda: view.neighbours(targets))


def lay_ground(query: Query, view: View, shard: Shard) -> Tables:
    """Lay down all that does not depend on the words of the need; neither words nor shares are."""
    home, targets = query.home_jurisdiction, targets_of(query)
    sectors = sectors_of(query, view.tree)
    beyond = () if home is None else tuple(target for target in targets if target != home)
    number_of = shard.jurisdiction_of
    sets = len(shard.place_sets.at) - 1
    rows = max(len(targets), 1)
    seat = np.full((rows, max(len(shard.jurisdictions), 1)), -1.0)
    for i, target in enumerate(targets):
        seat[i] = _seat(view, shard, query, target)
    is_target = marked(shard, targets)
    in_target, near_target, outward, inward = np.zeros((4, sets), dtype=np.uint8)
    covers = np.zeros((rows, sets), dtype=np.uint8)
    near = np.zeros((rows, sets))
    _lay_places(
        shard.place_sets,
        np.array([number_of.get(target, -1) for target in targets], dtype=np.int64),
        seat,
        is_target,
        marked(shard, neighbours_of(view, targets)),
        marked(shard, beyond),
        marked(shard, [home] if home is not None and beyond else []),
        in_target,
        near_target,
        outward,
        inward,
        covers,
        near,
    )
    homes = _homes_of(view, shard)
    nobody = np.full(len(shard.homes), np.nan)
    home_based, home_inward = np.where(homes.is_known, 0.0, np.nan), np.zeros(len(shard.homes))
    bridges = _bridges(view, shard, query, home).copy()
    for target in targets:
        at = homes.row_of.get(target)
        if at is not None:
            home_based[at] = 1.0
            if target in beyond:
                home_inward[at], bridges[at] = 1.0, 0.0
    return Tables(
        token=_NO_TOKEN,
        idf=_NO_IDF,
        weights=_NO_WEIGHT,
        in_target=in_target,
        near_target=near_target,
        outward=outward,
        inward=inward,
        covers=covers,
        near=near,
        in_sector=_in_sector(view, shard, sectors),
        home_based=home_based,
        home_bridges=bridges,
        home_inward=home_inward,
        home_alike=nobody,
        home_of_size=nobody,
        home_code=homes.code,
        seat=seat,
        asked_place=is_target,
        spoken=_spoken(view, shard, query.languages_wanted),
        lacks=_lacks(view, shard, query),
        listed=_listed(view, shard, sectors),
    )


class _Homes(NamedTuple):
    """The homes of a shard.

    Attributes:
        is_known: shape (h,).
        code: shape (h,), the number among the jurisdictions, -1 for an unknown one.
        row_of: by code.
    """

    is_known: BoolArray
    code: Int32Array
    row_of: Mapping[str, int]


def _homes_of(view: View, shard: Shard) -> _Homes:
    def make() -> _Homes:
        homes = shard.homes
        number_of = shard.jurisdiction_of
        return _Homes(
            np.array([home is not None for home in homes], dtype=np.bool_),
            np.array([-1 if h is None else number_of.get(h, -1) for h in homes], dtype=np.int32),
            {home: i for i, home in enumerate(homes) if home is not None},
        )

    return remembered(view, shard, "homes", make)


def _seat(view: View, shard: Shard, query: Query, target: str) -> FloatArray:
    """Return how near each jurisdiction comes to a target, -1 where that is not known."""

    def make() -> FloatArray:
        close = places_close_to(view.proximity, target, query.on)
        return np.array([close.get(code, -1.0) for code in shard.jurisdictions] or [-1.0])

    return remembered(view, shard, ("seat", target, query.on), make)


def _bridges(view: View, shard: Shard, query: Query, home: str | None) -> FloatArray:
    """Return how near each home is to that of the enterprise, 0 where it is not next door."""

    def make() -> FloatArray:
        nearness = {} if home is None else _nearness(query, view, home)
        near = [0.0 if code is None else nearness.get(code, 0.0) for code in shard.homes]
        return np.array([value if value >= NEXT_DOOR else 0.0 for value in near], np.float64)

    return remembered(view, shard, ("bridges", home, query.on), make)


def _nearness(query: Query, view: View, code: str) -> Mapping[str, float]:
    known = view.proximity.nearness(code, query.on) if view.proximity is not None else {}
    return known or {code: 1.0}


def marked(shard: Shard, codes: Sequence[str]) -> UInt8Array:
    """Mark some jurisdictions by their numbers in a shard: at least one place."""
    marks = np.zeros(max(len(shard.jurisdictions), 1), dtype=np.uint8)
    for code in codes:
        number = shard.jurisdiction_of.get(code)
        if number is not None:
            marks[number] = 1
    return marks


def _in_sector(view: View, shard: Shard, wanted: tuple[str, ...]) -> UInt8Array:
    def make() -> UInt8Array:
        marks = np.zeros(max(len(shard.sectors), 1), dtype=np.uint8)
        for number, code in enumerate(shard.sectors):
            if code in view.tree and not set(wanted).isdisjoint(view.tree.ancestors(code)):
                marks[number] = 1
        return any_of(shard.sector_sets, marks)

    return remembered(view, shard, ("in_sector", wanted), make)


def _listed(view: View, shard: Shard, wanted: tuple[str, ...]) -> FloatArray:
    def make() -> FloatArray:
        return np.array(
            [_similar(view.tree, wanted, code) for code in shard.sectors] or [-1.0], np.float64
        )

    return remembered(view, shard, ("listed", wanted), make)


def _similar(tree: SectorTree, wanted: Sequence[str], offered: str) -> float:
    if offered not in tree:
        return -1.0
    return max((tree.similarity(code, offered) for code in wanted), default=-1.0)


def _spoken(view: View, shard: Shard, wanted: tuple[str, ...]) -> FloatArray:
    def make() -> FloatArray:
        if not wanted:
            return np.full(len(shard.languages), np.nan)
        known = [
            np.nan if spoken is None else sum(speaks(spoken, tag) for tag in wanted) / len(wanted)
            for spoken in shard.languages
        ]
        return np.array(known, dtype=np.float64)

    return remembered(view, shard, ("spoken", wanted), make)


def _lacks(view: View, shard: Shard, query: Query) -> UInt8Array:
    wanted = query.languages_wanted if query.languages_required else ()

    def make() -> UInt8Array:
        lacks = np.zeros(len(shard.languages), dtype=np.uint8)
        for i, spoken in enumerate(shard.languages if wanted else ()):
            if spoken is not None:
                lacks[i] = not all(speaks(spoken, tag) for tag in wanted)
        return lacks

    return remembered(view, shard, ("lacks", wanted), make)


def any_of(sets: Sets, marks: UInt8Array) -> UInt8Array:
    """Tell for each set whether it holds a marked code: shape (sets,)."""
    out = np.zeros(len(sets.at) - 1, dtype=np.uint8)
    _any_of(sets, marks, out)
    return out


def first_of(sets: Sets, targets: UInt8Array, around: UInt8Array) -> IntArray:
    """Return for each set the first target it holds, else the first place around, else -1."""
    out = np.full(len(sets.at) - 1, -1, dtype=np.int64)
    _first_of(sets, targets, around, out)
    return out


@kernel
def _lay_places(
    sets: Sets,
    targets: IntArray,
    seat: FloatArray,
    is_target: UInt8Array,
    is_around: UInt8Array,
    is_beyond: UInt8Array,
    is_home: UInt8Array,
    in_target: UInt8Array,
    near_target: UInt8Array,
    outward: UInt8Array,
    inward: UInt8Array,
    covers: UInt8Array,
    near: FloatArray,
) -> None:
    """Write what each set of places is to a need, as `Tables` says it.

    Args:
        sets: s sets of places.
        targets: shape (t,), their numbers, -1 for one that nobody names.
        seat: shape (t, jurisdictions), how near one comes to a target, -1 where not known.
        is_target, is_around, is_beyond, is_home: shape (jurisdictions,), marks of the targets, of the
            places around them, of the targets beyond the border, of the enterprise's home.
        in_target, near_target, outward, inward: shape (s,), zeros; written.
        covers, near: shape (t, s), zeros; written.
    """
    for i in range(in_target.shape[0]):
        for j in range(sets.at[i], sets.at[i + 1]):
            code = sets.code[j]
            in_target[i] |= is_target[code]
            near_target[i] |= is_around[code]
            outward[i] |= is_beyond[code]
            inward[i] |= is_home[code]
            for target in range(targets.shape[0]):
                if code == targets[target]:
                    covers[target, i] = 1
                near[target, i] = max(near[target, i], seat[target, code])
        if in_target[i] != 0:
            near_target[i] = 0
            for target in range(targets.shape[0]):
                if covers[target, i] != 0:
                    near[target, i] = 0.0


@kernel
def _any_of(sets: Sets, marks: UInt8Array, out: UInt8Array) -> None:
    for i in range(out.shape[0]):
        for j in range(sets.at[i], sets.at[i + 1]):
            if marks[sets.code[j]] != 0:
                out[i] = 1
                break


@kernel
def _first_of(sets: Sets, targets: UInt8Array, around: UInt8Array, out: IntArray) -> None:
    for i in range(out.shape[0]):
        for j in range(sets.at[i], sets.at[i + 1]):
            code = sets.code[j]
            if targets[code] != 0:
                out[i] = code
                break
            if around[code] != 0 and out[i] < 0:
                out[i] = code

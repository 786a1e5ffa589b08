"""A need laid on a view: what it asks, translated into the numbers of each shard."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from matching.features.context import (
    SAME_COSINE,
    UNRELATED_COSINE,
    WHOLE_NEED_WORDS,
    sectors_of,
    targets_of,
)
from matching.features.jurisdiction import NEXT_DOOR, places_close_to
from matching.features.people import speaks
from matching.index.kinds import COUNT_OF_KIND, KINDS, LENGTH_OF_KIND
from matching.index.shard import Sets, Shard, UInt8Array, name_hash
from matching.index.view import View, number_of
from matching.search.kernel import kernel
from matching.search.layout import Asked, Tables
from matching.sectors import SectorTree
from matching.text.bm25 import K1, SATURATION, UNITS, UNSEEN_SHARE, B, idf_of
from matching.text.tokens import stems
from matching.text.vectors import query_codes
from matching.types import Float32Array, FloatArray, IntArray, Query

# What is kept between matches is thrown away all at once when there is so much of it.
REMEMBERED = 4096
_TEXTS = 4
_COUNTS = COUNT_OF_KIND.astype(np.float64)
_LENGTHS = LENGTH_OF_KIND.astype(np.float64)

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a need's four texts: itself, its equivalents, its task, and those again.

    Attributes:
        names: length s, distinct.
        idf: shape (s, 4), as in `Tables`.
        reachable: shape (4,), as in `Asked`.
    """

    names: tuple[str, ...]
    idf: FloatArray
    reachable: FloatArray


def ask(query: Query, query_vector: Float32Array, view: View) -> tuple[Asked, Tokens]:
    """Say what a need asks, the same for every shard.

    Args:
        query: the need.
        query_vector: shape (d,), d as in the view; d may be 0.
        view: what is searched.
    """
    targets = targets_of(query)
    tokens = weigh_tokens(query, view)
    codes, norm = query_codes(query_vector)
    has_words = bool(query.text.strip())
    beyond = [target for target in targets if target != query.home_jurisdiction]
    said = min(len(query.equivalents.split()) / WHOLE_NEED_WORDS, 1.0)
    asked = Asked(
        today=query.on.toordinal(),
        has_words=has_words,
        has_meaning=has_words and view.base.dimensions > 0,
        has_targets=bool(targets),
        has_neighbours=bool(view.neighbours(targets)),
        has_sectors=bool(sectors_of(query, view.tree)),
        has_corridor=query.home_jurisdiction is not None and bool(beyond),
        amount=math.nan
        if query.amount_usd is None
        else float(np.log1p(max(query.amount_usd, 0.0))),
        client=np.uint64(0 if query.client is None else name_hash(query.client)),
        vector=codes,
        norm=norm,
        unrelated=UNRELATED_COSINE,
        same=SAME_COSINE,
        reachable=tokens.reachable,
        said=said,
        mean_text=view.counts.mean_text,
        mean_task=view.counts.mean_task,
        targets=len(targets),
    )
    return asked, tokens


def weigh_tokens(query: Query, view: View) -> Tokens:
    """Weigh the tokens of a need by how rare they are among all evidence."""
    equivalents = stems(query.equivalents) if query.equivalents else []
    texts = (stems(query.text), equivalents, stems(query.task or query.text), equivalents)
    names = tuple(dict.fromkeys(token for text in texts for token in text))
    slot = {name: i for i, name in enumerate(names)}
    known = np.array([view.frequency(name) for name in names], dtype=np.int64).reshape(-1, 4)
    rarity = np.zeros((len(names), 2))
    if names:
        rarity[:] = idf_of(view.counts.pieces, known[:, :2])
        rarity[known[:, 2:] == 0] = 0.0
    rarest = math.log1p((view.counts.everything + 0.5) / 0.5)
    idf = np.zeros((len(names), _TEXTS))
    reachable = np.full(_TEXTS, np.inf)
    for i, text in enumerate(texts):
        column = 0 if i < 2 else 1
        at = [slot[name] for name in dict.fromkeys(text)]
        weights = rarity[at, column]
        idf[at, i] = weights
        unseen = int((weights == 0.0).sum())
        if unseen < len(at):
            total = math.fsum(weights.tolist()) + rarest * UNSEEN_SHARE * unseen
            reachable[i] = total * SATURATION
    return Tokens(names, idf, reachable)


def lay_tables(query: Query, view: View, shard: Shard, asked: Asked, tokens: Tokens) -> Tables:
    """Translate a need into the numbers of one shard; shares of homes are still unknown."""
    targets = targets_of(query)
    codes = shard.jurisdictions
    is_target = _marked(shard, targets)
    around = _marked(shard, view.neighbours(targets))
    home = query.home_jurisdiction
    beyond = [target for target in targets if target != home] if asked.has_corridor else []
    covers = np.zeros((max(len(targets), 1), len(shard.place_sets.at) - 1), dtype=np.uint8)
    near = np.zeros(covers.shape)
    seat = np.full((len(covers), max(len(codes), 1)), -1.0)
    for i, target in enumerate(targets):
        covers[i] = any_of(shard.place_sets, _marked(shard, [target]))
        close = places_close_to(view.proximity, target, query.on)
        value = np.array([close.get(code, -1.0) for code in codes] or [-1.0])
        seat[i] = value
        near[i] = np.where(covers[i] > 0, 0.0, greatest_of(shard.place_sets, value))
    in_target = any_of(shard.place_sets, is_target)
    nearness = _nearness(query, view, home) if home is not None else {}
    homes = shard.homes
    nobody = np.full(len(homes), np.nan)
    numbers = [number_of(shard, name_hash(name)) for name in tokens.names]
    held = [i for i, number in enumerate(numbers) if number is not None]
    return Tables(
        token=np.array([numbers[i] for i in held], dtype=np.int64),
        idf=np.ascontiguousarray(tokens.idf[held]),
        weights=_weights(np.ascontiguousarray(tokens.idf[held]), asked),
        in_target=in_target,
        near_target=any_of(shard.place_sets, around) & (1 - in_target),
        outward=any_of(shard.place_sets, _marked(shard, beyond)),
        inward=any_of(
            shard.place_sets, _marked(shard, [home] if home is not None and beyond else [])
        ),
        covers=covers,
        near=near,
        in_sector=_in_sector(view, shard, sectors_of(query, view.tree)),
        home_based=np.array([np.nan if h is None else float(h in targets) for h in homes]),
        home_bridges=np.array([_bridges(nearness, beyond, h) for h in homes], dtype=np.float64),
        home_inward=np.array([float(h in beyond) for h in homes], dtype=np.float64),
        home_alike=nobody,
        home_of_size=nobody,
        home_code=np.array(
            [-1 if h is None else shard.jurisdiction_of.get(h, -1) for h in homes], dtype=np.int32
        ),
        seat=seat,
        asked_place=is_target,
        spoken=_spoken(shard, query.languages_wanted),
        lacks=_lacks(shard, query),
        listed=_listed(view, shard, sectors_of(query, view.tree)),
    )


def _nearness(query: Query, view: View, code: str) -> dict[str, float]:
    known = view.proximity.nearness(code, query.on) if view.proximity is not None else {}
    return dict(known) or {code: 1.0}


def _bridges(nearness: dict[str, float], beyond: Sequence[str], code: str | None) -> float:
    if code is None or code in beyond:
        return 0.0
    near = nearness.get(code, 0.0)
    return near if near >= NEXT_DOOR else 0.0


def _marked(shard: Shard, codes: Sequence[str]) -> UInt8Array:
    marks = np.zeros(max(len(shard.jurisdictions), 1), dtype=np.uint8)
    for code in codes:
        number = shard.jurisdiction_of.get(code)
        if number is not None:
            marks[number] = 1
    return marks


def _weights(idf: FloatArray, asked: Asked) -> FloatArray:
    weights = np.zeros((_TEXTS, len(idf), KINDS))
    for text, mean in enumerate(
        (asked.mean_text, asked.mean_text, asked.mean_task, asked.mean_task)
    ):
        if idf[:, text].any():
            norm = K1 * ((1 - B) + (B * _LENGTHS) / mean)
            grown = ((idf[:, text, None] * _COUNTS) * (K1 + 1)) / (_COUNTS + norm)
            weights[text] = np.rint(grown * UNITS)
    return weights


def _in_sector(view: View, shard: Shard, wanted: Sequence[str]) -> UInt8Array:
    def make() -> UInt8Array:
        marks = np.zeros(max(len(shard.sectors), 1), dtype=np.uint8)
        for number, code in enumerate(shard.sectors):
            if code in view.tree and not set(wanted).isdisjoint(view.tree.ancestors(code)):
                marks[number] = 1
        return any_of(shard.sector_sets, marks)

    return _remembered(view, ("in_sector", shard is view.base, tuple(wanted)), make)


def _listed(view: View, shard: Shard, wanted: Sequence[str]) -> FloatArray:
    def make() -> FloatArray:
        return np.array(
            [_similar(view.tree, wanted, code) for code in shard.sectors] or [-1.0], np.float64
        )

    return _remembered(view, ("listed", shard is view.base, tuple(wanted)), make)


def _similar(tree: SectorTree, wanted: Sequence[str], offered: str) -> float:
    if offered not in tree:
        return -1.0
    return max((tree.similarity(code, offered) for code in wanted), default=-1.0)


def _spoken(shard: Shard, wanted: Sequence[str]) -> FloatArray:
    if not wanted:
        return np.full(len(shard.languages), np.nan)
    return np.array(
        [
            np.nan if spoken is None else sum(speaks(spoken, tag) for tag in wanted) / len(wanted)
            for spoken in shard.languages
        ],
        dtype=np.float64,
    )


def _lacks(shard: Shard, query: Query) -> UInt8Array:
    lacks = np.zeros(len(shard.languages), dtype=np.uint8)
    if query.languages_required and query.languages_wanted:
        for i, spoken in enumerate(shard.languages):
            if spoken is not None:
                lacks[i] = not all(speaks(spoken, tag) for tag in query.languages_wanted)
    return lacks


def _remembered(view: View, key: object, make: Callable[[], NDArray[Number]]) -> NDArray[Number]:
    """Return what was worked out from a view before, or work it out; equal either way."""
    found = cast(NDArray[Number] | None, view.memo.get(key))
    if found is None:
        found = make()
        if len(view.memo) >= REMEMBERED:
            view.memo.clear()
        view.memo[key] = found
    return found


def any_of(sets: Sets, marks: UInt8Array) -> UInt8Array:
    """Tell for each set whether it holds a marked code: shape (sets,)."""
    out = np.zeros(len(sets.at) - 1, dtype=np.uint8)
    _any_of(sets, marks, out)
    return out


def greatest_of(sets: Sets, values: FloatArray) -> FloatArray:
    """Return for each set the greatest value of its codes, at least 0: shape (sets,)."""
    out = np.zeros(len(sets.at) - 1)
    _greatest_of(sets, values, out)
    return out


def first_of(sets: Sets, targets: UInt8Array, around: UInt8Array) -> IntArray:
    """Return for each set the first target it holds, else the first place around, else -1."""
    out = np.full(len(sets.at) - 1, -1, dtype=np.int64)
    _first_of(sets, targets, around, out)
    return out


@kernel
def _any_of(sets: Sets, marks: UInt8Array, out: UInt8Array) -> None:
    for i in range(out.shape[0]):
        for j in range(sets.at[i], sets.at[i + 1]):
            if marks[sets.code[j]] != 0:
                out[i] = 1
                break


@kernel
def _greatest_of(sets: Sets, values: FloatArray, out: FloatArray) -> None:
    for i in range(out.shape[0]):
        for j in range(sets.at[i], sets.at[i + 1]):
            out[i] = max(out[i], values[sets.code[j]])


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

"""A need laid on a view: what it asks, translated into the numbers of each shard."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import cast

import numpy as np

from matching.features.context import (
    SAME_COSINE,
    UNRELATED_COSINE,
    WHOLE_NEED_WORDS,
    sectors_of,
    targets_of,
)
from matching.index.kinds import COUNT_OF_KIND, KINDS, LENGTH_OF_KIND
from matching.index.shard import Shard, UInt64Array, name_hash
from matching.index.view import View, numbers_of
from matching.search.ground import lay_ground, neighbours_of
from matching.search.layout import Asked, Tables
from matching.search.memo import remembered
from matching.text.bm25 import K1, SATURATION, UNITS, UNSEEN_SHARE, B, idf_of_one
from matching.text.tokens import stems
from matching.text.vectors import query_codes
from matching.types import Float32Array, FloatArray, Query

_TEXTS = 4
_COUNTS = COUNT_OF_KIND.astype(np.float64)
_LENGTHS = LENGTH_OF_KIND.astype(np.float64)
# Texts whose tokens are kept, no longer than this: the same needs are matched again and again.
_TEXTS_KEPT = 512
_LONGEST_KEPT = 4_000
_TOKENS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a need's four texts: itself, its equivalents, its task, and those again.

    Attributes:
        names: length s, distinct.
        hashes: shape (s,), theirs.
        idf: shape (s, 4), as in `Tables`.
        reachable: shape (4,), as in `Asked`.
    """

    names: tuple[str, ...]
    hashes: UInt64Array
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
        has_neighbours=bool(neighbours_of(view, targets)),
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
    whole, equivalents = _distinct(query.text), _distinct(query.equivalents)
    texts = (whole, equivalents, _distinct(query.task) if query.task else whole, equivalents)
    names = whole if texts == (whole, (), whole, ()) else tuple(dict.fromkeys(chain(*texts)))
    known = _rarities(view, names)
    idf = np.zeros((len(names), _TEXTS))
    reachable = np.full(_TEXTS, np.inf)
    rarest = math.log1p((view.counts.everything + 0.5) / 0.5)
    slot = {name: i for i, name in enumerate(names)}
    for i, text in enumerate(texts):
        if not text:
            continue
        column = 0 if i < 2 else 1
        weights = [known[name][column] for name in text]
        idf[[slot[name] for name in text], i] = weights
        unseen = weights.count(0.0)
        if unseen < len(text):
            total = math.fsum(weights) + rarest * UNSEEN_SHARE * unseen
            reachable[i] = total * SATURATION
    hashes = np.array([known[name][2] for name in names], dtype=np.uint64)
    return Tokens(names, hashes, idf, reachable)


def _rarities(view: View, names: Sequence[str]) -> dict[str, tuple[float, float, int]]:
    """Return how much tokens weigh in texts and in tasks, and their hashes; maybe of others as well.

    Most needs say what others said: what was found out is kept with the view.
    """
    kept = cast(dict[str, tuple[float, float, int]], view.memo.setdefault("rarities", {}))
    missing = [name for name in names if name not in kept]
    if not missing:
        return kept
    hashes = [name_hash(name) for name in missing]
    known = view.frequencies(np.array(hashes, dtype=np.uint64)).tolist()
    pieces = view.counts.pieces
    found = {
        # A token that no text or no task at all holds is unseen there.
        name: (
            idf_of_one(pieces, text) if any_text else 0.0,
            idf_of_one(pieces, task) if any_task else 0.0,
            token_hash,
        )
        for name, token_hash, (text, task, any_text, any_task) in zip(
            missing, hashes, known, strict=True
        )
    }
    if len(kept) + len(found) > _TOKENS_KEPT:
        found |= {name: kept[name] for name in names if name in kept}
        view.memo["rarities"] = found
        return found
    kept.update(found)
    return kept


def _distinct(text: str) -> tuple[str, ...]:
    """Return the distinct tokens of a text in the order in which they first stand there."""
    return _kept_tokens(text) if len(text) <= _LONGEST_KEPT else _tokens(text)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stems(text))) if text else ()


_kept_tokens = lru_cache(maxsize=_TEXTS_KEPT)(_tokens)


def lay_tables(query: Query, view: View, shard: Shard, asked: Asked, tokens: Tokens) -> Tables:
    """Translate a need into the numbers of one shard; shares of homes are still unknown."""
    targets, sectors = targets_of(query), sectors_of(query, view.tree)
    key = (
        "tables",
        query.on,
        query.home_jurisdiction,
        targets,
        sectors,
        query.languages_wanted,
        query.languages_required,
    )
    ground = remembered(view, shard, key, lambda: lay_ground(query, view, shard))
    numbers = numbers_of(shard, tokens.hashes)
    at = shard.postings.at
    lengths = np.where(numbers >= 0, at[numbers + 1] - at[numbers], 0)
    # The rarest first, and none that the shard lacks.
    order = np.argsort(lengths, kind="stable")[np.count_nonzero(numbers < 0) :]
    numbers, idf = numbers[order], tokens.idf[order]
    return ground._replace(token=numbers, idf=idf, weights=_weights(idf, asked))


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

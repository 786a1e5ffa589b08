"""The tokens of texts, counted: what BM25 needs to know of each piece and of all together."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from matching.index.filing import entries_of, starts_of
from matching.index.kinds import kinds_of
from matching.index.shard import (
    Int32Array,
    Postings,
    UInt16Array,
    UInt64Array,
    Words,
    name_hash,
)
from matching.text.tokens import stems
from matching.types import BoolArray, IntArray

# So many texts are counted at a time: what is sorted then stays small beside the shard.
_BLOCK = 16_384
_MOST_COUNTED = np.iinfo(np.uint16).max


class Tally(NamedTuple):
    """The tokens of e texts, each a title and a description; lengths and hashes as in a shard.

    Attributes:
        token_at: shape (e + 1,); the distinct tokens of text i are `token[token_at[i]:token_at[i + 1]]`.
        token: places in `hashes`, ascending within a text.
        text_count, task_count: how often the token stands in the whole text, and in the task.
    """

    hashes: UInt64Array
    text_length: Int32Array
    task_length: Int32Array
    token_at: IntArray
    token: Int32Array
    text_count: UInt16Array
    task_count: UInt16Array


class _Parts(NamedTuple):
    """The distinct titles and descriptions, each cut into tokens once."""

    at: IntArray
    token: IntArray


def tally_texts(texts: Sequence[tuple[str, str]]) -> Tally:
    """Count the tokens of texts.

    A title and a description are joined by a full stop, which no token reaches over: the tokens of
    the whole are those of its two parts. Titles and standing phrases recur, so each is cut once.

    Args:
        texts: titles and descriptions without white space around them; where there is a title,
            the description is the task.
    """
    number_of: defaultdict[str, int] = defaultdict(count().__next__)
    titles = np.array([number_of[title] for title, _ in texts], dtype=np.int64)
    tasks = np.array([number_of[description] for _, description in texts], dtype=np.int64)
    has_title = np.array([bool(title) for title, _ in texts], dtype=np.bool_)
    hashes, parts = _cut(list(number_of))
    blocks = [
        _tally_block(parts, len(hashes), titles[block], tasks[block], has_title[block])
        for start in range(0, max(len(texts), 1), _BLOCK)
        for block in (slice(start, start + _BLOCK),)
    ]
    lengths, token, text_count, task_count = (
        np.concatenate(columns) for columns in zip(*blocks, strict=True)
    )
    length = np.diff(parts.at)
    return Tally(
        hashes=hashes,
        text_length=(length[titles] + length[tasks]).astype(np.int32),
        task_length=np.where(has_title, length[tasks], 0).astype(np.int32),
        token_at=starts_of(lengths),
        token=token,
        text_count=text_count,
        task_count=task_count,
    )


def count_words(tally: Tally, is_verified: BoolArray) -> Words:
    """Count in how many pieces each token stands, and how long the pieces are.

    Args:
        is_verified: shape (e,), which pieces are verified.
    """
    size = len(tally.hashes)
    in_verified = np.repeat(is_verified, np.diff(tally.token_at))
    in_text, in_task = tally.text_count > 0, tally.task_count > 0

    def pieces_with(tokens: BoolArray) -> IntArray:
        verified = np.bincount(tally.token[tokens & in_verified], minlength=size)
        return np.column_stack([verified, np.bincount(tally.token[tokens], minlength=size)])

    def sizes(pieces: BoolArray) -> list[int]:
        lengths = (tally.text_length[pieces], tally.task_length[pieces])
        return [int(pieces.sum()), *(int(length.sum(dtype=np.int64)) for length in lengths)]

    return Words(
        hashes=tally.hashes,
        text_df=pieces_with(in_text),
        task_df=pieces_with(in_task),
        sizes=np.array([sizes(is_verified), sizes(np.ones_like(is_verified))], dtype=np.int64),
    )


def file_postings(tally: Tally) -> Postings:
    """Turn the tokens of each piece into the pieces of each token."""
    piece = np.repeat(np.arange(len(tally.text_length), dtype=np.int32), np.diff(tally.token_at))
    order = np.argsort(tally.token, kind="stable")
    of_text = kinds_of(tally.text_count, tally.text_length[piece])
    of_task = kinds_of(tally.task_count, tally.task_length[piece])
    return Postings(
        at=starts_of(np.bincount(tally.token, minlength=len(tally.hashes))),
        piece=piece[order],
        text_count=tally.text_count[order],
        task_count=tally.task_count[order],
        kind=(of_text.astype(np.uint16) << np.uint16(8) | of_task.astype(np.uint16))[order],
    )


def _cut(texts: Sequence[str]) -> tuple[UInt64Array, _Parts]:
    """Cut texts into tokens, numbered by their hashes; two tokens with one hash are one."""
    seen: defaultdict[str, int] = defaultdict(count().__next__)
    found = [np.array([seen[token] for token in stems(text)], dtype=np.int32) for text in texts]
    raw = np.array([name_hash(token) for token in seen], dtype=np.uint64)
    hashes, number = np.unique(raw, return_inverse=True)
    at = starts_of(np.array([len(tokens) for tokens in found], dtype=np.int64))
    joined = np.concatenate([np.zeros(0, dtype=np.int32), *found])
    return hashes, _Parts(at, number[joined].astype(np.int64))


def _tally_block(
    parts: _Parts, size: int, titles: IntArray, tasks: IntArray, has_title: BoolArray
) -> tuple[IntArray, Int32Array, UInt16Array, UInt16Array]:
    """Count the tokens of some texts: how many are distinct in each, which, and how often."""
    in_title, title_entry = entries_of(parts.at, titles)
    in_task, task_entry = entries_of(parts.at, tasks)
    text = np.concatenate([in_title, in_task])
    keys = text * size + parts.token[np.concatenate([title_entry, task_entry])]
    is_task = np.concatenate([np.zeros(len(in_title), dtype=np.bool_), has_title[in_task]])
    order = np.argsort(keys, kind="stable")
    keys, is_task = keys[order], is_task[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    text_of, token = np.divmod(keys[first], max(size, 1))
    task_before = starts_of(is_task.astype(np.int64))
    ends = np.append(first[1:], len(keys))
    return (
        np.bincount(text_of, minlength=len(titles)),
        token.astype(np.int32),
        np.minimum(ends - first, _MOST_COUNTED).astype(np.uint16),
        np.minimum(task_before[ends] - task_before[first], _MOST_COUNTED).astype(np.uint16),
    )

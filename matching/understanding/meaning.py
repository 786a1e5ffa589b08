"""Sectors by meaning: for requests that name no service, against vectors of labels and synonyms.

Words come first; meaning is asked only about the few phrases in which no word was known, and it
may abstain. Cosines of one encoder say little by themselves: the limits below were calibrated on
the list kept with the tests, precision before coverage.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.types import Float32Array
from matching.understanding.lexicon import Mention
from matching.understanding.scope import phrase_ends

MAX_PHRASES = 2
_MIN_CHARACTERS = 6
_MAX_CHARACTERS = 48
_NEIGHBOURS = 3
_LOOKED_AT = 400
MIN_COSINE = 0.36
MIN_LEAD = 0.04
NOTHING = ""

_REQUEST = re.compile(
    r"\b(?:needs?|looking for|look for|want|seek|seeking|find|help|require|someone (?:to|who)|"
    r"who can|how (?:to|do|can)|assist|would like|can you|could you|advise|advice)\b|"
    r"找|需要|求|想|帮|揾|怎么|如何|点样|聘|委托|推荐|介绍|办|处理|咨询|要"
)
# Phrases about the terms of the work, the writer or the provider.
_TERMS = re.compile(
    r"\b(?:budget|fees?|quotes?|quotations?|cost|price|pay|deadline|asap|urgent|within|before|by|"
    r"speak\w*|fluent|language|we are|we're|i am|our company|based in|years|experience|reply|"
    r"call|email|contact|hello|thanks?|thank you|proposal|preferably|not|no|don't|without)\b|"
    r"预算|费用|报价|价钱|收费|之前|以内|之内|截止|尽快|紧急|急|会说|识讲|懂|普通话|英语|粤语|我们是|我司是|"
    r"我系|经验|回复|联系|谢谢|您好|你好|不|唔|无需|已|最好|左右|封顶|元|蚊|月底|年底|万"
)


class SectorReader(Protocol):
    """Tells which sector a phrase asks for, by its meaning."""

    def __call__(self, phrases: Sequence[str]) -> Sequence[str | None]:
        """Return a sector code for each phrase, or None where it had better abstain."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SectorMeaning:
    """Vectors of what sectors are called; make it with `of`.

    Attributes:
        codes: length n, the sector of each row, or `NOTHING`; a sector has many rows.
        counts: how many rows each code has.
        centre: shape (d,), what all rows have in common. It says nothing about sectors and is
            taken away before anything is compared: the encoder's cosines are all alike otherwise.
        matrix: shape (n, d), float32, rows without the centre, of length one.
    """

    codes: tuple[str, ...]
    counts: Mapping[str, int]
    centre: Float32Array
    matrix: Float32Array

    @classmethod
    def of(cls, codes: Sequence[str], vectors: Float32Array) -> "SectorMeaning":
        """Prepare vectors of names and synonyms.

        Args:
            codes: length n.
            vectors: shape (n, d), rows of length one.

        Raises:
            ValueError: codes and rows differ in number, or there are none.
        """
        if not codes or vectors.ndim != 2 or len(codes) != vectors.shape[0]:
            raise ValueError(f"{len(codes)} codes against vectors {vectors.shape}")
        centre: Float32Array = vectors.mean(axis=0)
        return cls(tuple(codes), Counter(codes), centre, _without(centre, vectors))

    def sectors_of(self, vectors: Float32Array) -> tuple[str | None, ...]:
        """Return the sector nearest to each vector, or None where none is near and clear.

        A sector is as near as the mean of its three nearest rows. It must be nearer than
        `MIN_COSINE`, and lead the phrases that ask for nothing and every other sector by
        `MIN_LEAD`; where only sectors of its own branch come that close, their common top sector
        is the answer.

        Args:
            vectors: shape (m, d), rows of length one.

        Raises:
            ValueError: the dimensions do not match.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.centre.shape[0]:
            raise ValueError(f"vectors {vectors.shape} against {self.centre.shape[0]} dimensions")
        cosines = _without(self.centre, vectors) @ self.matrix.T
        return tuple(self._sector_of(row) for row in cosines)

    def _sector_of(self, cosines: Float32Array) -> str | None:
        nearest: dict[str, list[float]] = {}
        order = np.argsort(-cosines, kind="stable")[:_LOOKED_AT]
        for row in order:
            found = nearest.setdefault(self.codes[row], [])
            if len(found) < _NEIGHBOURS:
                found.append(float(cosines[row]))
        # What was not looked at is no nearer than the last that was.
        floor = float(cosines[order[-1]])
        scores = {
            code: (sum(found) + floor * (min(_NEIGHBOURS, self.counts[code]) - len(found)))
            / min(_NEIGHBOURS, self.counts[code])
            for code, found in nearest.items()
        }
        best = min(scores, key=lambda code: (-scores[code], code))
        if best == NOTHING or scores[best] < MIN_COSINE:
            return None
        rivals = [c for c in scores if c != best and scores[best] - scores[c] < MIN_LEAD]
        branch = best.partition(".")[0]
        if all(code.partition(".")[0] == branch for code in rivals):
            return branch if rivals else best
        return None


def _without(centre: Float32Array, vectors: Float32Array) -> Float32Array:
    rest: Float32Array = vectors - centre
    lengths: Float32Array = np.linalg.norm(rest, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    rest /= lengths
    return rest


def request_phrases(folded: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Choose the phrases worth asking about by meaning, `[start, end)` in the folded text.

    None where words told of any service: on our own sets what meaning added beside them was wrong
    twice in three. Otherwise those that look like a request and are not about price, time or
    language; `MAX_PHRASES` at most, each cut to a length that encodes in a few milliseconds.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that name services, whatever use they were put to.
    """
    if any(mention.sectors for mention in mentions):
        return []
    chosen: list[tuple[int, int]] = []
    for start, end in phrase_ends(folded):
        if len(chosen) == MAX_PHRASES:
            break
        words = folded[start:end]
        if not _REQUEST.search(words) or _TERMS.search(words):
            continue
        first = start + len(words) - len(words.lstrip())
        last = min(first + len(words.strip()), first + _MAX_CHARACTERS)
        if last - first >= _MIN_CHARACTERS:
            chosen.append((first, last))
    return chosen

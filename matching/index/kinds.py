"""How often a token stands in a text of which length, in one byte.

Nearly all weights of BM25 are those of a few hundred pairs of a count and a length. A posting says which
one it has, so that a match looks its weight up instead of working it out for each of millions.
"""

import numpy as np

from matching.index.shard import Int32Array, UInt8Array, UInt16Array

KINDS = 256
# The token does not stand in this text; the pair has no number of its own.
ABSENT = 0
UNUSUAL = KINDS - 1
# By count: the number of a text of no length, and how long a text may be at most.
_NUMBERED = {1: (0, 127), 2: (128, 63), 3: (192, 62)}


def kinds_of(counts: UInt16Array, lengths: Int32Array) -> UInt8Array:
    """Number pairs of a count and a length.

    Args:
        counts: shape (p,), how often a token stands in a text, at least 0.
        lengths: shape (p,), how many tokens the text has, not fewer.
    """
    kinds = np.full(len(counts), UNUSUAL, dtype=np.uint8)
    kinds[counts == 0] = ABSENT
    for count, (first, longest) in _NUMBERED.items():
        here = (counts == count) & (lengths <= longest)
        kinds[here] = first + lengths[here]
    return kinds


def _pairs() -> tuple[Int32Array, Int32Array]:
    counts, lengths = (np.zeros(KINDS, dtype=np.int32) for _ in range(2))
    for count, (first, longest) in _NUMBERED.items():
        counts[first + count : first + longest + 1] = count
        lengths[first + count : first + longest + 1] = np.arange(count, longest + 1)
    return counts, lengths


# The pair of each number; (0, 0) for numbers that no text has.
COUNT_OF_KIND, LENGTH_OF_KIND = _pairs()

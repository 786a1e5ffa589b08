"""A sample of pieces of evidence that is the same wherever and in whatever order they are kept.

Each piece has a level that follows from the ids of its provider and its matter alone: half of all
pieces lie at level 0, a quarter at level 1, and so on. Whoever lies at some level or above is a sample of
all, half as large with each level, and a piece more or less changes nothing about the others. After
Duffield, Lund and Thorup 2007, Priority sampling for estimation of arbitrary subset sums, with equal
weights, and rates that are powers of two so that sums stay exact.
"""

from collections.abc import Sequence

from matching.index.shard import name_hash

LEVELS = 32


def level_of(provider_id: str, matter_id: str) -> int:
    """Return the level of a provider's piece of evidence, from 0 to `LEVELS` - 1."""
    drawn = name_hash(f"{provider_id}\n{matter_id}")
    return min((drawn & -drawn).bit_length() - 1, LEVELS - 1)


def least_level(counts: Sequence[int], most: int) -> int:
    """Return from which level on to take pieces so that there are at most so many, if any level does.

    Args:
        counts: how many pieces lie at each level.
        most: how many may be taken.
    """
    left = sum(counts)
    for level, count in enumerate(counts):
        if left <= most:
            return level
        left -= count
    return len(counts) - 1

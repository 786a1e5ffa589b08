"""What one provider can score at most, from the sums of its words, compiled."""

import numpy as np

from matching.features.context import DAYS_OF_YEAR
from matching.index.shard import OVERCLAIMS, Pieces, Profiles
from matching.search.bounds import (
    IN_SECTOR,
    IN_TARGET,
    NEAR_TARGET,
    WORD_CELLS,
    Bounds,
)
from matching.search.kernel import inlined
from matching.search.layout import PLACED, Asked, Scratch, Tables
from matching.search.tops import HALF_YEARS
from matching.text.bm25 import UNITS


@inlined
def stated_of(profiles: Profiles, row: int, bounds: Bounds, mark: int) -> float:
    """Return what a profile adds at most, with the shares of its home where they are known."""
    placed = 1 if (mark & PLACED) != 0 else 0
    begin, stop = profiles.listed_at[row], profiles.listed_at[row + 1]
    none = bounds.listed.shape[0] - 1
    if begin == stop or (profiles.flags[row] & OVERCLAIMS) != 0:
        best = bounds.listed[none, placed]
    else:
        best = bounds.listed[profiles.listed[begin], placed]
        for i in range(begin + 1, stop):
            best = max(best, bounds.listed[profiles.listed[i], placed])
    home = profiles.home[row]
    return float(
        bounds.home[home] + bounds.shares[home] + bounds.languages[profiles.languages[row]] + best
    )


@inlined
def most_of(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    first: int,
    asked: Asked,
    tables: Tables,
    bounds: Bounds,
    mark: int,
    scratch: Scratch,
) -> float:
    """Return what a provider can score at most, whatever its vectors say."""
    text = together = equal = task = task_equal = 0.0
    sums = scratch.sums
    if asked.has_words:
        for i in range(pieces.starts[row], pieces.starts[row + 1]):
            at = np.uint64(i - first)
            text = max(text, sums[0, at, 0])
            task = max(task, sums[0, at, 1])
            together += sums[0, at, 0]
            if asked.said > 0.0:
                equal = max(equal, sums[1, at, 0])
                task_equal = max(task_equal, sums[1, at, 1])
    words = min((text / UNITS) / asked.reachable[0], 1.0)
    nearest3 = min((together / (3.0 * UNITS)) / asked.reachable[0], words)
    done = min((task / UNITS) / asked.reachable[2], 1.0)
    if asked.said > 0.0:
        words = max(words, min((equal / UNITS) / asked.reachable[1], 1.0) * asked.said)
        nearest3 = words
        done = max(done, min((task_equal / UNITS) / asked.reachable[3], 1.0) * asked.said)
    flags, latest = 0, 0
    for i in range(pieces.starts[row], pieces.starts[row + 1]):
        piece = np.uint64(i)
        places = np.uint64(pieces.places[piece])
        # Without branches, which could not be foretold.
        flags |= tables.in_target[places] * IN_TARGET
        flags |= tables.near_target[places] * NEAR_TARGET
        flags |= tables.in_sector[np.uint64(pieces.sectors[piece])] * IN_SECTOR
        dated = pieces.dated[piece]
        latest = max(latest, dated * (dated < asked.today))
    cells = WORD_CELLS
    age = int(float(asked.today - latest) * (2.0 / DAYS_OF_YEAR)) if latest > 0 else HALF_YEARS
    count = min(pieces.starts[row + 1] - pieces.starts[row], bounds.count_of.shape[0] - 1)
    return float(
        bounds.evidence[flags, bounds.count_of[count], min(int(words * cells) + 1, cells)]
        + bounds.nearest3[min(int(nearest3 * cells) + 1, cells)]
        + bounds.task[min(int(done * cells) + 1, cells)]
        + bounds.fresh[min(age, HALF_YEARS)]
        + stated_of(profiles, row, bounds, mark)
    )

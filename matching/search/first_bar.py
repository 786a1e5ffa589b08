"""A bar to begin with: what the last wanted place scores at least, found by scoring a few.

Those are scored who can score most. However badly they are chosen, a bar is never too high, since each
of them is there; and as it happens it lets nearly all others be left out from the first block on.
"""

from typing import NamedTuple

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.features import fill_near, find_words
from matching.search.kernel import kernel
from matching.search.layout import Asked, Scratch, Steps, Tables
from matching.search.rows import keep, score_near
from matching.search.scoring import whole_lists
from matching.types import FloatArray, IntArray

# So many more than wanted are scored.
_MORE = 16


class Promising(NamedTuple):
    """Who can score most.

    Attributes:
        most: shape (tried,), what they can score at most, the least first.
        row: shape (tried,), who they are; -1 where nobody is.
        scores: shape (wanted,), the best of all scores, the least first.
    """

    most: FloatArray
    row: IntArray
    scores: FloatArray


def make_promising(scores: FloatArray) -> Promising:
    """Return room for those of one shard.

    Args:
        scores: shape (wanted,), the best of the shards before.
    """
    tried = len(scores) + _MORE
    return Promising(np.full(tried, -np.inf), np.full(tried, -1, dtype=np.int64), scores)


@kernel
def find_promising(
    profiles: Profiles,
    rows: Int32Array,
    shares: FloatArray,
    most: FloatArray,
    promising: Promising,
) -> None:
    """Add what the shares of homes can add to what each can score, and keep who can score most.

    Args:
        profiles: of the shard.
        rows: shape (r,), who passed the rules.
        shares: shape (h,), by home.
        most: shape (r,), what each can score at most; added to.
        promising: new; overwritten.
    """
    for i in range(rows.shape[0]):
        most[i] += shares[profiles.home[rows[i]]]
        if promising.most[0] < most[i] < np.inf:
            promising.most[0], promising.row[0] = most[i], rows[i]
            least = 0
            for k in range(1, promising.most.shape[0]):
                if promising.most[k] < promising.most[least]:
                    least = k
            promising.most[0], promising.most[least] = promising.most[least], promising.most[0]
            promising.row[0], promising.row[least] = promising.row[least], promising.row[0]


@kernel
def score_promising(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    marks: UInt8Array,
    scratch: Scratch,
    promising: Promising,
) -> None:
    """Score who can score most.

    Args:
        profiles, pieces, postings: of the shard.
        asked, tables: the need, with the shares of homes.
        steps: the ranker.
        marks: shape (n,), what the rules found.
        scratch: overwritten, with room for the pieces of one provider.
        promising: as `find_promising` leaves it; its scores are raised.
    """
    whole_lists(postings, tables, scratch)
    for i in range(promising.row.shape[0]):
        row = promising.row[i]
        if row < 0:
            continue
        first = pieces.starts[row]
        if asked.has_words:
            end = pieces.starts[row + 1]
            find_words(pieces, postings, first, end, first, asked, tables, scratch)
            for piece in range(first, end):
                fill_near(pieces, piece, piece - first, asked, scratch)
        score = score_near(profiles, pieces, row, first, asked, tables, steps, marks[row], scratch)
        if score > promising.scores[0]:
            keep(promising.scores, score)

"""What a provider says of itself and nobody has verified, and when it says too much to count.

A provider that claims every speciality would be found for every need. More than a dozen of them
need evidence: whoever claims more without any is taken at none of its words.
"""

from typing import TYPE_CHECKING

import numpy as np

from matching.types import BoolArray

if TYPE_CHECKING:
    from matching.index.columns import Index

MOST_CLAIMED = 12


def overclaiming(index: "Index") -> BoolArray:
    """Mark the candidates that claim more than `MOST_CLAIMED` sectors without evidence.

    Claimed is what a candidate is listed under and what its unverified evidence is filed under;
    verified evidence in a sector, or in one below it, is evidence for it.

    Returns:
        shape (n,).
    """
    codes = np.zeros(len(index.matters))
    for rows in index.by_exact_sector.values():
        codes[rows] += 1
    listed = np.array([len(listing) for listing in index.listings], dtype=np.int64)
    claimed = index.summed(np.where(index.is_verified, 0.0, codes))
    result: BoolArray = claimed + listed[index.listing_of] > MOST_CLAIMED
    for row in np.flatnonzero(result):
        result[row] = len(_without_evidence(index, int(row))) > MOST_CLAIMED
    return result


def _without_evidence(index: "Index", row: int) -> set[str]:
    claimed, shown = set(index.candidates[row].sector_codes), set[str]()
    for matter in index.matters_at(index.evidence_of(row)):
        if matter.is_verified:
            shown.update(above for c in matter.sector_codes for above in index.tree.ancestors(c))
        else:
            claimed.update(matter.sector_codes)
    return claimed - shown

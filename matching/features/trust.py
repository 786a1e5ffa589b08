"""How much of what a candidate shows has been verified by somebody else."""

import numpy as np

from matching.features.context import MatchContext
from matching.types import FloatArray


def verified_record(context: MatchContext) -> FloatArray:
    """Share of a candidate's evidence that is verified; unknown without any evidence."""
    counted = context.index.summed(context.counts.astype(np.float64))
    share = context.index.summed((context.counts & context.index.is_verified).astype(np.float64))
    unknown = np.full(len(counted), np.nan)
    value: FloatArray = np.divide(share, counted, out=unknown, where=counted > 0)
    return value

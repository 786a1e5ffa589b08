"""How much of what a candidate shows others stand behind: by verifying it, or by coming back."""

import numpy as np

from matching.features.context import MatchContext
from matching.types import FloatArray

# Repeated business is shrunk towards nothing as if one piece were missing.
SHRINKAGE = 1.0


def verified_record(context: MatchContext) -> FloatArray:
    """Share of a candidate's evidence that is verified; unknown without any evidence."""
    counted = context.index.summed(context.counts.astype(np.float64))
    share = context.index.summed((context.counts & context.index.is_verified).astype(np.float64))
    unknown = np.full(len(counted), np.nan)
    value: FloatArray = np.divide(share, counted, out=unknown, where=counted > 0)
    return value


def served_client(context: MatchContext) -> FloatArray:
    """How often a candidate has worked for who asks now: k / (k + 1) for k pieces of work.

    The only feature that knows the client: everybody else's merit is counted without it, so that
    whoever a client does not know yet is not ranked by that.
    """
    if context.query.client is None:
        return np.full(len(context.index.candidates), np.nan)
    work = context.for_client & ~context.index.is_statement
    count = context.index.summed(work.astype(np.float64))
    return count / (count + SHRINKAGE)

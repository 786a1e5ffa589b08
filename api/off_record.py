"""Whether a match shows anybody who is known for the work itself.

A provider of which little is known stays eligible, so a list may hold nobody who is on record for
the kind of work asked for. Pages and command line say so above such a list.
"""

from enterprises.match_schemas import MatchRead
from matching.features.catalogue import ReasonKind

_ON_RECORD = frozenset(
    {ReasonKind.SECTOR_SHOWN, ReasonKind.SECTOR_IN_TARGET, ReasonKind.SECTOR_LISTED}
)


def is_off_record(match: MatchRead) -> bool:
    """Tell whether sectors are asked for and no ranked provider shows or lists one near them."""
    if not match.need.sector_codes or not match.ranked:
        return False
    return not any(
        reason.kind in _ON_RECORD for ranked in match.ranked for reason in ranked.reasons
    )

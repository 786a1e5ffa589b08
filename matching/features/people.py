"""Whether a candidate's people speak the languages that are wanted."""

import numpy as np

from matching.features.context import MatchContext
from matching.types import FloatArray

# Unspecified Chinese is answered by any Chinese, and the other way round.
_CHINESE = frozenset({"zh", "cmn", "yue"})


def speaks(languages: tuple[str, ...], wanted: str) -> bool:
    """Tell whether one of the languages answers the wanted one (BCP 47 primary tags)."""
    if wanted in languages:
        return True
    if wanted == "zh":
        return not _CHINESE.isdisjoint(languages)
    return wanted in _CHINESE and "zh" in languages


def languages_spoken(context: MatchContext) -> FloatArray:
    """Share of the wanted languages that a candidate is known to work in; unknown stays unknown."""
    wanted = context.query.languages_wanted
    if not wanted:
        return np.full(len(context.index.candidates), np.nan)
    value = np.full(len(context.index.candidates), np.nan)
    for row, candidate in enumerate(context.index.candidates):
        if candidate.languages is not None:
            value[row] = sum(speaks(candidate.languages, tag) for tag in wanted) / len(wanted)
    return value

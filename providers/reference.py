"""The plain index over the supply of a view, for whoever needs everybody's features."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from matching.index.columns import Index, build_index
from matching.index.view import View
from matching.text.vectors import restore
from providers.overlay import join_supply, supply_of


class Reference:
    """The plain index over the same supply as a view, built when it is asked for the first time.

    Comparing and training rankers looks at every provider's features, which a match never does.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._lock = Lock()
        self._index: Index | None = None

    def __call__(self) -> Index:
        """Return the index; about three seconds for 10,000 providers, the first time."""
        with self._lock:
            if self._index is None:
                self._index = index_of(self._view)
            return self._index


def index_of(view: View) -> Index:
    """Build the plain index over the supply of a view."""
    supply = join_supply(
        [
            supply_of(shard, None if gone is None else np.flatnonzero(gone == 0).tolist())
            for shard, gone in view.shards()
        ]
    )

    def known(codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(code for code in codes if code in view.tree)

    # Shards file what the list in force does not know as well: another list may know it.
    return build_index(
        [replace(each, sector_codes=known(each.sector_codes)) for each in supply.candidates],
        [replace(each, sector_codes=known(each.sector_codes)) for each in supply.matters],
        # Lengths do not matter: every vector is brought back to one.
        restore(supply.codes, np.ones(len(supply.codes), dtype=np.float32)),
        view.tree,
        view.region_of,
        proximity=view.proximity,
    )

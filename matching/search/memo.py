"""What matches worked out from the columns and the lists in force, kept for the next ones.

What a need says beside its words (places, sectors, languages, the day) is said by many needs; what
follows from it for the sets, homes and lists of a shard is the same for all of them.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar, cast

import numpy as np

from matching.index.shard import Shard
from matching.index.view import View
from matching.jurisdictions.corridor import ProximityTable
from matching.sectors import SectorTree

# Kept of one shard at most: the tables of some hundreds of needs, whatever the size of the shard.
MOST_BYTES = 32 << 20
# What an entry takes beside its arrays.
_ENTRY_BYTES = 1_024

Value = TypeVar("Value")


@dataclass(slots=True)
class Kept:
    """Values by what they depend on, up to so many bytes; what was not asked for longest goes first.

    Two threads may work out the same value at once: either is kept, and they are equal.
    """

    most_bytes: int = MOST_BYTES
    _values: dict[Hashable, tuple[object, int]] = field(default_factory=dict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def value(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what a key stands for: kept from before, or made now.

        Args:
            key: all that the value depends on.
            make: works it out: an array, or a tuple of values with arrays among them.
        """
        with self._lock:
            found = self._values.pop(key, None)
            if found is not None:
                self._values[key] = found
                return cast(Value, found[0])
        made = make()
        size = bytes_of(made) + _ENTRY_BYTES
        with self._lock:
            if key not in self._values:
                self._values[key] = (made, size)
                self._bytes += size
            while self._bytes > self.most_bytes:
                self._bytes -= self._values.pop(next(iter(self._values)))[1]
        return made

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._bytes


@dataclass(frozen=True, slots=True)
class _Under:
    """What is kept of a shard under the lists that were in force."""

    tree: SectorTree
    region_of: Mapping[str, str]
    proximity: ProximityTable | None
    kept: Kept


def bytes_of(value: object) -> int:
    """Return how many bytes the arrays of a value take."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(bytes_of(part) for part in value) if isinstance(value, tuple) else 0


def remembered(view: View, shard: Shard, key: Hashable, make: Callable[[], Value]) -> Value:
    """Return what follows from a shard and the lists of its view, kept from before or made now.

    It outlives the view: the next one, which differs by a change of the supply, has the same snapshot
    and as a rule the same lists.

    Args:
        view: whose lists are in force; nothing else of it may be depended on.
        shard: one of its shards.
        key: what else the value depends on.
        make: works it out.
    """
    which = ("kept", shard is view.base)
    kept = cast(Kept | None, view.memo.get(which))
    if kept is None:
        kept = view.memo[which] = _kept_under(view, shard)
    return kept.value(key, make)


def _kept_under(view: View, shard: Shard) -> Kept:
    under = cast(_Under | None, shard.memo.get("under"))
    if (
        under is None
        or under.proximity is not view.proximity
        or under.tree != view.tree
        or under.region_of != view.region_of
    ):
        under = _Under(view.tree, view.region_of, view.proximity, Kept())
        shard.memo["under"] = under
    return under.kept

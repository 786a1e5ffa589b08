"""A shard taken apart: its arrays by name, and the few facts that are no arrays."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from matching.index.shard import (
    Lists,
    Pieces,
    Postings,
    Profiles,
    Records,
    Sets,
    Shard,
    Words,
)

# Any: arrays of every type in one mapping; `DTYPES` says which has which.
Arrays = Mapping[str, NDArray[Any]]

_GROUPS = {
    "profiles": Profiles,
    "pieces": Pieces,
    "lists": Lists,
    "place_sets": Sets,
    "sector_sets": Sets,
    "words": Words,
    "postings": Postings,
    "records": Records,
}

# What the groups declare: by `group.column`, in the order of `parts_of`.
DTYPES: Mapping[str, np.dtype[np.generic]] = {
    f"{group}.{name}": np.dtype(get_args(get_args(hint)[1])[0])
    for group, columns in _GROUPS.items()
    for name, hint in get_type_hints(columns).items()
}


class Facts(NamedTuple):
    """What a shard holds beside its arrays, as in `Shard`, and how large it is.

    Attributes:
        providers, pieces: how many there are of each.
    """

    jurisdictions: tuple[str, ...]
    sectors: tuple[str, ...]
    homes: tuple[str | None, ...]
    languages: tuple[tuple[str, ...] | None, ...]
    encoder: str
    content: int
    providers: int
    pieces: int


class Sink(Protocol):
    """Takes the arrays of a shard, one after the other in the order of `parts_of`."""

    def begin(self, name: str, dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> None:
        """Begin the next array."""

    def write(self, rows: NDArray[np.generic]) -> None:
        """Take the next rows of the array that was begun."""


def facts_of(shard: Shard) -> Facts:
    """Return what a shard holds beside its arrays."""
    return Facts(
        jurisdictions=shard.jurisdictions,
        sectors=shard.sectors,
        homes=shard.homes,
        languages=shard.languages,
        encoder=shard.encoder,
        content=shard.content,
        providers=shard.size,
        pieces=len(shard.pieces.flags),
    )


def assemble(arrays: Arrays, facts: Facts) -> Shard:
    """Put a shard together from its arrays and facts.

    Args:
        arrays: by `group.column`, every one of `DTYPES`.
    """
    return Shard(
        profiles=Profiles(*_columns(arrays, "profiles")),
        pieces=Pieces(*_columns(arrays, "pieces")),
        lists=Lists(*_columns(arrays, "lists")),
        place_sets=Sets(*_columns(arrays, "place_sets")),
        sector_sets=Sets(*_columns(arrays, "sector_sets")),
        words=Words(*_columns(arrays, "words")),
        postings=Postings(*_columns(arrays, "postings")),
        records=Records(*_columns(arrays, "records")),
        jurisdictions=facts.jurisdictions,
        sectors=facts.sectors,
        homes=facts.homes,
        languages=facts.languages,
        encoder=facts.encoder,
        content=facts.content,
    )


# Any: as in `Arrays`.
def _columns(arrays: Arrays, group: str) -> list[NDArray[Any]]:
    return [arrays[name] for name in DTYPES if name.startswith(f"{group}.")]

"""A range of providers built into a file of its own: what one worker does of a snapshot."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from core.db import reading
from matching.index.build import build_shard
from matching.index.files import SnapshotMeta, describe, write_shard
from matching.index.parts import Facts, facts_of
from matching.sectors import SectorTree, build_sector_tree
from providers.snapshot.reading import IdRange, read_supply


@dataclass(frozen=True)
class Plan:
    """What all chunks of a snapshot share.

    Attributes:
        catalogue_id: the database.
        sequence, mark: the latest change of its catalogue before anything is read.
        encoder: version of the encoder whose vectors are taken.
        dimensions: length of its vectors; 0 where meaning is not used.
        sector_list: version of the list in force.
        parents: each of its codes with the one above it.
        built_at: when, in ISO 8601.
    """

    catalogue_id: str
    sequence: int
    mark: str
    encoder: str
    dimensions: int
    sector_list: int
    parents: Mapping[str, str | None]
    built_at: str

    def as_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Return it as another process reads it."""
        return asdict(self)

    @cached_property
    def tree(self) -> SectorTree:
        """The sector list."""
        return build_sector_tree(self.parents.items())

    def describe(self, facts: Facts) -> SnapshotMeta:
        """Describe what was built under this plan."""
        return describe(
            facts,
            catalogue_id=self.catalogue_id,
            sequence=self.sequence,
            mark=self.mark,
            sector_list=self.sector_list,
            built_at=self.built_at,
            writer=f"landbridge {version('landbridge-platform')}",
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A range of providers: `providers` of them, to be written to `path`."""

    within: IdRange
    providers: int
    path: Path

    def as_line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(
            [str(self.within.first), str(self.within.last), self.providers, str(self.path)]
        )

    @classmethod
    def of_line(cls, line: str) -> "Chunk":
        """Undo `as_line`."""
        first, last, providers, path = json.loads(line)
        return cls(IdRange(UUID(first), UUID(last)), providers, Path(path))


def write_chunk(database: Engine, plan: Plan, chunk: Chunk) -> None:
    """Read a range of providers as it stands now, build it and write it.

    Raises:
        OSError: it could not be written.
    """
    with reading(database) as session:
        supply = read_supply(
            session, chunk.within, encoder_version=plan.encoder, dimensions=plan.dimensions
        )
    shard = build_shard(
        supply.candidates,
        supply.matters,
        encoder=plan.encoder,
        tree=plan.tree,
        codes=supply.codes,
    )
    write_shard(chunk.path, shard, plan.describe(facts_of(shard)))

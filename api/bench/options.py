"""What a run of the bench measures, on how much, and where its files lie."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr

from core.settings import EncoderKind, Environment, Settings
from matching.evaluation.bench.shape import Shape


class Part(StrEnum):
    """What can be measured."""

    BUILD = "build"
    ENGINE = "engine"
    HTTP = "http"
    ALTERNATIVES = "alternatives"
    MEMORY = "memory"
    FRESHNESS = "freshness"
    BATCH = "batch"


# Beyond this, loading the alternatives takes longer than everything else together: they are measured
# where they are asked for by name.
ALTERNATIVES_AT_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured; everything has the size that the published figures have.

    Attributes:
        shape: the supply.
        folder: where the database and the snapshots lie.
        parts: what is measured.
        rounds: how often everything is repeated; a figure is the median of its rounds.
        needs: how many needs there are, the same for every part.
        training_needs: how many more needs the alternatives' ranker learns from.
        connections: how many requests are on their way at a time, one after the other.
        seconds: for how long each of these lasts in a round.
        processes: how many API processes share the snapshot where memory is measured.
        tries: how many changes are followed where freshness is measured.
        streamed_bytes: the array by which the bandwidth of the memory is measured.
    """

    shape: Shape
    folder: Path
    parts: frozenset[Part] = frozenset(Part)
    rounds: int = 5
    needs: int = 240
    training_needs: int = 60
    connections: tuple[int, ...] = (1, 8, 32)
    seconds: float = 3.0
    processes: int = 4
    tries: int = 50
    streamed_bytes: int = 1 << 30

    @property
    def settings(self) -> Settings:
        """The settings under which everything runs: the defaults, whatever the environment says."""
        return Settings(
            environment=Environment.DEVELOPMENT,
            data_dir=self.folder,
            database_url=SecretStr(""),
            redis_url=SecretStr(""),
            index_url="",
            index_cache_dir=None,
            encoder=EncoderKind.PACKAGED,
            # Of answers that come late the time is wanted, not a refusal.
            match_deadline_ms=120_000,
        )


def default_parts(providers: int) -> frozenset[Part]:
    """Return what is measured where nothing is asked for by name."""
    if providers <= ALTERNATIVES_AT_MOST:
        return frozenset(Part)
    return frozenset(Part) - {Part.ALTERNATIVES}

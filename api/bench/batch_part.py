"""How many stored needs one core matches in a second, when all of them are matched anew."""

import time
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from api.bench.database import maker_of
from api.bench.engine_opening import opened_engine
from api.bench.options import Options
from enterprises.rematching import OpenNeed, rematch_needs
from matching.evaluation.bench.demand import Need, make_needs
from matching.text.encoder import TextEncoder
from matching.types import Float32Array
from providers.engine import Engine

_WARM = 5
_MANY = 100_000


class GivenVectors:
    """An encoder that knows the vectors of some texts already."""

    def __init__(self, encoder: TextEncoder, needs: Sequence[Need]) -> None:
        self.version = encoder.version
        self.dimensions = encoder.dimensions
        self._vectors = {need.query.text: need.vector for need in needs}

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        """Return the vectors of needs: shape (n, dimensions)."""
        return np.array([self._vectors[text] for text in texts], dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        """Return the same, for whoever takes a need for evidence."""
        return self.encode_queries(texts)


def measure_batch(options: Options) -> dict[str, object]:
    """Match every need in the loop of the job: with the vectors given, and encoded on the way."""
    made = make_needs(maker_of(options.shape), options.needs)
    needs = [OpenNeed(UUID(int=i + 1), 1, need.query) for i, need in enumerate(made)]
    with opened_engine(options) as engine:
        given = replace(engine, encoder=GivenVectors(engine.encoder, made))
        matched, core, wall = _time(given, needs)
        _, core_encoding, _ = _time(engine, needs)
    return {
        "needs": matched,
        "needs_per_second_and_core": round(matched / core, 2),
        "needs_per_second": round(matched / wall, 2),
        "encoded_needs_per_second_and_core": round(matched / core_encoding, 2),
        "hours_for_100000_needs_on_one_core": round(_MANY * core / matched / 3600, 2),
    }


def _time(engine: Engine, needs: Sequence[OpenNeed]) -> tuple[int, float, float]:
    """Return how many needs were matched, and the seconds of processor and of clock they took."""
    for _ in rematch_needs(engine, needs[:_WARM]):
        pass
    wall, core = time.perf_counter(), time.process_time()
    matched = sum(one.ranked is not None for one in rematch_needs(engine, needs))
    return matched, time.process_time() - core, time.perf_counter() - wall

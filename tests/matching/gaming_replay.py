"""Answer needs from the packaged catalogue, its rows shuffled, and print what was answered.

A test runs it in a process of its own: `python gaming_replay.py SEED`.
"""

import hashlib
import math
import sys
from dataclasses import replace

import numpy as np

from matching.engine import match
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.ranker.prior import prior
from tests.matching.gaming_catalogue import (
    Catalogue,
    frozen_needs,
    packaged_catalogue,
    vectors_of_needs,
)

NEEDS = 3


def shuffled(catalogue: Catalogue, seed: int) -> Catalogue:
    """The same catalogue in another order."""
    rng = np.random.default_rng(seed)
    people, work = (rng.permutation(len(x)) for x in (catalogue.candidates, catalogue.matters))
    return replace(
        catalogue,
        candidates=tuple(catalogue.candidates[int(i)] for i in people),
        matters=tuple(catalogue.matters[int(i)] for i in work),
        vectors=catalogue.vectors[work],
    )


def turning() -> AdditiveRanker:
    """The prior with every other curve turned round: a ranker that nobody would serve."""
    curves = [
        replace(curve, values=tuple(-value for value in curve.values)) if column % 2 else curve
        for column, curve in enumerate(prior().curves)
    ]
    return AdditiveRanker("turning", tuple(curves))


def answers(seed: int) -> str:
    """Name lists and reasons of the last needs, those in three scripts, by 64 digits."""
    index = shuffled(packaged_catalogue(), seed).index()
    needs = frozen_needs()[-NEEDS:]
    answered = hashlib.sha256()
    for need, vector in zip(needs, vectors_of_needs(needs), strict=True):
        for ranker in (prior(), turning()):
            found = match(need, vector, index, ranker, Names({}, {}, {}), band=0.05)
            for one in found.ranked:
                parts = [part for _, _, part in one.contributions]
                if abs(math.fsum(parts) - one.score) > 1e-9:
                    raise AssertionError(f"the parts of {one.score} do not add up")
            answered.update(repr(found).encode())
    return answered.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(answers(int(sys.argv[1])))

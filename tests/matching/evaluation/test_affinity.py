import numpy as np
import pytest

from matching.evaluation.affinity import AffinityCandidate, affinity
from matching.features.context import SAME_COSINE, UNRELATED_COSINE
from matching.text.bm25 import build_bm25
from matching.types import Float32Array
from tests.matching.examples import NEED_VECTOR, at_cosine

TEXTS = ["road study", "water audit", "tax advice", "harbour", "bridge"]


def scores(
    cosines: Float32Array, rows: dict[str, tuple[int, ...]], query: str = "?"
) -> list[float]:
    candidates = [AffinityCandidate(name, own) for name, own in rows.items()]
    return affinity(query, NEED_VECTOR[: cosines.shape[1]], candidates, build_bm25(TEXTS), cosines)


def test_the_mean_over_the_three_nearest_texts_in_the_order_given() -> None:
    middle = (UNRELATED_COSINE + SAME_COSINE) / 2
    vectors = at_cosine(SAME_COSINE, middle, middle, UNRELATED_COSINE, UNRELATED_COSINE)

    found = scores(vectors, {"z": (3, 2, 1, 0), "a": (1,), "none": (), "b": (3, 0)})

    # Meaning is half of the score; words find nothing for this query.
    assert [found[0], found[1], found[3]] == pytest.approx([1 / 3, 0.25, 0.25], abs=1e-5)


def test_a_candidate_without_texts_stands_below_unrelated_ones() -> None:
    far = UNRELATED_COSINE - 0.1

    unrelated, none = scores(at_cosine(far, far, far, far, far), {"a": (0, 1, 2), "b": ()})

    assert unrelated > none


def test_words_alone_where_there_are_no_vectors() -> None:
    vectors = np.zeros((5, 0), dtype=np.float32)

    road, water, none = scores(vectors, {"a": (0,), "b": (1,), "c": ()}, "road study")

    assert road > water == none == 0.0

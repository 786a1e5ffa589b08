"""Text features alone: how near a candidate's texts come to a query, for outside test sets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.evaluation.retrieval import meaning_scores, text_scores
from matching.text.bm25 import Bm25
from matching.types import Float32Array

NEAREST = 3


@dataclass(frozen=True, slots=True)
class AffinityCandidate:
    """A candidate and the rows of its texts among all texts."""

    candidate_id: str
    rows: tuple[int, ...]


def affinity(
    query: str,
    query_vector: Float32Array,
    candidates: Sequence[AffinityCandidate],
    words: Bm25,
    vectors: Float32Array,
) -> list[float]:
    """Score candidates for a query by the mean over their three nearest texts.

    Args:
        query: the query's text.
        query_vector: shape (d,).
        candidates: k candidates.
        words: BM25 over all n texts.
        vectors: shape (n, d), the same texts.

    Returns:
        k scores in the order given; a candidate with fewer than three texts is averaged over
        those it has, and one without any scores as if its text had nothing to do with the query.
    """
    lexical = words.scores(query)
    scores = text_scores(lexical, meaning_scores(vectors, query_vector))
    # A vector of zeros has the cosine 0, which is below that of any two texts.
    nothing = meaning_scores(np.zeros_like(vectors, shape=(1, vectors.shape[1])), query_vector)
    without_texts = float(text_scores(np.zeros(1), nothing)[0])
    result: list[float] = []
    for candidate in candidates:
        nearest = np.sort(scores[list(candidate.rows)])[::-1][:NEAREST]
        result.append(float(nearest.mean()) if nearest.size else without_texts)
    return result

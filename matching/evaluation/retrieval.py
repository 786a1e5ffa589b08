"""Words and meaning as a search engine: documents, queries, and which document answers which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.evaluation.metrics import DEPTH, Figures, mean, per_query
from matching.features.context import SAME_COSINE, UNRELATED_COSINE
from matching.text.bm25 import build_bm25
from matching.types import Float32Array, FloatArray


@dataclass(frozen=True, slots=True)
class RetrievalBench:
    """Documents and queries in one language each, with the relevant documents of every query."""

    document_ids: tuple[str, ...]
    documents: tuple[str, ...]
    query_ids: tuple[str, ...]
    queries: tuple[str, ...]
    qrels: Mapping[str, Mapping[str, int]]


def evaluate_retrieval(
    bench: RetrievalBench, document_vectors: Float32Array, query_vectors: Float32Array
) -> dict[str, Figures]:
    """Measure `bm25`, `vectors` and `text` (both together, as the features take them).

    Args:
        bench: n documents, q queries.
        document_vectors: shape (n, d).
        query_vectors: shape (q, d).
    """
    words = build_bm25(bench.documents)
    runs: dict[str, dict[str, Sequence[str]]] = {"bm25": {}, "vectors": {}, "text": {}}
    for row, query_id in enumerate(bench.query_ids):
        lexical = words.scores(bench.queries[row])
        semantic = meaning_scores(document_vectors, query_vectors[row])
        scores = {"bm25": lexical, "vectors": semantic, "text": text_scores(lexical, semantic)}
        for name, values in scores.items():
            order = np.argsort(-values, kind="stable")[:DEPTH]
            runs[name][query_id] = [bench.document_ids[i] for i in order]
    return {name: mean(per_query(bench.qrels, run).values()) for name, run in runs.items()}


def meaning_scores(vectors: Float32Array, query_vector: Float32Array) -> FloatArray:
    """Scale cosines as the features do, without cutting off their ends.

    Args:
        vectors: shape (n, d); with d = 0 meaning is not used.
        query_vector: shape (d,).

    Returns:
        Shape (n,): 0 for unrelated texts, 1 for the same one, beyond either for the extremes;
        all 0 where meaning is not used.
    """
    if not vectors.shape[1]:
        return np.zeros(len(vectors))
    cosines = (vectors @ query_vector).astype(np.float64)
    return (cosines - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)


def text_scores(lexical: FloatArray, semantic: FloatArray) -> FloatArray:
    """Words and meaning in equal parts, as in `MatchContext.likeness`."""
    return 0.5 * lexical + 0.5 * semantic

import numpy as np

from matching.evaluation.metrics import Figures
from matching.evaluation.retrieval import (
    RetrievalBench,
    evaluate_retrieval,
    meaning_scores,
    text_scores,
)
from matching.features.context import SAME_COSINE, UNRELATED_COSINE
from tests.matching.examples import NEED_VECTOR, at_cosine

FIRST = Figures(1.0, 1.0, 1.0, 1.0)
BENCH = RetrievalBench(
    document_ids=("d1", "d2", "d3"),
    documents=("road study", "water audit", "道路"),
    query_ids=("q1", "q2"),
    queries=("road", "chemin"),
    qrels={"q1": {"d1": 1}, "q2": {"d3": 1}},
)


def test_words_and_meaning_are_measured_apart_and_together() -> None:
    documents = at_cosine(0.8, 0.7, 0.9)
    queries = at_cosine(1.0, 1.0)

    figures = evaluate_retrieval(BENCH, documents, queries)

    # By words d1 is first for q1, and nothing is found for q2: d3 stays in its place, the third.
    assert figures["bm25"].mrr == (1 + 1 / 3) / 2
    # By meaning d3 is first for both, d1 second.
    assert figures["vectors"].mrr == (1 / 2 + 1) / 2
    assert figures["text"].r10 == 1.0


def test_together_both_queries_are_answered() -> None:
    figures = evaluate_retrieval(BENCH, at_cosine(0.8, 0.7, 0.82), at_cosine(1.0, 1.0))

    assert figures["text"] == FIRST


def test_without_vectors_words_alone_are_measured() -> None:
    empty = np.zeros((3, 0), dtype=np.float32)

    figures = evaluate_retrieval(BENCH, empty, empty[:2])

    assert figures["text"] == figures["bm25"]


def test_cosines_are_scaled_without_cutting_off_their_ends() -> None:
    vectors = at_cosine(UNRELATED_COSINE, SAME_COSINE, 1.0, 0.0)

    scaled = meaning_scores(vectors, NEED_VECTOR)

    np.testing.assert_allclose(scaled[:2], [0.0, 1.0], atol=1e-6)
    assert scaled[2] > 1.0
    assert scaled[3] < 0.0
    assert meaning_scores(np.zeros((2, 0), np.float32), NEED_VECTOR[:0]).tolist() == [0.0, 0.0]
    assert text_scores(np.array([1.0, 0.0]), np.array([0.0, 0.5])).tolist() == [0.5, 0.25]

"""Text features alone: how near a candidate's texts come to a query, for outside test sets.

Candidates are people with texts of their own, queries texts of the same kind (Stelmakh, Wieting,
Neubig and Shah 2023, A Gold Standard Dataset for the Reviewer Assignment Problem). Scores of
different queries are compared with each other for one candidate, so a score must not depend on
how general or how long a query is: hence cosines on both sides, TF-IDF rather than BM25 for words,
and vectors from which what all texts have in common is taken away. What was tried stands in
docs/evaluation.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from matching.text.tokens import tokens
from matching.types import Float32Array, FloatArray

NEAREST = 3
# A cosine of centred vectors against one of words.
MEANING_WEIGHT = 0.7
# What all texts have in common is taken from them as if so many more had nothing in common: a few
# texts alone do not show it.
CENTRE_SHRINKAGE = 20.0


@dataclass(frozen=True, slots=True)
class AffinityCandidate:
    """A candidate and the rows of its texts among all texts."""

    candidate_id: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AffinityTexts:
    """All texts and queries laid out for comparison.

    Attributes:
        words: shape (n, t), weights of words and pairs of words, rows of length one or empty.
        query_words: shape (q, t), the same of the queries.
        vectors: shape (n, d), centred, of length one; d is 0 where meaning is not used.
        query_vectors: shape (q, d), the same of the queries.
    """

    words: sparse.csr_array
    query_words: sparse.csr_array
    vectors: FloatArray
    query_vectors: FloatArray

    @property
    def meaning_weight(self) -> float:
        """How much meaning counts: nothing where there are no vectors."""
        return MEANING_WEIGHT if self.vectors.shape[1] else 0.0

    def scores(self, query: int) -> FloatArray:
        """Return how near every text is to a query: shape (n,), in [-0.7, 1.7]."""
        lexical = (self.words @ self.query_words[[query]].T).toarray().ravel()
        semantic = self.vectors @ self.query_vectors[query]
        total: FloatArray = lexical + self.meaning_weight * semantic
        return total


def lay_out_texts(
    texts: Sequence[str],
    queries: Sequence[str],
    vectors: Float32Array,
    query_vectors: Float32Array,
) -> AffinityTexts:
    """Lay out texts and queries.

    Args:
        texts: n texts of candidates, each once.
        queries: q queries.
        vectors: shape (n, d), the texts encoded on the queries' side: both are of one kind.
        query_vectors: shape (q, d), the queries encoded on the same side.
    """
    # Rarity is that among texts and queries alike: a word of a query that no text has still counts
    # in the query's length, so that a query about something else altogether comes near nobody.
    weigh = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float64)
    try:
        rows = sparse.csr_array(weigh.fit_transform([*texts, *queries]))
    except ValueError:  # no text holds a single word
        rows = sparse.csr_array((len(texts) + len(queries), 0))
    together = np.concatenate([vectors, query_vectors]).astype(np.float64)
    centred = together - together.sum(axis=0) / (len(together) + CENTRE_SHRINKAGE)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0.0)
    n = len(texts)
    return AffinityTexts(rows[:n], rows[n:], unit[:n], unit[n:])


def affinity(
    query: int, candidates: Sequence[AffinityCandidate], texts: AffinityTexts
) -> list[float]:
    """Score candidates for a query by the mean over their three nearest texts.

    Returns:
        Scores in the order given, comparable between queries; a candidate with fewer than three
        texts is averaged over those it has, and one without any stands below all others.
    """
    scores = texts.scores(query)
    without_texts = -texts.meaning_weight
    result: list[float] = []
    for candidate in candidates:
        nearest = np.sort(scores[list(candidate.rows)])[::-1][:NEAREST]
        result.append(float(nearest.mean()) if nearest.size else without_texts)
    return result


def terms(text: str) -> list[str]:
    """Cut a text into words and pairs of them, English ones in the singular, without `the` and `of`."""
    words = [_singular(t) for t in tokens(text) if len(t) > 1 and t not in ENGLISH_STOP_WORDS]
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _singular(word: str) -> str:
    # Harman 1991, How Effective Is Suffixing?: the weakest stemmer does as well as strong ones.
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word

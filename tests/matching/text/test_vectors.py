import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matching.text.vectors import quantise, restore, text_hash
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

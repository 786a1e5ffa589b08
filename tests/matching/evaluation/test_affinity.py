import numpy as np
import pytest

from matching.evaluation.affinity import (
    AffinityCandidate,
    AffinityTexts,
    affinity,
    lay_out_texts,
    terms,
)
from matching.types import Float32Array, FloatArray

TEXTS = ["road study", "water audit", "tax advice", "harbour", "bridge"]
NO_WORDS = ["", "", "", "", ""]


def of(rows: dict[str, tuple[int, ...]]) -> list[AffinityCandidate]:
    return [AffinityCandidate(name, own) for name, own in rows.items()]


def unit(rows: FloatArray) -> Float32Array:
    lengths: FloatArray = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / lengths).astype(np.float32)


def by_words(texts: list[str], *queries: str) -> AffinityTexts:
    return lay_out_texts(
        texts,
        queries,
        np.zeros((len(texts), 0), np.float32),
        np.zeros((len(queries), 0), np.float32),
    )


def test_the_mean_over_the_three_nearest_texts_in_the_order_given() -> None:
    texts = by_words(["road", "water", "Roads", "road", "tax"], "road")

    found = affinity(0, of({"z": (4, 1, 0, 2), "a": (0,), "none": (), "b": (1, 0)}), texts)

    # Of z the two texts about roads and one that is not.
    assert found == pytest.approx([2 / 3, 1.0, 0.0, 0.5])


def test_a_candidate_without_texts_stands_below_unrelated_ones() -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(5, 8)))

    texts = lay_out_texts(NO_WORDS, ["?"], vectors, -vectors[:1])
    opposite, none = affinity(0, of({"a": (0,), "b": ()}), texts)

    assert opposite > none


def test_words_alone_where_there_are_no_vectors() -> None:
    road, water, none = affinity(
        0, of({"a": (0,), "b": (1,), "c": ()}), by_words(TEXTS, "road study")
    )

    assert road == pytest.approx(1.0)
    assert water == none == 0.0


def test_a_word_that_nobody_uses_makes_a_query_no_nearer() -> None:
    texts = by_words(TEXTS, "road study", "road astronomy")

    (full,) = affinity(0, of({"a": (0,)}), texts)
    (half,) = affinity(1, of({"a": (0,)}), texts)

    assert 0 < half < full


def test_what_all_texts_have_in_common_does_not_make_them_near() -> None:
    rng = np.random.default_rng(2)
    # Like sentences of one encoder: a large part in common, a small part of its own.
    vectors = unit(rng.normal(size=(400, 20)) * 0.2 + np.eye(20)[0] * 2)

    plain = vectors[1:] @ vectors[0]
    texts = lay_out_texts([""] * 399, [""], vectors[1:], vectors[:1])

    assert plain.min() > 0.7
    assert abs(texts.scores(0).mean()) < 0.15
    assert texts.scores(0).std() > 0.15


def test_words_are_singular_and_go_in_pairs() -> None:
    assert terms("Studies of the roads") == ["study", "road", "study road"]
    assert terms("gas analysis") == ["gas", "analysis", "gas analysis"]
    assert terms("") == []

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.bm25 import K1, UNITS, B, build_bm25

DOCUMENTS = ["road study", "road audit of a road", "water supply", ""]
TEXTS = st.lists(
    st.sampled_from(["road", "audit", "water", "study", "供水项目", "审计"]), max_size=6
).map(" ".join)


def test_the_plain_score_is_the_textbook_one() -> None:
    words = build_bm25(["road study", "water supply", "road"])

    scores = words.plain_scores("road")

    idf = np.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    mean_length = 5 / 3
    expected = [
        idf * (K1 + 1) / (1 + K1 * (1 - B + B * 2 / mean_length)),
        0.0,
        idf * (K1 + 1) / (1 + K1 * (1 - B + B * 1 / mean_length)),
    ]
    assert scores.tolist() == pytest.approx(expected, rel=0, abs=0.5 / UNITS)


@given(st.lists(TEXTS, max_size=6), st.one_of(TEXTS, st.text(max_size=20)))
def test_scores_lie_between_nothing_and_one(documents: list[str], text: str) -> None:
    scores = build_bm25(documents).scores(text)

    assert scores.shape == (len(documents),)
    assert ((scores >= 0.0) & (scores <= 1.0)).all()


@given(
    st.lists(st.tuples(TEXTS, st.integers(0, 3), st.booleans()), max_size=6),
    st.one_of(TEXTS, st.text(max_size=20)),
)
def test_a_text_that_stands_for_several_pieces_counts_as_often(
    documents: list[tuple[str, int, bool]], text: str
) -> None:
    texts = [document for document, _pieces, _weighs in documents]
    pieces = np.array([pieces for _document, pieces, _weighs in documents], dtype=np.int64)
    weighs = np.array([weighs for _document, _pieces, weighs in documents], dtype=np.bool_)
    counted = build_bm25(texts, weighs, pieces)
    repeated = build_bm25(np.repeat(texts, pieces).tolist(), np.repeat(weighs, pieces))

    scores = counted.scores(text)

    assert np.repeat(scores, pieces).tolist() == repeated.scores(text).tolist()


def test_a_word_repeated_without_end_counts_as_often_as_two_bytes_hold() -> None:
    many = 65_535
    words = build_bm25([" ".join(["road"] * (many + 9)), "water " * 9, "", ""])

    idf = math.log1p((4 - 1 + 0.5) / (1 + 0.5))
    norm = K1 * ((1 - B) + B * (many + 9) / ((many + 9 + 9) / 4))
    expected = idf * many * (K1 + 1) / (many + norm)
    assert words.plain_scores("road")[0] == pytest.approx(expected, rel=0, abs=0.5 / UNITS)


def test_what_stands_in_no_piece_of_evidence_is_unseen() -> None:
    words = build_bm25(["road study", "road zebra"], None, np.array([1, 0]))
    alone = build_bm25(["road study"])

    assert words.scores("road zebra")[0] == alone.scores("road zebra")[0] < alone.scores("road")[0]


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_weights_are_whole_units_so_that_sums_are_exact(documents: list[str]) -> None:
    weights = build_bm25(documents).weights.data * UNITS

    assert weights.tolist() == np.rint(weights).tolist()


@given(st.lists(TEXTS, max_size=6), TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_the_documents_changes_no_score(
    documents: list[str], text: str, random: Random
) -> None:
    order = list(range(len(documents)))
    random.shuffle(order)

    shuffled = build_bm25([documents[i] for i in order])

    assert shuffled.scores(text).tolist() == build_bm25(documents).scores(text)[order].tolist()


@pytest.mark.parametrize("documents", [[], [""], ["", "..."], DOCUMENTS])
@pytest.mark.parametrize("text", ["", "  ", "😀", "zebra"])
def test_nothing_in_common_is_nothing(documents: list[str], text: str) -> None:
    words = build_bm25(documents)

    assert words.scores(text).tolist() == [0.0] * len(documents)
    assert words.plain_scores(text).tolist() == [0.0] * len(documents)
    assert words.size == len(documents)


def test_a_document_that_shares_more_words_scores_more() -> None:
    scores = build_bm25(DOCUMENTS).scores("road study")

    assert scores[0] > scores[1] > scores[2] == scores[3] == 0.0


def test_words_that_no_evidence_contains_lower_the_score() -> None:
    words = build_bm25(DOCUMENTS)

    known = words.scores("road study")
    partly = words.scores("road study zebra")
    hardly = words.scores("road study zebra giraffe okapi")

    assert known[0] > partly[0] > hardly[0] > 0.0
    # The textbook score cannot tell them apart.
    assert words.plain_scores("road study")[0] == words.plain_scores("road study zebra")[0]


def test_repeating_a_word_of_the_need_changes_nothing() -> None:
    words = build_bm25(DOCUMENTS)

    assert words.scores("road road road study").tolist() == words.scores("road study").tolist()


def test_either_script_finds_the_other() -> None:
    words = build_bm25(["供水項目監理", "道路監理"])

    assert words.scores("供水项目").tolist() == words.scores("供水項目").tolist()
    assert words.scores("供水项目")[0] > words.scores("供水项目")[1] == 0.0

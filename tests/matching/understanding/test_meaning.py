import numpy as np
import pytest

from matching.types import Float32Array
from matching.understanding.lexicon import Mention
from matching.understanding.meaning import NOTHING, SectorMeaning, request_phrases
from matching.understanding.types import Span


def rows(*vectors: tuple[float, ...]) -> Float32Array:
    found: Float32Array = np.array(vectors, dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


MEANING = SectorMeaning.of(
    ["A.X", "A.Y", "B.X", NOTHING],
    rows((1, 0, 0, 0), (0.8, 0.6, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
)


@pytest.mark.parametrize(
    ("vector", "code"),
    [
        ((1, -0.3, 0, 0), "A.X"),
        ((0, 0, 1, 0), "B.X"),
        ((0.95, 0.3, 0, 0), "A"),  # between two leaves of one branch
        ((0, 0, 0, 1), None),  # a phrase that asks for nothing
        ((1, -0.3, 0.85, 0), None),  # between two branches
        ((-1, -1, -1, 0), None),  # near nothing
    ],
)
def test_answers_what_is_near_and_clear(vector: tuple[float, ...], code: str | None) -> None:
    assert MEANING.sectors_of(rows(vector)) == (code,)


def test_answers_each_vector_and_none_at_all() -> None:
    assert len(MEANING.sectors_of(np.zeros((3, 4), dtype=np.float32))) == 3
    assert MEANING.sectors_of(np.zeros((0, 4), dtype=np.float32)) == ()


def test_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        MEANING.sectors_of(np.zeros((1, 3), dtype=np.float32))
    with pytest.raises(ValueError, match="2 codes"):
        SectorMeaning.of(["A", "B"], np.zeros((1, 3), dtype=np.float32))


def phrases(text: str) -> list[str]:
    return [text[start:end] for start, end in request_phrases(text, ())]


def test_chooses_what_looks_like_a_request() -> None:
    assert phrases("our factory is in laos. we need someone to stop the copies, budget usd 5k") == [
        "we need someone to stop the copies"
    ]
    assert phrases("我们的厂在老挝,想找人盯着工地别偷工减料,预算五万") == [
        "想找人盯着工地别偷工减料"
    ]
    assert phrases("") == []


def test_asks_about_two_short_phrases_at_most() -> None:
    text = ". ".join(f"we need someone who {word * 40}" for word in ("ab ", "cd ", "ef "))
    found = request_phrases(text, ())
    assert len(found) == 2
    assert all(end - start <= 48 for start, end in found)


def test_asks_nothing_where_words_were_understood() -> None:
    audit = Mention(8, 13, Span(8, 13), (), ("ACC.AUD",), ())
    assert request_phrases("we need audit. we need someone to stop the copies", [audit]) == []

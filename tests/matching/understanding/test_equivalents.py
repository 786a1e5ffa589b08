import pytest

from matching.understanding.equivalents import equivalents
from providers.vocabulary import read_packaged_terms

TERMS = {
    "供水": "water supply",
    "供水项目": "water supply project",
    "监理": "supervision",
    "审计": "audit",
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("孟加拉国供水项目的施工监理", "water supply project supervision"),
        ("孟加拉國供水項目的施工監理", "water supply project supervision"),
        ("供水与审计", "water supply audit"),
        ("审计，供水", "audit water supply"),  # in the order of the text
        ("审计审计监理审计", "audit supervision"),  # each once
        ("rural roads in Vietnam", ""),
        ("", ""),
        ("水项目", ""),
    ],
)
def test_the_longest_term_at_each_place_wins_in_either_script(text: str, words: str) -> None:
    assert equivalents(text, TERMS) == words


def test_without_terms_there_are_no_words() -> None:
    assert equivalents("供水项目", {}) == ""


def test_the_packaged_terms_cover_the_examples_of_the_first_page() -> None:
    terms = read_packaged_terms()

    assert "water" in equivalents("孟加拉国供水项目的施工监理", terms)
    assert "audit" in equivalents("在坦桑尼亞做電力項目審計", terms)
    assert all(term and words.isascii() for term, words in terms.items())

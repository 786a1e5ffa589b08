"""Words where a script has words, character bigrams where it does not."""

import re
from functools import lru_cache

from snowballstemmer.english_stemmer import (  # type: ignore[import-untyped]  # ships no types
    EnglishStemmer,
)

from matching.text.folding import fold

# Scripts that are written without spaces: Chinese, Japanese kana, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df\u3040-\u30ff"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_ASCII_WORD = re.compile("[a-z0-9]+")
_RUN = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")


def tokens(text: str) -> list[str]:
    """Cut a text into what BM25 counts.

    The text is folded first, so Traditional and Simplified, accented and plain give the same
    tokens. A single character between other scripts stands for itself.
    """
    if text.isascii():
        # All that folding does to such a text, between its words aside, is to lower it; millions of
        # texts are cut when an index is built.
        return _ASCII_WORD.findall(text.lower())
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        unspaced, word = match.groups()
        if word:
            found.append(word)
        elif len(unspaced) == 1:
            found.append(unspaced)
        else:
            found.extend(unspaced[i : i + 2] for i in range(len(unspaced) - 1))
    return found


def stems(text: str) -> list[str]:
    """Cut a text into tokens and bring Latin words to their stems: "audits" and "auditing" meet.

    Snowball's English stemmer for every Latin word, as most records are English; it also takes the
    plural off French, Spanish and Portuguese words. Measured on past awards, it finds more where
    texts are whole and nothing less where they are cut (docs/evaluation.md).
    """
    return [_stem(token) for token in tokens(text)]


@lru_cache(maxsize=100_000)
def _stem(token: str) -> str:
    if not (token.isascii() and token.isalpha()):
        return token
    # A stemmer keeps its word while it works: one of its own for each call is safe among threads.
    stem: str = EnglishStemmer().stemWord(token)
    return stem

"""English words for what a Chinese need is about, so that English evidence is found by words too.

Meaning alone bridges languages roughly; the few hundred terms of a trade do it sharply. The list
is data: a term in Simplified Chinese and the English words that stand in records for it.
"""

from collections.abc import Mapping

from matching.text.folding import fold


def equivalents(text: str, terms: Mapping[str, str]) -> str:
    """Return the English words for the terms that a text contains, in the order of the text.

    At each place the longest term wins and its characters are used up.

    Args:
        text: the need, in any script.
        terms: folded Chinese term to English words.
    """
    if not terms:
        return ""
    folded = fold(text)
    longest = max(map(len, terms))
    beginnings = {term[:1] for term in terms}
    found: list[str] = []
    place = 0
    while place < len(folded):
        if folded[place] not in beginnings:
            place += 1
            continue
        for length in range(min(longest, len(folded) - place), 0, -1):
            words = terms.get(folded[place : place + length])
            if words is not None:
                found.append(words)
                place += length
                break
        else:
            place += 1
    return " ".join(dict.fromkeys(found))

"""The phrases of a text that led to no fact."""

from collections.abc import Sequence

from matching.understanding.lexicon import FoldedText
from matching.understanding.scope import phrase_ends
from matching.understanding.types import Span


def unused_phrases(text: FoldedText, used: Sequence[Span]) -> tuple[Span, ...]:
    """Return the phrases in which nothing was recognised, without the white space around them."""
    unused: list[Span] = []
    following = iter(sorted(set(used)))
    reached: list[Span] = []
    span = next(following, None)
    for start, end in phrase_ends(text.folded):
        words = text.folded[start:end]
        first = start + len(words) - len(words.lstrip())
        phrase = text.span(first, first + len(words.strip()))
        while span is not None and span.start < phrase.end:
            reached.append(span)
            span = next(following, None)
        reached = [one for one in reached if one.end > phrase.start]
        if not reached:
            unused.append(phrase)
    return tuple(unused)

"""What the words around a name do to it: ruling out, listing, and where a phrase ends.

Every pattern is tried on a short window of folded text beside one name, so the time a reading
takes grows with the text and with nothing else.
"""

import re

WINDOW = 90
_PHRASE_END = re.compile(r"[,，;；:：!！?？。、\n()（）\[\]【】\"“”「」《》]|\.(?=\s|$)|[—…]")
_SENTENCE_END = re.compile(r"[!！?？。;；\n]|\.(?=\s|$)")

_RULED_OUT_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|non|don't|do not|doesn't|except(?:ing)?|excluding|excludes?|exclude|"
    r"other than|apart from|rather than|instead of|without|avoid(?:ing)?|nor|neither|but not|"
    r"no longer|won't)"
    r"(?: (?:need|needed|want|wanted|require|required|looking|interested|considering|consider|"
    r"including|include|covering|cover|going|go|involve|involving|help|with|in|into|to|for|from|of|"
    r"on|at|any|a|an|the|further|more|additional))*[ -]|"
    r"(?:不包括|不包含|不含|不要|不去|不考虑|不涉及|不做|不在|不想|不打算|不进入|不需要|不需|不必|不用|"
    r"不找|不打|不搞|不选|不是|并非|而非|无需|无须|毋须|唔使|唔要|唔去|唔需要|唔包|唔系|唔考虑|暂不|别找|"
    r"排除|剔除|避开|撇除|撇开|(?<![东西南北中是])非(?!常))"
    r"(?:再|去|到|在|于|喺|做|搞|打|找|请|搵|聘请|委托|任何|另外|额外|考虑|涉及|进行|提供|包括|需要|有|的)*)$"
)
_NOT_AN_EXCLUSION = re.compile(
    r"(?:\bnot (?:only|just|limited to|merely|yet)\b[^.;\n]*|"
    # What an enterprise has not got is not what it refuses.
    r"\b(?:have|has|had|there is|there are|with) no (?!in\b|for\b|need\b)[^.;,\n]*)$"
)
_EXCEPT_BEFORE = re.compile(r"(?:除了|除去|除开|扣除|除)[^，。；,.;\n]{0,20}$")
_OUTSIDE_AFTER = re.compile(r"[^，。；,.;\n]{0,20}?(?:之外|以外|外)(?P<rest>[^。；.;\n]{0,12})")
_BESIDES = re.compile(r"[，,]?\s*(?:我们|我司|本公司|公司|我哋)?\s*(?:还|也|亦|同时|更|仲)")
_RULED_OUT_AFTER = re.compile(
    r"(?:除外|不(?:考虑|要|去|做|用|包括|在内|需要|搞)|唔(?:去|要|使|考虑|包)|就不用|就算了|"
    r" (?:is|are) (?:excluded|out|not needed|not required|not wanted|not an option|ruled out)|"
    r" excluded\b| not (?:needed|required|wanted|included)\b)"
)
_LINK = re.compile(r" ?(?:/|、|和|及|与|或|跟|同|以及) ?|,? (?:and|or|nor) (?:the |in |any )?")
_COMMA = re.compile(r", ?(?:the )?")


def phrase_ends(folded: str) -> list[tuple[int, int]]:
    """Split folded text into phrases, `[start, end)`, at punctuation and line breaks."""
    return _split(folded, _PHRASE_END)


def sentence_ends(folded: str) -> list[tuple[int, int]]:
    """Split folded text into sentences, `[start, end)`; a semicolon ends one too."""
    return _split(folded, _SENTENCE_END)


def before(folded: str, start: int) -> str:
    """Return what precedes a name within its sentence, `WINDOW` characters at most."""
    window = folded[max(0, start - WINDOW) : start]
    ends = list(_SENTENCE_END.finditer(window))
    return window[ends[-1].end() :] if ends else window


def after(folded: str, end: int) -> str:
    """Return what follows a name within its sentence, `WINDOW` characters at most."""
    window = folded[end : end + WINDOW]
    stop = _SENTENCE_END.search(window)
    return window[: stop.start()] if stop else window


def is_ruled_out(folded: str, start: int, end: int) -> bool:
    """Tell whether the words beside a name rule it out: "not in X", 不去X, 除X外, "X excluded"."""
    left, right = before(folded, start), after(folded, end)
    if _RULED_OUT_BEFORE.search(left) and not _NOT_AN_EXCLUSION.search(left):
        return True
    if is_ruled_out_behind(folded, end):
        return True
    if _EXCEPT_BEFORE.search(left):
        outside = _OUTSIDE_AFTER.match(right)
        # 除了越南外，还要泰国 asks for both.
        return outside is not None and not _BESIDES.match(outside["rest"])
    return False


def is_ruled_out_behind(folded: str, end: int) -> bool:
    """Tell whether it is the words after a name that rule it out: "X and Y excluded", X、Y除外."""
    return _RULED_OUT_AFTER.match(after(folded, end)) is not None


def link(folded: str, previous_end: int, start: int) -> str | None:
    """Say how two names follow each other in one list.

    Returns:
        "link" for "and", "or", 、, 和 and the like, "comma" for a bare comma, None where they do
        not stand in one list.
    """
    if not 0 < start - previous_end <= 10:
        return None
    between = folded[previous_end:start]
    if _LINK.fullmatch(between):
        return "link"
    return "comma" if _COMMA.fullmatch(between) else None


def _split(folded: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = 0
    for match in pattern.finditer(folded):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, len(folded)))
    return [(first, last) for first, last in pieces if folded[first:last].strip()]

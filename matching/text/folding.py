"""One form of a text for search: scripts, widths, cases and accents folded away.

Two conversions live here. `simplify` is OpenCC's own, which weighs phrases and keeps every
distinction a reader needs: encoders get that one. `fold` converts character by character, so the
folding of a name is the same wherever the name stands and a place in the folded text can be traced
back to the original.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from opencc import OpenCC

from matching.types import Script

_CJK_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF))
_CJK_CLASS = "㐀-䶿一-鿿\U00020000-\U0002a6df"
_CJK = re.compile(f"[{_CJK_CLASS}]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_SPACES = re.compile(r"\s+")
_ODD_SPACE = re.compile(r"\s\s|[^\S ]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# A starter with the marks, joining Jamo or kana voicing marks that belong to it; white space runs.
_CLUSTER = re.compile(r"\s+|.[\u0300-\u036f\u1160-\u11ff\u3099\u309a]*", re.DOTALL)
_LATIN_MARKS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# OpenCC decides these by the phrase around them; a table of single characters cannot, so both
# readings fold to one (著名 and 着手 are still told apart by their other character).
_MERGED = str.maketrans("著瞭藉覆甚妳牠", "着了借复什你它")
_PUNCTUATION = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"}
    | {"‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-"}
    | {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)

_lock = Lock()
_converters: dict[str, Callable[[str], str]] = {}
_tables: dict[str, dict[int, str]] = {}


def simplify(text: str) -> str:
    """Convert Traditional Chinese to Simplified, Hong Kong and Taiwan forms included.

    Text in other scripts comes back unchanged, and so does Simplified Chinese. Unpaired
    surrogates, which no encoding can carry, become U+FFFD.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if not _CJK.search(text):
        return text
    # Hong Kong first: its variants (衞, 裏, 綫) are unknown to the general table.
    return _convert(_convert(text, "hk2s"), "t2s")


def traditionalise(text: str) -> str:
    """Convert Simplified Chinese to Traditional as Hong Kong writes it; other text is unchanged."""
    text = _SURROGATE.sub("\ufffd", text)
    return _convert(text, "s2hk") if _CJK.search(text) else text


def fold(text: str) -> str:
    """Bring a text to the one form in which it is searched and compared.

    NFKC, case folded, accents stripped from Latin letters, Traditional to Simplified, typographic
    apostrophes and hyphens plain, invisible characters dropped, a run of white space one space.
    Folding twice changes nothing.
    """
    return fold_with_map(text)[0]


def fold_with_map(text: str) -> tuple[str, tuple[int, ...]]:
    """Fold a text and say where every folded character came from.

    Returns:
        The folded text, and for each of its characters the index in `text` of the character (or
        the first of the characters) it was made from, then `len(text)`: length
        `len(folded) + 1`, never decreasing.
    """
    if text.isascii() and _is_plain(text):
        return text.lower(), tuple(range(len(text) + 1))
    folded, offsets = _fold_clusters(text)
    while not unicodedata.is_normalized("NFKC", folded):
        # What stood between a letter and its mark is gone, or a half-width mark became whole.
        again, inner = _fold_clusters(folded)
        if again == folded:
            break
        folded, offsets = again, tuple(offsets[index] for index in inner)
    return folded, offsets


def _is_plain(text: str) -> bool:
    """Whether folding an ASCII text only lowers its letters, as for most English text."""
    return "`" not in text and _ODD_SPACE.search(text) is None


def _fold_clusters(text: str) -> tuple[str, tuple[int, ...]]:
    pieces: list[str] = []
    offsets: list[int] = []
    ends_in_space = False
    for match in _CLUSTER.finditer(text):
        piece = _fold_cluster(match.group())
        if ends_in_space and piece.startswith(" "):
            # Two runs of white space with something invisible between them are one.
            piece = piece[1:]
        if piece:
            pieces.append(piece)
            offsets.extend([match.start()] * len(piece))
            ends_in_space = piece.endswith(" ")
    offsets.append(len(text))
    return "".join(pieces), tuple(offsets)


def original_span(offsets: tuple[int, ...], start: int, end: int) -> tuple[int, int]:
    """Translate a non-empty span of the folded text to the original characters it was made from.

    Where the span ends inside an original character (ﬁ folds to two letters) it takes it whole.
    """
    while end < len(offsets) - 1 and offsets[end] == offsets[end - 1]:
        end += 1
    return offsets[start], offsets[end]


def script_of(text: str) -> Script:
    """Tell in which of the three scripts a text is written, mostly.

    English where it has no Chinese characters, or fewer of them than it has words in Latin
    letters; Traditional where more characters have a Simplified form than have a Traditional one;
    else Simplified.
    """
    chinese = _CJK.findall(text)
    if not chinese or len(chinese) < len(_LATIN_WORD.findall(text)):
        return Script.EN
    to_simplified, to_traditional = _table("t2s"), _table("s2t")
    traditional = sum(ord(character) in to_simplified for character in chinese)
    simplified = sum(ord(character) in to_traditional for character in chinese)
    # At a tie the Traditional characters tell more: some of those with a Traditional form (台, 里)
    # are written in Traditional texts too, but none of theirs in Simplified ones.
    return Script.ZH_HANT if traditional and traditional >= simplified else Script.ZH_HANS


@lru_cache(maxsize=32768)
def _fold_cluster(cluster: str) -> str:
    if cluster.isspace():
        return " "
    while True:
        folded = _fold_once(cluster)
        if folded == cluster:
            return folded
        cluster = folded


def _fold_once(cluster: str) -> str:
    plain = cluster.translate(_PUNCTUATION)
    plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", plain))
    plain = unicodedata.normalize("NFKC", plain).translate(_table("fold")).translate(_PUNCTUATION)
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return _SPACES.sub(" ", plain)


def _convert(text: str, config: str) -> str:
    with _lock:
        if config not in _converters:
            # OpenCC annotates what `convert` takes and not what it returns, which is a str.
            _converters[config] = OpenCC(config).convert  # pyright: ignore[reportUnknownMemberType]
    return _converters[config](text)


def _table(name: str) -> dict[int, str]:
    """Return what each Chinese character becomes under a conversion, where it changes."""
    table = _tables.get(name)
    if table is None:
        table = _build_table(name)
        _tables[name] = table
    return table


def _build_table(name: str) -> dict[int, str]:
    characters = [chr(code) for low, high in _CJK_RANGES for code in range(low, high + 1)]
    # One call for the whole column: a call per character would take a second.
    column = "\n".join(characters)
    if name == "fold":
        column = _convert(_convert(_convert(column, "hk2s"), "t2s"), "t2s").translate(_MERGED)
    elif name == "t2s":
        column = _convert(_convert(column, "hk2s"), "t2s")
    else:
        column = _convert(column, name)
    return {
        ord(before): after
        for before, after in zip(characters, column.split("\n"), strict=True)
        if before != after
    }

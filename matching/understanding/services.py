"""Which professional services a text asks for, and which it refuses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matching.understanding.lexicon import Mention
from matching.understanding.scope import is_ruled_out, is_ruled_out_behind, link, sentence_ends

# What an enterprise says of itself is no request: "we are a logistics company", 我们是一家保险公司.
_SELF_DESCRIPTION = re.compile(
    r"\b(?:we are|we're|i am|i'm|our company is|as) (?:an?|the) [^,.;:!?\n]{0,60}?"
    r"\b(?:company|firm|manufacturer|enterprise|group|start-?up|exporter|importer|supplier|trader|"
    r"business|maker|producer|developer|contractor|factory|bank|sme|brand|provider|platform|"
    r"operator)\b|"
    r"(?:我们|我司|本公司|我公司|我方|我哋|我)(?:是|为|系)[^，。；！？,;!?\n]{0,30}?"
    r"(?:公司|企业|集团|厂|商|平台|品牌|机构|行)(?![^，。；！？,;!?\n]{0,3}的法)|"
    r"^\s*(?:某|一[家间]|有[家间])[^，。；！？,;!?\n]{0,20}?(?:公司|企业|集团|厂家|制造商|平台)"
)


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a need; `(code, mention)` pairs in the order of the text."""

    wanted: tuple[tuple[str, Mention], ...]
    refused: tuple[tuple[str, Mention], ...]
    is_contradictory: bool


def read_services(folded: str, mentions: Sequence[Mention]) -> Services:
    """Sort the services named in a text into wanted and refused.

    A refused sector refuses its branch. A sector is dropped where its sentence also names
    something within its branch: "a law firm for a merger" asks for mergers.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that name sectors, in the order of the text.
    """
    described = [match.span() for match in _SELF_DESCRIPTION.finditer(folded)]
    asked = [m for m in mentions if not any(a <= m.start and m.end <= b for a, b in described)]
    is_refused = _refusals(folded, asked)
    refused = [
        (code, mention)
        for mention, no in zip(asked, is_refused, strict=True)
        if no
        for code in mention.sectors
    ]
    refused_codes = {code for code, _ in refused}
    named = [
        (code, mention)
        for mention, no in zip(asked, is_refused, strict=True)
        if not no
        for code in mention.sectors
    ]
    wanted = [pair for pair in named if not any(_covers(code, pair[0]) for code in refused_codes)]
    return Services(
        wanted=tuple(_most_specific(folded, wanted)),
        refused=tuple(refused),
        is_contradictory=any(code in refused_codes for code, _ in named),
    )


def _covers(ancestor: str, code: str) -> bool:
    return code == ancestor or code.startswith(f"{ancestor}.")


def _refusals(folded: str, mentions: Sequence[Mention]) -> list[bool]:
    refused = [is_ruled_out(folded, mention.start, mention.end) for mention in mentions]
    links = [None] + [
        link(folded, mentions[i - 1].end, mentions[i].start) for i in range(1, len(mentions))
    ]
    for i in range(1, len(mentions)):
        if refused[i - 1] and links[i] == "link":
            refused[i] = True
    for i in range(len(mentions) - 2, -1, -1):
        if (
            links[i + 1] == "link"
            and refused[i + 1]
            and is_ruled_out_behind(folded, mentions[i + 1].end)
        ):
            refused[i] = True
    return refused


def _most_specific(folded: str, pairs: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    kept: list[tuple[str, Mention]] = []
    sentences = iter(sentence_ends(folded))
    group: list[tuple[str, Mention]] = []
    _, last = next(sentences, (0, len(folded)))
    for pair in pairs:
        if pair[1].start >= last:
            kept.extend(_without_ancestors(group))
            group = []
            while pair[1].start >= last:
                _, last = next(sentences, (0, len(folded)))
        group.append(pair)
    kept.extend(_without_ancestors(group))
    return kept


def _without_ancestors(pairs: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    codes = {code for code, _ in pairs}
    ancestors = {
        code for code in codes if any(other != code and _covers(code, other) for other in codes)
    }
    return [pair for pair in pairs if pair[0] not in ancestors]

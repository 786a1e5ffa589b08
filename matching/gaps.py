"""What a candidate does not show of what the need asks for, and how much of it it does show."""

from collections.abc import Sequence
from functools import lru_cache

from matching.eligibility import is_licensed
from matching.features.people import speaks
from matching.names import Names
from matching.shown import Shown, Wanted
from matching.types import Candidate, Gap, Sentence

# Likeness from which the nearest past work counts as the same kind of work.
ALIKE = 0.3
_MOST_KEPT = 4_096

_NOTHING_ALIKE = Gap(
    "nothing_alike",
    Sentence(
        "Nothing on record comes close to the words of the need",
        "未见与需求描述相近的记录",
        "未見與需求描述相近的記錄",
    ),
    is_unknown=False,
)
_STATEMENT_ONLY = Gap(
    "statement_only",
    Sentence(
        "Only its listing is known, no past work",
        "仅见于名录，没有过往工作记录",
        "只見於名錄，沒有過往工作記錄",
    ),
    is_unknown=False,
)
_UNKNOWN_LANGUAGES = Gap(
    "unknown_languages",
    Sentence("Languages: not known", "工作语言：不详", "工作語言：不詳"),
    is_unknown=True,
)
_UNKNOWN_QUALIFICATION = Gap(
    "unknown_qualification",
    Sentence("Practising rights: not known", "执业资质：不详", "執業資格：不詳"),
    is_unknown=True,
)


def find_gaps(wanted: Wanted, shown: Shown, names: Names) -> tuple[str, tuple[Gap, ...]]:
    """Say how well a candidate fits in one word, and list what the need asks for and it lacks.

    The word is `strong`, `good` or `partial`. Strong: everything the need asks for (the kind of
    work, each place, each sector, each language) is shown by evidence or profile, and some of the
    evidence is work done. Good: at least half of it, and one of the sectors where any is asked for.
    Else partial. A gap is what is not shown, or of which nothing is known.
    """
    gaps: list[Gap] = []
    asked: list[bool] = []
    everything, work = range(len(shown.rows)), shown.work
    if wanted.targets:
        seen = shown.places_of(everything)
        asked += [target in seen for target in wanted.targets]
        if not all(asked):
            gaps.append(_no_evidence_in(names, _lacking(wanted.targets, asked)))
    if wanted.has_words:
        # The first stands nearest.
        is_alike = bool(everything) and shown.likeness[0] >= ALIKE
        asked.append(is_alike)
        if not is_alike:
            gaps.append(_NOTHING_ALIKE)
    sectors = _are_shown(wanted, shown, everything)
    in_work = sectors if len(work) == len(everything) else _are_shown(wanted, shown, work)
    if everything and not work:
        gaps.append(_STATEMENT_ONLY)
    elif not all(in_work):
        gaps.append(_sector_not_shown(names, _lacking(wanted.sectors, in_work)))
    if wanted.query.languages_wanted:
        asked += _add_languages(wanted.query.languages_wanted, shown.candidate, names, gaps)
    if shown.candidate.qualified_in is None and any(map(is_licensed, wanted.sectors)):
        gaps.append(_UNKNOWN_QUALIFICATION)
    return _fit(asked, sectors, has_work=bool(work)), tuple(gaps)


def _lacking(asked: Sequence[str], are_shown: Sequence[bool]) -> tuple[str, ...]:
    return tuple([one for one, is_shown in zip(asked, are_shown, strict=True) if not is_shown])


def _are_shown(wanted: Wanted, shown: Shown, chosen: Sequence[int]) -> list[bool]:
    if not wanted.sectors:
        return []
    seen = shown.sectors_of(chosen)
    return [code in seen for code in wanted.sectors]


def _add_languages(
    tags: Sequence[str], candidate: Candidate, names: Names, gaps: list[Gap]
) -> list[bool]:
    """Tell which of the languages the candidate works in, and add what it lacks to its gaps."""
    spoken = [speaks(candidate.languages or (), tag) for tag in tags]
    if candidate.languages is None:
        gaps.append(_UNKNOWN_LANGUAGES)
    elif not all(spoken):
        gaps.append(_language_missing(names, _lacking(tags, spoken)))
    return spoken


def _fit(asked: list[bool], sectors: list[bool], *, has_work: bool) -> str:
    if sectors and not any(sectors):
        return "partial"
    everything = [*asked, *sectors]
    if everything and all(everything) and has_work:
        return "strong"
    return "good" if everything and sum(everything) * 2 >= len(everything) else "partial"


@lru_cache(maxsize=_MOST_KEPT)
def _no_evidence_in(names: Names, missing: tuple[str, ...]) -> Gap:
    place = names.places(missing)
    return Gap(
        "no_evidence_in",
        Sentence(
            f"No evidence in {place.en}",
            f"没有在{place.zh_hans}的佐证",
            f"沒有在{place.zh_hant}的佐證",
        ),
        is_unknown=False,
    )


@lru_cache(maxsize=_MOST_KEPT)
def _sector_not_shown(names: Names, unshown: tuple[str, ...]) -> Gap:
    sector = names.sectors_named(unshown)
    return Gap(
        "sector_not_shown",
        Sentence(
            f"No past work on record in: {sector.en}",
            f"未见以下领域的过往工作记录：{sector.zh_hans}",
            f"未見以下界別的過往工作記錄：{sector.zh_hant}",
        ),
        is_unknown=False,
    )


@lru_cache(maxsize=_MOST_KEPT)
def _language_missing(names: Names, lacking: tuple[str, ...]) -> Gap:
    said = names.languages_named(lacking)
    return Gap(
        "language_missing",
        Sentence(
            f"Does not work in {said.en}",
            f"不使用：{said.zh_hans}",
            f"不使用：{said.zh_hant}",
        ),
        is_unknown=False,
    )

"""What a candidate does not show of what the need asks for, and how much of it it does show."""

from collections.abc import Sequence

from matching.eligibility import is_licensed
from matching.features.context import MatchContext, counted_rows, sectors_of, targets_of
from matching.features.people import speaks
from matching.names import Names
from matching.types import Candidate, Gap, IntArray, Sentence

# Likeness from which the nearest past work counts as the same kind of work.
ALIKE = 0.3


def find_gaps(
    context: MatchContext, row: int, candidate: Candidate, names: Names
) -> tuple[Gap, ...]:
    """List what the need asks for and the candidate does not show, or of which nothing is known."""
    gaps: list[Gap] = []
    index, query = context.index, context.query
    rows = counted_rows(context, row)
    seen = index.places_of(rows)
    missing = [target for target in targets_of(query) if target not in seen]
    if missing:
        place = names.places(missing)
        gaps.append(
            Gap(
                "no_evidence_in",
                Sentence(
                    f"No evidence in {place.en}",
                    f"没有在{place.zh_hans}的佐证",
                    f"沒有在{place.zh_hant}的佐證",
                ),
                is_unknown=False,
            )
        )
    if context.has_words and not _is_alike(context, rows):
        gaps.append(
            Gap(
                "nothing_alike",
                Sentence(
                    "Nothing on record comes close to the words of the need",
                    "未见与需求描述相近的记录",
                    "未見與需求描述相近的記錄",
                ),
                is_unknown=False,
            )
        )
    wanted = sectors_of(query, index.tree)
    work = rows[~index.is_statement[rows]]
    is_listing_only = bool(rows.size) and not work.size
    shown = index.sectors_of(work)
    unshown = [w for w in wanted if w not in shown]
    if unshown and not is_listing_only:
        sector = names.sectors_named(unshown)
        gaps.append(
            Gap(
                "sector_not_shown",
                Sentence(
                    f"No past work on record in: {sector.en}",
                    f"未见以下领域的过往工作记录：{sector.zh_hans}",
                    f"未見以下界別的過往工作記錄：{sector.zh_hant}",
                ),
                is_unknown=False,
            )
        )
    if is_listing_only:
        gaps.append(
            Gap(
                "statement_only",
                Sentence(
                    "Only its listing is known, no past work",
                    "仅见于名录，没有过往工作记录",
                    "只見於名錄，沒有過往工作記錄",
                ),
                is_unknown=False,
            )
        )
    gaps.extend(_language_gaps(query.languages_wanted, candidate, names))
    if wanted and any(is_licensed(code) for code in wanted) and candidate.qualified_in is None:
        gaps.append(
            Gap(
                "unknown_qualification",
                Sentence("Practising rights: not known", "执业资质：不详", "執業資格：不詳"),
                is_unknown=True,
            )
        )
    return tuple(gaps)


def _language_gaps(wanted: Sequence[str], candidate: Candidate, names: Names) -> list[Gap]:
    if not wanted:
        return []
    if candidate.languages is None:
        sentence = Sentence("Languages: not known", "工作语言：不详", "工作語言：不詳")
        return [Gap("unknown_languages", sentence, is_unknown=True)]
    lacking = [tag for tag in wanted if not speaks(candidate.languages, tag)]
    if not lacking:
        return []
    said = names.languages_named(lacking)
    sentence = Sentence(
        f"Does not work in {said.en}",
        f"不使用：{said.zh_hans}",
        f"不使用：{said.zh_hant}",
    )
    return [Gap("language_missing", sentence, is_unknown=False)]


def _is_alike(context: MatchContext, rows: IntArray) -> bool:
    return bool(rows.size) and float(context.likeness[rows].max()) >= ALIKE


def fit_of(context: MatchContext, row: int, candidate: Candidate) -> str:
    """Say how well a candidate fits in one word: `strong`, `good` or `partial`.

    Strong: everything the need asks for (the kind of work, each place, each sector, each
    language) is shown by evidence or profile, and some of the evidence is work done. Good: at
    least half of it, and one of the sectors where any is asked for. Else partial.
    """
    rows = counted_rows(context, row)
    index, query = context.index, context.query
    asked: list[bool] = []
    if context.has_words:
        asked.append(_is_alike(context, rows))
    seen = index.places_of(rows)
    asked.extend(target in seen for target in targets_of(query))
    shown = index.sectors_of(rows)
    sectors = [w in shown for w in sectors_of(query, index.tree)]
    asked.extend(sectors)
    asked.extend(speaks(candidate.languages or (), tag) for tag in query.languages_wanted)
    has_work = bool((~index.is_statement[rows]).any())
    if sectors and not any(sectors):
        return "partial"
    if asked and all(asked) and has_work:
        return "strong"
    return "good" if asked and sum(asked) * 2 >= len(asked) else "partial"

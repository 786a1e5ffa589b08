"""From contributions to words: reasons with their evidence, gaps, and how well a candidate fits.

Sentences are made from templates in three scripts; every name in them comes from the lists that
operators keep. Nothing is said that a cited piece of evidence or the profile does not show.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.eligibility import is_licensed
from matching.features.catalogue import CATALOGUE, ReasonKind
from matching.features.context import MatchContext, sectors_of, targets_of
from matching.features.people import speaks
from matching.features.practice import per_matter_size_fit
from matching.types import (
    Candidate,
    CitedEvidence,
    FloatArray,
    Gap,
    IntArray,
    RankedProvider,
    Reason,
    ScoredCandidate,
    Sentence,
)

CITED = 3
TITLE_LENGTH = 110
# Likeness from which the nearest past work counts as the same kind of work.
ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Names:
    """What jurisdictions, sectors and languages are called in the three scripts."""

    jurisdictions: Mapping[str, Sentence]
    sectors: Mapping[str, Sentence]
    languages: Mapping[str, Sentence]

    def places(self, codes: Sequence[str]) -> Sentence:
        """Join the names of jurisdictions; a code without a name stands for itself."""
        return _joined([self.jurisdictions.get(c, Sentence(c, c, c)) for c in codes])

    def sectors_named(self, codes: Sequence[str]) -> Sentence:
        """Join the names of sectors."""
        return _joined([self.sectors.get(c, Sentence(c, c, c)) for c in codes])

    def languages_named(self, tags: Sequence[str]) -> Sentence:
        """Join the names of languages."""
        return _joined([self.languages.get(t, Sentence(t, t, t)) for t in tags])


def _joined(names: Sequence[Sentence]) -> Sentence:
    return Sentence(
        ", ".join(name.en for name in names),
        "、".join(name.zh_hans for name in names),
        "、".join(name.zh_hant for name in names),
    )


def explain(
    context: MatchContext,
    scored: Sequence[ScoredCandidate],
    features: FloatArray,
    names: Names,
) -> tuple[RankedProvider, ...]:
    """Say why each ranked candidate stands where it stands.

    Args:
        context: the need laid against the index.
        scored: best first.
        features: shape (n, f), the features the scores were made from.
        names: what places and sectors are called.
    """
    return tuple(
        _explain_one(
            context, rank, candidate, features[context.index.row_of[candidate.provider_id]], names
        )
        for rank, candidate in enumerate(scored, start=1)
    )


def _explain_one(
    context: MatchContext, rank: int, scored: ScoredCandidate, values: FloatArray, names: Names
) -> RankedProvider:
    row = context.index.row_of[scored.provider_id]
    candidate = context.index.candidates[row]
    parts: dict[ReasonKind, float] = {}
    greatest: dict[ReasonKind, float] = {}
    contributions: list[tuple[str, float | None, float]] = []
    for feature, value, part in zip(CATALOGUE, values, scored.contributions, strict=True):
        known = None if np.isnan(value) else round(float(value), 6)
        contributions.append((feature.name, known, part))
        parts[feature.reason] = parts.get(feature.reason, 0.0) + part
        if known is not None:
            greatest[feature.reason] = max(greatest.get(feature.reason, 0.0), known)
    reasons: list[Reason] = []
    for kind, part in parts.items():
        if part <= 0.0:
            continue
        sentence, cited = _SAY[kind](context, row, candidate, names)
        reasons.append(
            Reason(
                feature=kind,
                value=greatest.get(kind),
                contribution=part,
                sentence=sentence,
                evidence=_cite(context, scored.provider_id, cited),
            )
        )
    reasons.sort(key=lambda reason: (-reason.contribution, reason.feature))
    return RankedProvider(
        rank=rank,
        provider_id=scored.provider_id,
        score=scored.score,
        fit=fit_of(context, row, candidate),
        contributions=tuple(contributions),
        reasons=tuple(reasons),
        gaps=find_gaps(context, row, candidate, names),
    )


def _cite(
    context: MatchContext, provider_id: str, rows: Sequence[int]
) -> tuple[CitedEvidence, ...]:
    cited: list[CitedEvidence] = []
    for row in rows:
        matter = context.index.matters[row]
        cited.append(
            CitedEvidence(
                matter.evidence_ids[provider_id], matter.text, matter.jurisdictions, matter.dated_on
            )
        )
    return tuple(cited)


def _nearest(context: MatchContext, rows: IntArray) -> list[int]:
    """Order a candidate's matters by likeness to the need, nearest first; at most `CITED`."""
    likeness = context.likeness[rows]
    order = np.lexsort((rows, -context.index.dated[rows], -likeness))
    return [int(rows[i]) for i in order[:CITED]]


Said = tuple[Sentence, Sequence[int]]


def _similar_work(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = _counted(context, row)
    alike = rows[context.likeness[rows] > 0]
    cited = _nearest(context, alike if alike.size else rows)
    about = _about(context, cited[0], names)
    if context.index.is_statement[cited[0]]:
        return (
            Sentence(
                f"Nearest to the need: {about.en}",
                f"与需求最相近：{about.zh_hans}",
                f"與需求最相近：{about.zh_hant}",
            ),
            cited,
        )
    return (
        Sentence(
            f"Closest past work: {about.en}",
            f"最相近的过往工作：{about.zh_hans}",
            f"最相近的過往工作：{about.zh_hant}",
        ),
        cited,
    )


def _work_in_target(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    there = rows[context.in_target[rows]]
    work = there[~context.index.is_statement[there]]
    # Where there is work, a place that is only listed is not named as a place of work.
    said = work if work.size else there
    seen = {code for r in said for code in context.index.matters[r].jurisdictions}
    place = names.places([target for target in targets_of(context.query) if target in seen])
    if not work.size:
        return (
            Sentence(
                f"Listed for {place.en}; no past work there on record",
                f"登记于{place.zh_hans}；未见当地过往工作记录",
                f"登記於{place.zh_hant}；未見當地過往工作記錄",
            ),
            _nearest(context, there),
        )
    n = work.size
    years = [m.dated_on.year for m in (context.index.matters[r] for r in work) if m.dated_on]
    latest = (
        Sentence(
            f", the latest in {max(years)}",
            f"，最近一项在{max(years)}年",
            f"，最近一項在{max(years)}年",
        )
        if years
        else Sentence("", "", "")
    )
    return (
        Sentence(
            f"{_pieces(n)} of past work in {place.en}{latest.en}",
            f"在{place.zh_hans}有{n}项过往工作{latest.zh_hans}",
            f"在{place.zh_hant}有{n}項過往工作{latest.zh_hant}",
        ),
        _nearest(context, work),
    )


def _work_near_target(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    near = rows[context.near_target[rows] & ~context.index.is_statement[rows]]
    around = set(context.index.neighbours(targets_of(context.query)))
    counted = Counter(
        code for r in near for code in context.index.matters[r].jurisdictions if code in around
    )
    place = names.places([code for code, _ in sorted(counted.items(), key=_most_first)[:CITED]])
    n = near.size
    return (
        Sentence(
            f"{_pieces(n)} of past work in the same region: {place.en}",
            f"在同一区域有{n}项过往工作：{place.zh_hans}",
            f"在同一區域有{n}項過往工作：{place.zh_hant}",
        ),
        _nearest(context, near),
    )


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _pieces(n: int) -> str:
    return f"{n} {'piece' if n == 1 else 'pieces'}"


def _based_in_target(_context: MatchContext, _row: int, candidate: Candidate, names: Names) -> Said:
    place = names.places([candidate.home_jurisdiction or ""])
    return (
        Sentence(f"Based in {place.en}", f"设在{place.zh_hans}", f"設於{place.zh_hant}"),
        (),
    )


def _sector_shown(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    there = rows[context.in_sector[rows] & ~context.index.is_statement[rows]]
    wanted = sectors_of(context.query, context.index.tree)
    shown = [
        w for w in wanted if np.intersect1d(there, context.index.by_sector.get(w, there[:0])).size
    ]
    sector = names.sectors_named(shown)
    n = there.size
    return (
        Sentence(
            f"{_pieces(n)} of past work in: {sector.en}",
            f"有{n}项过往工作属于：{sector.zh_hans}",
            f"有{n}項過往工作屬於：{sector.zh_hant}",
        ),
        _nearest(context, there),
    )


def _sector_in_target(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    both = context.in_sector[rows] & context.in_target[rows] & ~context.index.is_statement[rows]
    there = rows[both]
    shown = {code for r in there for code in context.index.matters[r].jurisdictions}
    place = names.places([target for target in targets_of(context.query) if target in shown])
    n = there.size
    return (
        Sentence(
            f"{_pieces(n)} of past work of the kind asked for in {place.en}",
            f"在{place.zh_hans}有{n}项所需领域的过往工作",
            f"在{place.zh_hant}有{n}項所需界別的過往工作",
        ),
        _nearest(context, there),
    )


def _sector_listed(context: MatchContext, _row: int, candidate: Candidate, names: Names) -> Said:
    tree = context.index.tree
    wanted = sectors_of(context.query, tree)
    near = [
        code for code in candidate.sector_codes if any(tree.similarity(w, code) > 0 for w in wanted)
    ]
    near.sort(key=lambda code: (-max(tree.similarity(w, code) for w in wanted), code))
    sector = names.sectors_named(near[:CITED])
    return (
        Sentence(
            f"Listed under: {sector.en}",
            f"登记的专业领域：{sector.zh_hans}",
            f"登記的專業界別：{sector.zh_hant}",
        ),
        (),
    )


def _size(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said:
    fits = per_matter_size_fit(context)
    rows = _counted(context, row)
    assert fits is not None  # noqa: S101 the reason exists only where the need states its value
    best = int(rows[np.lexsort((rows, -context.likeness[rows], -fits[rows]))[0]])
    amount = context.index.matters[best].amount_usd or 0.0
    return (
        Sentence(
            f"Past work of similar value: US$ {amount:,.0f}",
            f"有金额相近的过往工作：{amount:,.0f}美元",
            f"有金額相近的過往工作：{amount:,.0f}美元",
        ),
        [best],
    )


def _recent_work(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said:
    rows = _counted(context, row)
    work = rows[~context.index.is_statement[rows]]
    dated = work[~np.isnan(context.age_years[work])]
    latest = int(dated[np.lexsort((dated, -context.index.dated[dated]))[0]])
    day = context.index.matters[latest].dated_on
    year = day.year if day else 0
    return (
        Sentence(
            f"Latest work on record: {year}",
            f"最近一项有记录的工作：{year}年",
            f"最近一項有記錄的工作：{year}年",
        ),
        [latest],
    )


def _languages(context: MatchContext, _row: int, candidate: Candidate, names: Names) -> Said:
    spoken = [t for t in context.query.languages_wanted if speaks(candidate.languages or (), t)]
    said = names.languages_named(spoken)
    return (
        Sentence(f"Works in {said.en}", f"工作语言：{said.zh_hans}", f"工作語言：{said.zh_hant}"),
        (),
    )


def _verified_record(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said:
    rows = _counted(context, row)
    verified = rows[context.index.is_verified[rows]]
    n = verified.size
    return (
        Sentence(
            f"{_pieces(n)} of evidence on public record or verified",
            f"{n}项佐证载于公开记录或已核实",
            f"{n}項佐證載於公開記錄或已核實",
        ),
        _nearest(context, verified),
    )


_SAY = {
    ReasonKind.SIMILAR_WORK: _similar_work,
    ReasonKind.WORK_IN_TARGET: _work_in_target,
    ReasonKind.WORK_NEAR_TARGET: _work_near_target,
    ReasonKind.BASED_IN_TARGET: _based_in_target,
    ReasonKind.SECTOR_SHOWN: _sector_shown,
    ReasonKind.SECTOR_IN_TARGET: _sector_in_target,
    ReasonKind.SECTOR_LISTED: _sector_listed,
    ReasonKind.SIZE: _size,
    ReasonKind.RECENT_WORK: _recent_work,
    ReasonKind.LANGUAGES: _languages,
    ReasonKind.VERIFIED_RECORD: _verified_record,
}


def _counted(context: MatchContext, row: int) -> IntArray:
    rows = context.index.evidence_of(row)
    return rows[context.counts[rows]]


def _about(context: MatchContext, matter_row: int, names: Names) -> Sentence:
    matter = context.index.matters[matter_row]
    quoted = matter.description.strip() or matter.title.strip()
    if len(quoted) > TITLE_LENGTH:
        quoted = quoted[: TITLE_LENGTH - 1].rstrip() + "…"
    place = names.places(matter.jurisdictions)
    year = str(matter.dated_on.year) if matter.dated_on else ""
    en = ", ".join(part for part in (place.en, year) if part)
    hans = "，".join(part for part in (place.zh_hans, f"{year}年" if year else "") if part)
    hant = "，".join(part for part in (place.zh_hant, f"{year}年" if year else "") if part)
    return Sentence(
        f"“{quoted}”" + (f" ({en})" if en else ""),
        f"“{quoted}”" + (f"（{hans}）" if hans else ""),
        f"「{quoted}」" + (f"（{hant}）" if hant else ""),
    )


def find_gaps(
    context: MatchContext, row: int, candidate: Candidate, names: Names
) -> tuple[Gap, ...]:
    """List what the need asks for and the candidate does not show, or of which nothing is known."""
    gaps: list[Gap] = []
    index, query = context.index, context.query
    rows = _counted(context, row)
    seen = {code for r in rows for code in index.matters[r].jurisdictions}
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
    unshown = [w for w in wanted if not np.isin(work, index.by_sector.get(w, work[:0])).any()]
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
                    "仅有登记信息，没有过往工作记录",
                    "只有登記資料，沒有過往工作記錄",
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
    language) is shown by evidence or profile. Good: at least half of it. Else partial.
    """
    rows = _counted(context, row)
    index, query = context.index, context.query
    asked: list[bool] = []
    if context.has_words:
        asked.append(_is_alike(context, rows))
    seen = {code for r in rows for code in index.matters[r].jurisdictions}
    asked.extend(target in seen for target in targets_of(query))
    asked.extend(
        bool(np.isin(rows, index.by_sector.get(w, rows[:0])).any())
        for w in sectors_of(query, index.tree)
    )
    asked.extend(speaks(candidate.languages or (), tag) for tag in query.languages_wanted)
    if asked and all(asked):
        return "strong"
    return "good" if asked and sum(asked) * 2 >= len(asked) else "partial"

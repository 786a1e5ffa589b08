"""From contributions to words: each part of a score as a reason, with the evidence for it.

Sentences are made from templates in three scripts; every name in them comes from the lists that
operators keep. Nothing is said that a cited piece of evidence or the profile does not show.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from matching.citing import CITED, Said, nearest, pieces
from matching.explain_corridors import say_close_to_target, say_corridor
from matching.features.catalogue import CATALOGUE, ReasonKind
from matching.features.context import MatchContext, counted_rows, sectors_of, targets_of
from matching.features.people import speaks
from matching.features.practice import per_matter_size_fit
from matching.gaps import find_gaps, fit_of
from matching.names import Names
from matching.types import (
    Candidate,
    CitedEvidence,
    FloatArray,
    RankedProvider,
    Reason,
    ScoredCandidate,
    Sentence,
)

TITLE_LENGTH = 110


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


def _similar_work(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = counted_rows(context, row)
    alike = rows[context.likeness[rows] > 0]
    cited = nearest(context, alike if alike.size else rows)
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
    seen = context.index.places_of(said)
    place = names.places([target for target in targets_of(context.query) if target in seen])
    if not work.size:
        return (
            Sentence(
                f"Listed for {place.en}; no past work there on record",
                f"名录所列服务地：{place.zh_hans}；未见当地过往工作记录",
                f"名錄所列服務地：{place.zh_hant}；未見當地過往工作記錄",
            ),
            nearest(context, there),
        )
    n = work.size
    years = [m.dated_on.year for m in context.index.matters_at(work) if m.dated_on]
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
            f"{pieces(n)} of past work in {place.en}{latest.en}",
            f"在{place.zh_hans}有{n}项过往工作{latest.zh_hans}",
            f"在{place.zh_hant}有{n}項過往工作{latest.zh_hant}",
        ),
        nearest(context, work),
    )


def _work_near_target(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    near = rows[context.near_target[rows] & ~context.index.is_statement[rows]]
    around = set(context.index.neighbours(targets_of(context.query)))
    counted = Counter(
        code for m in context.index.matters_at(near) for code in m.jurisdictions if code in around
    )
    place = names.places([code for code, _ in sorted(counted.items(), key=_most_first)[:CITED]])
    n = near.size
    return (
        Sentence(
            f"{pieces(n)} of past work in the same region: {place.en}",
            f"在同一区域有{n}项过往工作：{place.zh_hans}",
            f"在同一區域有{n}項過往工作：{place.zh_hant}",
        ),
        nearest(context, near),
    )


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


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
            f"{pieces(n)} of past work in: {sector.en}",
            f"有{n}项过往工作属于：{sector.zh_hans}",
            f"有{n}項過往工作屬於：{sector.zh_hant}",
        ),
        nearest(context, there),
    )


def _sector_in_target(context: MatchContext, row: int, _candidate: Candidate, names: Names) -> Said:
    rows = context.index.evidence_of(row)
    both = context.in_sector[rows] & context.in_target[rows] & ~context.index.is_statement[rows]
    there = rows[both]
    shown = context.index.places_of(there)
    place = names.places([target for target in targets_of(context.query) if target in shown])
    n = there.size
    return (
        Sentence(
            f"{pieces(n)} of past work of the kind asked for in {place.en}",
            f"在{place.zh_hans}有{n}项所需领域的过往工作",
            f"在{place.zh_hant}有{n}項所需界別的過往工作",
        ),
        nearest(context, there),
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
            f"名录所列专业领域：{sector.zh_hans}",
            f"名錄所列專業界別：{sector.zh_hant}",
        ),
        (),
    )


def _size(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said:
    fits = per_matter_size_fit(context)
    rows = counted_rows(context, row)
    assert fits is not None  # noqa: S101 the reason exists only where the need states its value
    best = int(rows[np.lexsort((rows, -context.likeness[rows], -fits[rows]))[0]])
    amount = context.index.matters[best].amount_usd or 0.0
    return (
        Sentence(
            f"Past work nearest in value: US$ {amount:,.0f}",
            f"金额最相近的过往工作：{amount:,.0f}美元",
            f"金額最相近的過往工作：{amount:,.0f}美元",
        ),
        [best],
    )


def _recent_work(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said:
    rows = counted_rows(context, row)
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
    rows = counted_rows(context, row)
    verified = rows[context.index.is_verified[rows]]
    n = verified.size
    return (
        Sentence(
            f"{pieces(n)} of evidence on public record or verified",
            f"{n}项佐证载于公开记录或已核实",
            f"{n}項佐證載於公開記錄或已核實",
        ),
        nearest(context, verified),
    )


_SAY = {
    ReasonKind.SIMILAR_WORK: _similar_work,
    ReasonKind.WORK_IN_TARGET: _work_in_target,
    ReasonKind.WORK_NEAR_TARGET: _work_near_target,
    ReasonKind.BASED_IN_TARGET: _based_in_target,
    ReasonKind.CORRIDOR: say_corridor,
    ReasonKind.CLOSE_TO_TARGET: say_close_to_target,
    ReasonKind.SECTOR_SHOWN: _sector_shown,
    ReasonKind.SECTOR_IN_TARGET: _sector_in_target,
    ReasonKind.SECTOR_LISTED: _sector_listed,
    ReasonKind.SIZE: _size,
    ReasonKind.RECENT_WORK: _recent_work,
    ReasonKind.LANGUAGES: _languages,
    ReasonKind.VERIFIED_RECORD: _verified_record,
}


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

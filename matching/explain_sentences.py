"""The words for reasons: what is said of a candidate, and the rows of the evidence it rests on.

Sentences are made from templates in three scripts; every name in them comes from the lists that
operators keep. Nothing is said that a cited piece of evidence or the profile does not show: where
neither shows anything, a function returns None.
"""

from collections import Counter
from datetime import date

import numpy as np

from matching.citing import CITED, Said, nearest, pieces
from matching.features.context import MatchContext, counted_rows, sectors_of, targets_of
from matching.features.people import speaks
from matching.features.practice import per_matter_size_fit
from matching.index.shard import UNDATED
from matching.names import Names
from matching.types import Candidate, IntArray, Sentence

TITLE_LENGTH = 110


def say_similar_work(
    context: MatchContext, row: int, _candidate: Candidate, names: Names
) -> Said | None:
    """Quote the piece of evidence that comes nearest to the need."""
    rows = counted_rows(context, row)
    alike = rows[context.likeness[rows] > 0]
    cited = nearest(context, alike if alike.size else rows)
    if not cited:
        return None
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


def say_work_in_target(
    context: MatchContext, row: int, _candidate: Candidate, names: Names
) -> Said | None:
    """Count the work in the target jurisdictions, or say that they are only listed."""
    rows = context.index.evidence_of(row)
    there = rows[context.in_target[rows]]
    if not there.size:
        return None
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
    years = _years(context, work)
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


def say_work_near_target(
    context: MatchContext, row: int, _candidate: Candidate, names: Names
) -> Said | None:
    """Count the work elsewhere in the region of the targets."""
    rows = context.index.evidence_of(row)
    near = rows[context.near_target[rows] & ~context.index.is_statement[rows]]
    if not near.size:
        return None
    around = set(context.index.neighbours(targets_of(context.query)))
    counted = Counter(
        code for row in near.tolist() for code in context.index.places[row] if code in around
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


def _years(context: MatchContext, rows: IntArray) -> list[int]:
    days = context.index.dated[rows].tolist()
    return [date.fromordinal(day).year for day in days if day != UNDATED]


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def say_based_in_target(
    context: MatchContext, _row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Say in which target jurisdiction the candidate is based."""
    home = candidate.home_jurisdiction
    if home is None or home not in targets_of(context.query):
        return None
    place = names.places([home])
    return (
        Sentence(f"Based in {place.en}", f"设在{place.zh_hans}", f"設於{place.zh_hant}"),
        (),
    )


def say_sector_shown(
    context: MatchContext, row: int, _candidate: Candidate, names: Names
) -> Said | None:
    """Count the work in the sectors asked for."""
    rows = context.index.evidence_of(row)
    there = rows[context.in_sector[rows] & ~context.index.is_statement[rows]]
    if not there.size:
        return None
    seen = context.index.sectors_of(there)
    shown = [w for w in sectors_of(context.query, context.index.tree) if w in seen]
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


def say_sector_in_target(
    context: MatchContext, row: int, _candidate: Candidate, names: Names
) -> Said | None:
    """Count the work in those sectors in the target jurisdictions themselves."""
    rows = context.index.evidence_of(row)
    both = context.in_sector[rows] & context.in_target[rows] & ~context.index.is_statement[rows]
    there = rows[both]
    if not there.size:
        return None
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


def say_sector_listed(
    context: MatchContext, _row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Name the sectors near those asked for under which the candidate is listed."""
    tree = context.index.tree
    wanted = sectors_of(context.query, tree)
    near = [
        code for code in candidate.sector_codes if any(tree.similarity(w, code) > 0 for w in wanted)
    ]
    if not near:
        return None
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


def say_size(context: MatchContext, row: int, _candidate: Candidate, _names: Names) -> Said | None:
    """Say what the piece of work nearest in value was worth."""
    fits = per_matter_size_fit(context)
    rows = counted_rows(context, row)
    if fits is None or not (fits[rows] > 0.0).any():
        return None
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


def say_recent_work(
    context: MatchContext, row: int, _candidate: Candidate, _names: Names
) -> Said | None:
    """Say in which year the latest work was."""
    rows = counted_rows(context, row)
    work = rows[~context.index.is_statement[rows]]
    dated = work[~np.isnan(context.age_years[work])]
    if not dated.size:
        return None
    latest = int(dated[np.lexsort((dated, -context.index.dated[dated]))[0]])
    year = date.fromordinal(int(context.index.dated[latest])).year
    return (
        Sentence(
            f"Latest work on record: {year}",
            f"最近一项有记录的工作：{year}年",
            f"最近一項有記錄的工作：{year}年",
        ),
        [latest],
    )


def say_languages(
    context: MatchContext, _row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Name the languages asked for in which the candidate works."""
    spoken = [t for t in context.query.languages_wanted if speaks(candidate.languages or (), t)]
    if not spoken:
        return None
    said = names.languages_named(spoken)
    return (
        Sentence(f"Works in {said.en}", f"工作语言：{said.zh_hans}", f"工作語言：{said.zh_hant}"),
        (),
    )


def say_verified_record(
    context: MatchContext, row: int, _candidate: Candidate, _names: Names
) -> Said | None:
    """Count the evidence that somebody else has verified."""
    rows = counted_rows(context, row)
    verified = rows[context.index.is_verified[rows]]
    if not verified.size:
        return None
    n = verified.size
    return (
        Sentence(
            f"{pieces(n)} of evidence on public record or verified",
            f"{n}项佐证载于公开记录或已核实",
            f"{n}項佐證載於公開記錄或已核實",
        ),
        nearest(context, verified),
    )


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

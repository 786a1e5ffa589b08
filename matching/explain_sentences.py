"""The words for reasons: what is said of a candidate, and the pieces of evidence it rests on.

Sentences are made from templates in three scripts; every name in them comes from the lists that
operators keep. Nothing is said that a cited piece of evidence or the profile does not show: where
neither shows anything, a function returns None. What is said alike of many is worded once and kept.
"""

from datetime import date
from functools import lru_cache

from matching.citing import CITED, Said, pieces
from matching.features.people import speaks
from matching.features.practice import WIDEST_GAP
from matching.index.shard import UNDATED
from matching.names import Names
from matching.shown import IN_SECTOR, IN_TARGET, NEAR_TARGET, VERIFIED, WORK, Shown, Wanted
from matching.types import Sentence

TITLE_LENGTH = 110
_MOST_KEPT = 4_096


def say_similar_work(_wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Quote the piece of evidence that comes nearest to the need."""
    if not shown.rows:
        return None
    likeness = shown.likeness[:CITED]
    # They stand nearest first: where the first is like the need at all, only those that are count.
    alike = [at for at, value in enumerate(likeness) if value > 0] or range(len(likeness))
    nearest = shown.quotation(0)
    quoted = nearest.work
    if len(quoted) > TITLE_LENGTH:
        quoted = quoted[: TITLE_LENGTH - 1].rstrip() + "…"
    year = nearest.dated_on.year if nearest.dated_on else None
    where = _where_and_when(names, nearest.jurisdictions, year)
    if not shown.marks[0] & WORK:
        return (
            Sentence(
                f"Nearest to the need: “{quoted}”{where.en}",
                f"与需求最相近：“{quoted}”{where.zh_hans}",
                f"與需求最相近：「{quoted}」{where.zh_hant}",
            ),
            alike,
        )
    return (
        Sentence(
            f"Closest past work: “{quoted}”{where.en}",
            f"最相近的过往工作：“{quoted}”{where.zh_hans}",
            f"最相近的過往工作：「{quoted}」{where.zh_hant}",
        ),
        alike,
    )


@lru_cache(maxsize=_MOST_KEPT)
def _where_and_when(names: Names, jurisdictions: tuple[str, ...], year: int | None) -> Sentence:
    place = names.places(jurisdictions)
    en = ", ".join(part for part in (place.en, str(year or "")) if part)
    hans = "，".join(part for part in (place.zh_hans, f"{year}年" if year else "") if part)
    hant = "，".join(part for part in (place.zh_hant, f"{year}年" if year else "") if part)
    return Sentence(
        f" ({en})" if en else "", f"（{hans}）" if hans else "", f"（{hant}）" if hant else ""
    )


def say_work_in_target(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Count the work in the target jurisdictions, or say that they are only listed."""
    # Where there is work, a place that is only listed is not named as a place of work.
    work = shown.having(IN_TARGET | WORK)
    there = work or shown.having(IN_TARGET)
    if not there:
        return None
    targets = shown.targets_of(wanted, there)
    if not work:
        return _listed_for(names, targets), there[:CITED]
    latest = max([shown.dated[at] for at in work])
    year = None if latest == UNDATED else date.fromordinal(latest).year
    return _work_in(names, targets, len(work), year), work[:CITED]


@lru_cache(maxsize=_MOST_KEPT)
def _listed_for(names: Names, targets: tuple[str, ...]) -> Sentence:
    place = names.places(targets)
    return Sentence(
        f"Listed for {place.en}; no past work there on record",
        f"名录所列服务地：{place.zh_hans}；未见当地过往工作记录",
        f"名錄所列服務地：{place.zh_hant}；未見當地過往工作記錄",
    )


@lru_cache(maxsize=_MOST_KEPT)
def _work_in(names: Names, targets: tuple[str, ...], n: int, year: int | None) -> Sentence:
    place = names.places(targets)
    latest = Sentence("", "", "")
    if year is not None:
        latest = Sentence(
            f", the latest in {year}", f"，最近一项在{year}年", f"，最近一項在{year}年"
        )
    return Sentence(
        f"{pieces(n)} of past work in {place.en}{latest.en}",
        f"在{place.zh_hans}有{n}项过往工作{latest.zh_hans}",
        f"在{place.zh_hant}有{n}項過往工作{latest.zh_hant}",
    )


def say_work_near_target(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Count the work elsewhere in the region of the targets."""
    near = shown.having(NEAR_TARGET | WORK)
    if not near:
        return None
    counted: dict[str, int] = {}
    for at in near:
        for code in shown.places[at]:
            if wanted.is_around(code):
                counted[code] = counted.get(code, 0) + 1
    most_first = sorted(counted, key=lambda code: (-counted[code], code))
    return _work_near(names, tuple(most_first[:CITED]), len(near)), near[:CITED]


@lru_cache(maxsize=_MOST_KEPT)
def _work_near(names: Names, places: tuple[str, ...], n: int) -> Sentence:
    place = names.places(places)
    return Sentence(
        f"{pieces(n)} of past work in the same region: {place.en}",
        f"在同一区域有{n}项过往工作：{place.zh_hans}",
        f"在同一區域有{n}項過往工作：{place.zh_hant}",
    )


def say_based_in_target(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Say in which target jurisdiction the candidate is based."""
    home = shown.candidate.home_jurisdiction
    return (_based_in(names, home), ()) if home is not None and home in wanted.targets else None


@lru_cache(maxsize=_MOST_KEPT)
def _based_in(names: Names, home: str) -> Sentence:
    place = names.places((home,))
    return Sentence(f"Based in {place.en}", f"设在{place.zh_hans}", f"設於{place.zh_hant}")


def say_sector_shown(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Count the work in the sectors asked for."""
    there = shown.having(IN_SECTOR | WORK)
    if not there:
        return None
    seen = shown.sectors_of(there)
    sectors = tuple([code for code in wanted.sectors if code in seen])
    return _work_of_kind(names, sectors, len(there)), there[:CITED]


@lru_cache(maxsize=_MOST_KEPT)
def _work_of_kind(names: Names, sectors: tuple[str, ...], n: int) -> Sentence:
    sector = names.sectors_named(sectors)
    return Sentence(
        f"{pieces(n)} of past work in: {sector.en}",
        f"有{n}项过往工作属于：{sector.zh_hans}",
        f"有{n}項過往工作屬於：{sector.zh_hant}",
    )


def say_sector_in_target(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Count the work in those sectors in the target jurisdictions themselves."""
    there = shown.having(IN_SECTOR | IN_TARGET | WORK)
    if not there:
        return None
    targets = shown.targets_of(wanted, there)
    return _work_of_kind_in(names, targets, len(there)), there[:CITED]


@lru_cache(maxsize=_MOST_KEPT)
def _work_of_kind_in(names: Names, targets: tuple[str, ...], n: int) -> Sentence:
    place = names.places(targets)
    return Sentence(
        f"{pieces(n)} of past work of the kind asked for in {place.en}",
        f"在{place.zh_hans}有{n}项所需领域的过往工作",
        f"在{place.zh_hant}有{n}項所需界別的過往工作",
    )


def say_sector_listed(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Name the sectors near those asked for under which the candidate is listed."""
    listed = shown.candidate.sector_codes
    if not listed or not wanted.sectors:
        return None
    similarity = wanted.tree.similarity
    nearness = [(-max([similarity(w, code) for w in wanted.sectors]), code) for code in listed]
    near = sorted([found for found in nearness if found[0] < 0])
    return (_listed_under(names, tuple([code for _, code in near[:CITED]])), ()) if near else None


@lru_cache(maxsize=_MOST_KEPT)
def _listed_under(names: Names, sectors: tuple[str, ...]) -> Sentence:
    sector = names.sectors_named(sectors)
    return Sentence(
        f"Listed under: {sector.en}",
        f"名录所列专业领域：{sector.zh_hans}",
        f"名錄所列專業界別：{sector.zh_hant}",
    )


def say_size(wanted: Wanted, shown: Shown, _names: Names) -> Said | None:
    """Say what the piece of work nearest in value was worth."""
    asked = wanted.log_amount
    if asked is None:
        return None
    best, greatest = None, (0.0, 0.0, 0)
    for at in shown.work:
        fit = 1.0 - abs(shown.amounts[at] - asked) / WIDEST_GAP
        # No work without a value fits, nor any that is too far from the one asked for.
        if fit > 0.0 and (best is None or fit >= greatest[0]):
            found = (fit, shown.likeness[at], -shown.rows[at])
            if best is None or found > greatest:
                best, greatest = at, found
    if best is None:
        return None
    amount = shown.quotation(best).amount_usd
    return (
        Sentence(
            f"Past work nearest in value: US$ {amount:,.0f}",
            f"金额最相近的过往工作：{amount:,.0f}美元",
            f"金額最相近的過往工作：{amount:,.0f}美元",
        ),
        (best,),
    )


def say_recent_work(_wanted: Wanted, shown: Shown, _names: Names) -> Said | None:
    """Say in which year the latest work was."""
    days = [shown.dated[at] for at in shown.work]
    day = max(days, default=UNDATED)
    if day == UNDATED:
        return None
    same = [at for at, own in zip(shown.work, days, strict=True) if own == day]
    latest = same[0] if len(same) == 1 else min(same, key=shown.rows.__getitem__)
    return _latest_in(date.fromordinal(day).year), (latest,)


@lru_cache(maxsize=_MOST_KEPT)
def _latest_in(year: int) -> Sentence:
    return Sentence(
        f"Latest work on record: {year}",
        f"最近一项有记录的工作：{year}年",
        f"最近一項有記錄的工作：{year}年",
    )


def say_languages(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Name the languages asked for in which the candidate works."""
    own = shown.candidate.languages or ()
    spoken = tuple([tag for tag in wanted.query.languages_wanted if speaks(own, tag)])
    return (_works_in(names, spoken), ()) if spoken else None


@lru_cache(maxsize=_MOST_KEPT)
def _works_in(names: Names, spoken: tuple[str, ...]) -> Sentence:
    said = names.languages_named(spoken)
    return Sentence(f"Works in {said.en}", f"工作语言：{said.zh_hans}", f"工作語言：{said.zh_hant}")


def say_verified_record(_wanted: Wanted, shown: Shown, _names: Names) -> Said | None:
    """Count the evidence that somebody else has verified."""
    verified = shown.having(VERIFIED)
    return (_verified(len(verified)), verified[:CITED]) if verified else None


@lru_cache(maxsize=_MOST_KEPT)
def _verified(n: int) -> Sentence:
    return Sentence(
        f"{pieces(n)} of evidence on public record or verified",
        f"{n}项佐证载于公开记录或已核实",
        f"{n}項佐證載於公開記錄或已核實",
    )

"""Facts that a provider could make true, each with what it takes and the words for it.

Only what lies in its own hands, and is true once it has done it: where it is at home, what it has
done so far and what it is called are never changed. A sector is only offered where its past work
shows it, for a listing that nothing supports would be no fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from matching.eligibility import in_force
from matching.features.context import MatchContext, counted_rows, sectors_of, targets_of
from matching.features.people import speaks
from matching.names import Names
from matching.types import Candidate, Sentence
from matching.variants import Piece, Variant

# How many places, sectors or amounts of work are tried of each kind.
TRIED = 5
WORK_TRIED = (1, 2, 3, 5)


class FactKind(StrEnum):
    """What a provider could make true."""

    ACCEPTING = "accepting"
    LANGUAGES = "languages"
    LISTED = "listed"
    VERIFIED = "verified"
    RENEWED = "renewed"
    PARTNER = "partner"
    QUALIFIED = "qualified"
    WORK = "work"


# What it takes, least first: a line in the profile, a paper, a colleague elsewhere, years of work.
_COST = {
    FactKind.ACCEPTING: 1,
    FactKind.LANGUAGES: 1,
    FactKind.LISTED: 1,
    FactKind.VERIFIED: 2,
    FactKind.RENEWED: 3,
    FactKind.PARTNER: 4,
    FactKind.QUALIFIED: 8,
    FactKind.WORK: 10,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a provider could make true.

    Attributes:
        kind: what sort of thing.
        cost: how much it takes against other facts; a scale without a unit.
        codes: the jurisdictions, sectors or languages concerned.
        count: how many pieces of evidence are concerned; 0 where it is about none.
        sentence: what the provider would have done, to be read after "if the provider".
        pieces: the work it would have done.
    """

    kind: FactKind
    cost: int
    codes: tuple[str, ...]
    count: int
    sentence: Sentence
    pieces: tuple[Piece, ...] = ()


def apply_facts(context: MatchContext, row: int, facts: Sequence[Fact]) -> Variant:
    """Return a candidate as it would be with some facts made true."""
    candidate = context.index.candidates[row]
    for fact in facts:
        candidate = changed_profile(candidate, fact)
    return Variant(
        row,
        candidate=candidate,
        is_verified=any(fact.kind is FactKind.VERIFIED for fact in facts),
        pieces=tuple(piece for fact in facts for piece in fact.pieces),
    )


def changed_profile(candidate: Candidate, fact: Fact) -> Candidate:
    """Return a profile with one fact made true; the same where the fact is about evidence."""
    match fact.kind:
        case FactKind.ACCEPTING:
            return replace(candidate, is_accepting=True)
        case FactKind.LANGUAGES:
            return replace(candidate, languages=_with(candidate.languages, fact.codes))
        case FactKind.LISTED:
            return replace(candidate, sector_codes=_with(candidate.sector_codes, fact.codes))
        case FactKind.PARTNER:
            return replace(candidate, network_in=_with(candidate.network_in, fact.codes))
        case FactKind.QUALIFIED | FactKind.RENEWED:
            held = dict(candidate.qualified_in or {})
            return replace(candidate, qualified_in={**held, **dict.fromkeys(fact.codes)})
        case FactKind.VERIFIED | FactKind.WORK:
            return candidate


def _with(known: tuple[str, ...] | None, codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*(known or ()), *codes}))


def facts_within_reach(
    context: MatchContext, row: int, names: Names, *, typical: int | None
) -> tuple[Fact, ...]:
    """List the facts that a candidate could make true and that may matter to a need.

    Args:
        context: the need laid against the index.
        row: the candidate.
        names: what places, sectors and languages are called.
        typical: the row of a matter as near to the need as is typical of those it stands against,
            for a candidate without any work of its own; None where there is none.

    Returns:
        The one that takes least first.
    """
    candidate = context.index.candidates[row]
    facts = [
        *_profile_facts(context, candidate, names),
        *_listed(context, row, candidate, names),
        *_verified(context, row),
        *_work(context, row, names, typical),
    ]
    return tuple(sorted(facts, key=lambda fact: fact.cost))


def _profile_facts(context: MatchContext, candidate: Candidate, names: Names) -> list[Fact]:
    query, facts = context.query, []
    if candidate.is_accepting is False:
        said = Sentence("took new work again", "恢复接受新委托", "恢復接受新委聘")
        facts.append(Fact(FactKind.ACCEPTING, _COST[FactKind.ACCEPTING], (), 0, said))
    lacking = tuple(
        tag for tag in query.languages_wanted if not speaks(candidate.languages or (), tag)
    )
    if lacking:
        languages = names.languages_named(lacking)
        said = Sentence(
            f"stated that it works in {languages.en}",
            f"说明可使用以下语言工作：{languages.zh_hans}",
            f"說明可使用以下語言工作：{languages.zh_hant}",
        )
        facts.append(Fact(FactKind.LANGUAGES, _COST[FactKind.LANGUAGES], lacking, 0, said))
    for target in targets_of(query)[:TRIED]:
        place = names.places([target])
        holds = in_force(candidate, target, query.on)
        if holds is False:
            said = Sentence(
                f"renewed its qualification in {place.en}, which has run out",
                f"续办在{place.zh_hans}已到期的执业资质",
                f"續辦在{place.zh_hant}已到期的專業資格",
            )
            facts.append(Fact(FactKind.RENEWED, _COST[FactKind.RENEWED], (target,), 0, said))
        if candidate.home_jurisdiction == target:
            continue
        if target not in (candidate.network_in or ()):
            said = Sentence(
                f"had a named partner in {place.en}",
                f"在{place.zh_hans}有具名的合作伙伴",
                f"在{place.zh_hant}有具名的合作夥伴",
            )
            facts.append(Fact(FactKind.PARTNER, _COST[FactKind.PARTNER], (target,), 0, said))
        if holds is None:
            said = Sentence(
                f"were qualified in {place.en}",
                f"在{place.zh_hans}取得执业资质",
                f"在{place.zh_hant}取得專業資格",
            )
            facts.append(Fact(FactKind.QUALIFIED, _COST[FactKind.QUALIFIED], (target,), 0, said))
    return facts


def _listed(context: MatchContext, row: int, candidate: Candidate, names: Names) -> list[Fact]:
    index = context.index
    rows = counted_rows(context, row)
    work = set(rows[~index.is_statement[rows]].tolist())
    shown = [
        code
        for code in sectors_of(context.query, index.tree)
        if code not in candidate.sector_codes
        and not work.isdisjoint(index.by_sector.get(code, rows[:0]).tolist())
    ]
    facts: list[Fact] = []
    for code in shown[:TRIED]:
        sector = names.sectors_named([code])
        said = Sentence(
            f"were listed under {sector.en}, which its past work shows",
            f"在名录中列入其过往工作所显示的专业领域：{sector.zh_hans}",
            f"在名錄中列入其過往工作所顯示的專業界別：{sector.zh_hant}",
        )
        facts.append(Fact(FactKind.LISTED, _COST[FactKind.LISTED], (code,), 0, said))
    return facts


def _verified(context: MatchContext, row: int) -> list[Fact]:
    rows = counted_rows(context, row)
    n = int((~context.index.is_verified[rows]).sum())
    if not n:
        return []
    said = Sentence(
        "had its one unverified piece of evidence verified"
        if n == 1
        else f"had its {n} unverified pieces of evidence verified",
        f"使其尚未核实的{n}项佐证获得核实",
        f"使其尚未核實的{n}項佐證獲得核實",
    )
    return [Fact(FactKind.VERIFIED, _COST[FactKind.VERIFIED], (), n, said)]


def _work(context: MatchContext, row: int, names: Names, typical: int | None) -> list[Fact]:
    rows = counted_rows(context, row)
    work = rows[~context.index.is_statement[rows]]
    likeness = context.likeness[work]
    is_own = bool(work.size) and float(likeness.max()) > 0.0
    like = int(work[likeness.argmax()]) if is_own else typical
    if like is None:
        return []
    targets = targets_of(context.query)
    piece = Piece(
        like=like,
        jurisdictions=targets,
        sector_codes=sectors_of(context.query, context.index.tree),
        dated_on=context.query.on - timedelta(days=365),
    )
    return [
        Fact(
            FactKind.WORK,
            _COST[FactKind.WORK] + n,
            targets,
            n,
            _say_work(n, targets, names, is_own=is_own),
            tuple(replace(piece, number=number) for number in range(n)),
        )
        for n in WORK_TRIED
    ]


def _say_work(n: int, targets: Sequence[str], names: Names, *, is_own: bool) -> Sentence:
    place = names.places(targets)
    there = (
        Sentence(f" in {place.en}", f"在{place.zh_hans}", f"在{place.zh_hant}")
        if targets
        else Sentence("", "", "")
    )
    alike = (
        Sentence(
            "as near to the need as its nearest so far",
            "与需求的相近程度等同其目前最相近的工作",
            "與需求的相近程度等同其目前最相近的工作",
        )
        if is_own
        else Sentence(
            "as near to the need as is typical of those ahead",
            "与需求的相近程度等同排名在前机构的一般水平",
            "與需求的相近程度等同排名在前機構的一般水平",
        )
    )
    more = "one more piece" if n == 1 else f"{n} more pieces"
    return Sentence(
        f"had done {more} of verified work of the kind asked for{there.en} within the last year, "
        f"{alike.en}",
        f"最近一年{there.zh_hans}再完成{n}项经核实的所需类型工作（{alike.zh_hans}）",
        f"最近一年{there.zh_hant}再完成{n}項經核實的所需類型工作（{alike.zh_hant}）",
    )

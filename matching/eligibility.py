"""Hard rules: who may be proposed at all. No score outbids a rule.

A rule removes only what is *known* not to fit: a provider of which something is unknown stays, and
the gap is said beside its reasons. The exception is work that is reserved by law to licensed people,
and the resolution of disputes: for those a provider must be known. Each removed candidate counts under the first rule it fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.features.context import MatchContext, sectors_of, targets_of
from matching.features.people import speaks
from matching.index.columns import places_of
from matching.sectors import branches_that_serve
from matching.types import BoolArray, Candidate, RuleCount, Sentence

# Work that needs a right to practise in the place itself: a firm from elsewhere works through
# local counsel, so covering such a need takes more than a wish (bar rules differ by jurisdiction).
RESERVED_SECTORS = ("LEG", "NOT", "DIS.LIT", "DIS.ENF", "DIS.INT")
# Who settles disputes is appointed or instructed for it: an engineer of whom nothing is known is no
# arbitrator. Unlike reserved work it is not bound to the place.
KNOWN_ONLY_SECTORS = (*RESERVED_SECTORS, "DIS")
# Licensed as well, but the awards show foreign auditors and valuers at work everywhere: here an
# unknown licence is said beside the reasons and removes nobody.
LICENSED_SECTORS = (*RESERVED_SECTORS, "DIS.ARB.CNS", "ACC.AUD", "BLT.SVV", "INS.BRK", "FIN")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: `removes` marks the candidates that are known not to fit, shape (n,)."""

    name: str
    says: Sentence
    removes: Callable[[MatchContext], BoolArray]


def is_reserved(code: str) -> bool:
    """Tell whether a sector needs a right to practise in the jurisdiction itself."""
    return _lies_in(code, RESERVED_SECTORS)


def must_be_known(code: str) -> bool:
    """Tell whether a provider is proposed for a sector only where it is known for it."""
    return _lies_in(code, KNOWN_ONLY_SECTORS)


def is_licensed(code: str) -> bool:
    """Tell whether work in a sector commonly needs a licence where it is done."""
    return _lies_in(code, LICENSED_SECTORS)


def _lies_in(code: str, branches: tuple[str, ...]) -> bool:
    return any(code == top or code.startswith(f"{top}.") for top in branches)


def in_force(candidate: Candidate, jurisdiction: str, on: date) -> bool | None:
    """Tell whether a qualification holds on a day; None where none is known for the place."""
    if candidate.qualified_in is None or jurisdiction not in candidate.qualified_in:
        return None
    until = candidate.qualified_in[jurisdiction]
    return until is None or until >= on


def _each(context: MatchContext, test: Callable[[Candidate], bool]) -> BoolArray:
    return np.array([test(candidate) for candidate in context.index.candidates], dtype=np.bool_)


def _nobody(context: MatchContext) -> BoolArray:
    return np.zeros(len(context.index.candidates), dtype=np.bool_)


def _named(context: MatchContext, provider_ids: frozenset[str]) -> BoolArray:
    mask = _nobody(context)
    rows = [context.index.row_of[p] for p in provider_ids if p in context.index.row_of]
    mask[rows] = True
    return mask


def _unpublished(context: MatchContext) -> BoolArray:
    return _each(context, lambda c: not c.is_published and not c.is_suspended)


def _suspended(context: MatchContext) -> BoolArray:
    return _each(context, lambda c: c.is_suspended)


def _excluded(context: MatchContext) -> BoolArray:
    return _named(context, context.query.excluded_provider_ids)


def _conflicted(context: MatchContext) -> BoolArray:
    return _named(context, context.query.conflicted_provider_ids)


def _not_accepting(context: MatchContext) -> BoolArray:
    return _each(context, lambda c: c.is_accepting is False)


def _sector_not_covered(context: MatchContext) -> BoolArray:
    """Known for other sectors only, or not known for any where one must be."""
    wanted = sectors_of(context.query, context.index.tree)
    if not wanted:
        return _nobody(context)
    covered = _nobody(context)
    for code in wanted:
        covered |= _covers(context, code)
    return ~covered


def _covers(context: MatchContext, code: str) -> BoolArray:
    """Mark who shows or is listed for a sector, or of whom it is unknown.

    Filed or listed under a broader sector, a piece of evidence may well be of the wanted kind.
    Evidence without a sector leaves it unknown, but where a provider must be known.
    """
    index, tree = context.index, context.index.tree
    above = tree.ancestors(code)
    fits = index.matters_in(index.by_sector, (code, *branches_that_serve(code)))
    fits |= index.matters_in(index.by_exact_sector, above)
    if not must_be_known(code):
        fits |= index.has_no_sector
    believed = context.counts[index.matter_of] & (
        index.is_verified[index.matter_of] | ~index.overclaims[index.candidate_of]
    )
    shown = index.has_any(fits[index.matter_of] & believed)
    listed = [any(tree.covers(code, one) for one in codes) for codes in index.listings]
    is_listed = np.array(listed, dtype=np.bool_)[index.listing_of] & ~context.index.overclaims
    covers: BoolArray = shown | is_listed
    if must_be_known(code):
        return covers
    unlisted = np.array([not codes for codes in index.listings], dtype=np.bool_)[index.listing_of]
    unlisted |= context.index.overclaims
    return covers | (unlisted & ~index.has_any(believed))


def _jurisdiction_not_covered(context: MatchContext) -> BoolArray:
    """Fit for reserved work only, and neither based, qualified, networked nor at work there."""
    index = context.index
    targets = set(targets_of(context.query))
    wanted = sectors_of(context.query, index.tree)
    if not targets or not any(is_reserved(code) for code in wanted):
        return _nobody(context)
    works_there = index.greatest(context.in_target.astype(np.float64)) > 0

    def says_so(candidate: Candidate) -> bool:
        if candidate.home_jurisdiction is None and candidate.qualified_in is None:
            return True  # nothing is known of where it may practise
        return not targets.isdisjoint(places_of(candidate))

    practises = works_there | _each(context, says_so)
    covered, usable = _nobody(context), _nobody(context)
    for code in wanted:
        covers = _covers(context, code)
        covered |= covers
        usable |= covers & practises if is_reserved(code) else covers
    return covered & ~usable


def _credential_expired(context: MatchContext) -> BoolArray:
    """Qualified in target jurisdictions, and every such qualification has run out."""
    targets = targets_of(context.query)
    if not targets:
        return _nobody(context)

    def expired(candidate: Candidate) -> bool:
        if candidate.qualified_in is None:
            return False
        known = [in_force(candidate, target, context.query.on) for target in targets]
        stated = [holds for holds in known if holds is not None]
        return bool(stated) and not any(stated)

    return _each(context, expired)


def _language_missing(context: MatchContext) -> BoolArray:
    query = context.query
    if not query.languages_required or not query.languages_wanted:
        return _nobody(context)
    return _each(
        context,
        lambda c: (
            c.languages is not None
            and not all(speaks(c.languages, tag) for tag in query.languages_wanted)
        ),
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "published",
        Sentence("are not published", "尚未发布", "尚未發布"),
        _unpublished,
    ),
    Rule(
        "not_suspended",
        Sentence("are suspended", "已被暂停", "已被暫停"),
        _suspended,
    ),
    Rule(
        "not_excluded",
        Sentence("are excluded by the need", "被需求排除", "被需求排除"),
        _excluded,
    ),
    Rule(
        "conflict_cleared",
        Sentence("have a conflict of interest", "存在利益冲突", "存在利益衝突"),
        _conflicted,
    ),
    Rule(
        "capacity",
        Sentence("take no new work at present", "目前不接新委托", "目前不接受新委聘"),
        _not_accepting,
    ),
    Rule(
        "sector_covered",
        Sentence(
            "are not known for the sectors asked for",
            "未见从事所需专业领域",
            "未見從事所需專業界別",
        ),
        _sector_not_covered,
    ),
    Rule(
        "jurisdiction_covered",
        Sentence(
            "are not known to practise in the target jurisdictions",
            "未见在目的地法域执业",
            "未見在目標司法管轄區執業",
        ),
        _jurisdiction_not_covered,
    ),
    Rule(
        "credential_in_force",
        Sentence(
            "hold no credential that is in force on the day",
            "当日没有有效的执业资质",
            "當日沒有有效的專業資格",
        ),
        _credential_expired,
    ),
    Rule(
        "languages",
        Sentence(
            "do not work in a required language",
            "不使用所要求的语言",
            "不使用所要求的語言",
        ),
        _language_missing,
    ),
)


def apply_rules(context: MatchContext) -> tuple[BoolArray, tuple[RuleCount, ...]]:
    """Apply every rule in order.

    Returns:
        Who is eligible, shape (n,), and for each rule how many candidates it was the first to
        remove; the counts and the eligible add up to n.
    """
    eligible = np.ones(len(context.index.candidates), dtype=np.bool_)
    counts: list[RuleCount] = []
    for rule in RULES:
        removed = eligible & rule.removes(context)
        eligible &= ~removed
        counts.append(RuleCount(rule.name, int(removed.sum()), rule.says))
    return eligible, tuple(counts)


def openings(context: MatchContext) -> tuple[RuleCount, ...]:
    """Name the rules that alone keep somebody out, each with how many would pass without it."""
    removed = np.array([rule.removes(context) for rule in RULES])
    alone = removed & (removed.sum(axis=0) == 1)
    return tuple(
        RuleCount(rule.name, int(mask.sum()), rule.says)
        for rule, mask in zip(RULES, alone, strict=True)
        if mask.any()
    )


def first_broken_rule(context: MatchContext, provider_id: str) -> str | None:
    """Name the rule that removes a candidate, or None when it is eligible.

    Raises:
        KeyError: the index does not hold the provider.
    """
    row = context.index.row_of[provider_id]
    for rule in RULES:
        if rule.removes(context)[row]:
            return rule.name
    return None

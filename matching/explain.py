"""From contributions to words: each part of a score as a reason, with the evidence for it.

The words are in `explain_sentences` and beside it. Of every piece of evidence that is cited it is
said what it is worth: by how much the score would fall without it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching import explain_sentences as sentences
from matching.citing import Said
from matching.explain_corridors import say_close_to_target, say_corridor
from matching.explain_history import say_home_firms, say_served_client
from matching.features.catalogue import CATALOGUE, PAIRS, ReasonKind
from matching.features.context import MatchContext, without_claims
from matching.gaps import find_gaps, fit_of
from matching.names import Names
from matching.ranker.additive import AdditiveRanker, PairTable
from matching.scoring import Scored
from matching.types import (
    Candidate,
    CitedEvidence,
    FloatArray,
    RankedProvider,
    Reason,
    ScoredCandidate,
    Sentence,
)
from matching.variants import Variant, score_variants

# The scores of candidates each without one of its matters, for pairs of (row, matter row).
ScoresWithout = Callable[[Sequence[tuple[int, int]]], FloatArray]
# What says a kind of reason: the sentence and the rows of the matters it rests on, or None where
# neither evidence nor profile shows anything to be said.
Say = Callable[[MatchContext, int, Candidate, Names], Said | None]

_SAY: Mapping[ReasonKind, Say] = {
    ReasonKind.SIMILAR_WORK: sentences.say_similar_work,
    ReasonKind.WORK_IN_TARGET: sentences.say_work_in_target,
    ReasonKind.WORK_NEAR_TARGET: sentences.say_work_near_target,
    ReasonKind.BASED_IN_TARGET: sentences.say_based_in_target,
    ReasonKind.CORRIDOR: say_corridor,
    ReasonKind.CLOSE_TO_TARGET: say_close_to_target,
    ReasonKind.SECTOR_SHOWN: sentences.say_sector_shown,
    ReasonKind.SECTOR_IN_TARGET: sentences.say_sector_in_target,
    ReasonKind.SECTOR_LISTED: sentences.say_sector_listed,
    ReasonKind.SIZE: sentences.say_size,
    ReasonKind.RECENT_WORK: sentences.say_recent_work,
    ReasonKind.LANGUAGES: sentences.say_languages,
    ReasonKind.VERIFIED_RECORD: sentences.say_verified_record,
    ReasonKind.HOME_FIRMS: say_home_firms,
    ReasonKind.SERVED_CLIENT: say_served_client,
}


@dataclass(frozen=True, slots=True)
class _Term:
    """A part of every score: the reason it feeds, and the features that it reads."""

    name: str
    reason: ReasonKind
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A reason whose evidence is still rows of matters."""

    kind: ReasonKind
    value: float | None
    contribution: float
    sentence: Sentence
    rows: tuple[int, ...]


def explain(
    context: MatchContext,
    ranked: Sequence[ScoredCandidate],
    scored: Scored,
    names: Names,
    ranker: AdditiveRanker,
    *,
    scores_without: ScoresWithout | None = None,
) -> tuple[RankedProvider, ...]:
    """Say why each ranked candidate stands where it stands.

    Of a candidate that is scored on its verified evidence alone the rest is neither cited nor said
    to show anything.

    Args:
        context: the need laid against the index.
        ranked: best first.
        scored: everybody's scores and what they were made from.
        names: what places and sectors are called.
        ranker: the one that made the scores.
        scores_without: works out scores without a piece of evidence, by variants if None.
    """
    terms = _terms(ranker.pairs)
    rows = [context.index.row_of[one.provider_id] for one in ranked]
    on_record = without_claims(context) if scored.on_record.intersection(rows) else context
    counted = [on_record if row in scored.on_record else context for row in rows]
    values = [_values(terms, scored.features[row].tolist()) for row in rows]
    drafts = [
        _draft(what, terms, row, one, values=own, names=names)
        for what, row, one, own in zip(counted, rows, ranked, values, strict=True)
    ]
    worth = _worth(scores_without or _by_variants(context, ranker), rows, ranked, drafts)
    cited = {
        (row, matter): _cite(context, row, matter, value) for (row, matter), value in worth.items()
    }
    term_names = [term.name for term in terms]
    return tuple(
        RankedProvider(
            rank=rank,
            provider_id=one.provider_id,
            score=one.score,
            fit=fit_of(what, row, context.index.candidates[row]),
            contributions=tuple(zip(term_names, values[rank - 1], one.contributions, strict=True)),
            reasons=tuple(
                Reason(
                    draft.kind,
                    draft.value,
                    draft.contribution,
                    draft.sentence,
                    tuple([cited[row, matter] for matter in draft.rows]),
                )
                for draft in own
            ),
            gaps=find_gaps(what, row, context.index.candidates[row], names),
        )
        for rank, (what, row, one, own) in enumerate(
            zip(counted, rows, ranked, drafts, strict=True), start=1
        )
    )


@lru_cache(maxsize=8)
def _terms(tables: tuple[PairTable, ...]) -> tuple[_Term, ...]:
    columns = {feature.name: column for column, feature in enumerate(CATALOGUE)}
    kinds = {pair.name: pair.reason for pair in PAIRS}
    terms = [_Term(one.name, one.reason, (columns[one.name],)) for one in CATALOGUE]
    for pair in tables:
        kind = kinds.get(pair.name, CATALOGUE[columns[pair.first]].reason)
        terms.append(_Term(pair.name, kind, (columns[pair.first], columns[pair.second])))
    return tuple(terms)


def _values(terms: Sequence[_Term], features: Sequence[float]) -> list[float | None]:
    """Return what each term is made from, rounded to be shown; None where that is unknown."""
    shown = [None if math.isnan(value) else round(value, 6) for value in features]
    values = shown[: len(CATALOGUE)]
    for term in terms[len(CATALOGUE) :]:
        # Two features that only count together are as great as the smaller of them.
        known = [value for value in (shown[column] for column in term.columns) if value is not None]
        values.append(min(known) if len(known) == len(term.columns) else None)
    return values


def _draft(
    context: MatchContext,
    terms: Sequence[_Term],
    row: int,
    scored: ScoredCandidate,
    *,
    values: Sequence[float | None],
    names: Names,
) -> list[_Draft]:
    parts: dict[ReasonKind, float] = {}
    greatest: dict[ReasonKind, float] = {}
    for term, part, known in zip(terms, scored.contributions, values, strict=True):
        parts[term.reason] = parts.get(term.reason, 0.0) + part
        if known is not None:
            greatest[term.reason] = max(greatest.get(term.reason, 0.0), known)
    drafts: list[_Draft] = []
    for kind, part in parts.items():
        if part == 0.0:
            continue
        say = _SAY.get(kind) if part > 0.0 else None
        said = say(context, row, context.index.candidates[row], names) if say else None
        sentence, cited = said or (_say_plainly(kind, is_for=part > 0.0), ())
        drafts.append(_Draft(kind, greatest.get(kind), part, sentence, tuple(cited)))
    drafts.sort(key=lambda draft: (-draft.contribution, draft.kind))
    return drafts


def _say_plainly(kind: ReasonKind, *, is_for: bool) -> Sentence:
    """Name what is measured, where it counts against a candidate or no evidence can be shown."""
    measured = [one.measures for one in CATALOGUE if one.reason == kind]
    measured += [one.measures for one in PAIRS if one.reason == kind]
    what = measured[0]
    lower = what.en[0].lower() + what.en[1:]
    if is_for:
        return Sentence(f"Counts for it: {lower}", f"计入：{what.zh_hans}", f"計入：{what.zh_hant}")
    return Sentence(
        f"Counts against it: {lower}", f"不利因素：{what.zh_hans}", f"不利因素：{what.zh_hant}"
    )


def _by_variants(context: MatchContext, ranker: AdditiveRanker) -> ScoresWithout:
    def scores_without(pairs: Sequence[tuple[int, int]]) -> FloatArray:
        poorer = [Variant(row, without=frozenset([matter])) for row, matter in pairs]
        return score_variants(context, ranker, poorer)

    return scores_without


def _worth(
    scores_without: ScoresWithout,
    rows: Sequence[int],
    ranked: Sequence[ScoredCandidate],
    drafts: Sequence[Sequence[_Draft]],
) -> dict[tuple[int, int], float]:
    """Return the score minus the score without it, for each cited matter of each candidate."""
    score = {row: one.score for row, one in zip(rows, ranked, strict=True)}
    pairs = [
        (row, matter)
        for row, own in zip(rows, drafts, strict=True)
        for matter in dict.fromkeys(matter for draft in own for matter in draft.rows)
    ]
    left = scores_without(pairs)
    return {pair: score[pair[0]] - float(rest) for pair, rest in zip(pairs, left, strict=True)}


def _cite(context: MatchContext, row: int, matter_row: int, worth: float) -> CitedEvidence:
    matter = context.index.matters[matter_row]
    return CitedEvidence(
        matter.evidence_ids[context.index.candidates[row].provider_id],
        matter.text,
        matter.jurisdictions,
        matter.dated_on,
        worth,
    )

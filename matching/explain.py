"""From contributions to words: each part of a score as a reason, with the evidence for it.

The words are in `explain_sentences` and beside it. Of every piece of evidence that is cited it is
said what it is worth: by how much the score would fall without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matching import explain_sentences as sentences
from matching.citing import Said
from matching.explain_corridors import say_close_to_target, say_corridor
from matching.explain_history import say_home_firms, say_served_client
from matching.features.catalogue import CATALOGUE, PAIRS, ReasonKind
from matching.features.context import MatchContext
from matching.gaps import find_gaps
from matching.names import Names
from matching.ranker.additive import AdditiveRanker, PairTable
from matching.scoring import Scored
from matching.shown import Shown, Wanted, read_candidate, read_context
from matching.types import (
    CitedEvidence,
    FloatArray,
    IntArray,
    RankedProvider,
    Reason,
    ScoredCandidate,
    Sentence,
    SharedPlace,
)
from matching.variants import Variant, score_variants

# The scores of candidates each without one of its matters, for pairs of (row, matter row).
ScoresWithout = Callable[[Sequence[tuple[int, int]]], Sequence[float]]
# What says a kind of reason: the sentence and the pieces it rests on, or None where neither evidence
# nor profile shows anything to be said.
Say = Callable[[Wanted, Shown, Names], Said | None]

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
# Values are shown with six digits.
_DIGITS = 6
_GRAINS = 10.0**_DIGITS


@dataclass(frozen=True, slots=True)
class Parts:
    """The scores of those who are shown, and what they are made of.

    Attributes:
        scores: shape (k,).
        features: shape (k, f), in [0, 1] or NaN.
        contributions: shape (k, f + p), columns as the ranker's `terms`.
    """

    scores: FloatArray
    features: FloatArray
    contributions: FloatArray


@dataclass(frozen=True, slots=True)
class _Terms:
    """The parts of every score by the reasons that they feed.

    Attributes:
        names: of the f + p terms.
        pairs: the two features that each of the last p terms reads.
        kinds: each kind of reason, with what says it.
        columns: shape (kinds, most), the terms that feed each kind; one past the last where there are
            fewer.
    """

    names: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    kinds: tuple[tuple[ReasonKind, Say | None], ...]
    columns: IntArray


# A reason before its evidence is cited: less the contribution, kind, value, words, pieces. So they
# sort as they are shown: those that add most first, then by kind.
_Draft = tuple[float, ReasonKind, float | None, Sentence, Sequence[int]]


def explain(
    context: MatchContext,
    ranked: Sequence[ScoredCandidate],
    scored: Scored,
    names: Names,
    ranker: AdditiveRanker,
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
    """

    def scores_without(pairs: Sequence[tuple[int, int]]) -> Sequence[float]:
        poorer = [Variant(row, without=frozenset([matter])) for row, matter in pairs]
        found: list[float] = score_variants(context, ranker, poorer).tolist()
        return found

    if not ranked:
        return ()
    rows = [context.index.row_of[one.provider_id] for one in ranked]
    return explain_each(
        read_context(context),
        [read_candidate(context, row, on_record=row in scored.on_record) for row in rows],
        Parts(
            np.array([one.score for one in ranked]),
            scored.features[rows],
            np.array([one.contributions for one in ranked]),
        ),
        names,
        ranker=ranker,
        scores_without=scores_without,
    )


def explain_each(
    wanted: Wanted,
    shown: Sequence[Shown],
    parts: Parts,
    names: Names,
    *,
    ranker: AdditiveRanker,
    scores_without: ScoresWithout,
    shares: Sequence[SharedPlace | None] | None = None,
) -> tuple[RankedProvider, ...]:
    """Say why each of those who are shown stands where it stands.

    Args:
        wanted: the need.
        shown: k candidates, best first, each with the evidence that it is scored on.
        parts: their scores.
        names: what places and sectors are called.
        ranker: the one that made the scores.
        scores_without: works out scores without a piece of evidence.
        shares: the group of near-equals that each stands in, if any.
    """
    terms = _terms(ranker.pairs)
    drafts, values = _draft(wanted, shown, parts, names, terms)
    cited = [list(dict.fromkeys([at for one in own for at in one[4]])) for own in drafts]
    without = scores_without(
        [(one.row, one.rows[at]) for one, own in zip(shown, cited, strict=True) for at in own]
    )
    contributions, scores = parts.contributions.tolist(), parts.scores.tolist()
    said: list[RankedProvider] = []
    first = 0
    for i, one in enumerate(shown):
        fit, gaps = find_gaps(wanted, one, names)
        end = first + len(cited[i])
        evidence = _cite(one, cited[i], [scores[i] - rest for rest in without[first:end]])
        first = end
        said.append(
            RankedProvider(
                rank=i + 1,
                provider_id=one.candidate.provider_id,
                score=scores[i],
                fit=fit,
                contributions=tuple(zip(terms.names, values[i], contributions[i], strict=True)),
                reasons=tuple(
                    [
                        Reason(kind, value, -less, words, tuple([evidence[at] for at in chosen]))
                        for less, kind, value, words, chosen in drafts[i]
                    ]
                ),
                gaps=gaps,
                shares_place=shares[i] if shares else None,
            )
        )
    return tuple(said)


def _cite(shown: Shown, cited: Sequence[int], worth: Sequence[float]) -> dict[int, CitedEvidence]:
    evidence: dict[int, CitedEvidence] = {}
    for at, value in zip(cited, worth, strict=True):
        one = shown.quotation(at)
        evidence[at] = CitedEvidence(
            one.evidence_id, one.text, one.jurisdictions, one.dated_on, value
        )
    return evidence


@lru_cache(maxsize=8)
def _terms(tables: tuple[PairTable, ...]) -> _Terms:
    columns = {feature.name: column for column, feature in enumerate(CATALOGUE)}
    reasons = {pair.name: pair.reason for pair in PAIRS}
    kinds = [one.reason for one in CATALOGUE]
    kinds += [reasons.get(one.name, CATALOGUE[columns[one.first]].reason) for one in tables]
    fed = {kind: [i for i, own in enumerate(kinds) if own == kind] for kind in kinds}
    most = max(map(len, fed.values()))
    none = len(kinds)
    return _Terms(
        names=(*columns, *(one.name for one in tables)),
        pairs=tuple((columns[one.first], columns[one.second]) for one in tables),
        kinds=tuple((kind, _SAY.get(kind)) for kind in fed),
        columns=np.array([own + [none] * (most - len(own)) for own in fed.values()]),
    )


def _draft(
    wanted: Wanted, shown: Sequence[Shown], parts: Parts, names: Names, terms: _Terms
) -> tuple[list[list[_Draft]], list[list[float | None]]]:
    """Word the reasons of each, and return what each term is made from."""
    values = _values(terms, parts.features)
    padding = np.zeros((len(shown), 1))
    each = np.concatenate([parts.contributions, padding], axis=1)[:, terms.columns]
    known = np.concatenate([values, padding + np.nan], axis=1)[:, terms.columns]
    total: FloatArray = np.zeros(each.shape[:2])
    greatest: FloatArray = known[:, :, 0]
    # One term after the other, as scores are summed.
    for i in range(each.shape[2]):
        total += each[:, :, i]
        greatest = np.fmax(greatest, known[:, :, i])
    drafts = [
        _word(wanted, one, names, terms, parts=own, values=most)
        for one, own, most in zip(shown, total.tolist(), _or_none(greatest + 0.0), strict=True)
    ]
    return drafts, _or_none(values)


def _or_none(values: FloatArray) -> list[list[float | None]]:
    known = values.astype(object)
    known[np.isnan(values)] = None
    found: list[list[float | None]] = known.tolist()
    return found


def _word(
    wanted: Wanted,
    shown: Shown,
    names: Names,
    terms: _Terms,
    *,
    parts: Sequence[float],
    values: Sequence[float | None],
) -> list[_Draft]:
    drafts: list[_Draft] = []
    for (kind, say), part, value in zip(terms.kinds, parts, values, strict=True):
        if part == 0.0:
            continue
        said = say(wanted, shown, names) if say and part > 0.0 else None
        sentence, cited = said or (_say_plainly(kind, is_for=part > 0.0), ())
        drafts.append((-part, kind, value, sentence, cited))
    drafts.sort()
    return drafts


def _values(terms: _Terms, features: FloatArray) -> FloatArray:
    """Return what each term is made from, rounded to be shown; NaN where that is unknown.

    A pair, whose two features only count together, is as great as the smaller of them.
    """
    scaled = features * _GRAINS
    nearest = np.rint(scaled)
    values: FloatArray = nearest / _GRAINS
    # Whatever lies half way between two shown values is rounded by its exact digits.
    for i, j in np.argwhere(np.abs(scaled - nearest) > 0.5 - 1e-3):
        values[i, j] = round(float(features[i, j]), _DIGITS)
    pairs = [np.minimum(values[:, first], values[:, second]) for first, second in terms.pairs]
    return np.column_stack([values, *pairs]) if pairs else values


@lru_cache(maxsize=2 * len(ReasonKind))
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

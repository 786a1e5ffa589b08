"""Feedback as labels: a grade and a weight for each pair, and groups that a ranker can learn from.

A judgement beats an outcome for the same pair; outcomes are corrected for the place at which the
provider was shown, because what stands first is chosen for standing first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.learning.propensities import DEFAULT_CLIP, PropensityCurve
from matching.learning.types import MAX_GRADE, Feedback, Judgement, Outcome, Preference, Showing
from matching.learning.votes import Vote, count_votes, lower_median
from matching.types import Query

Pair = tuple[str, str]
_ROUNDING = 1e-9


class Basis(StrEnum):
    """What a label rests on."""

    JUDGEMENTS = "judgements"
    PREFERENCES = "preferences"
    OUTCOMES = "outcomes"


class Correction(StrEnum):
    """How outcomes are corrected for the places at which providers were shown.

    `weights`: inverse propensity; `positions`: the ranker is told the places and learns what they
    do by itself; `none`: for comparison only.
    """

    WEIGHTS = "weights"
    POSITIONS = "positions"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PairLabel:
    """The grade of a provider for a query.

    Attributes:
        weight: in (0, 1] for judgements: more with more judges and with more agreement. For
            outcomes the votes behind the grade, each in (0, 1] and corrected for its place.
        place: where it was shown to those whose outcome this is; None for judgements.
        list_id: the list it was shown in.
        enterprises: whose outcome it is.
    """

    query_id: str
    provider_id: str
    grade: int
    weight: float
    basis: Basis
    place: int | None = None
    list_id: str | None = None
    enterprises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GradedQuery:
    """One group of graded providers, ready to be laid out with their features.

    Several groups may share a `query_id`: they belong in one fold.

    Attributes:
        query: the need, with the day as of which its features are computed.
        provider_ids: two at least, unique.
        grades: one for each, 0 to 3, not all equal.
        weight: how much the group counts, above 0; one full vote, or one query that many judges
            agree on, counts 1 at most.
        positions: the place of each, from 1, or None where places play no part.
    """

    query_id: str
    query: Query
    provider_ids: tuple[str, ...]
    grades: tuple[int, ...]
    weight: float
    basis: Basis
    positions: tuple[int, ...] | None = None


def graded(
    feedback: Feedback, *, curve: PropensityCurve | None = None, clip: float = DEFAULT_CLIP
) -> tuple[PairLabel, ...]:
    """Give every pair that was judged or chosen its grade and weight.

    Several judges' grades become their median, the lower on ties, weighted n / (n + 1) for n
    judges times their agreement, 1 - mean distance from the median / 3. Several enterprises'
    grades become their lower median, weighted by their votes.

    Args:
        feedback: everything recorded.
        curve: corrects votes by the inverse propensity of their place, divided by `clip` so that
            no vote counts more than one; a provider of unknown place counts as the first, which
            is corrected least. None: votes as they are.
        clip: the greatest inverse propensity.

    Returns:
        By query and provider. Unverified enterprises are in no label.
    """
    labels = {
        (label.query_id, label.provider_id): label for label in _from_judges(feedback.judgements)
    }
    for label in _from_enterprises(feedback.outcomes, curve, clip):
        labels.setdefault((label.query_id, label.provider_id), label)
    return tuple(labels[pair] for pair in sorted(labels))


def judged_from_feedback(
    feedback: Feedback,
    *,
    curve: PropensityCurve,
    correction: Correction = Correction.WEIGHTS,
    clip: float = DEFAULT_CLIP,
) -> tuple[GradedQuery, ...]:
    """Turn feedback into groups of graded providers for a ranker to learn from.

    - The judged providers of a query are one group, as heavy as their labels are on average.
    - A preference is a group of two, grades 1 and 0, so that the ranker sees the pair and nothing
      that nobody said. All the preferences of a query weigh one judged query at most. Judges
      who contradict each other cancel out, and grades beat preferences.
    - Corrected by weights, each chosen provider is a group with those of its list that were not
      chosen, or less, all of these with grade 0: the loss of each choice has a weight of its own
      (Joachims, Swaminathan and Schnabel 2017). Corrected by positions, each list is one group
      with its places.
    - To pass a provider over is to say something against it. An enterprise may say no more than
      one vote of that either: beyond it, the provider is left out of its groups.

    Groups in which nothing differs teach nothing and are left out.

    Args:
        feedback: everything recorded; what is about a query it does not hold is left out.
        curve: of `propensities.estimate_propensities`; used where correction is by weights.
        correction: how the places of outcomes are corrected for.
        clip: the greatest inverse propensity.

    Returns:
        In an order that depends on the feedback alone.
    """
    by_weight = curve if correction is Correction.WEIGHTS else None
    labels: dict[str, dict[str, PairLabel]] = defaultdict(dict)
    for label in graded(feedback, curve=by_weight, clip=clip):
        labels[label.query_id][label.provider_id] = label
    lists = {showing.list_id: showing for showing in feedback.showings}
    preferred: dict[str, list[Preference]] = defaultdict(list)
    for preference in feedback.preferences:
        preferred[preference.query_id].append(preference)
    against = _Against()
    groups: list[GradedQuery] = []
    for query_id in sorted({*labels, *preferred} & feedback.queries.keys()):
        query, known = feedback.queries[query_id], labels.get(query_id, {})
        groups += _judged_group(query_id, query, known)
        groups += _preferred_groups(query_id, query, preferred.get(query_id, ()), known)
        if correction is Correction.POSITIONS:
            groups += _listed_groups(query_id, query, known, lists, against)
        else:
            groups += _chosen_groups(query_id, query, known, lists, against)
    return tuple(groups)


class _Against:
    """What each enterprise said against each provider by passing it over: one vote at most."""

    def __init__(self) -> None:
        self._said: dict[Pair, float] = defaultdict(float)

    def allows(self, enterprises: Iterable[str], provider_id: str, weight: float) -> bool:
        """Whether all of them may still say this much, in which case it counts as said."""
        pairs = [(enterprise_id, provider_id) for enterprise_id in enterprises]
        if any(self._said[pair] + weight > 1.0 + _ROUNDING for pair in pairs):
            return False
        for pair in pairs:
            self._said[pair] += weight
        return True


def _from_judges(judgements: Iterable[Judgement]) -> list[PairLabel]:
    grades: dict[Pair, dict[str, int]] = defaultdict(dict)
    for one in judgements:
        # A judge has one grade for a pair: the last one given.
        grades[one.query_id, one.provider_id][one.judge_id] = one.grade
    labels: list[PairLabel] = []
    for pair, by_judge in grades.items():
        given = list(by_judge.values())
        median = lower_median(given)
        distance = sum(abs(grade - median) for grade in given) / len(given)
        weight = len(given) / (len(given) + 1) * (1.0 - distance / MAX_GRADE)
        labels.append(PairLabel(*pair, median, weight, Basis.JUDGEMENTS))
    return labels


def _from_enterprises(
    outcomes: Iterable[Outcome], curve: PropensityCurve | None, clip: float
) -> list[PairLabel]:
    by_pair: dict[Pair, list[Vote]] = defaultdict(list)
    for vote in count_votes(outcomes):
        by_pair[vote.query_id, vote.provider_id].append(vote)
    labels: list[PairLabel] = []
    for pair, votes in by_pair.items():
        shown = min(
            ((vote.place, vote.list_id or "") for vote in votes if vote.place is not None),
            default=(None, ""),
        )
        labels.append(
            PairLabel(
                *pair,
                grade=lower_median(vote.grade for vote in votes),
                weight=sum(
                    vote.share
                    * (1.0 if curve is None else curve.weight(vote.place or 1, clip=clip) / clip)
                    for vote in votes
                ),
                basis=Basis.OUTCOMES,
                place=shown[0],
                list_id=shown[1] or None,
                enterprises=tuple(vote.enterprise_id for vote in votes),
            )
        )
    return labels


def _judged_group(query_id: str, query: Query, known: Mapping[str, PairLabel]) -> list[GradedQuery]:
    judged = [label for label in known.values() if label.basis is Basis.JUDGEMENTS]
    if not judged:
        return []
    weight = sum(label.weight for label in judged) / len(judged)
    rows = [(label.provider_id, label.grade) for label in judged]
    return _group(query_id, query, rows, weight=weight, basis=Basis.JUDGEMENTS)


def _preferred_groups(
    query_id: str,
    query: Query,
    preferences: Sequence[Preference],
    known: Mapping[str, PairLabel],
) -> list[GradedQuery]:
    sides: dict[Pair, dict[tuple[str, str], int]] = defaultdict(dict)
    for one in preferences:
        first, second = sorted((one.better, one.worse))
        # Counted once for each judge and direction, however often it was said.
        sides[first, second][one.judge_id, one.better] = 1 if one.better == first else -1
    net: dict[Pair, tuple[int, int]] = {}
    for pair, said in sides.items():
        grades = [known[one].grade for one in pair if _is_judged(known.get(one))]
        if sum(said.values()) and not (len(grades) == 2 and grades[0] != grades[1]):
            net[pair] = sum(said.values()), len(said)
    groups: list[GradedQuery] = []
    for (first, second), (balance, voices) in sorted(net.items()):
        weight = abs(balance) / (voices + 1) / len(net)
        rows = [(first, int(balance > 0)), (second, int(balance < 0))]
        groups += _group(query_id, query, rows, weight=weight, basis=Basis.PREFERENCES)
    return groups


def _is_judged(label: PairLabel | None) -> bool:
    return label is not None and label.basis is Basis.JUDGEMENTS


def _chosen_groups(
    query_id: str,
    query: Query,
    known: Mapping[str, PairLabel],
    lists: Mapping[str, Showing],
    against: _Against,
) -> list[GradedQuery]:
    chosen = [
        (label, showing)
        for label in known.values()
        if label.basis is Basis.OUTCOMES
        and label.grade
        and (showing := lists.get(label.list_id or "")) is not None
    ]
    # Whoever chooses several passes the others over for each of them, and says so once.
    scale = 1.0 / max(1.0, sum(label.weight for label, _ in chosen))
    groups: list[GradedQuery] = []
    for label, showing in chosen:
        weight = label.weight * scale
        others = [
            (provider_id, 0)
            for provider_id in showing.provider_ids
            # One that was chosen as well has a group of its own, in which it stands above others
            # by its own weight and not by this one's.
            if _grade_of(known, provider_id) < label.grade
            and against.allows(label.enterprises, provider_id, weight)
        ]
        rows = [(label.provider_id, label.grade), *others]
        groups += _group(query_id, query, rows, weight=weight, basis=Basis.OUTCOMES)
    return groups


def _listed_groups(
    query_id: str,
    query: Query,
    known: Mapping[str, PairLabel],
    lists: Mapping[str, Showing],
    against: _Against,
) -> list[GradedQuery]:
    chosen: dict[str, list[PairLabel]] = defaultdict(list)
    for label in known.values():
        list_id = label.list_id or ""
        if label.basis is Basis.OUTCOMES and label.grade and list_id in lists:
            chosen[list_id].append(label)
    groups: list[GradedQuery] = []
    for list_id, labels in sorted(chosen.items()):
        # The least of them: a list has one weight, and none of its providers may have more.
        weight = min(label.weight for label in labels)
        best = max(label.grade for label in labels)
        enterprises = sorted({one for label in labels for one in label.enterprises})
        rows = [
            (place, provider_id, grade)
            for place, provider_id in enumerate(lists[list_id].provider_ids, start=1)
            if (grade := _grade_of(known, provider_id)) >= best
            or against.allows(enterprises, provider_id, weight)
        ]
        groups += _group(
            query_id,
            query,
            [(provider_id, grade) for _, provider_id, grade in rows],
            weight=weight,
            basis=Basis.OUTCOMES,
            positions=tuple(place for place, _, _ in rows),
        )
    return groups


def _grade_of(known: Mapping[str, PairLabel], provider_id: str) -> int:
    return known[provider_id].grade if provider_id in known else 0


def _group(
    query_id: str,
    query: Query,
    rows: Sequence[tuple[str, int]],
    *,
    weight: float,
    basis: Basis,
    positions: tuple[int, ...] | None = None,
) -> list[GradedQuery]:
    if len({grade for _, grade in rows}) < 2:
        return []
    provider_ids = tuple(provider_id for provider_id, _ in rows)
    grades = tuple(grade for _, grade in rows)
    return [GradedQuery(query_id, query, provider_ids, grades, weight, basis, positions)]

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.feedback import (
    Basis,
    Correction,
    GradedQuery,
    PairLabel,
    graded,
    judged_from_feedback,
)
from matching.learning.propensities import power_law
from matching.learning.rows import lay_out
from matching.learning.types import (
    Feedback,
    InvalidFeedback,
    Judgement,
    Outcome,
    OutcomeKind,
    Preference,
    Showing,
)
from matching.types import Query

DAY = date(2026, 3, 1)
QUERIES = {name: Query(text=name, on=DAY) for name in ("q1", "q2")}
LAW = power_law(1.0)
LIST = Showing("l1", "q1", ("a", "b", "c", "d"))


def judgements(*grades: int, provider: str = "a") -> tuple[Judgement, ...]:
    return tuple(
        Judgement("q1", provider, f"judge{number}", grade) for number, grade in enumerate(grades)
    )


def outcome(
    provider: str,
    kind: OutcomeKind = OutcomeKind.ENGAGED,
    *,
    enterprise: str = "e1",
    query: str = "q1",
    is_verified: bool = True,
    rating: int | None = None,
    shown: Showing = LIST,
) -> Outcome:
    place = shown.provider_ids.index(provider) + 1
    return Outcome(
        query, provider, enterprise, kind, place, is_verified, rating, list_id=shown.list_id
    )


def feedback(
    *said: Judgement | Preference | Outcome, showings: tuple[Showing, ...] = (LIST,)
) -> Feedback:
    return Feedback(
        QUERIES,
        judgements=tuple(one for one in said if isinstance(one, Judgement)),
        preferences=tuple(one for one in said if isinstance(one, Preference)),
        outcomes=tuple(one for one in said if isinstance(one, Outcome)),
        showings=showings,
    )


def only(labels: tuple[PairLabel, ...]) -> PairLabel:
    (label,) = labels
    return label


@pytest.mark.parametrize(
    ("grades", "median"), [((2,), 2), ((1, 3), 1), ((0, 3, 3), 3), ((0, 1, 2, 3), 1)]
)
def test_several_judges_give_their_median_the_lower_on_ties(
    grades: tuple[int, ...], median: int
) -> None:
    assert only(graded(feedback(*judgements(*grades)))).grade == median


def test_more_judges_and_more_agreement_weigh_more() -> None:
    one, two, torn = (
        only(graded(feedback(*judgements(*grades)))).weight for grades in ((2,), (2, 2), (0, 3))
    )
    assert (one, two, torn) == pytest.approx((0.5, 2 / 3, 1 / 3))


def test_a_judge_who_grades_again_has_one_grade() -> None:
    said = feedback(Judgement("q1", "a", "judge", 0), Judgement("q1", "a", "judge", 3))
    assert only(graded(said)) == PairLabel("q1", "a", 3, 0.5, Basis.JUDGEMENTS)


@pytest.mark.parametrize(
    ("kinds", "rating", "grade"),
    [
        ([OutcomeKind.SHORTLISTED], None, 1),
        ([OutcomeKind.REFERRED, OutcomeKind.ACCEPTED], None, 2),
        ([OutcomeKind.ENGAGED, OutcomeKind.SHORTLISTED], None, 3),
        ([OutcomeKind.COMPLETED], 5, 3),
        ([OutcomeKind.COMPLETED], 2, 1),
        ([OutcomeKind.COMPLETED], 1, 0),
    ],
)
def test_the_furthest_step_counts_and_a_review_is_the_last_word(
    kinds: list[OutcomeKind], rating: int | None, grade: int
) -> None:
    said = [outcome("a", kind) for kind in kinds]
    if rating is not None:
        said.append(outcome("a", OutcomeKind.REVIEWED, rating=rating))
    assert only(graded(feedback(*said))).grade == grade


def test_a_judgement_beats_an_outcome_for_the_same_pair() -> None:
    label = only(graded(feedback(outcome("a"), *judgements(0))))
    assert (label.grade, label.basis) == (0, Basis.JUDGEMENTS)


def test_a_choice_further_down_weighs_more_and_never_more_than_a_vote() -> None:
    labels = graded(feedback(outcome("a"), outcome("d")), curve=LAW)
    assert [label.weight for label in labels] == pytest.approx([0.1, 0.4])
    far = Showing("far", "q1", tuple(f"p{number}" for number in range(40)))
    deep = only(graded(feedback(outcome("p39", shown=far), showings=(far,)), curve=LAW))
    assert deep.weight == 1.0


@given(st.lists(st.sampled_from(["q1", "q2"]), min_size=1, max_size=12), st.integers(0, 30))
def test_an_enterprise_has_one_vote_per_provider_and_unverified_accounts_none(
    queries: list[str], accounts: int
) -> None:
    kinds = list(OutcomeKind)[:5]
    said = [outcome("a", kinds[number % 5], query=query) for number, query in enumerate(queries)]
    crowd = [
        outcome("a", query="q1", enterprise=f"fake{number}", is_verified=False)
        for number in range(accounts)
    ]
    labels = graded(feedback(*said, *crowd))
    assert sum(label.weight for label in labels) == pytest.approx(1.0)
    assert labels == graded(feedback(*said))


@pytest.mark.parametrize("correction", list(Correction))
@given(
    choices=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from(list(OutcomeKind)[:5])),
        max_size=40,
    )
)
def test_one_enterprise_says_one_vote_for_and_one_against_a_provider_at_most(
    correction: Correction, choices: list[tuple[int, int, OutcomeKind]]
) -> None:
    lists = {number: Showing(f"l{number}", f"n{number}", LIST.provider_ids) for number in range(10)}
    said = Feedback(
        {f"n{number}": Query(text="", on=DAY) for number in range(10)},
        outcomes=tuple(
            outcome(LIST.provider_ids[at], kind, query=f"n{need}", shown=lists[need])
            for need, at, kind in choices
        ),
        showings=tuple(lists.values()),
    )
    total = dict.fromkeys([(one, side) for one in LIST.provider_ids for side in (0, 1)], 0.0)
    for group in judged_from_feedback(said, curve=LAW, correction=correction):
        for provider_id, grade in zip(group.provider_ids, group.grades, strict=True):
            total[provider_id, int(grade > 0)] += group.weight
    assert max(total.values()) <= 1.0 + 1e-6


def test_the_judged_providers_of_a_query_are_one_group() -> None:
    said = feedback(*judgements(3, 3, provider="a"), *judgements(0, provider="b"))
    (group,) = judged_from_feedback(said, curve=LAW)
    assert group == GradedQuery(
        "q1",
        QUERIES["q1"],
        ("a", "b"),
        (3, 0),
        pytest.approx((2 / 3 + 1 / 2) / 2),  # type: ignore[arg-type]  # compares as a float does
        Basis.JUDGEMENTS,
    )


def test_what_does_not_differ_or_is_about_an_unknown_query_teaches_nothing() -> None:
    said = feedback(
        *judgements(2, provider="a"), *judgements(2, provider="b"), Judgement("gone", "a", "j", 3)
    )
    assert judged_from_feedback(said, curve=LAW) == ()


def test_preferences_are_pairs_in_which_contradictions_cancel_out() -> None:
    said = feedback(
        Preference("q1", "a", "b", "j1"),
        Preference("q1", "a", "b", "j2"),
        Preference("q1", "b", "a", "j3"),
        Preference("q1", "c", "d", "j1"),
        Preference("q1", "d", "c", "j2"),
    )
    (group,) = judged_from_feedback(said, curve=LAW)
    assert dict(zip(group.provider_ids, group.grades, strict=True)) == {"a": 1, "b": 0}
    assert group.weight == pytest.approx(1 / 4)


def test_grades_beat_a_preference_and_leave_it_where_they_tie() -> None:
    against = Preference("q1", "b", "a", "j9")
    decided = feedback(*judgements(3, provider="a"), *judgements(0, provider="b"), against)
    tied = feedback(*judgements(2, provider="a"), *judgements(2, provider="b"), against)
    assert [g.basis for g in judged_from_feedback(decided, curve=LAW)] == [Basis.JUDGEMENTS]
    assert [g.basis for g in judged_from_feedback(tied, curve=LAW)] == [Basis.PREFERENCES]


@given(st.integers(2, 9), st.integers(1, 6))
def test_all_preferences_of_a_query_weigh_one_judged_query_at_most(
    providers: int, judges: int
) -> None:
    said = feedback(
        *(
            Preference("q1", f"p{better}", f"p{worse}", f"j{judge}")
            for judge in range(judges)
            for better in range(providers)
            for worse in range(better + 1, providers)
        )
    )
    assert sum(group.weight for group in judged_from_feedback(said, curve=LAW)) < 1.0


def test_a_choice_is_compared_with_what_was_shown_and_chosen_less() -> None:
    said = feedback(outcome("c"), outcome("b", OutcomeKind.SHORTLISTED), *judgements(3))
    first, second = judged_from_feedback(said, curve=LAW)
    assert dict(zip(first.provider_ids, first.grades, strict=True)) == {"b": 1, "d": 0}
    assert dict(zip(second.provider_ids, second.grades, strict=True)) == {"c": 3, "b": 0, "d": 0}
    assert (first.weight, second.weight) == pytest.approx((0.2, 0.3))
    assert first.positions is None


def test_with_positions_a_list_is_one_group_and_keeps_its_places() -> None:
    said = feedback(outcome("c"), outcome("b", OutcomeKind.SHORTLISTED))
    (group,) = judged_from_feedback(said, curve=LAW, correction=Correction.POSITIONS)
    assert (group.provider_ids, group.grades, group.positions, group.weight) == (
        ("a", "b", "c", "d"),
        (0, 1, 3, 0),
        (1, 2, 3, 4),
        1.0,
    )


def test_the_order_in_which_things_were_said_does_not_matter() -> None:
    said: tuple[Judgement | Preference | Outcome, ...] = (
        *judgements(3, 2, provider="a"),
        *judgements(1, provider="b"),
        outcome("c"),
        outcome("d", enterprise="e2"),
        Preference("q1", "c", "d", "j1"),
        Preference("q1", "a", "d", "j2"),
    )
    forward = judged_from_feedback(feedback(*said), curve=LAW)
    assert forward == judged_from_feedback(feedback(*reversed(said)), curve=LAW)
    assert {group.basis for group in forward} == set(Basis)


def test_groups_are_laid_out_with_a_query_in_one_fold() -> None:
    showing = Showing("l2", "q2", ("a", "b"))
    said = feedback(
        outcome("a", query="q2", shown=showing),
        *judgements(3, provider="a"),
        *judgements(0, provider="b"),
        Preference("q1", "c", "d", "j1"),
        showings=(LIST, showing),
    )
    groups = judged_from_feedback(said, curve=LAW, correction=Correction.POSITIONS)
    rows = lay_out(groups, [np.eye(2)] * 3, ["words_nearest", "recency"], folds=2)
    assert rows.grades.tolist() == [3, 0, 1, 0, 1 + 2, 0]
    assert rows.query_of.tolist() == [0, 0, 1, 1, 2, 2]
    assert rows.folds.tolist() == [0, 0, 1]
    assert rows.positions is not None
    assert rows.positions.tolist() == [0, 0, 0, 0, 1, 2]
    with pytest.raises(ValueError, match="features"):
        lay_out(groups, [np.eye(3)] * 3, ["words_nearest", "recency"])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Judgement("q", "a", "j", 4),
        lambda: Judgement("q", "a", "j", -1),
        lambda: Preference("q", "a", "a", "j"),
        lambda: Outcome("q", "a", "e", OutcomeKind.ENGAGED, 0, is_verified=True),
        lambda: Outcome("q", "a", "e", OutcomeKind.ENGAGED, 1, is_verified=True, rating=3),
        lambda: Outcome("q", "a", "e", OutcomeKind.REVIEWED, 1, is_verified=True),
        lambda: Outcome("q", "a", "e", OutcomeKind.REVIEWED, 1, is_verified=True, rating=6),
    ],
)
def test_what_cannot_be_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(InvalidFeedback):
        make()

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from matching.eligibility import (
    RULES,
    Rule,
    apply_rules,
    first_broken_rule,
    in_force,
    is_reserved,
)
from matching.features.context import MatchContext
from matching.types import Candidate, Matter, Query, Script
from tests.matching.examples import (
    TODAY,
    Supply,
    firm,
    index_of,
    is_written_in,
    lay,
    need,
    supplies,
    work,
)

A = firm("a")
YESTERDAY = TODAY - timedelta(days=1)


def verdicts(
    query: Query, candidates: Iterable[Candidate], matters: Iterable[Matter] = ()
) -> dict[str, str | None]:
    """Provider to the rule that removes it, None where it is eligible."""
    context = lay(query, index_of(list(candidates), list(matters)))
    return {
        candidate.provider_id: first_broken_rule(context, candidate.provider_id)
        for candidate in context.index.candidates
    }


def test_unpublished_and_suspended_are_two_rules() -> None:
    firms = [
        A,
        replace(firm("draft"), is_published=False),
        replace(firm("out"), is_published=False, is_suspended=True),
    ]

    assert verdicts(need(), firms) == {"a": None, "draft": "published", "out": "not_suspended"}


def test_the_need_may_exclude_providers_and_name_conflicts() -> None:
    query = replace(
        need(),
        excluded_provider_ids=frozenset({"b", "nobody"}),
        conflicted_provider_ids=frozenset({"b", "c"}),
    )

    assert verdicts(query, [A, firm("b"), firm("c")]) == {
        "a": None,
        "b": "not_excluded",
        "c": "conflict_cleared",
    }


def test_who_takes_no_new_work_is_removed_and_who_does_not_say_stays() -> None:
    firms = [replace(A, is_accepting=False), replace(firm("b"), is_accepting=True), firm("c")]

    assert verdicts(need(), firms) == {"a": "capacity", "b": None, "c": None}


def test_known_for_other_sectors_only() -> None:
    firms = [
        firm("listed", sectors=("BLT",)),
        firm("listed_elsewhere", sectors=("ACC",)),
        firm("shown"),
        firm("shown_elsewhere"),
        firm("unknown"),
        firm("unfiled"),
        firm("listed_elsewhere_but_unfiled", sectors=("ACC",)),
        firm("only_later"),
    ]
    matters = [
        work("m1", ["shown"], sectors=("BLT",)),
        work("m2", ["shown_elsewhere", "only_later"], sectors=("ACC",)),
        work("m3", ["unfiled", "listed_elsewhere_but_unfiled"]),
        work("m4", ["only_later"], sectors=("BLT",), dated_on=TODAY),
    ]

    assert verdicts(need(sectors=("BLT",)), firms, matters) == {
        "listed": None,
        "listed_elsewhere": "sector_covered",
        "shown": None,
        "shown_elsewhere": "sector_covered",
        "unknown": None,
        "unfiled": None,  # what its work was is not known
        "listed_elsewhere_but_unfiled": None,
        "only_later": "sector_covered",
    }
    assert set(verdicts(need(), firms, matters).values()) == {None}


@pytest.mark.parametrize(
    ("wanted", "known_for", "stays"),
    [
        ("ACC", "ACC.AUD", True),  # a parent asks for its branch
        ("ACC.AUD", "ACC", True),  # filed broadly, it may well be of the wanted kind
        ("LEG.COR", "LEG.LAB", False),
        ("ACC.AUD", "BLT", False),
    ],
)
@pytest.mark.parametrize("by_evidence", [True, False])
def test_a_branch_covers_what_is_below_and_perhaps_what_is_above(
    wanted: str, known_for: str, *, stays: bool, by_evidence: bool
) -> None:
    candidate = A if by_evidence else firm("a", sectors=(known_for,))
    matters = [work("m", ["a"], sectors=(known_for,))] if by_evidence else []

    removed_by = verdicts(need(sectors=(wanted,)), [candidate], matters)["a"]

    assert removed_by == (None if stays else "sector_covered")


def test_covering_one_of_the_sectors_is_enough() -> None:
    found = verdicts(need(sectors=("BLT", "ACC")), [firm("a", sectors=("ACC",))])

    assert found == {"a": None}


def test_a_refused_sector_is_not_asked_of_anyone() -> None:
    query = replace(need(sectors=("BLT", "ACC")), excluded_sector_codes=("BLT",))

    found = verdicts(query, [firm("a", sectors=("ACC",)), firm("b", sectors=("BLT",))])

    assert found == {"a": None, "b": "sector_covered"}


def test_for_reserved_work_a_provider_must_be_known_for_it() -> None:
    firms = [firm("unknown"), firm("unfiled"), firm("lawyer", sectors=("LEG",)), firm("shown")]
    matters = [work("m1", ["unfiled"]), work("m2", ["shown"], sectors=("LEG.COR",))]

    assert verdicts(need(sectors=("LEG",)), firms, matters) == {
        "unknown": "sector_covered",
        "unfiled": "sector_covered",
        "lawyer": None,
        "shown": None,
    }
    # Where other work is asked for too, the unknown stay.
    assert verdicts(need(sectors=("LEG", "BLT")), firms, matters)["unknown"] is None


def test_reserved_sectors_are_whole_branches() -> None:
    assert is_reserved("LEG")
    assert is_reserved("LEG.COR")
    assert is_reserved("DIS.LIT")
    assert not is_reserved("DIS")
    assert not is_reserved("LEGAL")
    assert not is_reserved("ACC.AUD")


def test_nobody_settles_disputes_without_being_known_for_it() -> None:
    firms = [firm("engineer"), firm("new"), firm("arbitrator", sectors=("DIS.ARB",)), firm("done")]
    matters = [work("m1", ["engineer"]), work("m2", ["done"], sectors=("DIS.ARB",))]

    # An arbitrator need not sit where the dispute is.
    assert verdicts(need(sectors=("DIS.ARB",), targets=("VN",)), firms, matters) == {
        "engineer": "sector_covered",
        "new": "sector_covered",
        "arbitrator": None,
        "done": None,
    }


def test_reserved_work_needs_a_foot_in_the_place() -> None:
    law = ("LEG",)
    firms = [
        firm("at_home", "VN", law),
        firm("abroad", "TH", law),
        firm("homeless", None, law),
        replace(firm("qualified", "TH", law), qualified_in={"VN": None}),
        replace(firm("nowhere", None, law), qualified_in={}),
        replace(firm("networked", "TH", law), network_in=("VN",)),
        firm("shown", "TH", law),
    ]
    matters = [work("m", ["shown"], places=("VN",), sectors=law)]

    assert verdicts(need(sectors=law, targets=("VN",)), firms, matters) == {
        "at_home": None,
        "abroad": "jurisdiction_covered",
        "homeless": None,  # nothing is known of where it may practise
        "qualified": None,
        "nowhere": "jurisdiction_covered",
        "networked": None,
        "shown": None,
    }
    # No place is asked for, or work that anyone may do: nobody is removed.
    assert set(verdicts(need(sectors=law), firms, matters).values()) == {None}
    engineers = [firm("abroad", "TH", ("BLT",))]
    assert verdicts(need(sectors=("BLT",), targets=("VN",)), engineers) == {"abroad": None}


@pytest.mark.parametrize(
    ("until", "removed_by"),
    [(None, None), (TODAY, None), (YESTERDAY, "credential_in_force")],
)
def test_a_credential_holds_through_its_last_day(
    until: date | None, removed_by: str | None
) -> None:
    candidate = replace(A, qualified_in={"VN": until})

    assert verdicts(need(targets=("VN",)), [candidate]) == {"a": removed_by}


def test_one_credential_in_force_in_a_target_is_enough() -> None:
    expired = replace(A, qualified_in={"VN": YESTERDAY, "TH": TODAY})

    assert verdicts(need(targets=("VN", "TH")), [expired]) == {"a": None}
    assert verdicts(need(targets=("VN",)), [expired]) == {"a": "credential_in_force"}
    assert verdicts(need(targets=("BD",)), [expired]) == {"a": None}  # nothing is known there
    assert verdicts(need(), [expired]) == {"a": None}
    assert in_force(expired, "BD", TODAY) is None


@pytest.mark.parametrize(
    ("languages", "removed_by"),
    [
        (None, None),
        ((), "languages"),
        (("en",), "languages"),
        (("en", "zh"), None),
        (("en", "cmn"), None),
        (("en", "yue"), None),
    ],
)
def test_a_required_language_removes_who_is_known_to_lack_it(
    languages: tuple[str, ...] | None, removed_by: str | None
) -> None:
    candidate = replace(A, languages=languages)
    wanted = need(languages=("en", "zh"))

    assert verdicts(replace(wanted, languages_required=True), [candidate]) == {"a": removed_by}
    assert verdicts(wanted, [candidate]) == {"a": None}


def test_cantonese_is_not_answered_by_putonghua() -> None:
    query = replace(need(languages=("yue",)), languages_required=True)
    firms = [replace(A, languages=("cmn",)), replace(firm("b"), languages=("zh",))]

    assert verdicts(query, firms) == {"a": "languages", "b": None}


def test_who_breaks_several_rules_counts_under_the_first() -> None:
    wreck = replace(
        firm("wreck", "TH", ("ACC",)), is_suspended=True, is_accepting=False, languages=()
    )
    query = replace(need(sectors=("BLT",), languages=("en",)), languages_required=True)
    context = lay(query, index_of([wreck, firm("b", sectors=("BLT",))], []))

    eligible, counts = apply_rules(context)

    assert eligible.tolist() == [True, False]
    assert {count.rule: count.removed for count in counts if count.removed} == {"not_suspended": 1}


@given(supplies())
def test_the_removed_and_the_eligible_are_everybody(supply: Supply) -> None:
    context = supply.context()

    eligible, counts = apply_rules(context)

    assert [count.rule for count in counts] == [rule.name for rule in RULES]
    assert sum(count.removed for count in counts) + eligible.sum() == len(supply.candidates)
    broken = broken_rules(context)
    assert [rule is None for rule in broken] == eligible.tolist()
    assert [count.removed for count in counts] == [broken.count(rule.name) for rule in RULES]


def broken_rules(context: MatchContext) -> list[str | None]:
    return [first_broken_rule(context, c.provider_id) for c in context.index.candidates]


def test_an_unknown_provider_has_no_verdict() -> None:
    with pytest.raises(KeyError):
        first_broken_rule(lay(need(), index_of([A], [])), "nobody")


def test_an_empty_catalogue_leaves_nobody_for_any_rule() -> None:
    query = replace(
        need("x", sectors=("LEG", "BLT"), targets=("VN",), languages=("en",)),
        languages_required=True,
    )

    eligible, counts = apply_rules(lay(query, index_of([], [])))

    assert eligible.tolist() == []
    assert {count.removed for count in counts} == {0}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_said_in_three_scripts(rule: Rule) -> None:
    for script in Script:
        assert is_written_in(script, rule.says.in_script(script))

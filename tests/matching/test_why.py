import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.change_facts import FactKind, changed_profile
from matching.changes import Change
from matching.eligibility import RULES, apply_rules
from matching.engine import match
from matching.ranker.prior import prior
from matching.scoring import rank, score_all
from matching.types import Candidate, Float32Array, Matter, Query, Script, Sentence
from matching.why import BROKEN, UnknownProvider, Why, why
from tests.matching.examples import (
    NAMES,
    NEED_VECTOR,
    Supply,
    firm,
    index_of,
    is_written_in,
    need,
    supplies,
    work,
)

OF_PROFILES = {
    FactKind.ACCEPTING,
    FactKind.LANGUAGES,
    FactKind.LISTED,
    FactKind.PARTNER,
    FactKind.QUALIFIED,
    FactKind.RENEWED,
}


def why_of(supply: Supply, provider_id: str, *, k: int = 2, band: float = 0.0) -> Why:
    index = supply.index()
    vector = NEED_VECTOR[: index.vectors.shape[1]]
    return why(supply.query, vector, index, prior(), NAMES, provider_id=provider_id, k=k, band=band)


def without_vectors(n: int) -> Float32Array:
    return np.zeros((n, 0), dtype=np.float32)


def ask(
    query: Query, candidates: list[Candidate], matters: list[Matter], *, k: int = 1
) -> tuple[Why, Change]:
    """Why `a` is not among the first, and the change that is found."""
    found = why(
        query, NEED_VECTOR[:0], index_of(candidates, matters), prior(), NAMES, provider_id="a", k=k
    )
    assert found.change is not None
    return found, found.change


@given(supplies())
def test_says_the_place_that_the_ranking_has_or_the_rules_that_remove(supply: Supply) -> None:
    context = supply.context()
    eligible, _ = apply_rules(context)
    ids = [one.provider_id for one in context.index.candidates]
    order = rank(ids, score_all(context, prior()), eligible)
    places = {one.provider_id: number for number, one in enumerate(order, start=1)}

    for row, provider_id in enumerate(ids):
        found = why_of(supply, provider_id)

        assert found.rank == places.get(provider_id)
        assert found.eligible == len(order)
        assert [one.rule for one in found.broken] == [
            rule.name for rule in RULES if rule.removes(context)[row]
        ]
        assert (found.rank is None) == bool(found.broken)
        assert found.score_of_kth == (order[1].score if len(order) > 1 else None)
        assert sum(part for _, _, part in found.explained.contributions) == pytest.approx(
            found.explained.score, abs=1e-9
        )
        assert found.is_among_first == (found.rank is not None and found.rank <= 2)
        if found.is_among_first:
            assert found.change is None


@given(supplies(), st.integers(1, 3))
def test_a_change_that_is_enough_brings_it_into_the_first_k_of_a_new_index(
    supply: Supply, k: int
) -> None:
    for candidate in supply.candidates:
        change = why_of(supply, candidate.provider_id, k=k).change
        if change is None or not {fact.kind for fact in change.facts} <= OF_PROFILES:
            continue
        changed = candidate
        for fact in change.facts:
            changed = changed_profile(changed, fact)
        assert (changed.home_jurisdiction, changed.name) == (
            candidate.home_jurisdiction,
            candidate.name,
        )
        others = tuple(one for one in supply.candidates if one is not candidate)
        really = why_of(replace(supply, candidates=(*others, changed)), candidate.provider_id, k=k)
        assert really.rank == change.rank
        assert really.explained.score == pytest.approx(change.score, abs=1e-9)
        assert really.is_among_first == change.is_enough == (change.rank <= k)


@given(supplies())
def test_what_would_change_it_is_said_in_three_scripts(supply: Supply) -> None:
    for candidate in supply.candidates:
        found = why_of(supply, candidate.provider_id, k=1)
        said = [found.sentence] + ([found.change.sentence] if found.change else [])
        for sentence in said:
            assert is_said(sentence), sentence


def is_said(sentence: Sentence) -> bool:
    """Whether every script has its own words; codes without a name stand for themselves."""
    codes = "LEG.COR|LEG.LAB|ACC.AUD|DIS.ARB|DIS|IN|KE|yue"
    return all(
        is_written_in(script, re.sub(codes, "", sentence.in_script(script)))
        and not re.search(r"[{}]|None|nan", sentence.in_script(script))
        for script in Script
    )


ROADS = [
    work("m1", ["a"], "road study", sectors=("BLT",), is_verified=True),
    work("m2", ["b"], "road study", sectors=("BLT",), is_verified=True),
]


def test_who_takes_no_work_need_only_take_it_again() -> None:
    found, change = ask(need("road study"), [replace(firm("a"), is_accepting=False)], ROADS[:1])

    assert found.sentence.en == "It is left out: it takes no new work at present."
    assert found.sentence.zh_hant == "該機構未獲列入：其目前不接受新委聘。"
    assert [fact.kind for fact in change.facts] == [FactKind.ACCEPTING]
    assert (change.is_enough, change.rank) == (True, 1)
    assert change.sentence.en == "If it took new work again, it would stand at place 1."
    assert change.sentence.zh_hans == "若该机构恢复接受新委托，将排在第1位。"


def test_a_credential_that_has_run_out_is_renewed_and_not_got_anew() -> None:
    lawyer = replace(firm("a", sectors=("LEG",)), qualified_in={"VN": date(2020, 1, 1)})

    found, change = ask(need(targets=("VN",), sectors=("LEG",)), [lawyer], [])

    assert [one.rule for one in found.broken] == ["credential_in_force"]
    assert [fact.kind for fact in change.facts] == [FactKind.RENEWED]
    assert change.is_enough


def test_a_sector_is_offered_only_where_past_work_shows_it() -> None:
    query = need("road study", sectors=("BLT",))
    listed = firm("b", sectors=("BLT",))

    _, change = ask(query, [firm("a"), listed], ROADS)
    assert [fact.kind for fact in change.facts] == [FactKind.LISTED]

    unshown = [replace(ROADS[0], sector_codes=()), ROADS[1]]
    found, change = ask(query, [firm("a"), listed], unshown)
    assert found.rank == 2
    assert FactKind.LISTED not in {fact.kind for fact in change.facts}


def test_claims_are_verified_before_more_work_is_asked_for() -> None:
    claimed = [replace(ROADS[0], is_verified=False), ROADS[1]]
    later = work("m3", ["a"], "road audit", is_verified=False)

    found, change = ask(need("road study"), [firm("a"), firm("b")], [*claimed, later])

    assert found.rank == 2
    assert [(fact.kind, fact.count) for fact in change.facts] == [(FactKind.VERIFIED, 2)]
    assert change.is_enough


def test_two_facts_are_found_where_one_is_not_enough() -> None:
    lawyer = replace(firm("a", sectors=("LEG",)), qualified_in={}, is_accepting=False)

    found, change = ask(need(targets=("VN",), sectors=("LEG",)), [lawyer], [])

    assert [one.rule for one in found.broken] == ["capacity", "jurisdiction_covered"]
    assert [fact.kind for fact in change.facts] == [FactKind.ACCEPTING, FactKind.PARTNER]
    assert change.sentence.en == (
        "If it took new work again and had a named partner in Vietnam, it would stand at place 1."
    )


def test_work_that_is_asked_for_says_how_near_it_is_taken_to_be() -> None:
    query = need("road study", targets=("VN",))
    there = [replace(ROADS[0], jurisdictions=()), replace(ROADS[1], jurisdictions=("VN",))]

    _, change = ask(query, [replace(firm("a", "TH"), network_in=("VN",)), firm("b")], there)
    (fact,) = change.facts
    assert (fact.kind, fact.count, fact.codes) == (FactKind.WORK, 1, ("VN",))
    assert "as near to the need as its nearest so far" in fact.sentence.en

    _, change = ask(query, [firm("a"), firm("b")], there[1:])
    works = [fact for fact in change.facts if fact.kind is FactKind.WORK]
    assert "as is typical of those ahead" in works[0].sentence.en


def test_what_is_out_of_reach_is_said_with_how_far_it_gets() -> None:
    ahead = [
        work(f"m{n}", ["b"], "road", places=("VN",), sectors=("BLT",), is_verified=True)
        for n in range(30)
    ]
    query = need("", targets=("VN", "TH"), sectors=("BLT",), amount_usd=1e6)
    first = work("n", ["b"], "road", places=("TH",), sectors=("BLT",), amount_usd=1e6)
    strong = replace(first, dated_on=date(2026, 11, 21), is_verified=True)
    home = replace(firm("b", "VN", ("BLT",)), network_in=("TH",))

    found, change = ask(query, [firm("a"), home], [*ahead, strong])

    assert found.score_of_kth is not None
    assert not change.is_enough
    assert change.rank == 2
    assert found.explained.score < change.score < found.score_of_kth
    assert change.sentence.en.startswith(
        "No change within its reach would bring it into the first 1. What would help most: if it "
    )


def test_no_change_lifts_what_the_need_itself_excludes() -> None:
    query = replace(need("road"), excluded_provider_ids=frozenset({"a"}))
    found = why_of(Supply((firm("a"),), tuple(ROADS[:1]), without_vectors(1), query), "a")

    assert [one.rule for one in found.broken] == ["not_excluded"]
    assert found.change is None


@given(supplies(), st.sampled_from([0.05, 0.5]))
def test_near_equals_stand_where_the_list_of_the_day_shows_them(
    supply: Supply, band: float
) -> None:
    index = supply.index()
    vector = NEED_VECTOR[: index.vectors.shape[1]]
    shown = match(supply.query, vector, index, prior(), NAMES, top=99, band=band).ranked

    for one in shown:
        found = why_of(supply, one.provider_id, band=band).explained
        assert (found.rank, found.shares_place) == (one.rank, one.shares_place)


def test_an_unknown_provider_and_no_places_are_refused() -> None:
    supply = Supply((firm("a"),), (), without_vectors(0), need("road"))
    with pytest.raises(UnknownProvider, match="zz"):
        why_of(supply, "zz")
    with pytest.raises(ValueError, match="k is 0"):
        why_of(supply, "a", k=0)


def test_every_rule_can_be_said_of_one_provider() -> None:
    assert set(BROKEN) == {rule.name for rule in RULES}
    assert all(is_said(sentence) for sentence in BROKEN.values())

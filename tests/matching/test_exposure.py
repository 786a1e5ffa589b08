from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import match
from matching.exposure import InvalidBand, groups_of, need_key, place, turn
from matching.index.columns import Index
from matching.ranker.prior import prior
from matching.scoring import Scored
from matching.types import MatchResult, Query, Script
from tests.matching.examples import (
    NAMES,
    NEED_VECTOR,
    TODAY,
    Supply,
    firm,
    index_of,
    is_written_in,
    need,
    supplies,
    work,
)

BANDS = st.sampled_from([0.0, 1e-9, 0.02, 0.1, 0.5, 1.0])


def answer(query: Query, index: Index, band: float, *, top: int = 10) -> MatchResult:
    vector = NEED_VECTOR[: index.vectors.shape[1]]
    return match(query, vector, index, prior(), NAMES, top=top, band=band)


def scored_of(*scores: float) -> Scored:
    column = np.array(scores, dtype=np.float64)
    return Scored(column[:, None], column[:, None], column)


def order_of(query: Query, ids: list[str], scored: Scored, band: float) -> list[str]:
    everyone = np.ones(len(ids), dtype=np.bool_)
    placed = place(query, ids, scored, everyone, band=band)
    return [one.candidate.provider_id for one in placed]


def test_a_group_is_its_leader_and_all_within_the_band_below() -> None:
    falling = np.array([1.0, 0.9375, 0.875, 0.8125, 0.75, 0.25, 0.0, 0.0])

    assert groups_of(falling, 0.125) == ((0, 3), (3, 5), (5, 6), (6, 8))
    assert groups_of(falling, 0.0) == tuple((i, i + 1) for i in range(8))
    # The first four places need the whole of the second group, and nothing after it.
    assert groups_of(falling, 0.125, top=4) == ((0, 3), (3, 5))
    assert groups_of(np.zeros(0), 0.1) == ()


@pytest.mark.parametrize("band", [-0.01, float("nan"), float("inf")])
def test_a_band_that_is_none_is_refused(band: float) -> None:
    with pytest.raises(InvalidBand, match="give a number from 0 up"):
        groups_of(np.ones(2), band)
    with pytest.raises(InvalidBand):
        answer(need("road"), index_of([], []), band)


@given(supplies(), BANDS)
def test_only_near_equals_change_places_and_all_say_so(supply: Supply, band: float) -> None:
    index = supply.index()

    by_score, shared = (answer(supply.query, index, b, top=99).ranked for b in (0.0, band))

    assert {one.provider_id for one in shared} == {one.provider_id for one in by_score}
    assert [one.rank for one in shared] == list(range(1, len(shared) + 1))
    for here, there in zip(shared, by_score, strict=True):
        group = here.shares_place
        assert here.score >= there.score - band - 1e-12
        if group is None:
            assert here.provider_id == there.provider_id
            continue
        first, end = group.first_rank - 1, group.first_rank - 1 + group.size
        assert first < here.rank <= end
        members = shared[first:end]
        assert {one.shares_place for one in members} == {group}
        greatest = max(one.score for one in members)
        assert greatest - min(one.score for one in members) <= band + 1e-12
    # What a provider scores, and why, is not touched by where it stands.
    found = {one.provider_id: one for one in by_score}
    for one in shared:
        there = found[one.provider_id]
        assert replace(one, rank=there.rank, shares_place=None) == there


@given(supplies(), BANDS, st.integers(1, 4))
def test_the_first_of_many_are_the_first_of_all(supply: Supply, band: float, top: int) -> None:
    index = supply.index()

    whole = answer(supply.query, index, band, top=99).ranked

    assert answer(supply.query, index, band, top=top).ranked == whole[:top]


@given(supplies(), BANDS)
def test_a_provider_that_is_left_out_moves_nobody_else(supply: Supply, band: float) -> None:
    index = supply.index()
    worst = {one.provider_id for one in answer(supply.query, index, 0.0, top=99).ranked[-1:]}
    excluded = supply.query.excluded_provider_ids | worst

    whole = answer(supply.query, index, band, top=99).ranked
    without = answer(replace(supply.query, excluded_provider_ids=excluded), index, band, top=99)

    left = [one.provider_id for one in without.ranked]
    assert left == [one.provider_id for one in whole if one.provider_id not in worst]


def test_equals_share_the_top_evenly_over_days_and_over_needs() -> None:
    ids = [f"p{i}" for i in range(5)]
    equal, days, needs = scored_of(*[3.0] * 5), 40, 25

    first = Counter(
        order_of(replace(need(f"road {number}"), on=TODAY + timedelta(days=day)), ids, equal, 0.05)[
            0
        ]
        for number in range(needs)
        for day in range(days)
    )

    # 1,000 draws with chance 1/5: five standard deviations are 63.
    assert all(abs(first[provider] - 200) < 63 for provider in ids)
    one_need = {tuple(order_of(replace(need("road"), on=TODAY + timedelta(days=d)), ids, equal, 0.05)) for d in range(days)}  # fmt: skip
    one_day = {tuple(order_of(need(f"road {n}"), ids, equal, 0.05)) for n in range(needs)}
    assert len(one_need) > 20
    assert len(one_day) > 15


def test_nobody_outside_the_band_is_ever_among_the_first() -> None:
    ids, scored = ["a", "b", "c"], scored_of(1.0, 0.98, 0.9)

    for day in range(50):
        order = order_of(replace(need("road"), on=TODAY + timedelta(days=day)), ids, scored, 0.05)
        assert order[2] == "c"
    assert order_of(need("road"), ids, scored, 0.0) == ["a", "b", "c"]


def test_a_group_that_crosses_the_cut_lets_everyone_of_it_in_at_times() -> None:
    ids = [f"p{i}" for i in range(6)]
    equal, everyone = scored_of(*[1.0] * 6), np.ones(6, dtype=np.bool_)
    seen: set[str] = set()

    for day in range(30):
        query = replace(need("road"), on=TODAY + timedelta(days=day))
        placed = place(query, ids, equal, everyone, band=0.02, top=2)
        assert len(placed) == 2
        assert all(one.shares and one.shares.size == 6 for one in placed)
        seen.update(one.candidate.provider_id for one in placed)

    assert seen == set(ids)


def test_the_order_is_that_of_the_published_hash() -> None:
    """Whoever disputes a place can work it out: `sha256sum` gives these digests."""
    query = Query("rural roads", date(2026, 11, 22), target_jurisdictions=("VN",))

    assert need_key(query) == "0f35b68496b10294"
    assert turn(query.on, need_key(query), "a").hex()[:16] == "7a30758c31bc8838"


def test_a_need_is_the_same_in_either_script_and_in_any_order_of_its_parts() -> None:
    simplified = need("在坦桑尼亚做电力项目审计", targets=("TZ", "KE"), sectors=("ACC", "LEG"))
    traditional = need("在坦桑尼亞做電力項目審計", targets=("KE", "TZ"), sectors=("LEG", "ACC"))

    assert need_key(simplified) == need_key(traditional)
    for other in (
        replace(simplified, text="x"),
        replace(simplified, sector_codes=("ACC",)),
        replace(simplified, excluded_jurisdictions=("TH",)),
        replace(simplified, amount_usd=1.0),
        replace(simplified, home_jurisdiction="VN"),
        replace(simplified, client="P1"),
    ):
        assert need_key(other) != need_key(simplified)
    assert need_key(replace(simplified, on=date(2020, 1, 1))) == need_key(simplified)


def test_the_page_can_say_who_shares_a_place() -> None:
    index = index_of(
        [firm(p) for p in "abcd"],
        [work("m1", ["a", "b", "c"], "rural road", is_verified=True)],
    )

    ranked = answer(need("rural road"), index, 0.05).ranked

    shares = ranked[0].shares_place
    assert shares
    assert (shares.first_rank, shares.size, shares.band) == (1, 3, 0.05)
    assert shares.sentence.en.startswith("3 providers here score within 0.05 of each other")
    for script in Script:
        said = shares.sentence.in_script(script)
        assert is_written_in(script, said)
        assert "3" in said
        assert "0.05" in said
    assert ranked[3].shares_place is None

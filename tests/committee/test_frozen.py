from dataclasses import replace
from datetime import date

import pytest

from committee.errors import NothingToFreeze
from committee.frozen import (
    FrozenQueries,
    FrozenQuery,
    as_judged,
    first_frozen_day,
    freeze,
    is_kept_back,
    read_frozen,
    write_frozen,
)
from matching.index.columns import Index
from matching.learning.types import Feedback, Judgement
from matching.types import Matter, Query
from tests.matching.examples import firm, index_of, work


def _done(number: int, by: str, year: int, client: str = "ministry") -> Matter:
    made = work(
        f"m{number:02}",
        [by],
        f"work number {number}",
        places=("VN",),
        sectors=("LEG.COR",),
        dated_on=date(year, 1, 1 + number),
        is_verified=True,
    )
    return replace(made, client=client)


def record() -> Index:
    """Twenty matters over ten years, two a year; the last part is that of the last two years."""
    done = [_done(n, "old" if n % 2 else "older", 2010 + n // 2) for n in range(18)]
    latest = [_done(18, "newcomer", 2019), _done(19, "old", 2019, client="bank")]
    return index_of([firm("old"), firm("older"), firm("newcomer")], [*done, *latest])


def test_takes_the_last_part_of_the_record_and_who_had_worked_before() -> None:
    index = record()
    first = first_frozen_day(index)

    frozen = freeze(index)

    assert all(one.query.on >= first for one in frozen.queries)
    assert (
        sum(matter.dated_on is not None and matter.dated_on < first for matter in index.matters)
        == 17
    )
    # m18 is the first work of who did it: no ranker can know that, so nobody is asked.
    assert [one.query_id for one in frozen.queries] == ["m17", "m19"]
    assert [one.grades for one in frozen.queries] == [{"old": 3}, {"old": 3}]


def test_says_to_which_groups_a_need_belongs() -> None:
    by_id = {one.query_id: one.labels for one in freeze(record()).queries}

    assert by_id["m17"] == {
        "provider": ("large",),
        "client": ("known",),
        "language": ("en",),
        "sector": ("LEG",),
        "region": ("035",),
    }
    assert by_id["m19"]["client"] == ("new",)
    assert freeze(record()).slices()["client: new"] == {"m19"}


def test_reads_back_what_it_wrote() -> None:
    query = Query(
        "a need",
        date(2026, 1, 2),
        home_jurisdiction="CN",
        target_jurisdictions=("VN", "TH"),
        excluded_provider_ids=frozenset({"b", "a"}),
        amount_usd=1.5,
    )
    one = FrozenQuery("n:1", query, {"p": 2}, {"language": ("en",)})
    frozen = FrozenQueries(date(2025, 1, 1), (*freeze(record()).queries, one))

    written = write_frozen(frozen)

    assert read_frozen(written) == frozen
    assert write_frozen(read_frozen(written)) == written


def test_judged_needs_that_are_kept_back_join() -> None:
    index = record()
    kept = next(f"need-{n}:1" for n in range(99) if is_kept_back(f"need-{n}:1"))
    learned = next(f"need-{n}:1" for n in range(99) if not is_kept_back(f"need-{n}:1"))
    need = Query("judged", date(2026, 1, 1))
    said = [
        Judgement(query_id, provider, "judge", grade)
        for query_id in (kept, learned)
        for provider, grade in (("old", 3), ("older", 0), ("left-the-list", 3))
    ]

    judged = as_judged(Feedback({kept: need, learned: need}, tuple(said)), index)

    assert [(one.query_id, one.grades) for one in judged] == [(kept, {"old": 3, "older": 0})]
    assert freeze(index, judged).queries[-1] == judged[0]
    # Another version of a need is the same need.
    assert is_kept_back(kept.replace(":1", ":2"))


def test_a_third_of_the_judged_needs_is_kept_back() -> None:
    share = sum(is_kept_back(f"{n}:1") for n in range(3000)) / 3000

    assert share == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.parametrize(
    "matters",
    [
        [],
        [work("undated", ["old"], is_verified=True)],
        [work("claimed", ["old"], dated_on=date(2020, 1, 1))],
        [work("listed", ["old"], dated_on=date(2020, 1, 1), is_verified=True, is_statement=True)],
        [work("first", ["old"], "x", dated_on=date(2020, 1, 1), is_verified=True)],
    ],
)
def test_a_record_without_answers_cannot_be_frozen(matters: list[Matter]) -> None:
    with pytest.raises(NothingToFreeze):
        freeze(index_of([firm("old")], matters))

import math
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.context import (
    SAME_COSINE,
    UNRELATED_COSINE,
    WHOLE_NEED_WORDS,
    sectors_of,
    targets_of,
)
from matching.types import Query
from tests.matching.examples import (
    TODAY,
    TREE,
    Supply,
    at_cosine,
    firm,
    index_of,
    lay,
    need,
    supplies,
    work,
)


def test_evidence_counts_from_the_day_after_its_date() -> None:
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1), None]
    matters = [
        work(f"m{n}", ["a"], "road", places=("VN", "TH"), sectors=("BLT",), dated_on=day)
        for n, day in enumerate(days)
    ]
    index = index_of([firm("a")], matters, at_cosine(1, 1, 1, 1))

    context = lay(need("road", targets=("VN",), sectors=("BLT",)), index)

    known = [True, False, False, True]
    assert context.counts.tolist() == known
    for column in (context.in_target, context.in_sector, context.words > 0, context.meaning > 0):
        assert column.tolist() == known
    near = lay(need(targets=("TH",)), index_of([firm("a")], [work("m", ["a"], places=("VN",))]))
    assert near.near_target.tolist() == [True]


def test_meaning_runs_from_unrelated_to_the_same() -> None:
    middle = (UNRELATED_COSINE + SAME_COSINE) / 2
    vectors = at_cosine(0.0, UNRELATED_COSINE - 0.01, middle, SAME_COSINE + 0.01, 1.0)
    index = index_of([firm("a")], [work(f"m{n}", ["a"], "x") for n in range(5)], vectors)

    context = lay(need("road"), index)

    assert context.meaning.tolist() == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0], abs=0.02)
    assert context.meaning.tolist() == np.round(context.meaning, 6).tolist()


def test_meaning_is_the_cosine_of_codes_and_nothing_for_a_text_without_a_vector() -> None:
    vectors = np.vstack([at_cosine(0.83), np.zeros((1, 2), dtype=np.float32)])
    index = index_of([firm("a")], [work("m1", ["a"], "x"), work("m2", ["a"], "x")], vectors)

    context = lay(need("road"), index)

    # 0.83 and 0.558 in eight bits: 127 and 85.
    cosine = 127 / float(np.float32(math.sqrt(127**2 + 85**2)))
    scaled = (cosine - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)
    assert context.meaning.tolist() == [round(scaled, 6), 0.0]


def test_work_of_homes_counts_verified_pieces_in_the_targets() -> None:
    matters = [
        work("m1", ["a", "b", "c"], places=("VN",), is_verified=True),
        work("m2", ["a"], places=("VN",)),
        work("m3", ["a"], places=("TH",), is_verified=True),
        work("m4", ["a"], places=("VN",), is_verified=True, is_statement=True),
        work("m5", ["a"], places=("VN",), is_verified=True, dated_on=TODAY),
    ]
    index = index_of([firm("a", "TH"), firm("b", "TH"), firm("c"), firm("d", "KE")], matters)

    context = lay(need(targets=("VN",)), index)

    counted = dict(zip(index.homes, context.work_of_homes.tolist(), strict=True))
    assert counted == {"TH": 2, None: 1, "KE": 0}


@given(supplies(), st.randoms(use_true_random=False))
def test_shares_of_homes_are_the_same_to_the_last_bit_in_any_order(
    supply: Supply, random: Random
) -> None:
    """Ids decide the order of evidence: other ids, another order of every sum."""
    other = list(range(len(supply.matters)))
    random.shuffle(other)
    renamed = [
        replace(matter, matter_id=f"{place:02d}")
        for place, matter in zip(other, supply.matters, strict=True)
    ]

    one, two = supply.context(), replace(supply, matters=tuple(renamed)).context()

    assert two.home_alike.tobytes() == one.home_alike.tobytes()
    assert two.home_of_size.tobytes() == one.home_of_size.tobytes()
    assert two.work_of_homes.tolist() == one.work_of_homes.tolist()
    assert two.likeness[other].tobytes() == one.likeness.tobytes()


def test_likeness_is_words_and_meaning_in_equal_parts() -> None:
    index = index_of([firm("a")], [work("m1", ["a"], "road study")], at_cosine(1.0))

    context = lay(need("road study"), index)

    assert context.likeness.tolist() == [0.5 * context.words[0] + 0.5]


def test_without_vectors_likeness_is_words_alone() -> None:
    context = lay(need("road"), index_of([firm("a")], [work("m1", ["a"], "road")]))

    assert not context.has_meaning
    assert context.likeness.tolist() == context.words.tolist()
    assert context.words[0] > 0


def test_a_need_without_text_has_neither_words_nor_meaning() -> None:
    index = index_of([firm("a")], [work("m1", ["a"], "road")], at_cosine(1.0))

    context = lay(need(" \n "), index)

    assert not context.has_words
    assert not context.has_meaning
    assert context.likeness.tolist() == [0.0]


def test_equivalents_stand_in_for_words_and_few_of_them_count_in_part() -> None:
    index = index_of([firm("a")], [work("m1", ["a"], "survey"), work("m2", ["a"], "rural road")])

    def words(equivalents: str) -> list[float]:
        query = Query("测量", TODAY, equivalents=equivalents)
        return [float(x) for x in lay(query, index).words]

    whole = float(lay(need("survey"), index).words[0])
    assert words("") == [0.0, 0.0]
    assert words("survey") == [whole / WHOLE_NEED_WORDS, 0.0]
    four = "survey rural road bridge"
    assert words(four)[0] == float(lay(need(four), index).words[0])


def test_equivalents_never_lower_what_the_words_themselves_reach() -> None:
    index = index_of([firm("a")], [work("m1", ["a"], "road study")])
    plain = lay(need("road study"), index).words[0]

    assert lay(Query("road study", TODAY, equivalents="audit"), index).words[0] == plain


def test_near_a_target_is_not_in_it() -> None:
    matters = [
        work("m1", ["a"], places=("VN",)),
        work("m2", ["a"], places=("TH",)),
        work("m3", ["a"], places=("TH", "VN")),
        work("m4", ["a"], places=("BD",)),
    ]

    context = lay(need(targets=("VN",)), index_of([firm("a")], matters))

    assert context.in_target.tolist() == [True, False, True, False]
    assert context.near_target.tolist() == [False, True, False, False]


def test_places_that_are_ruled_out_win_over_targets() -> None:
    query = Query("", TODAY, target_jurisdictions=("VN", "TH"), excluded_jurisdictions=("TH",))

    assert targets_of(query) == ("VN",)


@pytest.mark.parametrize(
    ("wanted", "refused", "left"),
    [
        (("LEG", "ACC"), ("ACC",), ("LEG",)),
        (("LEG.COR", "ACC"), ("LEG",), ("ACC",)),  # a refused branch takes what is below it
        (("LEG",), ("LEG.COR",), ("LEG",)),  # refusing a part leaves the rest
    ],
)
def test_sectors_that_are_refused_win_over_those_asked_for(
    wanted: tuple[str, ...], refused: tuple[str, ...], left: tuple[str, ...]
) -> None:
    query = Query("", TODAY, sector_codes=wanted, excluded_sector_codes=refused)

    assert sectors_of(query, TREE) == left


def test_age_is_in_years_and_unknown_without_a_date() -> None:
    matters = [work("m1", ["a"], dated_on=date(2022, 11, 22)), work("m2", ["a"])]

    context = lay(need(), index_of([firm("a")], matters))

    assert context.age_years[0] == pytest.approx(4.0, abs=0.01)
    assert np.isnan(context.age_years[1])

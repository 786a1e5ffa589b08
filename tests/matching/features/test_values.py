"""Each feature by hand: one need, a few providers, the number a person would write down."""

from dataclasses import replace
from datetime import date, timedelta
from math import log

import numpy as np
import pytest

from matching.features import jurisdiction, people, practice, sector, text, trust
from matching.features.jurisdiction import MANY
from tests.matching.examples import TODAY, at_cosine, firm, index_of, lay, need, work

NAN = float("nan")
# Cosines that mean 0, a half and 1, see test_context.
FAR, HALFWAY, SAME = 0.5, 0.83, 0.95
# What eight bits a dimension leave of a cosine in these two dimensions, on the scale of meaning.
EIGHT_BITS = 0.02
A, B = firm("a"), firm("b")


def test_words_nearest_is_the_best_piece_and_nearest3_shrinks_one_lucky_text() -> None:
    matters = [
        work("m1", ["a"], "road study"),
        work("m2", ["a"], "water"),
        work("m3", ["b"], "tax"),
    ]
    context = lay(need("road study"), index_of([A, B, firm("c")], matters))
    best = context.words[0]

    assert text.words_nearest(context).tolist() == [best, 0.0, 0.0]
    assert text.words_nearest3(context).tolist() == pytest.approx([best / 3, 0.0, 0.0])


def test_meaning_nearest_and_the_mean_of_three() -> None:
    matters = [work(f"m{n}", ["a"], "x") for n in range(4)] + [work("m9", ["b"], "y")]
    vectors = at_cosine(SAME, HALFWAY, HALFWAY, HALFWAY, FAR)
    context = lay(need("road"), index_of([A, B], matters, vectors))

    assert text.meaning_nearest(context).tolist() == [1.0, 0.0]
    assert text.meaning_nearest3(context).tolist() == pytest.approx([2 / 3, 0.0], abs=EIGHT_BITS)


def test_past_needs_add_up_and_stay_within_one() -> None:
    matters = [work("m1", ["a"], "x"), work("m2", ["b"], "y"), work("m3", ["b"], "y")]
    context = lay(need("z"), index_of([A, B], matters, at_cosine(SAME, SAME, SAME)))

    # Likeness by meaning alone is a half: 0.5 for one, 0.5 * 2 ** (1/6) for two.
    assert text.past_needs(context).tolist() == pytest.approx([0.5, 0.5 * 2 ** (1 / 6)])
    many = [work(f"m{n}", ["a"], "z") for n in range(100)]
    alike = lay(need("z"), index_of([A], many, at_cosine(*[SAME] * 100)))
    assert text.past_needs(alike).tolist() == [1.0]


def test_a_need_without_text_leaves_likeness_unknown() -> None:
    context = lay(
        need(targets=("VN",), sectors=("BLT",)),
        index_of([A], [work("m", ["a"], "x")], at_cosine(SAME)),
    )

    for compute in (
        text.words_nearest,
        text.words_nearest3,
        text.meaning_nearest,
        text.meaning_nearest3,
        text.past_needs,
        jurisdiction.past_needs_in_target,
        jurisdiction.nearest_in_target,
        sector.nearest_in_sector,
    ):
        assert np.isnan(compute(context)).all(), compute


def test_without_vectors_meaning_is_unknown_and_words_are_not() -> None:
    context = lay(need("road"), index_of([A], [work("m", ["a"], "road")]))

    assert np.isnan(text.meaning_nearest(context)).all()
    assert np.isnan(text.meaning_nearest3(context)).all()
    assert text.words_nearest(context)[0] > 0


def test_in_target_only_evidence_from_there_is_compared() -> None:
    matters = [
        work("m1", ["a"], "x", places=("TH",)),
        work("m2", ["a"], "x", places=("VN",)),
        work("m3", ["b"], "x", places=("TH",)),
    ]
    vectors = at_cosine(SAME, HALFWAY, SAME)
    context = lay(need("z", targets=("VN",)), index_of([A, B], matters, vectors))

    nearest = jurisdiction.nearest_in_target(context)
    assert nearest.tolist() == pytest.approx([0.25, 0.0], abs=EIGHT_BITS)
    assert jurisdiction.past_needs_in_target(context).tolist() == pytest.approx(nearest.tolist())


def test_experience_grows_with_the_logarithm_up_to_nine_pieces() -> None:
    def there(provider_id: str, count: int, place: str) -> list[str]:
        return [f"{provider_id}{place}{n}" for n in range(count)]

    matters = [
        *(work(m, ["a"], places=("VN",)) for m in there("a", 2, "VN")),
        *(work(m, ["b"], places=("VN",)) for m in there("b", MANY + 5, "VN")),
        *(work(m, ["b"], places=("TH",)) for m in there("b", 1, "TH")),
        work("listed", ["c"], places=("VN", "TH"), is_statement=True),
    ]
    context = lay(need(targets=("VN",)), index_of([A, B, firm("c")], matters))

    assert jurisdiction.experience_in_target(context).tolist() == pytest.approx(
        [log(3) / log(10), 1.0, 0.0]
    )
    assert jurisdiction.experience_near_target(context).tolist() == pytest.approx(
        [0.0, log(2) / log(10), 0.0]
    )


def test_without_targets_or_neighbours_experience_is_unknown() -> None:
    index = index_of([A], [work("m", ["a"], "x", places=("VN",))])
    nowhere, alone = lay(need("x"), index), lay(need("x", targets=("FR",)), index)

    for compute in (
        jurisdiction.past_needs_in_target,
        jurisdiction.nearest_in_target,
        jurisdiction.experience_in_target,
        jurisdiction.experience_near_target,
        jurisdiction.based_in_target,
    ):
        assert np.isnan(compute(nowhere)).all(), compute
    assert np.isnan(jurisdiction.experience_near_target(alone)).all()
    assert jurisdiction.experience_in_target(alone).tolist() == [0.0]


def test_based_in_target_is_unknown_where_the_home_is() -> None:
    context = lay(
        need(targets=("VN",)), index_of([firm("a", "VN"), firm("b", "TH"), firm("c")], [])
    )

    np.testing.assert_array_equal(jurisdiction.based_in_target(context), [1.0, 0.0, NAN])


def test_sector_counts_are_shrunk() -> None:
    matters = [
        work("m1", ["a"], "x", sectors=("LEG.COR",), places=("VN",)),
        work("m2", ["a"], "x", sectors=("LEG",), places=("TH",)),
        work("m3", ["b"], "x", sectors=("ACC",), places=("VN",)),
        work("m4", ["b"], "x", sectors=("LEG",), places=("VN",), is_statement=True),
    ]
    vectors = at_cosine(HALFWAY, FAR, SAME, SAME)
    query = need("z", targets=("VN",), sectors=("LEG",))
    context = lay(query, index_of([A, B], matters, vectors))

    assert sector.sector_shown(context).tolist() == [2 / 4, 0.0]
    assert sector.sector_shown_in_target(context).tolist() == [1 / 2, 0.0]
    assert sector.nearest_in_sector(context).tolist() == pytest.approx([0.25, 0.0], abs=EIGHT_BITS)


def test_sector_listed_is_the_nearness_of_the_nearest_listed_sector() -> None:
    listed = [
        firm("a", sectors=("LEG.COR", "ACC")),
        firm("b", sectors=("LEG.LAB",)),
        firm("c", sectors=("BLT",)),
        firm("d"),
    ]
    context = lay(need(sectors=("LEG.COR", "ACC.AUD")), index_of(listed, []))

    np.testing.assert_array_equal(sector.sector_listed(context), [1.0, 0.5, 0.0, NAN])


def test_a_listing_counts_in_the_target_where_the_candidate_is_known_to_be() -> None:
    listed = [
        firm("a", home="VN", sectors=("LEG",)),
        firm("b", home="SG", sectors=("LEG",)),
        replace(firm("c", home="SG", sectors=("LEG",)), qualified_in={"VN": None}),
        replace(firm("d", home="SG", sectors=("LEG",)), network_in=("VN",)),
        firm("e", home="VN"),
    ]
    context = lay(need(sectors=("LEG",), targets=("VN",)), index_of(listed, []))

    np.testing.assert_array_equal(
        sector.sector_listed_in_target(context), [1.0, 0.0, 1.0, 1.0, NAN]
    )


def test_without_sectors_asked_for_nothing_is_known_of_them() -> None:
    index = index_of([firm("a", sectors=("LEG",))], [work("m", ["a"], "x", sectors=("LEG",))])
    refused = replace(need("x", sectors=("LEG",), targets=("VN",)), excluded_sector_codes=("LEG",))

    for query in (need("x", targets=("VN",)), refused):
        context = lay(query, index)
        for compute in (
            sector.sector_shown,
            sector.nearest_in_sector,
            sector.sector_shown_in_target,
            sector.sector_listed,
            sector.sector_listed_in_target,
        ):
            assert np.isnan(compute(context)).all(), compute


def test_recency_halves_every_four_years() -> None:
    four_years_ago = TODAY - timedelta(days=1461)
    matters = [
        work("m1", ["a"], dated_on=four_years_ago),
        work("m2", ["a"], dated_on=date(1999, 1, 1)),
        work("m3", ["b"]),
        work("m4", ["c"], dated_on=TODAY),
        work("m5", ["d"], dated_on=four_years_ago, is_statement=True),
    ]
    context = lay(need(), index_of([A, B, firm("c"), firm("d")], matters))

    np.testing.assert_allclose(practice.recency(context), [0.5, NAN, NAN, NAN])


def test_size_fit_compares_orders_of_magnitude() -> None:
    matters = [
        work("m1", ["a"], amount_usd=1e6),
        work("m2", ["a"], amount_usd=3.0),
        work("m3", ["b"], amount_usd=1e6 * 7.38905609893),  # e squared
        work("m4", ["c"], amount_usd=1.0),
        work("m5", ["d"]),
        work("m6", ["e"], amount_usd=1e6, is_statement=True),
    ]
    firms = [A, B, *(firm(p) for p in "cde")]
    context = lay(need(amount_usd=1e6), index_of(firms, matters))

    np.testing.assert_allclose(practice.size_fit(context), [1.0, 0.5, 0.0, NAN, NAN], atol=1e-6)
    unknown = lay(need(), index_of(firms, matters))
    assert np.isnan(practice.size_fit(unknown)).all()


def test_languages_are_a_share_and_unknown_stays_unknown() -> None:
    firms = [
        replace(A, languages=("en", "vi")),
        replace(B, languages=("yue",)),
        replace(firm("c"), languages=()),
        firm("d"),
    ]

    context = lay(need(languages=("en", "zh")), index_of(firms, []))

    np.testing.assert_array_equal(people.languages_spoken(context), [0.5, 0.5, 0.0, NAN])
    assert np.isnan(people.languages_spoken(lay(need(), index_of(firms, [])))).all()


@pytest.mark.parametrize(
    ("spoken", "wanted", "answers"),
    [
        ("cmn", "zh", True),
        ("yue", "zh", True),
        ("zh", "cmn", True),
        ("zh", "yue", True),
        ("cmn", "yue", False),
        ("yue", "cmn", False),
        ("en", "zh", False),
        ("zh", "en", False),
        ("en", "en", True),
    ],
)
def test_chinese_without_more_is_any_chinese(spoken: str, wanted: str, answers: bool) -> None:
    assert people.speaks((spoken,), wanted) is answers


def test_verified_record_is_a_share_of_what_counts() -> None:
    matters = [
        work("m1", ["a"], is_verified=True),
        work("m2", ["a"]),
        work("m3", ["a"], is_verified=True, dated_on=TODAY),
        work("m4", ["b"]),
    ]
    context = lay(need(), index_of([A, B, firm("c")], matters))

    np.testing.assert_array_equal(trust.verified_record(context), [0.5, 0.0, NAN])

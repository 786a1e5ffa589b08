"""What a record says beyond the nearest piece: of firms of one home, of size, focus and clients."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.explain_history import say_home_firms, say_served_client
from matching.features import home, practice, sector, text, trust
from matching.features.context import without_claims
from matching.shown import read_candidate, read_context
from tests.matching.examples import NAMES, TODAY, at_cosine, firm, index_of, lay, need, work

NAN = float("nan")
RECENTLY = date(2026, 11, 1)
# Cosines that mean 0 and 1, see test_context.
FAR, SAME = 0.5, 0.95
VIETNAMESE, THAI, NOWHERE = firm("v", "VN"), firm("t", "TH"), firm("x")


def test_firms_of_a_home_share_in_what_their_neighbours_did_in_the_target() -> None:
    neighbour = firm("w", "VN")
    matters = [
        work(f"m{n}", ["w"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True)
        for n in range(3)
    ]
    matters.append(work("m9", ["t"], "road", places=("KE",), dated_on=RECENTLY, is_verified=True))
    index = index_of([VIETNAMESE, THAI, NOWHERE, neighbour], matters, at_cosine(*[SAME] * 4))

    shares = home.home_firms_alike(lay(need("road", targets=("BD",)), index))
    by_id = dict(zip([c.provider_id for c in index.candidates], shares.tolist(), strict=True))

    assert by_id["v"] == by_id["w"] > by_id["t"] > 0.0
    assert np.isnan(by_id["x"])
    assert np.isnan(home.home_firms_alike(lay(need("road"), index))).all()
    assert np.isnan(home.home_firms_of_size(lay(need("road", targets=("BD",)), index))).all()


def test_a_share_of_all_is_one_and_a_share_of_none_is_nothing() -> None:
    matters = [
        work(f"m{n}", ["v"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True)
        for n in range(2)
    ]
    index = index_of([VIETNAMESE, THAI], matters, at_cosine(SAME, SAME))

    shares = home.home_firms_alike(lay(need("road", targets=("BD",)), index))

    assert shares.tolist() == pytest.approx([0.0, 1.0], abs=1e-9)


def test_shares_of_size_tell_who_does_the_small_work_from_who_does_the_large() -> None:
    matters = [
        work(
            f"s{n}",
            ["v"],
            "road",
            places=("BD",),
            dated_on=RECENTLY,
            amount_usd=10_000,
            is_verified=True,
        )
        for n in range(4)
    ] + [
        work(
            f"l{n}",
            ["t"],
            "road",
            places=("BD",),
            dated_on=RECENTLY,
            amount_usd=9e6,
            is_verified=True,
        )
        for n in range(4)
    ]
    index = index_of([THAI, VIETNAMESE], matters, at_cosine(*[SAME] * 8))
    small = lay(need("road", targets=("BD",), amount_usd=10_000), index)
    large = lay(need("road", targets=("BD",), amount_usd=9e6), index)

    assert np.argmax(home.home_firms_of_size(small)) == 1
    assert np.argmax(home.home_firms_of_size(large)) == 0


def test_claims_and_statements_move_no_share() -> None:
    verified = work("m1", ["v"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True)
    claimed = work("m2", ["t"], "road", places=("BD",), dated_on=RECENTLY)
    alone = index_of([THAI, VIETNAMESE], [verified], at_cosine(SAME))
    both = index_of([THAI, VIETNAMESE], [verified, claimed], at_cosine(SAME, SAME))
    asked = need("road", targets=("BD",))

    assert lay(asked, both).home_alike.tolist() == pytest.approx(
        lay(asked, alone).home_alike.tolist()
    )


def test_the_usual_size_is_shrunk_towards_that_of_the_need() -> None:
    matters = [work("m1", ["a"], "x", amount_usd=999.0), work("m2", ["b"], "x")]
    index = index_of([firm("a"), firm("b"), firm("c")], matters)
    gap = abs(np.log1p(999.0) - np.log1p(99_999.0))

    sizes = practice.typical_size(lay(need("x", amount_usd=99_999.0), index))

    assert sizes.tolist() == pytest.approx([1 - gap / 2 / 4, NAN, NAN], nan_ok=True)
    assert np.isnan(practice.typical_size(lay(need("x"), index))).all()


def test_alike_of_size_needs_both() -> None:
    matters = [
        work("m1", ["a"], "z", amount_usd=1000.0),
        work("m2", ["b"], "z", amount_usd=1e9),
        work("m3", ["c"], "y", amount_usd=1000.0),
    ]
    index = index_of([firm(i) for i in "abc"], matters, at_cosine(SAME, SAME, FAR))

    values = practice.alike_of_size(lay(need("q", amount_usd=1000.0), index))

    assert values.tolist() == pytest.approx([0.5, 0.0, 0.0])
    assert np.isnan(practice.alike_of_size(lay(need("q"), index))).all()


def test_focus_is_the_share_of_the_record_that_is_alike() -> None:
    matters = [work(f"m{n}", ["a"], "z") for n in range(2)]
    matters += [work("n1", ["b"], "z"), *(work(f"n{n}", ["b"], "z") for n in range(2, 8))]
    vectors = at_cosine(SAME, SAME, SAME, *[FAR] * 6)
    context = lay(need("q"), index_of([firm("a"), firm("b"), firm("c")], matters, vectors))

    assert text.focus(context).tolist() == pytest.approx([1.0 / 5, 0.5 / 10, 0.0])
    assert np.isnan(text.focus(lay(need(), context.index))).all()


def test_past_needs_of_the_sector_leave_out_other_work_and_statements() -> None:
    matters = [
        work("m1", ["a"], "z", sectors=("BLT",)),
        work("m2", ["b"], "z", sectors=("ACC",)),
        work("m3", ["c"], "z", sectors=("BLT",), is_statement=True),
    ]
    index = index_of([firm(i) for i in "abc"], matters, at_cosine(SAME, SAME, SAME))

    values = sector.past_needs_in_sector(lay(need("q", sectors=("BLT",)), index))

    assert values.tolist() == pytest.approx([0.5, 0.0, 0.0])
    assert np.isnan(sector.past_needs_in_sector(lay(need("q"), index))).all()


def test_repeated_business_is_counted_apart_and_only_for_the_same_client() -> None:
    matters = [
        replace(work("m1", ["a"], "z", dated_on=RECENTLY), client="Agency"),
        replace(work("m2", ["b"], "z", dated_on=RECENTLY), client="Other"),
        replace(work("m3", ["b"], "z", dated_on=TODAY), client="Agency"),
    ]
    index = index_of([firm("a"), firm("b")], matters)
    asked = replace(need("z"), client="Agency")

    assert trust.served_client(lay(asked, index)).tolist() == [0.5, 0.0]
    assert np.isnan(trust.served_client(lay(need("z"), index))).all()
    assert trust.served_client(without_claims(lay(asked, index))).tolist() == [0.0, 0.0]
    context = lay(asked, index)
    wanted = read_context(context)
    said = say_served_client(wanted, read_candidate(context, 0, on_record=False), NAMES)
    assert said is not None
    assert said[0].en == "Has worked for this client before: 1 piece of past work"
    assert say_served_client(wanted, read_candidate(context, 1, on_record=False), NAMES) is None


def test_the_sentence_on_firms_of_a_home_counts_what_the_record_holds() -> None:
    matters = [
        work("m1", ["v", "t"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True),
        work("m2", ["v"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True),
        work("m3", ["x"], "road", places=("BD",), dated_on=RECENTLY, is_verified=True),
    ]
    index = index_of([THAI, VIETNAMESE, NOWHERE], matters, at_cosine(*[SAME] * 3))
    context = lay(need("road", targets=("BD",)), index)
    wanted = read_context(context)
    shown = [read_candidate(context, row, on_record=False) for row in range(3)]
    said = [say_home_firms(wanted, one, NAMES) for one in shown]

    assert said[0] is not None
    assert said[0][0].en == "Firms based in Thailand did 1 of 4 pieces of past work in Bangladesh"
    assert said[1] is not None
    assert said[1][0].zh_hans == "孟加拉国的4项过往工作中，2项由设在越南的机构完成"
    assert said[2] is None


def test_the_task_is_compared_without_the_names_of_projects() -> None:
    matters = [
        replace(work("m1", ["a"], "audit of accounts"), title="River project"),
        replace(work("m2", ["b"], "pump supply"), title="River project"),
        work("m3", ["c"], "audit of accounts"),
    ]
    index = index_of([firm(i) for i in "abc"], matters)
    asked = replace(need("River project. audit of accounts"), task="audit of accounts")

    nearest = text.task_nearest(lay(asked, index))

    assert nearest[0] > 0.5
    assert nearest[1:].tolist() == [0.0, 0.0]
    assert np.isnan(text.task_nearest(lay(need(), index))).all()

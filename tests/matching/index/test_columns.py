from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index.columns import InvalidIndex, build_index
from tests.matching.examples import (
    REGIONS,
    TREE,
    Supply,
    at_cosine,
    firm,
    index_of,
    need,
    supplies,
    work,
)
from tests.matching.examples import lay as lay_against


@given(supplies(), st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_does_not_matter(supply: Supply, random: Random) -> None:
    candidates = list(supply.candidates)
    random.shuffle(candidates)
    order = list(range(len(supply.matters)))
    random.shuffle(order)
    index = supply.index()

    shuffled = index_of(
        candidates,
        [supply.matters[i] for i in order],
        supply.vectors[order],
        dict(reversed(REGIONS.items())),
    )

    assert shuffled.version == index.version
    assert shuffled.candidates == index.candidates
    assert shuffled.matters == index.matters
    assert shuffled.vectors.tobytes() == index.vectors.tobytes()
    assert shuffled.matter_of.tolist() == index.matter_of.tolist()
    one, other = lay_against(supply.query, index), lay_against(supply.query, shuffled)
    assert one.likeness.tobytes() == other.likeness.tobytes()


BASE = (
    [firm("a", "VN", ("LEG",)), firm("b")],
    [work("m1", ["a"], "road study", places=("VN",), sectors=("BLT",))],
)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Other"},
        {"home_jurisdiction": "TH"},
        {"languages": ()},
        {"network_in": ("TH",)},
        {"qualified_in": {"VN": None}},
        {"is_suspended": True},
        {"is_published": False},
        {"is_accepting": False},
        {"sector_codes": ("ACC",)},
    ],
)
def test_the_version_changes_with_a_candidate(changed: dict[str, object]) -> None:
    candidates, matters = BASE

    # The fields and types are those of Candidate: a wrong one fails the test.
    other = replace(candidates[0], **changed)  # type: ignore[arg-type]

    assert index_of([other, candidates[1]], matters).version != index_of(*BASE).version


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "road audit"},
        {"jurisdictions": ()},
        {"sector_codes": ()},
        {"dated_on": date(2020, 1, 1)},
        {"client": "P1"},
        {"amount_usd": 1.0},
        {"is_verified": True},
        {"is_statement": True},
        {"evidence_ids": {"a": "another"}},
    ],
)
def test_the_version_changes_with_a_matter(changed: dict[str, object]) -> None:
    candidates, matters = BASE

    # The fields and types are those of Matter: a wrong one fails the test.
    other = replace(matters[0], **changed)  # type: ignore[arg-type]

    assert index_of(candidates, [other]).version != index_of(*BASE).version


def test_the_version_changes_with_vectors_tree_and_regions() -> None:
    candidates, matters = BASE
    plain = index_of(candidates, matters)
    turned = index_of(candidates, matters, at_cosine(0.8))
    elsewhere = index_of(candidates, matters, region_of={"VN": "999"})
    without_labour = type(TREE)({c: p for c, p in TREE.parents.items() if c != "LEG.LAB"})
    pruned = build_index(candidates, matters, np.zeros((1, 0), np.float32), without_labour, REGIONS)

    assert len({plain.version, turned.version, elsewhere.version, pruned.version}) == 4


def test_evidence_of_an_unknown_provider_is_refused() -> None:
    with pytest.raises(InvalidIndex, match="m1 names the unknown z"):
        index_of([firm("a")], [work("m1", ["z"])])


def test_evidence_in_an_unknown_sector_is_refused() -> None:
    with pytest.raises(InvalidIndex, match="m1 names the unknown sector XXX"):
        index_of([firm("a")], [work("m1", ["a"], sectors=("XXX",))])


def test_a_provider_listed_under_an_unknown_sector_is_refused() -> None:
    with pytest.raises(InvalidIndex, match="provider a is listed under the unknown sector XXX"):
        index_of([firm("a", sectors=("LEG", "XXX"))], [])


def test_vectors_that_do_not_line_up_are_refused() -> None:
    with pytest.raises(InvalidIndex, match="2 vectors for 1 matters"):
        index_of([firm("a")], [work("m1", ["a"])], at_cosine(0.9, 0.8))


def test_ids_that_stand_twice_are_refused() -> None:
    with pytest.raises(InvalidIndex, match="two candidates"):
        index_of([firm("a"), firm("a", "VN")], [])
    with pytest.raises(InvalidIndex, match="two matters"):
        index_of([firm("a")], [work("m1", ["a"]), work("m1", ["a"], "other")])


@given(supplies(), st.data())
def test_reductions_are_what_loops_would_find(supply: Supply, data: st.DataObject) -> None:
    index = supply.index()
    drawn = st.lists(st.floats(0, 1), min_size=len(index.matters), max_size=len(index.matters))
    values = np.array(data.draw(drawn), dtype=np.float64)
    k = data.draw(st.integers(1, 4))

    greatest = index.greatest(values)
    summed = index.summed(values)
    nearest = index.mean_of_nearest(values, k)

    for row, candidate in enumerate(index.candidates):
        own = [
            values[i]
            for i, matter in enumerate(index.matters)
            if candidate.provider_id in matter.evidence_ids
        ]
        assert [values[i] for i in index.evidence_of(row)] == own
        assert greatest[row] == max(own, default=0.0)
        assert summed[row] == pytest.approx(sum(own))
        assert nearest[row] == pytest.approx(sum(sorted(own, reverse=True)[:k]) / k)


def test_partners_of_a_joint_venture_share_a_matter() -> None:
    index = index_of(
        [firm("a"), firm("b"), firm("c")],
        [work("m1", ["b", "a"], "joint study"), work("m2", ["b"], "own study")],
    )

    assert [m.matter_id for m in index.matters] == ["m1", "m2"]
    assert [index.evidence_of(row).tolist() for row in range(3)] == [[0], [0, 1], []]
    assert index.summed(np.array([1.0, 10.0])).tolist() == [1.0, 11.0, 0.0]
    assert (index.words.size, index.words.pieces) == (2, 3)
    assert index.has_any(np.array([False, True, False])).tolist() == [False, True, False]


def test_a_matter_is_filed_under_its_sectors_and_all_above_them() -> None:
    index = index_of([firm("a")], [work("m1", ["a"], sectors=("LEG.COR",)), work("m2", ["a"])])

    assert index.matters_in(index.by_sector, ["LEG"]).tolist() == [True, False]
    assert index.matters_in(index.by_exact_sector, ["LEG"]).tolist() == [False, False]
    assert index.matters_in(index.by_exact_sector, ["LEG.COR"]).tolist() == [True, False]
    assert index.matters_in(index.by_sector, ["LEG.LAB", "nowhere"]).tolist() == [False, False]
    assert index.has_no_sector.tolist() == [False, True]


def test_neighbours_share_the_nearest_region() -> None:
    index = index_of([], [])

    assert set(index.neighbours(["VN"])) == {"TH"}
    assert set(index.neighbours(["VN", "TH"])) == set()
    assert set(index.neighbours(["VN", "KE"])) == {"TH", "TZ"}
    assert index.neighbours(["FR"]) == ()


def test_nothing_at_all_can_be_indexed_and_asked() -> None:
    index = index_of([], [])

    context = lay_against(need("road", targets=("VN",), sectors=("BLT",)), index)

    assert index.greatest(context.likeness).tolist() == []
    assert index.mean_of_nearest(context.likeness).tolist() == []

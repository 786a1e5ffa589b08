import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sectors import InvalidSectorTree, build_sector_tree
from tests.matching.examples import SECTORS, TREE


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidSectorTree, match="LEG stands twice"):
        build_sector_tree([("LEG", None), ("ACC", None), ("LEG", None)])


def test_a_missing_parent_is_refused() -> None:
    with pytest.raises(InvalidSectorTree, match=r"LEG\.COR has the parent LEG, which is missing"):
        build_sector_tree([("LEG.COR", "LEG")])


@pytest.mark.parametrize(
    "rows",
    [
        [("A", "A")],
        [("A", "B"), ("B", "A")],
        [("A", "B"), ("B", "C"), ("C", "B")],
    ],
)
def test_a_circle_is_refused(rows: list[tuple[str, str | None]]) -> None:
    with pytest.raises(InvalidSectorTree, match="is its own ancestor"):
        build_sector_tree(rows)


def test_children_may_stand_before_their_parents() -> None:
    tree = build_sector_tree([("A.B.C", "A.B"), ("A.B", "A"), ("A", None)])

    assert tree.ancestors("A.B.C") == ("A.B.C", "A.B", "A")


def test_an_unknown_code_has_no_ancestors() -> None:
    assert "XXX" not in TREE
    with pytest.raises(KeyError):
        TREE.ancestors("XXX")


def test_a_branch_is_the_code_and_all_below_it() -> None:
    assert TREE.branch("LEG") == {"LEG", "LEG.COR", "LEG.LAB"}
    assert TREE.branch("LEG.COR") == {"LEG.COR"}


@pytest.mark.parametrize(
    ("wanted", "offered", "similarity"),
    [
        ("LEG.COR", "LEG.COR", 1.0),
        ("LEG", "LEG.COR", 1.0),  # a parent asks for its whole branch
        ("LEG.COR", "LEG", 0.5),
        ("LEG.COR", "LEG.LAB", 0.5),
        ("LEG.COR", "ACC", 0.0),
    ],
)
def test_similarity_falls_with_the_way_up_to_a_common_ancestor(
    wanted: str, offered: str, similarity: float
) -> None:
    assert TREE.similarity(wanted, offered) == similarity


DISPUTES = build_sector_tree(
    [
        ("LEG", None),
        ("LEG.LAB", "LEG"),
        ("ACC", None),
        ("ACC.AUD", "ACC"),
        ("TAX", None),
        ("TAX.TPR", "TAX"),
        ("DIS", None),
        ("DIS.LIT", "DIS"),
        ("DIS.MED", "DIS"),
        ("DIS.MED.MDR", "DIS.MED"),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "offered", "covers", "similarity"),
    [
        ("DIS.LIT", "LEG", True, 0.5),
        ("DIS.LIT", "LEG.LAB", True, 0.5),
        ("DIS", "LEG", True, 0.5),
        ("DIS.LIT", "DIS", True, 0.5),
        ("DIS.LIT", "ACC", False, 0.0),
        ("DIS.MED.MDR", "LEG", False, 0.0),  # a neutral is appointed, not hired as counsel
        ("LEG", "DIS.LIT", False, 0.0),
        ("LEG.LAB", "LEG", True, 0.5),
        ("LEG", "LEG.LAB", True, 1.0),
        ("TAX.TPR", "ACC.AUD", True, 0.5),
        ("ACC", "TAX", True, 0.5),
        ("TAX", "LEG", False, 0.0),
    ],
)
def test_a_branch_answers_for_another_where_its_firms_do_that_work(
    wanted: str, offered: str, covers: bool, similarity: float
) -> None:
    assert DISPUTES.covers(wanted, offered) is covers
    assert DISPUTES.similarity(wanted, offered) == similarity


@given(st.sampled_from(SECTORS), st.sampled_from(SECTORS))
def test_similarity_is_one_exactly_within_the_wanted_branch(wanted: str, offered: str) -> None:
    assert (TREE.similarity(wanted, offered) == 1.0) == (offered in TREE.branch(wanted))

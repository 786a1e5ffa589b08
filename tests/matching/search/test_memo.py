"""What is kept between matches: bounded, and never for other lists than it was made under."""

import numpy as np

from matching.index.build import build_shard
from matching.index.view import make_view
from matching.search.memo import Kept, remembered
from matching.sectors import build_sector_tree
from tests.matching.examples import REGIONS, TREE, firm

SHARD = build_shard(
    [firm("a", "VN", ("LEG",))], [], np.zeros((0, 2), np.float32), encoder="two-d", tree=TREE
)


def test_keeps_what_was_asked_for_last_within_its_bytes() -> None:
    kept, made = Kept(most_bytes=100_000), list[int]()

    def value_of(key: int) -> None:
        def make() -> object:
            made.append(key)
            return np.zeros(4_000)

        kept.value(key, make)

    for key in (1, 2, 3, 1, 4, 1, 2):
        value_of(key)

    # Three of them fit: the fourth pushed out the second, which was not asked for longest.
    assert made == [1, 2, 3, 4, 2]
    assert kept.size <= 100_000


def test_does_not_keep_what_is_larger_than_its_room() -> None:
    kept = Kept(most_bytes=1_000)

    found = kept.value("large", lambda: (np.ones(1_000), "and more"))

    assert found[0].sum() == 1_000
    assert kept.size == 0


def test_outlives_a_change_of_the_supply_but_not_of_the_lists() -> None:
    made: list[str] = []

    def value(view_name: str, regions: dict[str, str], *, is_new_tree: bool = False) -> None:
        tree = build_sector_tree([*TREE.parents.items(), ("NEW", None)]) if is_new_tree else TREE
        view = make_view(SHARD, tree, regions, gone=[0] if view_name == "changed" else ())

        def make() -> tuple[str]:
            made.append(view_name)
            return (view_name,)

        remembered(view, SHARD, "key", make)

    shared = dict(REGIONS)
    value("first", shared)
    value("changed", dict(shared))
    value("another tree", shared, is_new_tree=True)
    value("other regions", {**shared, "VN": "999"})

    assert made == ["first", "another tree", "other regions"]

"""Kernels are compiled before anybody waits: nothing that is served later compiles them anew."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.index.build import build_shard
from matching.index.files import SnapshotMeta, describe, open_snapshot, write_shard
from matching.index.parts import facts_of
from matching.index.view import make_view
from matching.ranker.prior import prior
from matching.search import detail, ground, homes, order, passing, rows, sample, waiting
from matching.search.match import match_view
from matching.search.warm import compile_kernels
from tests.matching.examples import NAMES, NEED_VECTOR, REGIONS, TREE, at_cosine, firm, work
from tests.matching.examples import need as need_for

# Any: numba's dispatchers have no public type.
KERNELS: tuple[Any, ...] = (
    rows.sweep_rows,
    waiting.score_waiting,
    detail.read_rows,
    detail.score_without,
    homes.fresh_by_home,
    homes.count_work,
    homes.draw_work,
    sample.find_token,
    sample.add_drawn,
    passing.pass_rows,
    passing.add_flags,
    passing.add_alone,
    passing.broken_rule_bits,
    ground._lay_places,
    ground._any_of,
    ground._first_of,
    order._collect,
)


@pytest.mark.parametrize("changed", [False, True])
def test_nothing_is_compiled_after_the_warming(tmp_path: Path, *, changed: bool) -> None:
    compile_kernels()
    before = [len(kernel.signatures) for kernel in KERNELS]
    matters = [work(f"m{i}", [f"p{i}"], "road audit", places=("VN",)) for i in range(8)]
    shard = build_shard(
        [firm(f"p{i}", "VN", ("LEG",)) for i in range(8)],
        matters,
        at_cosine(0.9, 0.8, 0.9, 0.8, 0.9, 0.8, 0.9, 0.8),
        encoder="two-d",
        tree=TREE,
    )
    path = tmp_path / "index.lbx"
    meta: SnapshotMeta = describe(
        facts_of(shard),
        catalogue_id="c",
        sequence=1,
        mark="",
        sector_list=1,
        built_at="",
        writer="test",
    )
    write_shard(path, shard, meta)
    mapped, _meta = open_snapshot(path)
    extra = build_shard([firm("z")], [], np.zeros((0, 2), np.float32), encoder="two-d", tree=TREE)
    view = make_view(
        mapped, TREE, REGIONS, gone=[0] if changed else (), extra=extra if changed else None
    )

    result = match_view(
        need_for("road", targets=("VN",), sectors=("LEG",)), NEED_VECTOR, view, prior(), NAMES
    )

    assert all(before), "a kernel is compiled by the warming"
    assert result.ranked
    assert [len(kernel.signatures) for kernel in KERNELS] == before

"""Compiled code on disk is that of the sources as they are."""

from pathlib import Path
from typing import Any

from matching.search import kernel, rows


def test_kernels_are_kept_for_the_sources_of_the_whole_package() -> None:
    # Any: numba's dispatchers have no public type.
    dispatcher: Any = rows.sweep_rows
    kept = dispatcher._cache._cache_file._source_stamp

    assert kept == kernel.stamp_of(Path(kernel.__file__).parents[1])
    assert {"search/rows.py", "search/features.py", "text/bm25.py"} <= {name for name, *_ in kept}


def test_a_change_of_any_source_is_another_stamp(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    source = tmp_path / "inner" / "constants.py"
    source.write_text("K1 = 1.2\n", "utf-8")
    before = kernel.stamp_of(tmp_path)

    source.write_text("K1 = 1.25\n", "utf-8")

    assert kernel.stamp_of(tmp_path) != before

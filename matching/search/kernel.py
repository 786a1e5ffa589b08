"""How the hot loops are compiled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

# `_nrt` is not in numba's types. Kernels own no memory: arrays are lent to them, and what they write
# into is given; so no references are counted, which for dozens of columns would cost more than the
# work on a short row. Division by zero gives infinity or NaN, as in NumPy.
_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}
_njit: Any = numba.njit


def stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Tell one state of the sources in a folder from another: names, times of change and lengths."""
    states = sorted((path.relative_to(folder), path.stat()) for path in folder.rglob("*.py"))
    return tuple((str(name), state.st_mtime_ns, state.st_size) for name, state in states)


_STAMP = stamp_of(Path(__file__).parents[1])


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays that runs without the interpreter's lock.

    Compiled code is kept on disk: the first use after an installation takes seconds, later ones do not.
    """
    return _compiled(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into each kernel that calls it: a call would copy every column it is lent."""
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    dispatcher = _njit(**_OPTIONS, **options)(function)
    # By itself numba compiles anew when the file of a kernel changed, but not when that of what the
    # kernel calls or of a constant did; it would go on with the old code of those.
    dispatcher._cache._cache_file._source_stamp = _STAMP
    compiled: Callable[P, R] = dispatcher
    return compiled


@inlined
def start_from(
    values: NDArray[np.int32] | NDArray[np.int64], low: int, high: int, wanted: int
) -> int:
    """Return the first place between `low` and `high` whose value is not smaller."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def gallop_from(
    values: NDArray[np.int32] | NDArray[np.int64], low: int, high: int, wanted: int
) -> int:
    """Return what `start_from` does, the sooner the nearer it lies to `low`.

    After Bentley and Yao 1976, An almost optimal algorithm for unbounded searching.
    """
    step = 1
    while low + step < high and values[low + step] < wanted:
        low += step
        step <<= 1
    return start_from(values, low, min(low + step, high), wanted)

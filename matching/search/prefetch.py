# ruff: noqa: ANN401 numba and llvmlite have no types for what passes here
"""Asking the memory for what will soon be read, which compiled loops over scattered rows wait for."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from matching.index.shard import Int8Array

# Bytes that a processor fetches at once.
_LINE = 64
# Of so many lines of a row: those of a vector of 384 numbers in eight bits.
_LINES = 6
_READ, _KEEP, _DATA = 0, 3, 1


def _fetch_row(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, value=given[0])
    row = context.cast(builder, given[1], signature.args[1], types.intp)
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    first = builder.gep(
        builder.bitcast(array.data, byte),
        [builder.mul(row, builder.extract_value(array.strides, 0))],
    )
    insert: Any = cgutils.get_or_insert_function
    function = insert(
        builder.module,
        ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
        "llvm.prefetch.p0i8",
    )
    how = [ir.Constant(number, value) for value in (_READ, _KEEP, _DATA)]
    for line in range(_LINES):
        start = builder.gep(first, [ir.Constant(ir.IntType(64), line * _LINE)])
        builder.call(function, [start, *how])
    return context.get_dummy_value()


def _fetch(_typing: Any, array: Any, row: Any) -> Any:
    return types.void(array, row), _fetch_row


_intrinsic: Any = intrinsic
# Begins to read a row of an array; nothing waits for it, and a row that is not there is no error.
fetch: Callable[[Int8Array, int], None] = _intrinsic(_fetch)

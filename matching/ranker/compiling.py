"""From boosted trees to curves: equal scores, read from tables.

A tree that asks about one feature is a step function of it, one that asks about the two of a named
pair a table; the sum of step functions is a step function. Thresholds and leaves are taken from
LightGBM's own description of the model, so nothing is fitted or rounded here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.features.catalogue import Pair
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.types import FloatArray

if TYPE_CHECKING:
    from lightgbm import Booster

# LightGBM describes a tree as nested dicts of mixed values.
Node = Mapping[str, Any]


class NotAdditive(ValueError):
    """A tree asks about features that may not speak together, or asks in an unknown way."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A booster as tables.

    Attributes:
        ranker: every curve and table starts at 0.
        constant: the booster's raw score less the ranker's, the same for every input.
    """

    ranker: AdditiveRanker
    constant: float


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A box and what it adds: for each feature that was asked about, from and below where."""

    value: float
    sides: dict[int, tuple[float, float]] = field(default_factory=dict)


def compile_booster(
    booster: "Booster", names: Sequence[str], pairs: Sequence[Pair] = (), *, name: str = "learned"
) -> Compiled:
    """Turn a booster into an additive ranker whose scores differ from it by a constant only.

    Args:
        booster: trained with `use_missing=false` on features in the order of `names`; NaN counts
            as 0 there, which is the first step here.
        names: the features.
        pairs: which two features a tree may ask about together.
        name: of the ranker.

    Raises:
        NotAdditive: a tree asks about other features together, or is of an unknown kind.
        FeatureMismatch: a threshold lies outside (0, 1), or a curve has more than 64 steps.
    """
    at = {feature: column for column, feature in enumerate(names)}
    groups = {(at[pair.first], at[pair.second]): pair for pair in pairs}
    by_group: dict[tuple[int, ...], list[_Leaf]] = {}
    constant = 0.0
    for tree in booster.dump_model()["tree_info"]:
        leaves = list(_leaves(tree["tree_structure"], {}))
        asked = tuple(sorted({column for leaf in leaves for column in leaf.sides}))
        if not asked:
            constant += leaves[0].value
        else:
            by_group.setdefault(asked, []).extend(leaves)
    singles = {asked[0]: leaves for asked, leaves in by_group.items() if len(asked) == 1}
    curves = []
    for column, feature in enumerate(names):
        edges, values = _curve(column, singles.get(column, []))
        constant += values[0]
        curves.append(Curve(feature, edges, tuple((values - values[0]).tolist())))
    tables = []
    for (first, second), pair in groups.items():
        found = by_group.pop(tuple(sorted((first, second))), [])
        if found:
            rows, columns, cells = _table(first, second, found)
            constant += cells[0, 0]
            anchored = tuple(tuple(row) for row in (cells - cells[0, 0]).tolist())
            tables.append(PairTable(pair.name, pair.first, pair.second, rows, columns, anchored))
    together = [asked for asked in by_group if len(asked) > 1]
    if together:
        asked_names = ", ".join(names[column] for column in together[0])
        raise NotAdditive(f"a tree asks about {asked_names} together")
    return Compiled(AdditiveRanker(name, tuple(curves), tuple(tables)), float(constant))


def _leaves(node: Node, sides: dict[int, tuple[float, float]]) -> Iterator[_Leaf]:
    if "leaf_value" in node:
        yield _Leaf(float(node["leaf_value"]), sides)
        return
    if node["decision_type"] != "<=" or node["missing_type"] != "None":
        raise NotAdditive(f"a split of kind {node['decision_type']}, {node['missing_type']}")
    column = int(node["split_feature"])
    low, high = sides.get(column, (-np.inf, np.inf))
    # At the threshold LightGBM goes left and a curve has already stepped up.
    edge = float(np.nextafter(float(node["threshold"]), np.inf))
    yield from _leaves(node["left_child"], {**sides, column: (low, min(high, edge))})
    yield from _leaves(node["right_child"], {**sides, column: (max(low, edge), high)})


def _edges(column: int, leaves: Sequence[_Leaf]) -> tuple[float, ...]:
    ends = {end for leaf in leaves for end in leaf.sides.get(column, ())}
    return tuple(sorted(end for end in ends if np.isfinite(end)))


def _span(edges: tuple[float, ...], leaf: _Leaf, column: int) -> slice:
    low, high = leaf.sides.get(column, (-np.inf, np.inf))
    # Step i runs from edge i - 1 to edge i.
    return slice(
        int(np.searchsorted(edges, low, side="right")),
        int(np.searchsorted(edges, high, side="left")) + 1,
    )


def _curve(column: int, leaves: Sequence[_Leaf]) -> tuple[tuple[float, ...], FloatArray]:
    edges = _edges(column, leaves)
    values = np.zeros(len(edges) + 1)
    for leaf in leaves:
        values[_span(edges, leaf, column)] += leaf.value
    return edges, values


def _table(
    first: int, second: int, leaves: Sequence[_Leaf]
) -> tuple[tuple[float, ...], tuple[float, ...], FloatArray]:
    rows, columns = _edges(first, leaves), _edges(second, leaves)
    cells = np.zeros((len(rows) + 1, len(columns) + 1))
    for leaf in leaves:
        cells[_span(rows, leaf, first), _span(columns, leaf, second)] += leaf.value
    return rows, columns, cells

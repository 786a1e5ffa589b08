"""Groups of graded providers laid out as the rows that a ranker is trained on."""

from collections.abc import Iterable, Sequence

import numpy as np

from matching.learning.feedback import GradedQuery
from matching.ranker.judged import JudgedRows
from matching.types import FloatArray, IntArray

FOLDS = 5


def lay_out(
    groups: Sequence[GradedQuery],
    matrices: Sequence[FloatArray],
    names: Sequence[str],
    *,
    folds: int = FOLDS,
) -> JudgedRows:
    """Lay groups out as rows.

    Args:
        groups: of `feedback.judged_from_feedback`.
        matrices: for each group the features of its providers, shape (len(provider_ids), f).
        names: length f.
        folds: into how many windows of time the queries are divided; the groups of one query
            stay together.

    Raises:
        InvalidTraining: nothing can be learned from these rows.
        ValueError: a matrix does not fit its group.
    """
    for group, matrix in zip(groups, matrices, strict=True):
        if matrix.shape != (len(group.provider_ids), len(names)):
            raise ValueError(
                f"features {matrix.shape} for {len(group.provider_ids)} providers and "
                f"{len(names)} names"
            )
    in_order = sorted({(group.query.on, group.query_id) for group in groups})
    fold = {query_id: at * folds // len(in_order) for at, (_, query_id) in enumerate(in_order)}
    sizes = [len(group.provider_ids) for group in groups]
    return JudgedRows(
        names=tuple(names),
        features=np.concatenate([np.zeros((0, len(names))), *matrices]),
        grades=_whole(grade for group in groups for grade in group.grades),
        query_of=np.repeat(np.arange(len(groups), dtype=np.int64), sizes),
        weights=np.array([group.weight for group in groups], dtype=np.float64),
        folds=_whole(fold[group.query_id] for group in groups),
        positions=_positions(groups),
    )


def _positions(groups: Sequence[GradedQuery]) -> IntArray | None:
    if all(group.positions is None for group in groups):
        return None
    return _whole(
        place for group in groups for place in group.positions or (0,) * len(group.grades)
    )


def _whole(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)

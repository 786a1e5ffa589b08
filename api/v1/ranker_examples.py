"""Requests about rankers that work as they stand, for the API's description."""

import json
from datetime import date

from fastapi.openapi.models import Example

from matching.features.catalogue import NAMES
from matching.ranker.additive import AdditiveRanker, Curve
from matching.ranker.document import Card, DataWindow, RankerDocument, write_document

_DAY = date(2026, 11, 22)
# One step each: the smallest ranker that the catalogue allows.
EXAMPLE = RankerDocument(
    AdditiveRanker("example", tuple(Curve(name, (0.5,), (0.0, 1.0)) for name in NAMES)),
    Card(
        name="example",
        created_on=_DAY,
        data=DataWindow({"by hand": 0}, first_day=_DAY, last_day=_DAY),
        notes=("made up by hand",),
    ),
)

RANKER_CREATE = {
    "by_hand": Example(
        summary="A ranker made by hand",
        description="One step for each feature. The checksum covers everything else: send a "
        "document as `landbridge train` wrote it.",
        value={
            "by": "li",
            "note": "one step for each feature",
            "document": json.loads(write_document(EXAMPLE)),
        },
    )
}
VOTE_CREATE = {
    "accept": Example(
        summary="For it",
        value={
            "by": "chan",
            "verdict": "accept",
            "reason": "The needs that changed most are answered better.",
        },
    ),
    "refuse": Example(
        summary="Against it",
        value={
            "by": "wong",
            "verdict": "refuse",
            "reason": "French needs lose, and the training data has hardly any.",
        },
    ),
}
PROMOTION_CREATE = {
    "accepted": Example(
        summary="Accepted by the approvers",
        value={"by": "operator-1", "reason": "accepted on 22 November"},
    )
}
ROLLBACK_CREATE = {
    "complaint": Example(
        summary="After a complaint",
        value={"by": "operator-1", "reason": "needs in Portuguese are answered worse"},
    )
}

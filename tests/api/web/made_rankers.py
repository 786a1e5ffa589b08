"""Rankers made up for tests of pages: one with a card and a comparison, stored as services would."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from committee import service
from committee.gate import Check
from committee.models import FrozenQuerySet, Ranker, RankerComparison
from committee.schemas import (
    ChangedNeedRead,
    ComparisonRead,
    FigureRead,
    FindingRead,
    MovedReasonRead,
    SliceRead,
)
from core.identity.actor import OPERATOR
from enterprises.match_schemas import SentenceRead
from matching.features.catalogue import NAMES
from matching.ranker.additive import AdditiveRanker, Curve
from matching.ranker.document import (
    Card,
    DataWindow,
    RankerDocument,
    Share,
    read_document,
    write_document,
)
from matching.ranker.training import Metric
from tests.factories import NOW

APPROVERS = ("ada", "bo", "chen")
FROZEN_ID = UUID("00000000-0000-4000-8000-00000000f0f0")
IDLE = "recency"
STEEP = "words_nearest"
STEPS = 64


def learned_document(name: str = "learned", *, power: float = 2.0) -> RankerDocument:
    """A ranker whose curves bend, one of which rises in the middle and one adds nothing."""
    edges = tuple(at / STEPS for at in range(1, STEPS))
    bent = tuple(round((at / (STEPS - 1)) ** power, 4) for at in range(STEPS))
    steep = tuple(2.2 * min(max((at / (STEPS - 1) - 0.2) * 5, 0), 1) for at in range(STEPS))
    shapes = {STEEP: steep, IDLE: (0.0,) * STEPS}
    curves = [Curve(feature, edges, shapes.get(feature, bent)) for feature in NAMES]
    counts = tuple(int(20_000 * 0.82**at) for at in range(STEPS))
    return RankerDocument(
        AdditiveRanker(name, tuple(curves)),
        Card(
            name=name,
            created_on=date(2026, 11, 20),
            data=DataWindow(
                {"history": 812}, date(2012, 1, 9), date(2024, 6, 30), 812, 97_440, 900
            ),
            seed=7,
            options={"trees": 300, "leaves": 8},
            blend=2.0,
            blends=(Share(0.0, 0.31, 0.004), Share(2.0, 0.35, 0.003)),
            metrics={
                "prior": Metric(0.311, 0.29, 0.332),
                "served": Metric(0.35, 0.328, 0.372),
                "learned": Metric(0.341, 0.319, 0.363),
                "unconstrained": Metric(0.348, 0.325, 0.37),
                "linear": Metric(0.301, 0.28, 0.323),
            },
            support={curve.feature: counts for curve in curves},
            constant_features=("languages_spoken",),
            notes=("Made up for a test.",),
        ),
    )


def propose(session: Session, document: RankerDocument, *, note: str = "") -> Ranker:
    """Store a ranker as an operator proposes it."""
    return service.propose_ranker(
        session, OPERATOR, data=write_document(document), note=note, now=NOW
    )


def store_comparison(
    session: Session, ranker: Ranker, *, against: str, passed: bool = True
) -> None:
    """Store a comparison as `landbridge ranker compare` would."""
    read = comparison_of(read_document(ranker.document).ranker.version, against, passed=passed)
    if session.get(FrozenQuerySet, FROZEN_ID) is None:
        session.add(FrozenQuerySet(id=FROZEN_ID, created_at=NOW, document="{}", sha256="0" * 64))
        session.flush()
    session.add(
        RankerComparison(
            ranker_version=ranker.version,
            against_version=against,
            frozen_query_set_id=FROZEN_ID,
            document=read.model_dump_json(by_alias=True),
            sha256="0" * 64,
            passed=passed,
            compared_at=NOW + timedelta(minutes=5),
        )
    )
    session.flush()


def comparison_of(candidate: str, against: str, *, passed: bool = True) -> ComparisonRead:
    """A comparison in which one group loses and one need changes by three of five."""
    return ComparisonRead(
        candidate=candidate,
        in_force=against,
        frozen_query_set=FROZEN_ID,
        queries=300,
        index="i",
        encoder="none",
        passed=passed,
        candidate_ndcg10=FigureRead(mean=0.342, low=0.313, high=0.372),
        in_force_ndcg10=FigureRead(mean=0.321, low=0.292, high=0.35),
        difference=FigureRead(mean=0.021, low=0.006, high=0.036),
        p=0.012,
        findings=[
            FindingRead(
                check=Check.OVERALL,
                passed=passed,
                sentence=SentenceRead.model_validate(
                    {
                        "en": "Over all frozen needs nDCG@10 changes by +0.021",
                        "zh-Hans": "在全部固定需求上，nDCG@10 变化 +0.021",
                        "zh-Hant": "在全部固定需求上，nDCG@10 變化 +0.021",
                    }
                ),
            )
        ],
        slices=[
            _slice("provider: small", -0.018, is_lost=not passed),
            _slice("sector: BLT", -0.004),
            _slice("language: en", 0.02),
            _slice("region: 035", 0.031),
            _slice("client: new", 0.04),
        ],
        unchanged=211,
        changed=[
            ChangedNeedRead(
                query_id="m1",
                text="CONSULTING SERVICES FOR THE DETAILED DESIGN OF RURAL ROADS",
                on=date(2025, 3, 4),
                target_jurisdictions=["VN"],
                changed=3,
                before=["Synthetic A", "Synthetic B", "Synthetic C", "Synthetic D", "Synthetic E"],
                after=["Synthetic F", "Synthetic A", "Synthetic G", "Synthetic B", "Synthetic H"],
                moved=[MovedReasonRead(reason="similar_work", change=0.41)],
            )
        ],
    )


def _slice(name: str, difference: float, *, is_lost: bool = False) -> SliceRead:
    return SliceRead(
        name=name,
        queries=64,
        candidate=0.32 + difference,
        in_force=0.32,
        difference=difference,
        low=difference - 0.015,
        high=difference + 0.015,
        p=0.03 if is_lost else 0.4,
        is_lost=is_lost,
    )

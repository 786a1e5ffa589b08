"""`/v1/routes/disputes`: the dispute chain compared by forum."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.openapi.models import Example

from api.deps import EngineDep, NowDep, ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from enterprises import disputes
from enterprises.disputes import DisputeRead, DisputeRequest
from providers.jurisdictions.errors import RouteRefused
from providers.jurisdictions.places import Places
from providers.jurisdictions.queries import list_jurisdictions

router = APIRouter(prefix="/routes", tags=["Routes"], route_class=StrictRoute)

EXAMPLES = {
    "usual": Example(
        summary="A Guangxi enterprise against a Vietnamese buyer, the usual forums",
        value={
            "home_jurisdiction": "CN-GX",
            "counterparty_jurisdiction": "VN",
            "asset_jurisdictions": ["VN", "HK"],
        },
    ),
    "seats": Example(
        summary="Two seats and one court, with an amount and a day",
        value={
            "home_jurisdiction": "CN",
            "counterparty_jurisdiction": "Singapore",
            "asset_jurisdictions": ["SG", "CN"],
            "forums": [
                {"kind": "arbitration", "jurisdiction": "HK"},
                {"kind": "arbitration", "jurisdiction": "SG"},
                {"kind": "court", "jurisdiction": "SG"},
            ],
            "governing_law": "HK",
            "value": {"amount": 3_000_000, "currency": "USD"},
            "stage": "negotiation",
            "facts": "commercial",
            "on": "2026-11-22",
        },
    ),
}


@router.post(
    "/disputes", summary="Compare forums for a dispute", responses=problem_responses(RouteRefused)
)
def compare_forums(
    body: Annotated[DisputeRequest, Body(openapi_examples=EXAMPLES)],
    engine: EngineDep,
    session: ReadSessionDep,
    now: NowDep,
) -> DisputeRead:
    """Show the dispute chain at each forum side by side.

    For negotiation, mediation, arbitration and litigation: what the step ends in, where the
    counterparty's assets are whether and under what that is enforced, with which certainty and
    what must be checked, how assets can be preserved meanwhile, which institutions there are, and
    which professions to find. The forums stand in the order asked; nothing is ranked and no
    advice is given. Nothing is stored.
    """
    places = Places(list_jurisdictions(session))
    return disputes.compare(engine.graph, places, body, today=now.date())

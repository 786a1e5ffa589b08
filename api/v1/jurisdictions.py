"""`/v1/jurisdictions`: the operators' list of jurisdictions and regions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.deps import ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from enterprises.storable import StorableText
from providers.jurisdictions import queries
from providers.jurisdictions.errors import JurisdictionNotFound
from providers.jurisdictions.schemas import JurisdictionKind, JurisdictionRead

router = APIRouter(prefix="/jurisdictions", tags=["Lists"], route_class=StrictRoute)


class JurisdictionListRead(BaseModel):
    """The list of jurisdictions."""

    items: list[JurisdictionRead] = Field(description="By code.")


@router.get("", summary="List jurisdictions")
def list_jurisdictions(
    session: ReadSessionDep,
    kind: Annotated[JurisdictionKind | None, Query(description="Only those of this kind.")] = None,
) -> JurisdictionListRead:
    """Return the jurisdictions and regions, each with its names in three scripts."""
    kinds = tuple(JurisdictionKind) if kind is None else (kind,)
    found = queries.list_jurisdictions(session, kinds=kinds)
    return JurisdictionListRead(items=[JurisdictionRead.model_validate(row) for row in found])


@router.get(
    "/{code}", summary="Read a jurisdiction", responses=problem_responses(JurisdictionNotFound)
)
def read_jurisdiction(
    code: Annotated[StorableText, Path(max_length=20, examples=["VN"])],
    session: ReadSessionDep,
) -> JurisdictionRead:
    """Return one jurisdiction by its code: ISO 3166-1, ISO 3166-2, or that of a UN region."""
    return JurisdictionRead.model_validate(queries.get_jurisdiction(session, code))

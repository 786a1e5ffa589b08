"""`/v1/sectors`: the sector list in force."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.deps import ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from enterprises.storable import StorableText
from providers.sectors import queries
from providers.sectors.errors import NoSectorList, SectorNotFound
from providers.sectors.schemas import SectorRead

router = APIRouter(prefix="/sectors", tags=["Lists"], route_class=StrictRoute)


class SectorListRead(BaseModel):
    """The sector list in force."""

    version: int
    published_on: date | None
    source: str
    items: list[SectorRead] = Field(description="In the order of the list, parents first.")


@router.get("", summary="Read the sector list", responses=problem_responses(NoSectorList))
def list_sectors(session: ReadSessionDep) -> SectorListRead:
    """Return every sector of the list in force, with its names in three scripts."""
    published = queries.get_published_list(session)
    return SectorListRead(
        version=published.version,
        published_on=published.published_on,
        source=published.source,
        items=[SectorRead.model_validate(sector) for sector in queries.list_sectors(session)],
    )


@router.get("/{code}", summary="Read a sector", responses=problem_responses(SectorNotFound))
def read_sector(
    code: Annotated[StorableText, Path(max_length=20, examples=["BLT"])],
    session: ReadSessionDep,
) -> SectorRead:
    """Return one sector of the list in force."""
    return SectorRead.model_validate(queries.get_sector(session, code))

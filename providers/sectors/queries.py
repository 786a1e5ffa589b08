"""Reads of sector lists."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.understanding.types import SectorName
from providers.sectors.errors import NoSectorList, SectorNotFound
from providers.sectors.models import Sector, SectorList, SectorListStatus


def get_published_list(session: Session) -> SectorList:
    """Return the list in force.

    Raises:
        NoSectorList: none is published.
    """
    published = session.scalar(
        select(SectorList).where(SectorList.status == SectorListStatus.PUBLISHED)
    )
    if published is None:
        raise NoSectorList("load a list first: landbridge import sectors FILE")
    return published


def list_sectors(session: Session) -> Sequence[Sector]:
    """Return every sector in force, in the order of the list."""
    return session.scalars(
        select(Sector)
        .join(SectorList, SectorList.version == Sector.list_version)
        .where(SectorList.status == SectorListStatus.PUBLISHED)
        .order_by(Sector.position)
    ).all()


def get_sector(session: Session, code: str) -> Sector:
    """Return one sector in force.

    Raises:
        SectorNotFound: the list in force has no such code.
    """
    found = session.scalar(
        select(Sector)
        .join(SectorList, SectorList.version == Sector.list_version)
        .where(SectorList.status == SectorListStatus.PUBLISHED, Sector.code == code)
    )
    if found is None:
        raise SectorNotFound(f"no sector has the code {code!r}")
    return found


def list_sector_names(session: Session) -> tuple[SectorName, ...]:
    """Return each sector in force with its names in three scripts, for reading texts."""
    return tuple(
        SectorName(
            sector.code,
            tuple(dict.fromkeys((sector.name_en, sector.name_zh_hans, sector.name_zh_hant))),
        )
        for sector in list_sectors(session)
    )


def known_sector_codes(session: Session) -> dict[str, str]:
    """Map each code in force to itself, and each of its names in lower case to the code."""
    known: dict[str, str] = {}
    for sector in list_sectors(session):
        known[sector.code] = sector.code
        for name in (sector.name_en, sector.name_zh_hans, sector.name_zh_hant):
            known.setdefault(name.casefold(), sector.code)
    return known

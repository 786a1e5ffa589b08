"""Tables of the sector lists: versions, and the sectors of each."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SectorListStatus(StrEnum):
    """A list's life: draft, approved by a second person, published on a date, superseded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class SectorList(Base):
    """One version of the list of professional sectors."""

    __tablename__ = "sector_list"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'published', 'superseded')", name="status"),
        # One list is in force at a time; both databases know partial indexes.
        Index(
            "uq_sector_list_published",
            "status",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[SectorListStatus] = mapped_column(String(20))
    published_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))
    content_sha256: Mapped[str] = mapped_column(String(64))


class Sector(Base):
    """A professional sector in one version of the list, with its names in three scripts.

    `cpc_prov` and `isic4` are many-valued (`;`) mappings for reporting, never for matching; the
    five-digit CPC codes were written from general knowledge, hence `cpc_verified`.
    """

    __tablename__ = "sector"
    __table_args__ = (
        ForeignKeyConstraint(
            ["list_version", "parent_code"], ["sector.list_version", "sector.code"]
        ),
    )

    list_version: Mapped[int] = mapped_column(
        ForeignKey("sector_list.version", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh_hans: Mapped[str] = mapped_column(String(200))
    name_zh_hant: Mapped[str] = mapped_column(String(200))
    cpc_prov: Mapped[str] = mapped_column(String(200))
    cpc_verified: Mapped[bool]
    isic4: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(500))

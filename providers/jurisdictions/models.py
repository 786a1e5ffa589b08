"""Tables of the jurisdiction graph: nodes with names, instruments, and who is bound since when."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Jurisdiction(Base):
    """A jurisdiction: an ISO 3166-1 code, or a subdivision where law or a cooperation differs.

    The names are an operators' list. `aliases` maps a script (`en`, `zh`) to further names by
    which texts call the place; `regions` are the codes of the UN regions it lies in, nearest first.
    """

    __tablename__ = "jurisdiction"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("jurisdiction.code"))
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh_hans: Mapped[str] = mapped_column(String(120))
    name_zh_hant: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    regions: Mapped[list[str]] = mapped_column(JSON)
    name_source: Mapped[str] = mapped_column(String(120))


class Instrument(Base):
    """A treaty, arrangement or organisation.

    `as_of` is the day, or as far as the source goes the month (`2024-11`), of its data.
    """

    __tablename__ = "instrument"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(300))
    name_zh_hans: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    year: Mapped[int | None]
    source_url: Mapped[str] = mapped_column(Text)
    as_of: Mapped[str | None] = mapped_column(String(10))


class Membership(Base):
    """A party to an instrument. An empty `in_force_from` means that the date was not found."""

    __tablename__ = "instrument_membership"

    instrument_id: Mapped[str] = mapped_column(
        ForeignKey("instrument.id", ondelete="CASCADE"), primary_key=True
    )
    jurisdiction_code: Mapped[str] = mapped_column(
        ForeignKey("jurisdiction.code"), primary_key=True
    )
    status: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[date | None] = mapped_column(Date)
    is_verified: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text)


class BilateralAgreement(Base):
    """An agreement of one kind between an unordered pair of jurisdictions.

    A pair may have several of one kind (an arrangement and its supplement), so the key is made
    from the row's content.
    """

    __tablename__ = "bilateral_agreement"
    __table_args__ = (CheckConstraint("a_code <> b_code", name="two_parties"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument_kind: Mapped[str] = mapped_column(String(60))
    a_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), index=True)
    b_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[date | None] = mapped_column(Date)
    is_verified: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text)


class Objection(Base):
    """A pair of parties between which a convention is not applied."""

    __tablename__ = "instrument_objection"

    instrument_id: Mapped[str] = mapped_column(
        ForeignKey("instrument.id", ondelete="CASCADE"), primary_key=True
    )
    objector_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), primary_key=True)
    against_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), primary_key=True)
    effect: Mapped[str] = mapped_column(String(60))
    from_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text)


class LegalFamily(Base):
    """The family of a jurisdiction's law, read by keyword from the text kept beside it: a hint."""

    __tablename__ = "legal_family"

    jurisdiction_code: Mapped[str] = mapped_column(
        ForeignKey("jurisdiction.code"), primary_key=True
    )
    family_primary: Mapped[str] = mapped_column(String(60))
    family_derived: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text)

"""Tables of the jurisdictions, and of what is known between them.

What the law says changes, and what was thought of it is corrected. A statement (that a party is
bound from a day, that one party objected to another …) is therefore never overwritten: an edit is
one more revision of it, and the one with the highest number is what holds now.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime


class Jurisdiction(Base):
    """A jurisdiction: an ISO 3166-1 code, or a subdivision where law or a cooperation differs.

    The names are an operators' list. `aliases` maps a script (`en`, `zh`) to further names by
    which texts call the place; `regions` are the codes of the UN regions it lies in, nearest first;
    `languages` are BCP 47 primary tags, most used first. A subdivision that was merged keeps its
    code: `valid_to` is its last day and `successor_code` what it became part of.
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
    languages: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    valid_to: Mapped[date | None] = mapped_column(Date)
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("jurisdiction.code"))
    name_source: Mapped[str] = mapped_column(String(120))


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


class Instrument(Base):
    """That there is a treaty, arrangement or organisation: what parties are parties to.

    What it is called and where its text stands are its `InstrumentRevision`s.
    """

    __tablename__ = "instrument"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)


class Revision(Base):
    """One revision of a statement; the highest of a statement is the one that holds.

    Attributes:
        statement_id: made from what the statement is about, so that a later file finds it.
        revision: 1, 2, 3 …
        recorded_at: when it was written.
        recorded_from: the source of the import that wrote it.
        status: `retracted` where the statement was wrong: nothing of it is used any more.
        source_url: where a reader can check it.
    """

    __abstract__ = True

    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_from: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    source_url: Mapped[str] = mapped_column(Text)


class InstrumentRevision(Revision):
    """What is said of an instrument.

    `as_of` is the day, or as far as the source goes the month (`2024-11`), of its data.
    """

    __tablename__ = "instrument_revision"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision"),)

    instrument_id: Mapped[str] = mapped_column(ForeignKey("instrument.id"), index=True)
    name_en: Mapped[str] = mapped_column(String(300))
    name_zh_hans: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    year: Mapped[int | None]
    as_of: Mapped[str | None] = mapped_column(String(10))


class Membership(Revision):
    """A party to an instrument, from a day (None: not found) to a last day (None: it goes on)."""

    __tablename__ = "instrument_membership"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("in_force_to >= in_force_from", name="days"),
    )

    instrument_id: Mapped[str] = mapped_column(ForeignKey("instrument.id"), index=True)
    jurisdiction_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), index=True)
    in_force_from: Mapped[date | None] = mapped_column(Date)
    in_force_to: Mapped[date | None] = mapped_column(Date)
    is_verified: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class BilateralAgreement(Revision):
    """An agreement of one kind between an unordered pair of jurisdictions.

    A pair may have several of one kind (an arrangement and its supplement), which their notes
    tell apart.
    """

    __tablename__ = "bilateral_agreement"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("in_force_to >= in_force_from", name="days"),
        CheckConstraint("a_code <> b_code", name="two_parties"),
    )

    instrument_kind: Mapped[str] = mapped_column(String(60))
    a_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), index=True)
    b_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"), index=True)
    in_force_from: Mapped[date | None] = mapped_column(Date)
    in_force_to: Mapped[date | None] = mapped_column(Date)
    is_verified: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class Objection(Revision):
    """A pair of parties between which a convention is not applied."""

    __tablename__ = "instrument_objection"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("objector_code <> against_code", name="two_parties"),
    )

    instrument_id: Mapped[str] = mapped_column(ForeignKey("instrument.id"), index=True)
    objector_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    against_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    effect: Mapped[str] = mapped_column(String(60))
    from_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)


class Named(Revision):
    """Something of the trade with a name and a note in three scripts."""

    __abstract__ = True

    name_en: Mapped[str] = mapped_column(String(200))
    name_zh_hans: Mapped[str] = mapped_column(String(200))
    name_zh_hant: Mapped[str] = mapped_column(String(200))
    note_en: Mapped[str] = mapped_column(Text)
    note_zh_hans: Mapped[str] = mapped_column(Text)
    note_zh_hant: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None] = mapped_column(Date)


class Institution(Named):
    """An institution that conducts steps of the dispute chain (`mediation`, `arbitration` …)."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision"),)

    institution_id: Mapped[str] = mapped_column(String(60), index=True)
    short_name: Mapped[str] = mapped_column(String(60))
    steps: Mapped[list[str]] = mapped_column(JSON)
    seat_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    is_listed_for_interim: Mapped[bool | None]


class Cooperation(Named):
    """Cooperation between places or institutions that is no treaty but helps a route."""

    __tablename__ = "cooperation"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("valid_to >= valid_from", name="days"),
    )

    cooperation_id: Mapped[str] = mapped_column(String(60), index=True)
    members: Mapped[list[str]] = mapped_column(JSON)
    subject: Mapped[str] = mapped_column(String(60))
    valid_to: Mapped[date | None] = mapped_column(Date)


class Desk(Named):
    """A place where several steps of a document's way are done together."""

    __tablename__ = "desk"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision"),)

    desk_id: Mapped[str] = mapped_column(String(60), index=True)
    place_code: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    actions: Mapped[list[str]] = mapped_column(JSON)

"""Needs as a table: for a chamber or a portal that already holds its members' requests."""

from collections.abc import Sequence
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action
from core.identity.actor import Actor, UserKind
from enterprises import queries, understanding
from enterprises.models import Need, NeedVersion
from enterprises.schemas import MAX_AMOUNT_USD, MAX_TEXT_CHARACTERS, StructuredNeed
from enterprises.service import STRUCTURED_FIELDS
from enterprises.storable import refuse_unstorable
from enterprises.trail import need_subject
from matching.understanding.reading import require_readable
from matching.understanding.types import UnreadableText
from providers.importing.cells import Codes, ImportRow, Languages
from providers.importing.rows import Reference
from providers.importing.spec import (
    KindSpec,
    NumberedRow,
    RowProblem,
    RowsCheck,
    WriteContext,
    check_codes,
)
from providers.jurisdictions.queries import NODES, known_jurisdiction_codes
from providers.sectors.queries import known_sector_codes
from providers.vocabulary import read_vocabulary

DEMAND = uuid5(NAMESPACE_URL, "landbridge:demand")
NEED_COLUMNS = (
    "need_ref",
    "text",
    "home_jurisdiction",
    "target_jurisdictions",
    "excluded_jurisdictions",
    "sector_codes",
    "excluded_sector_codes",
    "languages_wanted",
    "amount_usd",
)


class NeedRow(ImportRow):
    """One need; an empty cell is read from the text."""

    need_ref: Reference
    text: (
        Annotated[
            str,
            StringConstraints(max_length=MAX_TEXT_CHARACTERS),
            AfterValidator(refuse_unstorable),
        ]
        | None
    ) = None
    home_jurisdiction: str | None = None
    target_jurisdictions: Codes | None = None
    excluded_jurisdictions: Codes | None = None
    sector_codes: Codes | None = None
    excluded_sector_codes: Codes | None = None
    languages_wanted: Languages | None = None
    amount_usd: Annotated[float, Field(ge=0, le=MAX_AMOUNT_USD, allow_inf_nan=False)] | None = None

    def as_structured(self) -> StructuredNeed:
        """Return the need as the API would have taken it."""
        return StructuredNeed.model_validate(self.model_dump(exclude={"need_ref"}))


def need_id(source: str, need_ref: str) -> UUID:
    """Return the id that a need of a source has in every database."""
    return uuid5(DEMAND, f"need:{source}:{need_ref}")


def check_needs(session: Session, _source: str) -> RowsCheck[NeedRow]:
    """Return the check that codes are those of the lists and that texts can be read."""
    places = known_jurisdiction_codes(session, kinds=NODES)
    sectors = known_sector_codes(session)

    def check(rows: Sequence[NumberedRow[NeedRow]]) -> list[RowProblem]:
        problems: list[RowProblem] = []
        for numbered in rows:
            row, row_no = numbered.row, numbered.row_no
            home = [row.home_jurisdiction] if row.home_jurisdiction else []
            for column, codes, known, what in (
                ("home_jurisdiction", home, places, "jurisdiction"),
                ("target_jurisdictions", row.target_jurisdictions, places, "jurisdiction"),
                ("excluded_jurisdictions", row.excluded_jurisdictions, places, "jurisdiction"),
                ("sector_codes", row.sector_codes, sectors, "sector"),
                ("excluded_sector_codes", row.excluded_sector_codes, sectors, "sector"),
            ):
                problems += check_codes(row_no, column, codes or [], known, f"{what} of the list")
            if row.text is not None:
                try:
                    require_readable(row.text)
                except UnreadableText as error:
                    problems.append(RowProblem(row_no, "text", row.text[:80], str(error)))
            elif not (row.target_jurisdictions or row.sector_codes):
                reason = "is empty, and so are target_jurisdictions and sector_codes"
                problems.append(RowProblem(row_no, "text", "", reason, "say what is wanted"))
        return problems

    return check


def write_needs(session: Session, rows: Sequence[NeedRow], context: WriteContext) -> int:
    """Store needs; a need that says something else than before gets a new version."""
    vocabulary = read_vocabulary(session)
    ids = [need_id(context.source, row.need_ref) for row in rows]
    # Locked, so that an enterprise which changes a need at the same moment is not overwritten.
    wanted = select(Need).where(Need.id.in_(ids)).with_for_update(of=Need)
    stored = {need.id: need for need in session.scalars(wanted)}
    changed = 0
    importer = Actor(UserKind.OPERATOR, f"import:{context.source}")
    for identifier, row in zip(ids, rows, strict=True):
        structured = row.as_structured()
        need = stored.get(identifier)
        if need is not None and need.deleted_at is None:
            if queries.as_structured(need) == structured:
                continue
            need.version += 1
            need.updated_at = context.now
        elif need is None:
            need = Need(
                id=identifier,
                tenant_id=context.tenant_id,
                version=1,
                created_at=context.now,
                updated_at=context.now,
            )
            session.add(need)
        else:
            continue  # the enterprise deleted it: a file does not bring it back
        session.flush()
        reading = (
            understanding.read_with(vocabulary, structured.text, on=context.now.date())
            if structured.text is not None
            else None
        )
        session.add(
            NeedVersion(
                tenant_id=need.tenant_id,
                need_id=identifier,
                version=need.version,
                structured=structured.model_dump(mode="json", include=set(STRUCTURED_FIELDS)),
                reading=None if reading is None else reading.model_dump(mode="json"),
                written_by=f"import:{context.source}",
                written_at=context.now,
            )
        )
        action = Action.NEED_CREATED if need.version == 1 else Action.NEED_UPDATED
        subject = need_subject(identifier, need.tenant_id)
        record(session, importer, action, subject, {"version": need.version})
        changed += 1
    session.flush()
    return changed


NEEDS = KindSpec(
    kind="needs",
    table="needs",
    columns=NEED_COLUMNS,
    row_schema=NeedRow,
    key=lambda row: row.need_ref,
    make_check=check_needs,
    write=write_needs,
    is_matched=False,
)

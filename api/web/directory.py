"""Pages of the catalogue: look up a provider, and read what is known of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from api.deps import EngineDep, ReadSessionDep
from api.v1.pagination import decode_cursor, encode_cursor
from api.web.names import Names
from api.web.rendering import PageDep
from core.errors import InvalidInput
from enterprises.storable import refuse_unstorable
from providers import queries
from providers.contacts.queries import count_contacts
from providers.jurisdictions.queries import NODES, list_jurisdictions
from providers.models import Evidence, EvidenceKind
from providers.sectors.queries import list_sectors

router = APIRouter(include_in_schema=False)

Key = TypeVar("Key")
Storable = AfterValidator(refuse_unstorable)

PAGE_SIZE = 20
MAX_CITED = 30


@dataclass(frozen=True, slots=True)
class SectorBranch:
    """A sector with those under it, for a list to choose from."""

    code: str
    name: str
    leaves: tuple["SectorBranch", ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence with the names of its places and sectors."""

    id: UUID
    kind: EvidenceKind
    title: str
    description: str
    places: tuple[str, ...]
    sectors: tuple[str, ...]
    dated_on: date | None
    amount_usd: Decimal | None
    labels: tuple[str, ...]
    is_verified: bool


@router.get("/providers")
def search_providers(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    q: Annotated[str, Query(max_length=200), Storable] = "",
    jurisdiction: Annotated[str, Query(max_length=20), Storable] = "",
    sector: Annotated[str, Query(max_length=20), Storable] = "",
    after: Annotated[str | None, Query(max_length=1_000)] = None,
) -> HTMLResponse:
    """List published providers by name, place and sector, a page at a time."""
    names = Names(page.script, engine.names)
    found = queries.search_providers(
        session,
        text=q.strip() or None,
        jurisdiction=jurisdiction or None,
        sector=sector or None,
        after=_decode(after, str),
        limit=PAGE_SIZE + 1,
    )
    shown = found[:PAGE_SIZE]
    filters = [("q", q), ("jurisdiction", jurisdiction), ("sector", sector)]
    return page.render(
        "public/providers.html",
        q=q,
        jurisdiction=jurisdiction,
        sector=sector,
        places=list_places(session, names),
        sectors=list_branches(session, names),
        providers=shown,
        next_url=_next_url("/providers", filters, (shown[-1].name_folded, shown[-1].id))
        if len(found) > PAGE_SIZE
        else None,
        is_later=after is not None,
        names=names,
    )


@router.get("/providers/{provider_id}")
def show_provider(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    provider_id: UUID,
    cited: Annotated[list[UUID] | None, Query(max_length=MAX_CITED)] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """Show what is known of a provider, the cited pieces of evidence first."""
    provider = queries.get_provider(session, provider_id)
    names = Names(page.script, engine.names)
    wanted = dict.fromkeys(cited or [])
    pieces = {piece.id: piece for piece in queries.get_evidence(session, list(wanted))}
    brought = [pieces[i] for i in wanted if i in pieces and pieces[i].provider_id == provider_id]
    found = queries.list_evidence(
        session, provider_id, after=_decode(after, _day), limit=PAGE_SIZE + 1
    )
    shown = found[:PAGE_SIZE]
    is_brought = {piece.id for piece in brought}
    contacts = count_contacts(session, provider_id)
    return page.render(
        "public/provider.html",
        provider=provider,
        sectors=[names.sector(row.sector_code) for row in provider.sectors],
        contacts=contacts,
        cited=[view_evidence(piece, names) for piece in brought],
        # An id may stand on a page once only: what is shown as cited is not repeated below.
        evidence=[view_evidence(piece, names) for piece in shown if piece.id not in is_brought],
        next_url=_next_url(
            f"/providers/{provider_id}",
            [("cited", str(piece.id)) for piece in brought],
            (shown[-1].dated_on or "", shown[-1].id),
        )
        if len(found) > PAGE_SIZE
        else None,
        is_later=after is not None,
        names=names,
    )


def _next_url(path: str, filters: Sequence[tuple[str, str]], last: tuple[str | date, UUID]) -> str:
    kept = [(name, value) for name, value in filters if value]
    return f"{path}?{urlencode([*kept, ('after', encode_cursor([str(part) for part in last]))])}"


def _decode(cursor: str | None, read: Callable[[str], Key]) -> tuple[Key, UUID] | None:
    """Return the place in a list that a cursor names.

    Raises:
        InvalidInput: it is not one of ours.
    """
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return None
    try:
        return read(parts[0]), UUID(parts[1])
    except ValueError as error:
        raise InvalidInput("this page does not exist: start from the first one") from error


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def view_evidence(evidence: Evidence, names: Names) -> EvidenceView:
    """Return a piece of evidence as a page shows it."""
    return EvidenceView(
        id=evidence.id,
        kind=evidence.kind,
        title=evidence.title,
        description=evidence.description,
        places=tuple(names.jurisdiction(row.jurisdiction_code) for row in evidence.jurisdictions),
        sectors=tuple(names.sector(row.sector_code) for row in evidence.sectors),
        dated_on=evidence.dated_on,
        amount_usd=evidence.amount_usd,
        labels=tuple(evidence.labels.values()),
        is_verified=evidence.is_verified,
    )


def list_places(session: Session, names: Names) -> list[tuple[str, str]]:
    """Return jurisdictions with their names, in the order of the reader's script."""
    rows = list_jurisdictions(session, kinds=NODES)
    return sorted(
        ((row.code, names.jurisdiction(row.code)) for row in rows), key=lambda pair: pair[1]
    )


def list_branches(session: Session, names: Names) -> list[SectorBranch]:
    """Return the sectors in force by branch, named in the reader's script."""
    rows = list_sectors(session)
    return [
        SectorBranch(
            top.code,
            names.sector(top.code),
            tuple(
                SectorBranch(leaf.code, names.sector(leaf.code))
                for leaf in rows
                if leaf.parent_code == top.code
            ),
        )
        for top in rows
        if top.parent_code is None
    ]

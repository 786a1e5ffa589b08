"""Reads of the operators' list of jurisdictions."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.understanding.types import JurisdictionName
from providers.jurisdictions.errors import JurisdictionNotFound
from providers.jurisdictions.models import Jurisdiction
from providers.jurisdictions.schemas import JurisdictionKind

# Regions and groups are sets of nodes; no provider is at home in one.
NODES = (JurisdictionKind.STATE, JurisdictionKind.TERRITORY, JurisdictionKind.SUBDIVISION)


def list_jurisdictions(
    session: Session, *, kinds: Collection[JurisdictionKind] = tuple(JurisdictionKind)
) -> Sequence[Jurisdiction]:
    """Return the jurisdictions of these kinds, by code."""
    return session.scalars(
        select(Jurisdiction).where(Jurisdiction.kind.in_(kinds)).order_by(Jurisdiction.code)
    ).all()


def get_jurisdiction(session: Session, code: str) -> Jurisdiction:
    """Return one jurisdiction.

    Raises:
        JurisdictionNotFound: the list has no such code.
    """
    found = session.get(Jurisdiction, code)
    if found is None:
        raise JurisdictionNotFound(f"no jurisdiction has the code {code!r}")
    return found


def list_jurisdiction_names(
    session: Session, *, kinds: Collection[JurisdictionKind] = (*NODES, JurisdictionKind.GROUP)
) -> tuple[JurisdictionName, ...]:
    """Return each jurisdiction with every name by which a text may call it."""
    return tuple(
        JurisdictionName(row.code, tuple(dict.fromkeys(_names(row))))
        for row in list_jurisdictions(session, kinds=kinds)
    )


def known_jurisdiction_codes(
    session: Session, *, kinds: Collection[JurisdictionKind] = tuple(JurisdictionKind)
) -> dict[str, str]:
    """Map each code to itself, and each of its names in lower case to the code."""
    known: dict[str, str] = {}
    for row in list_jurisdictions(session, kinds=kinds):
        known[row.code] = row.code
        for name in _names(row):
            known.setdefault(name.casefold(), row.code)
    return known


def _names(row: Jurisdiction) -> list[str]:
    aliases = [alias for names in row.aliases.values() for alias in names]
    return [row.name_en, row.name_zh_hans, row.name_zh_hant, *aliases]

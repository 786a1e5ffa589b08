"""The graph of jurisdictions and the instruments that bind them, built once per data version.

A convention is a node of its own, with an edge to each of its parties, so that 172 parties make
172 edges and not 14,706; an agreement between two is an edge between these two.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

import networkx as nx

from matching.jurisdictions.historic import explain_historic_code
from matching.jurisdictions.types import (
    Agreement,
    Binding,
    Cooperation,
    Desk,
    Institution,
    Instrument,
    LegalFamily,
    Node,
    NoRoute,
    Objection,
    Party,
    TreatyData,
    UsedInstrument,
)
from matching.types import Sentence

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)


class TreatyGraph:
    """Jurisdictions, instruments, and who is bound since when; immutable once built.

    Attributes:
        version: 12 hex digits over every record, whatever order the records came in.
        network: the networkx graph. Nodes are jurisdiction codes and instrument ids, each with a
            `record`; edges hold a `Party` (jurisdiction and instrument) or an `Agreement` (two
            jurisdictions) as `record`.
    """

    def __init__(self, data: TreatyData) -> None:
        self._nodes = {node.code: node for node in data.nodes}
        self._instruments = {item.instrument_id: item for item in data.instruments}
        self._families = {family.jurisdiction: family for family in data.legal_families}
        self.desks: tuple[Desk, ...] = tuple(sorted(data.desks, key=lambda d: d.desk_id))
        self.cooperations: tuple[Cooperation, ...] = tuple(
            sorted(data.cooperations, key=lambda c: c.cooperation_id)
        )
        self.institutions: tuple[Institution, ...] = tuple(
            sorted(data.institutions, key=lambda i: i.institution_id)
        )
        self.version = _version_of(data)
        self.network = _network_of(data)
        self._parties: dict[tuple[str, str], list[Party]] = {}
        for party in sorted(data.parties, key=_party_order):
            self._parties.setdefault((party.instrument_id, party.jurisdiction), []).append(party)
        self._begins = _first_days(data)
        self._agreements: dict[frozenset[str], list[Agreement]] = {}
        for agreement in sorted(data.agreements, key=_agreement_order):
            pair = frozenset((agreement.a, agreement.b))
            self._agreements.setdefault(pair, []).append(agreement)
        self._party_days: dict[str, set[date]] = {}
        for (instrument_id, code), rows in self._parties.items():
            party_days = self._party_days.setdefault(code, set())
            party_days.update(_edges_of(rows), {self._begins.get(instrument_id, FIRST_DAY)})
        self._objections: dict[tuple[str, frozenset[str]], Objection] = {
            (o.instrument_id, frozenset((o.a, o.b))): o
            for o in sorted(data.objections, key=lambda o: (o.instrument_id, o.a, o.b))
        }

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order."""
        return tuple(sorted(self._nodes))

    def node(self, code: str, *, on: date | None = None) -> Node:
        """Return a jurisdiction; on a day after it was merged, the one it became part of.

        Raises:
            NoRoute: no jurisdiction has the code; a historic code names its successors.
        """
        node = self._nodes.get(code)
        if node is None:
            raise NoRoute(explain_historic_code(code) or f"no jurisdiction has the code {code!r}")
        if on is not None and node.valid_to is not None and on > node.valid_to and node.successor:
            return self.node(node.successor, on=on)
        return node

    def name(self, code: str) -> Sentence:
        """Return what a jurisdiction is called; a code without a name stands for itself."""
        node = self._nodes.get(code)
        return node.name if node else Sentence(code, code, code)

    def law_of(self, code: str, *, on: date | None = None) -> Node:
        """Return the jurisdiction whose law answers: a province's is its state's.

        Raises:
            NoRoute: no jurisdiction has the code.
        """
        node = self.node(code, on=on)
        return self.node(node.parent) if "-" in node.code and node.parent else node

    def state_of(self, code: str) -> str:
        """Return the state that a jurisdiction is, or is a part of."""
        node = self._nodes.get(code)
        return code if node is None or node.parent is None else self.state_of(node.parent)

    def is_one_state(self, a: str, b: str) -> bool:
        """Tell whether two jurisdictions are parts of one state."""
        return self.state_of(a) == self.state_of(b)

    def instrument(self, instrument_id: str) -> Instrument | None:
        """Return an instrument, or None."""
        return self._instruments.get(instrument_id)

    def family(self, code: str) -> LegalFamily | None:
        """Return the families of a jurisdiction's law, or None where the text names none."""
        return self._families.get(code)

    def party(self, instrument_id: str, code: str, on: date) -> Party | None:
        """Return the row by which an instrument binds a jurisdiction on a day, or None."""
        rows = self._parties.get((instrument_id, code), ())
        return next((row for row in rows if self._has_begun(row, instrument_id, on)), None)

    def agreement_binds(self, agreement: Agreement, on: date) -> bool:
        """Tell whether an agreement binds on a day."""
        return self._has_begun(agreement, agreement.instrument_id or "", on)

    def _has_begun(self, row: Party | Agreement, instrument_id: str, on: date) -> bool:
        # A row without a date binds no one before the instrument itself began.
        return row.binds(on) and (
            row.in_force_from is not None or on >= self._begins.get(instrument_id, FIRST_DAY)
        )

    def rows(self, instrument_id: str, code: str) -> tuple[Party, ...]:
        """Return every row of a jurisdiction under an instrument, binding or not."""
        return tuple(self._parties.get((instrument_id, code), ()))

    def both(self, instrument_id: str, a: str, b: str, on: date) -> tuple[Party, Party] | None:
        """Return the rows by which a convention works between two jurisdictions, or None.

        It does not among the parts of one state, unless each is a party in its own right, nor
        between two of which one objected to the other.
        """
        first, second = self.party(instrument_id, a, on), self.party(instrument_id, b, on)
        if first is None or second is None or self.objection(instrument_id, a, b, on):
            return None
        if self.is_one_state(a, b) and "extended" in (first.status, second.status):
            return None
        return first, second

    def objection(self, instrument_id: str, a: str, b: str, on: date) -> Objection | None:
        """Return the objection that keeps a convention from working between two, or None."""
        found = self._objections.get((instrument_id, frozenset((a, b))))
        if found is None or (found.from_on is not None and on < found.from_on):
            return None
        return found

    def agreements(self, a: str, b: str, *, kind: str | None = None) -> tuple[Agreement, ...]:
        """Return the agreements between two jurisdictions, binding or not."""
        rows = self._agreements.get(frozenset((a, b)), ())
        return tuple(row for row in rows if kind is None or row.kind == kind)

    def days_of_change(self, codes: Iterable[str], *, after: date) -> tuple[date, ...]:
        """Return the later days on which something begins or ends for one of these codes."""
        wanted = frozenset(codes)
        days: set[date] = set()
        for code in wanted:
            days.update(self._party_days.get(code, ()))
        for pair in map(frozenset, combinations(wanted, 2)):
            agreements = self._agreements.get(pair, [])
            days.update(_edges_of(agreements))
            days.update(self._begins.get(row.instrument_id or "", FIRST_DAY) for row in agreements)
        for (_, pair), objection in self._objections.items():
            if pair <= wanted and objection.from_on is not None:
                days.add(objection.from_on)
        return tuple(sorted(day for day in days if day > after))

    def used(self, instrument_id: str, rows: Iterable[Party | Agreement]) -> UsedInstrument:
        """Describe an instrument as an answer cites it, with the rows that bind the two sides."""
        known = self._instruments.get(instrument_id)
        bindings = tuple(binding for row in rows for binding in _bindings(row))
        return UsedInstrument(
            instrument_id=instrument_id,
            name=known.name if known else Sentence(instrument_id, instrument_id, instrument_id),
            bindings=bindings,
            source_url=known.source_url if known else bindings[0].source_url,
            as_of=known.as_of if known else None,
        )


def require_day(on: date) -> None:
    """Refuse days that the data says nothing about.

    Raises:
        NoRoute: before 1900 or after 2100.
    """
    if not FIRST_DAY <= on <= LAST_DAY:
        raise NoRoute(f"{on.isoformat()} is outside the years 1900 to 2100: give a day within them")


def _first_days(data: TreatyData) -> dict[str, date]:
    """The day each instrument began: of its first party whose day is known, else its year's."""
    days = {
        item.instrument_id: date(item.year, 1, 1)
        for item in data.instruments
        if item.year is not None and item.year >= FIRST_DAY.year
    }
    dated: dict[str, date] = {}
    for row in data.parties:
        if row.in_force_from is not None:
            known = dated.get(row.instrument_id, row.in_force_from)
            dated[row.instrument_id] = min(known, row.in_force_from)
    return {**days, **dated}


def _edges_of(rows: Iterable[Party | Agreement]) -> set[date]:
    days = {row.in_force_from for row in rows if row.in_force_from is not None}
    # A rule that ends on a day is different from the day after.
    return days | {
        row.in_force_to + timedelta(days=1)
        for row in rows
        if row.in_force_to is not None and row.in_force_to < LAST_DAY
    }


def _bindings(row: Party | Agreement) -> list[Binding]:
    codes = [row.jurisdiction] if isinstance(row, Party) else [row.a, row.b]
    return [
        Binding(code, row.status, row.in_force_from, row.is_verified, row.note, row.source_url)
        for code in codes
    ]


def _party_order(row: Party) -> tuple[str, str, date]:
    return row.instrument_id, row.jurisdiction, row.in_force_from or date.min


def _agreement_order(row: Agreement) -> tuple[str, str, str, date, str]:
    first, second = sorted((row.a, row.b))
    return row.kind, first, second, row.in_force_from or date.min, row.note


def _network_of(data: TreatyData) -> nx.MultiGraph:
    network = nx.MultiGraph()
    for node in data.nodes:
        network.add_node(node.code, record=node)
    for instrument in data.instruments:
        network.add_node(instrument.instrument_id, record=instrument)
    for party in sorted(data.parties, key=_party_order):
        network.add_edge(party.instrument_id, party.jurisdiction, record=party)
    for agreement in sorted(data.agreements, key=_agreement_order):
        network.add_edge(agreement.a, agreement.b, record=agreement)
    return network


def _version_of(data: TreatyData) -> str:
    groups: tuple[Iterable[object], ...] = (
        data.nodes,
        data.instruments,
        data.parties,
        data.agreements,
        data.objections,
        data.legal_families,
        data.desks,
        data.cooperations,
        data.institutions,
    )
    lines = sorted(repr(record) for group in groups for record in group)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

"""How near two jurisdictions are to each other for somebody who works across their border.

    proximity = sum over the parts below of weight * value, 1 for a jurisdiction and itself

    part        weight  value, each in [0, 1]
    treaties      .25   1 - exp(-sum over subjects s of t(s)), t(s) = 1 - product of (1 - rarity)
                        over the conventions on s that work between the two on the day
    agreements    .10   the same over what only a few have concluded among themselves
    law           .15   legal families in common: overlap of weights, 1 for the first named, else 1/2
    languages     .25   overlap of weights 1, 1/2, 1/3 ... in the order of use, at most 1
    region        .20   1 / (1 + place of the nearest UN region in common), 0 where none is shared
    one_state     .05   1 for two parts of one state

Rarity is 1 - log(parties) / log(jurisdictions): what nearly everybody has joined says nearly
nothing of two of them. Of several subjects each counts for itself, of several instruments on one
subject the second adds less than the first. The weights are a judgement, not a measurement; what
they are worth is measured where they are used (docs/evaluation.md). Bilateral treaties are on
record for China, Hong Kong, Macao and Taiwan only, so `agreements` is nothing elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import log

import numpy as np

from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Agreement, Instrument, Node, Party
from matching.types import BoolArray, FloatArray, Sentence

WEIGHTS: dict[str, float] = {
    "treaties": 0.25,
    "agreements": 0.10,
    "law": 0.15,
    "languages": 0.25,
    "region": 0.20,
    "one_state": 0.05,
}

SUBJECTS: dict[str, str] = {
    "trade": "trade",
    "sale_of_goods": "trade",
    "investment": "investment",
    "tax": "tax",
    "judgment": "courts",
    "service": "courts",
    "evidence": "courts",
    "insolvency": "courts",
    "arbitral_award": "awards",
    "interim_measures": "awards",
    "mediated_settlement": "awards",
    "document_authentication": "documents",
}
AGREEMENT_SUBJECTS: dict[str, str] = {
    "bit": "investment",
    "dta": "tax",
    "fta": "trade",
    "judicial_assistance": "judgment",
    "judgment_arrangement": "judgment",
    "award_arrangement": "arbitral_award",
}
AGREEMENT_NAMES: dict[str, Sentence] = {
    "bit": Sentence("bilateral investment treaty", "双边投资协定", "雙邊投資協定"),
    "dta": Sentence("double tax agreement", "避免双重征税协定", "避免雙重徵稅協定"),
    "fta": Sentence("free trade agreement", "自由贸易协定", "自由貿易協定"),
    "judicial_assistance": Sentence("judicial assistance treaty", "司法协助条约", "司法協助條約"),
    "judgment_arrangement": Sentence("arrangement on judgments", "判决安排", "判決安排"),
    "award_arrangement": Sentence("arrangement on awards", "仲裁裁决安排", "仲裁裁決安排"),
}


@dataclass(frozen=True, slots=True)
class SharedInstrument:
    """An instrument that works between two jurisdictions, and how much it says of them."""

    instrument_id: str
    name: Sentence
    subject: str
    rarity: float


@dataclass(frozen=True, slots=True)
class ProximityPart:
    """One part of a proximity.

    Attributes:
        name: a key of `WEIGHTS`.
        value: in [0, 1].
        contribution: weight times value.
        instruments: what a part about treaties rests on, rarest first.
        shared: legal families, language tags or region codes that both have.
    """

    name: str
    value: float
    contribution: float
    instruments: tuple[SharedInstrument, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proximity:
    """How near two jurisdictions are on a day; `value` is the sum of the parts' contributions."""

    a: str
    b: str
    on: date
    value: float
    parts: tuple[ProximityPart, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """An instrument laid over k jurisdictions: `pairs` of shape (k, k), where it works."""

    shared: SharedInstrument
    is_convention: bool
    pairs: BoolArray


def proximity_matrix(graph: TreatyGraph, codes: Sequence[str], on: date) -> FloatArray:
    """Return how near every two of some jurisdictions are on a day.

    Args:
        graph: jurisdictions and their instruments.
        codes: k codes, each known to the graph.
        on: instruments count where they bind on this day.

    Returns:
        Shape (k, k), symmetric, in [0, 1], 1 on the diagonal. A further instrument between two
        jurisdictions never lowers their value.

    Raises:
        NoRoute: no jurisdiction has one of the codes.
    """
    nodes = [graph.node(code, on=on) for code in codes]
    parts = _values(graph, nodes, on, _links(graph, nodes, in_force(graph, on)))
    value: FloatArray = np.zeros((len(nodes), len(nodes)))
    for name, part in parts.items():
        value += WEIGHTS[name] * part
    # Two codes of one jurisdiction (a merged province and its successor) are as near as one.
    same = np.array([node.code for node in nodes], dtype=np.str_)
    value[same[:, None] == same[None, :]] = 1.0
    return np.clip(value, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class InForce:
    """What binds on a day, read from a graph once for all who are compared.

    Attributes:
        on: the day.
        parties: of each convention that binds somebody, by its id, the status of each party.
        agreements: those among a few, between two jurisdictions each.
        size: how many jurisdictions there are that could have joined.
    """

    on: date
    parties: Mapping[str, Mapping[str, str]]
    agreements: Mapping[tuple[str, str], tuple[Agreement, ...]]
    size: int


def in_force(graph: TreatyGraph, on: date) -> InForce:
    """Read from a graph what binds on a day."""
    parties: dict[str, dict[str, str]] = {}
    agreements: dict[tuple[str, str], tuple[Agreement, ...]] = {}
    for first, second, record in graph.network.edges(data="record"):
        if isinstance(record, Party):
            row = graph.party(record.instrument_id, record.jurisdiction, on)
            if row is not None:
                parties.setdefault(record.instrument_id, {})[record.jurisdiction] = row.status
        # An arrangement has its own rows as an instrument; it is not counted twice.
        elif (
            isinstance(record, Agreement)
            and graph.agreement_binds(record, on)
            and not (record.instrument_id and graph.party(record.instrument_id, record.a, on))
        ):
            between = (first, second)
            agreements[between] = (*agreements.get(between, ()), record)
    size = sum(1 for code in graph.codes if "-" not in code)
    return InForce(on, dict(sorted(parties.items())), agreements, size)


def explain_proximity(
    graph: TreatyGraph, a: str, b: str, on: date, *, binding: InForce | None = None
) -> Proximity:
    """Return the parts of one value of `proximity_matrix`, with the treaties by name.

    Args:
        graph: jurisdictions and their instruments.
        a, b: two codes.
        on: instruments count where they bind on this day.
        binding: what binds on this day, where it has been read already.

    Raises:
        NoRoute: no jurisdiction has one of the codes.
    """
    nodes = [graph.node(code, on=on) for code in (a, b)]
    if nodes[0].code == nodes[1].code:
        return Proximity(a, b, on, 1.0, ())
    links = _links(graph, nodes, binding or in_force(graph, on))
    shared = {
        "law": _in_common(*(_families(graph, node) for node in nodes)),
        "languages": _in_common(*(_languages(graph, node) for node in nodes)),
        "region": _in_common(*(_regions(node) for node in nodes))[:1],
        "one_state": (),
    }
    parts: list[ProximityPart] = []
    for name, matrix in _values(graph, nodes, on, links).items():
        value = float(matrix[0, 1])
        named = sorted(
            (
                link.shared
                for link in links
                if link.pairs[0, 1] and name == ("treaties" if link.is_convention else "agreements")
            ),
            key=lambda one: (-one.rarity, one.instrument_id),
        )
        parts.append(
            ProximityPart(name, value, WEIGHTS[name] * value, tuple(named), shared.get(name, ()))
        )
    return Proximity(a, b, on, sum(part.contribution for part in parts), tuple(parts))


def _values(
    graph: TreatyGraph, nodes: Sequence[Node], on: date, links: Sequence[_Link]
) -> dict[str, FloatArray]:
    states = np.array([graph.state_of(graph.law_of(n.code, on=on).code) for n in nodes], np.str_)
    one_state: FloatArray = (states[:, None] == states[None, :]).astype(np.float64)
    regions: FloatArray = np.zeros((len(nodes), len(nodes)))
    for ranks in _ranks([_regions(node) for node in nodes]).values():
        regions = np.maximum(regions, 1.0 / np.maximum(ranks[:, None], ranks[None, :]))
    families: FloatArray = np.zeros((len(nodes), len(nodes)))
    weights: FloatArray = np.zeros(len(nodes))
    for ranks in _ranks([_families(graph, node) for node in nodes]).values():
        weight = np.where(ranks == 1.0, 1.0, np.where(np.isinf(ranks), 0.0, 0.5))
        families += np.minimum(weight[:, None], weight[None, :])
        weights += weight
    either = weights[:, None] + weights[None, :] - families
    languages: FloatArray = np.zeros((len(nodes), len(nodes)))
    for ranks in _ranks([_languages(graph, node) for node in nodes]).values():
        languages += np.minimum(1.0 / ranks[:, None], 1.0 / ranks[None, :])
    # Between a province and its state one law rules: there a treaty could add nothing.
    laws = np.array([graph.law_of(node.code, on=on).code for node in nodes], dtype=np.str_)
    one_law = laws[:, None] == laws[None, :]
    conventions = [link for link in links if link.is_convention]
    agreements = [link for link in links if not link.is_convention]
    return {
        "treaties": np.where(one_law, 1.0, _saturate(conventions, len(nodes))),
        "agreements": np.where(one_law, 1.0, _saturate(agreements, len(nodes))),
        "law": np.divide(families, either, out=np.zeros_like(families), where=either > 0),
        "languages": np.minimum(languages, 1.0),
        "region": regions,
        "one_state": one_state,
    }


def _saturate(links: Sequence[_Link], k: int) -> FloatArray:
    left: dict[str, FloatArray] = {}
    for link in sorted(links, key=lambda one: one.shared.instrument_id):
        subject = SUBJECTS.get(link.shared.subject, link.shared.subject)
        rest = left.setdefault(subject, np.ones((k, k)))
        rest *= np.where(link.pairs, 1.0 - link.shared.rarity, 1.0)
    total: FloatArray = np.zeros((k, k))
    for subject in sorted(left):
        total += 1.0 - left[subject]
    return 1.0 - np.exp(-total)


def _ranks(lists: Sequence[Sequence[str]]) -> dict[str, FloatArray]:
    """Return for every word of the lists its place in each, from 1, infinity where it is not."""
    found: dict[str, FloatArray] = {}
    for row, words in enumerate(lists):
        for place, word in enumerate(words, start=1):
            found.setdefault(word, np.full(len(lists), np.inf))[row] = place
    return {word: found[word] for word in sorted(found)}


def _in_common(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in first if word in second)


def _families(graph: TreatyGraph, node: Node) -> tuple[str, ...]:
    family = graph.family(node.code) or graph.family(graph.law_of(node.code).code)
    # "other" says that no family was read in the text, not that two have one in common.
    return tuple(f for f in dict.fromkeys(family.families) if f != "other") if family else ()


def _languages(graph: TreatyGraph, node: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.languages or graph.law_of(node.code).languages))


def _regions(node: Node) -> tuple[str, ...]:
    # Beside the UN's nested regions a node may list dated groups of states: those are treaties.
    return tuple(region for region in node.regions if region.isdecimal())


def _links(graph: TreatyGraph, nodes: Sequence[Node], binding: InForce) -> list[_Link]:
    laws = [graph.law_of(node.code, on=binding.on).code for node in nodes]
    places: dict[str, list[int]] = {}
    for row, law in enumerate(laws):
        places.setdefault(law, []).append(row)
    links = [
        *_conventions(graph, laws, places, binding),
        *_agreements(places, binding),
        *_cooperations(graph, nodes, binding.size, binding.on),
    ]
    for link in links:
        np.fill_diagonal(link.pairs, val=False)
    return links


def _conventions(
    graph: TreatyGraph, laws: Sequence[str], places: dict[str, list[int]], binding: InForce
) -> list[_Link]:
    states = np.array([graph.state_of(law) for law in laws], dtype=np.str_)
    one_state = states[:, None] == states[None, :]
    rules = np.array(laws, dtype=np.str_)
    one_law = rules[:, None] == rules[None, :]
    links: list[_Link] = []
    for instrument_id, parties in binding.parties.items():
        record = graph.instrument(instrument_id)
        if record is None or sum(len(rows) for law, rows in places.items() if law in parties) < 2:
            continue
        is_bound = np.array([law in parties for law in laws], dtype=np.bool_)
        extended = np.array([parties.get(law) == "extended" for law in laws], dtype=np.bool_)
        pairs = is_bound[:, None] & is_bound[None, :] & ~one_law
        # As in `TreatyGraph.both`: a convention does not work among the parts of one state unless
        # each is a party in its own right, nor between two of which one objected.
        pairs &= ~(one_state & (extended[:, None] | extended[None, :]))
        present = sorted(law for law in places if law in parties)
        for one, other in combinations(present, 2):
            if graph.objection(instrument_id, one, other, binding.on):
                _set(pairs, places[one], places[other], value=False)
        links.append(_link(record, len(parties), binding.size, pairs))
    return links


def _agreements(places: dict[str, list[int]], binding: InForce) -> list[_Link]:
    found: dict[str, _Link] = {}
    k = sum(len(rows) for rows in places.values())
    if len(places) ** 2 < len(binding.agreements):
        between = [
            (a, b) for a in places for b in places if a != b and (a, b) in binding.agreements
        ]
    else:
        between = [(a, b) for a, b in binding.agreements if a in places and b in places]
    for first, second in between:
        for row in binding.agreements[first, second]:
            if row.kind not in found:
                shared = SharedInstrument(
                    row.kind,
                    AGREEMENT_NAMES.get(row.kind, Sentence(row.kind, row.kind, row.kind)),
                    AGREEMENT_SUBJECTS.get(row.kind, row.kind),
                    _rarity(2, binding.size),
                )
                found[row.kind] = _Link(shared, False, np.zeros((k, k), dtype=np.bool_))
            _set(found[row.kind].pairs, places[first], places[second], value=True)
    return [found[kind] for kind in sorted(found)]


def _cooperations(graph: TreatyGraph, nodes: Sequence[Node], size: int, on: date) -> list[_Link]:
    links: list[_Link] = []
    for cooperation in graph.cooperations:
        starts, ends = cooperation.valid_from, cooperation.valid_to
        rows = [row for row, node in enumerate(nodes) if node.code in cooperation.members]
        if (starts and on < starts) or (ends and on > ends) or len(rows) < 2:
            continue
        pairs = np.zeros((len(nodes), len(nodes)), dtype=np.bool_)
        # Where a province or its institution cooperates with states, these do not thereby with each
        # other.
        is_local = any("-" in code for code in cooperation.members)
        for one, other in combinations(rows, 2):
            if is_local and not any("-" in nodes[row].code for row in (one, other)):
                continue
            _set(pairs, [one], [other], value=True)
        shared = SharedInstrument(
            cooperation.cooperation_id,
            cooperation.name,
            "cooperation",
            _rarity(len(cooperation.members), size),
        )
        links.append(_Link(shared, False, pairs))
    return links


def _link(record: Instrument, parties: int, size: int, pairs: BoolArray) -> _Link:
    shared = SharedInstrument(
        record.instrument_id, record.name, record.subject, _rarity(parties, size)
    )
    return _Link(shared, record.kind != "arrangement", pairs)


def _set(pairs: BoolArray, first: Sequence[int], second: Sequence[int], *, value: bool) -> None:
    for row, column in ((first, second), (second, first)):
        pairs[np.ix_(row, column)] = value


def _rarity(parties: int, size: int) -> float:
    return 0.0 if size < 2 else max(0.0, 1.0 - log(max(parties, 2)) / log(max(size, 3)))

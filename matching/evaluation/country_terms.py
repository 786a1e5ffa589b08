"""What speaks for a country as that of a need's winner: the past laid out, and a few named terms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from matching.evaluation.retrieval import meaning_scores, text_scores
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.proximity import proximity_matrix
from matching.text.bm25 import Bm25, build_bm25
from matching.text.tokens import tokens
from matching.types import BoolArray, Float32Array, FloatArray, IntArray

# Weights of the terms, found by a conditional logit on three cuts of the training part and rounded
# (docs/evaluation.md); each term can only speak for a country, never against it.
WEIGHTS: dict[str, float] = {
    "sector_nearby": 0.25,
    "alike": 0.3,
    "alike_nearby": 0.3,
    "proximity": 0.5,
    "language": 0.3,
}
HALF_LIFE_YEARS = 5.0
UNDATED_YEARS = 4.0
# exp(sharpness * (proximity - 1)): what a need of another country says, by how near that one is.
NEARBY = 8.0
NEARBY_ALIKE = 4.0
# Shares are shrunk towards broader ones as if this much had been seen of those.
SHRINKAGE = 5.0
ALIKE_SHRINKAGE = 0.05
FLOOR = 0.05
# Words that hardly occur outside their language; a text without any is taken for English.
_COMMON_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        {"the", "of", "and", "for", "to", "in", "on", "with", "services", "support", "development"}
    ),
    "fr": frozenset(
        {
            "le",
            "la",
            "les",
            "des",
            "du",
            "et",
            "pour",
            "en",
            "au",
            "aux",
            "dans",
            "une",
            "un",
            "etude",
            "travaux",
        }
    ),
    "es": frozenset(
        {
            "el",
            "la",
            "los",
            "las",
            "del",
            "y",
            "para",
            "en",
            "con",
            "una",
            "un",
            "estudio",
            "consultoria",
        }
    ),
    "pt": frozenset(
        {
            "da",
            "do",
            "das",
            "dos",
            "e",
            "para",
            "em",
            "com",
            "uma",
            "um",
            "no",
            "na",
            "estudo",
            "servicos",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class CountryNeed:
    """A need with the countries of its winners.

    Attributes:
        client: the country of the client, or a group of countries under a code of its own.
        region: the region that the source files the client under.
        winners: the countries of the winners, each once.
    """

    need_id: str
    text: str
    client: str
    region: str
    sector: str
    on: date | None
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountriesBench:
    """Past needs, and the needs to measure."""

    past: tuple[CountryNeed, ...]
    queries: tuple[CountryNeed, ...]


@dataclass(frozen=True, slots=True)
class CountryPast:
    """The past as arrays: m needs, k countries that may be ranked."""

    countries: tuple[str, ...]
    clients: tuple[str, ...]
    client_of: IntArray
    dated: IntArray
    winners: sp.csr_matrix
    foreign: sp.csr_matrix
    is_home: FloatArray
    by: Mapping[tuple[str, str], BoolArray]
    words: Bm25
    vectors: Float32Array
    regions: Mapping[str, str]
    last: date

    def day_of(self, need: CountryNeed) -> date:
        """Return the day as of which a need is answered: without one, after all of the past."""
        return need.on or self.last + timedelta(days=1)


def language_of(text: str) -> str:
    """Return the language of a text among `en`, `fr`, `es` and `pt`, by its common words."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    found = {tag: sum(word in common for word in words) for tag, common in _COMMON_WORDS.items()}
    return max(found, key=lambda tag: (found[tag], tag == "en"))


def lay_out(bench: CountriesBench, graph: TreatyGraph, vectors: Float32Array) -> CountryPast:
    """Lay out the past of a bench; every state and territory may be ranked.

    Args:
        bench: m past needs.
        graph: jurisdictions.
        vectors: shape (m, d), the past needs' texts encoded as evidence.
    """
    needs = bench.past
    states = (code for code in graph.codes if "-" not in code)
    countries = tuple(sorted({*states, *(w for need in needs for w in need.winners)}))
    row = {country: i for i, country in enumerate(countries)}
    every = (*needs, *bench.queries)
    clients = tuple(sorted({need.client for need in every}))
    place = {client: i for i, client in enumerate(clients)}
    by: dict[tuple[str, str], BoolArray] = {}
    columns: dict[str, list[str]] = {
        "client": [need.client for need in needs],
        "region": [need.region for need in needs],
        "sector": [need.sector for need in needs],
        "language": [language_of(need.text) for need in needs],
    }
    for name, values in columns.items():
        column = np.array(values, dtype=np.str_)
        for value in sorted(set(values)):
            by[name, value] = column == value
    pairs = [(i, w, need.client) for i, need in enumerate(needs) for w in need.winners]
    share = [1.0 / len(needs[i].winners) for i, _, _ in pairs]
    shape = (len(needs), len(countries))
    at = ([i for i, _, _ in pairs], [row[w] for _, w, _ in pairs])
    abroad = [
        0.0 if w == client else part for part, (_, w, client) in zip(share, pairs, strict=True)
    ]
    return CountryPast(
        countries=countries,
        clients=clients,
        client_of=np.array([place[need.client] for need in needs], dtype=np.int64),
        dated=np.array([need.on.toordinal() if need.on else 0 for need in needs], dtype=np.int64),
        winners=sp.csr_matrix((share, at), shape=shape),
        foreign=sp.csr_matrix((abroad, at), shape=shape),
        is_home=np.array([float(need.client in need.winners) for need in needs]),
        by=by,
        # Plain words: the weights above were fitted to them.
        words=build_bm25([need.text for need in needs], analyzer=tokens),
        vectors=vectors,
        regions={need.client: need.region for need in every},
        last=max((need.on for need in needs if need.on), default=date.min),
    )


class CountryNearness:
    """How near countries are to clients, and which languages they speak; `of_year` and `speaks`
    remember what they were asked."""

    def __init__(self, graph: TreatyGraph, past: CountryPast) -> None:
        self._known = [code for code in graph.codes if "-" not in code]
        self._past = past
        self._graph = graph
        self.of_year = lru_cache(maxsize=None)(self._of_year)
        self.speaks = lru_cache(maxsize=None)(self._speaks)

    def _speaks(self, language: str) -> FloatArray:
        """Return 1 / place of a language among those of each country, 0 where it is none."""
        known = frozenset(self._known)
        spoken = (
            self._graph.node(code).languages if code in known else ()
            for code in self._past.countries
        )
        return np.array(
            [1.0 / (1 + tags.index(language)) if language in tags else 0.0 for tags in spoken]
        )

    def _of_year(self, year: int) -> tuple[FloatArray, FloatArray]:
        """Return clients by countries and clients by clients; 0 where neither is known.

        A group of countries is as near to a place as the clients of its region are on average.
        """
        matrix = proximity_matrix(self._graph, self._known, date(year, 1, 1))
        row = {code: i for i, code in enumerate(self._known)}
        past = self._past
        averages = np.zeros((len(past.clients), len(row)))
        for i, client in enumerate(past.clients):
            if client in row:
                averages[i, row[client]] = 1.0
                continue
            region = past.regions[client]
            members = [row[c] for c in past.clients if c in row and past.regions[c] == region]
            averages[i, members] = 1.0 / max(len(members), 1)
        near = averages @ matrix
        to_countries = np.zeros((len(past.clients), len(past.countries)))
        for column, country in enumerate(past.countries):
            if country in row:
                to_countries[:, column] = near[:, row[country]]
        to_clients: FloatArray = near @ averages.T
        np.fill_diagonal(to_clients, 1.0)
        return to_countries, to_clients


def country_terms(
    need: CountryNeed, likeness: FloatArray, past: CountryPast, nearness: CountryNearness
) -> tuple[dict[str, FloatArray], float]:
    """Return every term for every country, and how often needs like this one are won at home.

    Args:
        need: the need; what is dated on or after its day does not count.
        likeness: shape (m,), a row of `likenesses`.
        past: m needs, k countries.
        nearness: of the same past.

    Returns:
        Term to values of shape (k,), and a share in (0, 1).
    """
    on = past.day_of(need)
    counts = past.dated < on.toordinal()
    to_countries, to_clients = nearness.of_year(on.year)
    place = past.clients.index(need.client)
    # Worked out for each client, of which there are few, and then handed to its needs.
    near = to_clients[place] - 1.0
    nearby = np.exp(NEARBY * near)[past.client_of]
    nearby_alike = np.exp(NEARBY_ALIKE * near)[past.client_of]
    age = np.where(past.dated > 0, (on.toordinal() - past.dated) / 365.25, UNDATED_YEARS)
    recent = np.where(counts, np.exp2(-np.maximum(age, 0.0) / HALF_LIFE_YEARS), 0.0)
    # High powers let the needs most alike speak: the sixth, and the fourth among neighbours.
    squared = likeness * likeness
    alike_nearby = squared * squared
    is_client = past.client_of == place
    is_sector = past.by.get(("sector", need.sector), np.zeros_like(counts))
    kernels = recent * np.stack(
        [
            np.ones(len(counts)),
            nearby,
            is_client,
            is_sector * nearby,
            alike_nearby * squared,
            alike_nearby * nearby_alike,
        ]
    )
    seen: FloatArray = (past.foreign.T @ kernels.T).T
    even = np.full(len(past.countries), 1.0 / len(past.countries))
    overall = _share(seen[0], even, SHRINKAGE)
    around = _share(seen[1], overall, SHRINKAGE)
    client = _share(seen[2], around, SHRINKAGE)
    home_share = 0.5
    for kernel, shrinkage in ((0, SHRINKAGE), (1, SHRINKAGE), (2, SHRINKAGE), (5, ALIKE_SHRINKAGE)):
        won = float(kernels[kernel] @ past.is_home)
        home_share = (won + shrinkage * home_share) / (float(kernels[kernel].sum()) + shrinkage)
    return {
        "sector_nearby": np.log(_share(seen[3], around, SHRINKAGE)),
        "alike": np.log(_share(seen[4], overall, ALIKE_SHRINKAGE)),
        "alike_nearby": np.log(_share(seen[5], client, ALIKE_SHRINKAGE)),
        "proximity": np.log(FLOOR + to_countries[place]),
        "language": nearness.speaks(language_of(need.text)),
    }, home_share


def likenesses(
    needs: Sequence[CountryNeed], vectors: Float32Array, past: CountryPast
) -> FloatArray:
    """Lay needs against the past by words and meaning as the features do, by words alone without.

    Args:
        needs: b needs; laying many at once is several times as fast as one by one.
        vectors: shape (b, d), their texts as the encoder sees them.
        past: m needs.

    Returns:
        Shape (b, m), in [0, 1]. Dates play no part in it.
    """
    words = np.stack([past.words.scores(need.text) for need in needs])
    if not past.vectors.shape[1]:
        return words
    cosines = meaning_scores(past.vectors, vectors.T).T
    # Rounded: the same texts give the same bytes whatever order a machine sums in.
    meaning = np.round(np.clip(cosines, 0.0, 1.0), 6).astype(np.float64)
    return text_scores(words, meaning)


def _share(seen: FloatArray, broader: FloatArray, shrinkage: float) -> FloatArray:
    shrunken: FloatArray = (seen + shrinkage * broader) / (seen.sum() + shrinkage)
    return shrunken

"""From which country the winner of a need comes: a ranking of countries, and how good it is.

The ranker adds up a few named terms, each a thing a person could say of the country: that it sent
firms for needs like this one, or to places like this one, that it lies near, that it speaks the
language the need is written in. Nothing dated on or after the day of a need counts for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.evaluation.country_terms import (
    FLOOR,
    WEIGHTS,
    CountriesBench,
    CountryNearness,
    CountryNeed,
    CountryPast,
    country_terms,
    language_of,
    lay_out,
    likenesses,
)
from matching.jurisdictions.graph import TreatyGraph
from matching.types import Float32Array, FloatArray

HITS = (1, 5, 10)
# Needs laid against the past at once.
BLOCK = 64


@dataclass(frozen=True, slots=True)
class CountryFigures:
    """Means over needs: reciprocal rank of the first winner's country, and shares of hits."""

    mrr: float
    hits: tuple[float, ...]

    def as_dict(self) -> dict[str, float]:
        """The figures by name, to four decimals."""
        named = {f"hit{k}": round(hit, 4) for k, hit in zip(HITS, self.hits, strict=True)}
        return {"mrr": round(self.mrr, 4), **named}


@dataclass(frozen=True, slots=True)
class CountriesReport:
    """Figures of every ranker.

    Attributes:
        abroad: needs of which no winner is at home in the client's country.
        rankers: ranker to part to figures. In the part `abroad` the client's own country is not
            ranked; in `abroad_or_home` the same needs are asked without knowing that; `all` are
            all needs.
        without: MRR `abroad` of the ranker less one of its terms.
    """

    queries: int
    abroad: int
    rankers: Mapping[str, Mapping[str, CountryFigures]]
    without: Mapping[str, float]

    def as_dict(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {
            "queries": self.queries,
            "abroad": self.abroad,
            "rankers": {
                name: {part: figures.as_dict() for part, figures in parts.items()}
                for name, parts in self.rankers.items()
            },
            "without": {term: round(mrr, 4) for term, mrr in self.without.items()},
        }


def evaluate_countries(
    bench: CountriesBench,
    graph: TreatyGraph,
    past_vectors: Float32Array,
    query_vectors: Float32Array,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CountriesReport:
    """Rank the countries of winners for every need and compare with who won.

    Four baselines count past winners: over all needs, those of the same country, of the same
    region, and those written in the same language; ties go to the more frequent country overall.

    Args:
        bench: the needs.
        graph: jurisdictions and instruments; proximity is as of the first day of a need's year.
        past_vectors: shape (len(past), d), the past needs' texts encoded as evidence.
        query_vectors: shape (len(queries), d), the measured needs' texts encoded as needs.
        progress: told how many needs are done, of how many.
    """
    past = lay_out(bench, graph, past_vectors)
    nearness = CountryNearness(graph, past)
    row = {country: i for i, country in enumerate(past.countries)}
    scores: dict[str, list[FloatArray]] = {}
    for start in range(0, len(bench.queries), BLOCK):
        block = bench.queries[start : start + BLOCK]
        laid = likenesses(block, query_vectors[start : start + BLOCK], past)
        for done, (need, likeness) in enumerate(zip(block, laid, strict=True), start=start + 1):
            for name, values in _rank(need, likeness, past, nearness).items():
                scores.setdefault(name, []).append(values)
            progress(done, len(bench.queries))
    right = [[row[w] for w in need.winners if w in row] for need in bench.queries]
    home = [row.get(need.client) for need in bench.queries]
    is_abroad = [need.client not in need.winners for need in bench.queries]
    report: dict[str, dict[str, CountryFigures]] = {}
    for name, runs in scores.items():
        ranked = [_place(values, rows) for values, rows in zip(runs, right, strict=True)]
        unranked = [
            _place(values, rows, leave_out=out)
            for values, rows, out in zip(runs, right, home, strict=True)
        ]
        report[name] = {
            "abroad": _figures(p for p, far in zip(unranked, is_abroad, strict=True) if far),
            "abroad_or_home": _figures(p for p, far in zip(ranked, is_abroad, strict=True) if far),
            "all": _figures(ranked),
        }
    without = {
        term: report.pop(f"without {term}")["abroad"].mrr
        for term in WEIGHTS
        if f"without {term}" in report
    }
    return CountriesReport(len(bench.queries), sum(is_abroad), report, without)


def _rank(
    need: CountryNeed, likeness: FloatArray, past: CountryPast, nearness: CountryNearness
) -> dict[str, FloatArray]:
    """Score every country: shape (k,) for each ranker."""
    counts = past.dated < past.day_of(need).toordinal()
    nothing = np.zeros(len(counts), dtype=np.bool_)

    def same(name: str, value: str) -> FloatArray:
        found: FloatArray = (past.by.get((name, value), nothing) & counts).astype(np.float64)
        return found

    groups = np.stack(
        [
            counts.astype(np.float64),
            same("client", need.client),
            same("region", need.region),
            same("language", language_of(need.text)),
        ]
    )
    counted: FloatArray = (past.winners.T @ groups.T).T
    # Less than one win: it only parts what the first count leaves equal.
    by_all = counted[0] / (counted[0].sum() + 1.0)
    terms, home_share = country_terms(need, likeness, past, nearness)
    total = sum(WEIGHTS[name] * values for name, values in terms.items())
    ranked: dict[str, FloatArray] = {
        "popularity": counted[0],
        "popularity_in_country": counted[1] + by_all * FLOOR,
        "popularity_in_region": counted[2] + by_all * FLOOR,
        "popularity_in_language": counted[3] + by_all * FLOOR,
        "corridor": _with_home(np.asarray(total), home_share, need.client, past),
    }
    for term in WEIGHTS:
        rest = sum(WEIGHTS[name] * values for name, values in terms.items() if name != term)
        ranked[f"without {term}"] = _with_home(np.asarray(rest), home_share, need.client, past)
    return ranked


def _with_home(scores: FloatArray, home_share: float, client: str, past: CountryPast) -> FloatArray:
    """Turn scores of foreign countries into chances beside that of the client's own."""
    chances: FloatArray = np.exp(scores - scores.max())
    if client in past.countries:
        chances[past.countries.index(client)] = 0.0
    chances *= (1.0 - home_share) / chances.sum()
    if client in past.countries:
        chances[past.countries.index(client)] = home_share
    return chances


def _place(scores: FloatArray, right: Sequence[int], *, leave_out: int | None = None) -> int | None:
    """Return the place of the first right country, from 1; ties go to the smaller code."""
    asked = [i for i in right if i != leave_out]
    if not asked:
        return None
    best = min(asked, key=lambda i: (-scores[i], i))
    before = scores > scores[best]
    before[:best] |= scores[:best] == scores[best]
    if leave_out is not None:
        before[leave_out] = False
    return int(before.sum()) + 1


def _figures(places: Iterable[int | None]) -> CountryFigures:
    kept = list(places)
    n = max(len(kept), 1)
    return CountryFigures(
        sum(1.0 / place for place in kept if place) / n,
        tuple(sum(1 for place in kept if place and place <= k) / n for k in HITS),
    )

"""Made-up needs, from narrow to broad, in the manner of the made-up supply."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.evaluation.bench.shape import Shape
from matching.evaluation.bench.supply import SupplyMaker
from matching.types import Float32Array, Query

MOST_TARGETS = 20


class Breadth(StrEnum):
    """How much a need asks for; the kinds take turns."""

    SECTOR_PLACE_LANGUAGE_VALUE = "sector, place, language, value"
    SECTOR_PLACE = "sector, place"
    BRANCH_PLACES = "branch, three places"
    SECTOR = "sector"
    REGION = "region of places"
    TEXT = "text alone"


NARROW = frozenset({Breadth.SECTOR_PLACE_LANGUAGE_VALUE, Breadth.SECTOR_PLACE})
BROAD = frozenset({Breadth.REGION, Breadth.TEXT})


@dataclass(frozen=True, slots=True)
class Need:
    """A made-up need.

    Attributes:
        query: the need, as matching sees it.
        vector: shape (d,), of length one: mixed as those of the evidence are, no encoder has run.
        breadth: how much it asks for.
    """

    query: Query
    vector: Float32Array
    breadth: Breadth

    def fields(self, top: int = 10) -> dict[str, object]:
        """Return the need as `POST /v1/match` takes it: every field given, nothing to be read."""
        query = self.query
        return {
            "text": query.text,
            "on": query.on.isoformat(),
            "home_jurisdiction": query.home_jurisdiction,
            "target_jurisdictions": list(query.target_jurisdictions),
            "excluded_jurisdictions": [],
            "sector_codes": list(query.sector_codes),
            "excluded_sector_codes": [],
            "languages_wanted": list(query.languages_wanted),
            "amount_usd": query.amount_usd,
            "top": top,
        }


def make_needs(maker: SupplyMaker, count: int, *, series: int = 0) -> tuple[Need, ...]:
    """Make needs; another series has other texts.

    A text is put together from titles and tasks of real evidence, as that of a piece of evidence
    is, but it is no provider's own.
    """
    rng = np.random.default_rng([maker.shape.seed, 2, series])
    leaf, place = maker.leaves(count, rng), maker.places(count, rng)
    title, task, second = maker.texts(place, leaf, rng)
    vectors = maker.mix(title, task, second, rng)
    others = maker.places(2 * count, rng).reshape(count, 2)
    amounts = np.round(
        np.exp(rng.normal(maker.shape.amount_mean, maker.shape.amount_spread, count))
    ).tolist()
    at_home = rng.random(count).tolist()
    anywhere = maker.places(count, rng)
    breadths = tuple(Breadth)
    needs = []
    for i in range(count):
        breadth = breadths[i % len(breadths)]
        code = maker.material.places[place[i]]
        near = [code, *(maker.material.places[k] for k in others[i].tolist())]
        needs.append(
            Need(
                query=Query(
                    text=f"{maker.material.titles[title[i]]}. "
                    f"{maker.description(int(task[i]), int(second[i]))}",
                    on=maker.shape.matched_on,
                    home_jurisdiction=_home(
                        at_home[i], maker.material.places[anywhere[i]], maker.shape
                    ),
                    target_jurisdictions=_targets(maker, breadth, near),
                    sector_codes=_sectors(maker, breadth, int(leaf[i])),
                    languages_wanted=_languages(maker, breadth, code),
                    amount_usd=amounts[i]
                    if breadth is Breadth.SECTOR_PLACE_LANGUAGE_VALUE
                    else None,
                ),
                vector=vectors[i],
                breadth=breadth,
            )
        )
    return tuple(needs)


def _home(chance: float, anywhere: str, shape: Shape) -> str:
    if chance < shape.home_cn:
        return "CN"
    return "HK" if chance < shape.home_cn + shape.home_hk else anywhere


def _targets(maker: SupplyMaker, breadth: Breadth, near: Sequence[str]) -> tuple[str, ...]:
    match breadth:
        case Breadth.SECTOR | Breadth.TEXT:
            return ()
        case Breadth.BRANCH_PLACES:
            return tuple(sorted(set(near)))
        case Breadth.REGION:
            region = maker.material.region_of.get(near[0], "")
            members = maker.material.members.get(region, ())
            return tuple(sorted(members[:MOST_TARGETS])) or (near[0],)
        case _:
            return (near[0],)


def _sectors(maker: SupplyMaker, breadth: Breadth, leaf: int) -> tuple[str, ...]:
    code = maker.material.leaves[leaf]
    if breadth in BROAD:
        return ()
    if breadth is Breadth.BRANCH_PLACES:
        return (maker.material.parents[code] or code,)
    return (code,)


def _languages(maker: SupplyMaker, breadth: Breadth, place: str) -> tuple[str, ...]:
    if breadth is not Breadth.SECTOR_PLACE_LANGUAGE_VALUE:
        return ()
    return maker.material.languages_of.get(place, ())[:1] or ("en",)

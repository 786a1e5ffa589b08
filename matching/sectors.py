"""The sector tree: a list of codes with parents, and how near two sectors are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

LAW = "LEG"
# Disputes in which a law firm acts as counsel. Neutrals (mediators, arbitrators) and institutions
# are appointed, not hired by one side: a law firm is no answer to a need for one of those.
COUNSEL_SECTORS = frozenset(
    {"DIS", "DIS.NEG", "DIS.ARB.CNS", "DIS.LIT", "DIS.INT", "DIS.ENF", "DIS.DBT"}
)
# Where firms of another branch commonly do the work: accountants prepare tax filings, IT firms
# secure data. What a firm is known for is then no reason to leave it out.
NEIGHBOURS = {"TAX": "ACC", "ACC": "TAX", "DAT": "ICT"}
# Pairs and sets of codes that a tree remembers at most.
_MOST_KEPT = 16_384

Key = TypeVar("Key")
Value = TypeVar("Value")


def branches_that_serve(wanted: str) -> tuple[str, ...]:
    """Name the other branches of the list whose firms commonly answer a need for a sector."""
    if wanted in COUNSEL_SECTORS:
        return (LAW,)
    neighbour = NEIGHBOURS.get(wanted.partition(".")[0])
    return (neighbour,) if neighbour else ()


class InvalidSectorTree(ValueError):
    """The list of sectors is not a tree."""


@dataclass(frozen=True, slots=True)
class SectorTree:
    """A list of professional sectors as a forest; `parents` maps each code to its parent or None.

    A sector is not a profession and not a credential: those are dimensions of their own. What every
    match asks of the same few codes is worked out once.
    """

    parents: Mapping[str, str | None]
    _paths: dict[str, tuple[str, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _lying_in: dict[tuple[str, ...], frozenset[str]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _similar: dict[tuple[str, str], float] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _covered: dict[tuple[str, str], bool] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __contains__(self, code: object) -> bool:
        return code in self.parents

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code itself, its parent, and so on to the top sector.

        Raises:
            KeyError: the code is not in the list.
        """
        found = self._paths.get(code)
        if found is None:
            path: list[str] = []
            step: str | None = code
            while step is not None:
                path.append(step)
                step = self.parents[step]
            found = self._paths[code] = tuple(path)
        return found

    def lying_in(self, codes: tuple[str, ...]) -> frozenset[str]:
        """Every sector that one of these lies in, those above included; unknown codes in none."""
        found = self._lying_in.get(codes)
        if found is None:
            known = (code for code in codes if code in self.parents)
            found = frozenset(above for code in known for above in self.ancestors(code))
            _keep(self._lying_in, codes, found)
        return found

    def branch(self, code: str) -> frozenset[str]:
        """The code and everything below it."""
        return frozenset(other for other in self.parents if code in self.ancestors(other))

    def similarity(self, wanted: str, offered: str) -> float:
        """How well one sector answers a need for another, in [0, 1].

        1 within the wanted branch; half for the parent or a sibling, and so on: 2 to the minus
        number of steps from `wanted` up to the first common ancestor. In different trees 0, but
        half for a branch that commonly serves the wanted sector.
        """
        found = self._similar.get((wanted, offered))
        if found is None:
            found = self._similarity(wanted, offered)
            _keep(self._similar, (wanted, offered), found)
        return found

    def _similarity(self, wanted: str, offered: str) -> float:
        above_offered = set(self.ancestors(offered))
        for steps, ancestor in enumerate(self.ancestors(wanted)):
            if ancestor in above_offered:
                return 0.5**steps
        return 0.5 if above_offered.intersection(branches_that_serve(wanted)) else 0.0

    def covers(self, wanted: str, offered: str) -> bool:
        """Tell whether a provider known for one sector may well do work in another.

        True within the wanted branch, for a broader sector above it, and for a branch that
        commonly serves it.
        """
        found = self._covered.get((wanted, offered))
        if found is None:
            above_offered = set(self.ancestors(offered))
            found = (
                wanted in above_offered
                or offered in self.ancestors(wanted)
                or not above_offered.isdisjoint(branches_that_serve(wanted))
            )
            _keep(self._covered, (wanted, offered), found)
        return found


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


def build_sector_tree(rows: Iterable[tuple[str, str | None]]) -> SectorTree:
    """Build the tree from (code, parent code) pairs in any order.

    Raises:
        InvalidSectorTree: a code stands twice, a parent is missing, or the parents form a circle.
    """
    parents: dict[str, str | None] = {}
    for code, parent in rows:
        if code in parents:
            raise InvalidSectorTree(f"sector {code} stands twice in the list")
        parents[code] = parent
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            raise InvalidSectorTree(f"sector {code} has the parent {parent}, which is missing")
    for code, parent in parents.items():
        seen = {code}
        step = parent
        while step is not None:
            if step in seen:
                raise InvalidSectorTree(f"sector {code} is its own ancestor")
            seen.add(step)
            step = parents[step]
    return SectorTree(parents)

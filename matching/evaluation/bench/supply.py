"""Made-up providers with evidence, chunk by chunk: any number of them in bounded memory."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from matching.evaluation.bench.made_up_names import made_up_name
from matching.evaluation.bench.shape import Material, Shape, draw_zipf, zipf
from matching.text.vectors import Int8Array, quantise
from matching.types import (
    BoolArray,
    Candidate,
    Float32Array,
    FloatArray,
    IntArray,
    Matter,
)

SOURCE = "made_up"
NUMBERS = 10_000
_AT_ONCE = 8_192  # vectors mixed at a time: 384 floats each, a few times over
_FIRMS = ("consulting_firm", "law_firm", "accounting_firm", "institution", "individual")
_COMMON = ("en", "zh", "fr", "es", "ru", "ar", "pt")


@dataclass(frozen=True, slots=True)
class SupplyChunk:
    """Some providers and everything they have done.

    Attributes:
        candidates: by id, which are greater than those of every chunk before.
        matters: one piece of evidence each, by provider and number.
        codes: shape (m, d), the vectors of the matters' texts in eight bits.
        scales: shape (m,), what the codes are multiplied with.
    """

    candidates: tuple[Candidate, ...]
    matters: tuple[Matter, ...]
    codes: Int8Array
    scales: Float32Array


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Numbers drawn for m pieces of evidence, each an array of that length."""

    owner: IntArray
    number: IntArray
    leaf: IntArray
    place: IntArray
    title: IntArray
    task: IntArray
    second: IntArray
    day: IntArray
    amount: FloatArray
    client: IntArray
    has_no_sector: BoolArray
    is_verified: BoolArray
    is_statement: BoolArray


class SupplyMaker:
    """Makes the chunks of a supply; the same shape and material give the same chunks."""

    def __init__(self, shape: Shape, material: Material) -> None:
        self.shape = shape
        self.material = material
        order = np.random.default_rng([shape.seed, 0]).permutation(len(material.leaves))
        self._leaf_order = order.astype(np.int64)

    @cached_property
    def _leaf_shares(self) -> FloatArray:
        return zipf(len(self.material.leaves), self.shape.sector_exponent)

    @cached_property
    def _place_shares(self) -> FloatArray:
        return zipf(len(self.material.places), self.shape.place_exponent)

    @cached_property
    def _home_shares(self) -> FloatArray:
        return zipf(len(self.material.homes), self.shape.place_exponent)

    @cached_property
    def _client_shares(self) -> FloatArray:
        # Every third provider has a client of its own; a few clients have many.
        return zipf(max(20, self.shape.providers // 3), self.shape.client_exponent)

    @cached_property
    def _place_number(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.material.places)}

    @cached_property
    def _nearby(self) -> tuple[IntArray, ...]:
        """For each place, those in its region, itself among them."""
        material, number = self.material, self._place_number
        near: dict[str, list[int]] = {}
        for code, i in number.items():
            near.setdefault(material.region_of.get(code, code), []).append(i)
        return tuple(
            np.array(near[material.region_of.get(code, code)], dtype=np.int64) for code in number
        )

    @cached_property
    def _near_leaves(self) -> tuple[IntArray, ...]:
        """For each leaf, those of its branch, itself among them."""
        branches: dict[str, list[int]] = {}
        for i, code in enumerate(self.material.leaves):
            branches.setdefault(code.partition(".")[0], []).append(i)
        return tuple(
            np.array(branches[code.partition(".")[0]], dtype=np.int64)
            for code in self.material.leaves
        )

    def leaves(self, n: int, rng: np.random.Generator) -> IntArray:
        """Draw sectors, as numbers in `Material.leaves`: shape (n,)."""
        drawn: IntArray = self._leaf_order[draw_zipf(self._leaf_shares, n, rng)]
        return drawn

    def places(self, n: int, rng: np.random.Generator) -> IntArray:
        """Draw places, as numbers in `Material.places`: shape (n,)."""
        return draw_zipf(self._place_shares, n, rng)

    def texts(
        self, place: IntArray, leaf: IntArray, rng: np.random.Generator
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Choose what a text is put together from: a title of the place, tasks of the sector.

        Returns:
            Three arrays of rows of the material; the last one is -1 where there is no second task.
        """
        title = self.material.by_place.draw(place, rng)
        task = self.material.by_leaf.draw(leaf, rng)
        second = self.material.by_leaf.draw(leaf, rng)
        second[rng.random(len(place)) >= self.shape.share_second_text] = -1
        return title, task, second

    def mix(
        self, title: IntArray, task: IntArray, second: IntArray, rng: np.random.Generator
    ) -> Float32Array:
        """Mix the vectors of real texts for a text put together from them: shape (n, d).

        No encoder runs: the parts are added, then noise of a length of `Shape.noise`.
        """
        vectors = self.material.vectors
        mixed = vectors[title] + vectors[task]
        has_second = second >= 0
        mixed[has_second] += vectors[second[has_second]]
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        noise = rng.standard_normal(mixed.shape, dtype=np.float32)
        mixed += noise * np.float32(self.shape.noise / np.sqrt(max(mixed.shape[1], 1)))
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        result: Float32Array = mixed
        return result

    def chunk(self, number: int) -> SupplyChunk:
        """Make a chunk of providers with their evidence."""
        rng = np.random.default_rng([self.shape.seed, 1, number])
        rows = self.shape.rows_of(number)
        own = self._sectors(len(rows), rng)
        homes = draw_zipf(self._home_shares, len(rows), rng)
        ids = _ids(rows, self.shape.providers, rng)
        pieces = self._pieces(own, homes, rng)
        return SupplyChunk(
            self._candidates(rows, ids, own, homes, rng),
            self._matters(rows, ids, pieces, rng),
            *self._codes(pieces, rng),
        )

    def _sectors(self, n: int, rng: np.random.Generator) -> list[IntArray]:
        """Draw the sectors of each provider, the first one first, each once."""
        first = self.leaves(n, rng)
        other = self.leaves(n * self.shape.related_sectors, rng).reshape(n, -1)
        many = rng.integers(0, self.shape.related_sectors + 1, n)
        is_near = rng.random(other.shape) < self.shape.share_related_near
        which = rng.integers(0, 1 << 30, other.shape)
        drawn = []
        for i, leaf in enumerate(first.tolist()):
            near = self._near_leaves[leaf]
            beside = [
                near[which[i, k] % len(near)] if is_near[i, k] else other[i, k]
                for k in range(many[i])
            ]
            drawn.append(np.array(list(dict.fromkeys([leaf, *beside])), dtype=np.int64))
        return drawn

    def _pieces(self, own: list[IntArray], homes: IntArray, rng: np.random.Generator) -> _Pieces:
        shape, n = self.shape, len(own)
        many = np.minimum(rng.geometric(shape.piece_stop, n), shape.most_pieces)
        owner = np.repeat(np.arange(n), many)
        m = len(owner)
        number = np.arange(m) - np.repeat(np.cumsum(many) - many, many)
        # The first sector of a provider gets half of its work.
        choice = np.where(rng.random(m) < 0.5, 0, rng.integers(0, 1 << 30, m))
        lengths = np.array([len(one) for one in own])
        at = np.cumsum(lengths) - lengths
        leaf = np.concatenate(own)[at[owner] + choice % lengths[owner]]
        place = self._worked_in(homes[owner], rng)
        title, task, second = self.texts(place, leaf, rng)
        first, last = shape.first_day.toordinal(), shape.last_day.toordinal()
        day = rng.integers(first, last + 1, m)
        day[rng.random(m) < shape.share_undated] = 0
        drawn = rng.normal(shape.amount_mean, shape.amount_spread, m)
        amount: FloatArray = np.rint(np.exp(drawn)).astype(np.float64)
        amount[rng.random(m) < shape.share_no_amount] = np.nan
        client = draw_zipf(self._client_shares, m, rng)
        client[rng.random(m) < shape.share_no_client] = -1
        is_verified = rng.random(m) >= shape.share_unverified
        return _Pieces(
            owner=owner,
            number=number,
            leaf=leaf,
            place=place,
            title=title,
            task=task,
            second=second,
            day=day,
            amount=amount,
            client=client,
            has_no_sector=rng.random(m) < shape.share_no_sector,
            is_verified=is_verified,
            is_statement=~is_verified & (rng.random(m) < shape.share_statement),
        )

    def _worked_in(self, homes: IntArray, rng: np.random.Generator) -> IntArray:
        """Draw a place for each piece of a provider with this home."""
        material, m = self.material, len(homes)
        place = self.places(m, rng)
        chance, which = rng.random(m), rng.integers(0, 1 << 30, m)
        near_home = self.shape.share_at_home + self.shape.share_nearby
        for i in np.flatnonzero(chance < near_home).tolist():
            home = self._place_number.get(material.homes[homes[i]])
            if home is None:
                continue
            near = self._nearby[home]
            at_home = chance[i] < self.shape.share_at_home
            place[i] = home if at_home else near[which[i] % len(near)]
        return place

    def _codes(self, pieces: _Pieces, rng: np.random.Generator) -> tuple[Int8Array, Float32Array]:
        m, d = len(pieces.owner), self.material.vectors.shape[1]
        codes, scales = np.zeros((m, d), dtype=np.int8), np.ones(m, dtype=np.float32)
        for start in range(0, m, _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, m))
            mixed = self.mix(pieces.title[part], pieces.task[part], pieces.second[part], rng)
            codes[part], scales[part] = quantise(mixed)
        return codes, scales

    def _candidates(
        self,
        rows: range,
        ids: list[str],
        own: list[IntArray],
        homes: IntArray,
        rng: np.random.Generator,
    ) -> tuple[Candidate, ...]:
        shape, material = self.shape, self.material
        n = len(rows)
        chance = rng.random((n, 7))
        words = rng.integers(0, 1 << 30, (n, 3)).tolist()
        others = self.places(2 * n, rng).reshape(n, 2)
        until = rng.integers(0, 3650, n)
        status = rng.random(n)
        made = []
        for i, row in enumerate(rows):
            listed, qualified, languages, network, unknown, accepting, expired = chance[i].tolist()
            home = material.homes[homes[i]]
            places = tuple(sorted({material.places[k] for k in others[i].tolist()} - {home}))
            last = shape.matched_on + timedelta(days=int(until[i]))
            if expired < shape.share_expired:
                last = shape.matched_on - timedelta(days=1 + int(until[i]))
            made.append(
                Candidate(
                    provider_id=ids[i],
                    name=made_up_name(row, home, (words[i][0], words[i][1], words[i][2])),
                    kind=_FIRMS[words[i][0] % len(_FIRMS)],
                    home_jurisdiction=None if unknown < shape.share_unknown_home else home,
                    qualified_in=dict.fromkeys((home, *places[:1]), last)
                    if qualified < shape.share_qualified
                    else None,
                    network_in=places if network < shape.share_network else None,
                    sector_codes=tuple(sorted(material.leaves[k] for k in own[i].tolist()))
                    if listed < shape.share_listed
                    else (),
                    languages=tuple(
                        sorted(
                            {
                                *material.languages_of.get(home, ())[:2],
                                _COMMON[words[i][1] % len(_COMMON)],
                            }
                        )
                    )
                    if languages < shape.share_languages
                    else None,
                    is_published=bool(status[i] >= shape.share_draft + shape.share_suspended),
                    is_suspended=bool(status[i] < shape.share_suspended),
                    is_accepting=False if accepting < shape.share_not_accepting else None,
                    source=SOURCE,
                )
            )
        return tuple(made)

    def _matters(
        self, rows: range, ids: list[str], pieces: _Pieces, rng: np.random.Generator
    ) -> tuple[Matter, ...]:
        material = self.material
        places, leaves = material.places, material.leaves
        low = rng.integers(0, 1 << 48, len(pieces.owner)).tolist()
        columns = zip(
            pieces.owner.tolist(),
            pieces.number.tolist(),
            pieces.leaf.tolist(),
            pieces.place.tolist(),
            pieces.title.tolist(),
            pieces.task.tolist(),
            pieces.second.tolist(),
            pieces.day.tolist(),
            pieces.amount.tolist(),
            pieces.client.tolist(),
            pieces.has_no_sector.tolist(),
            pieces.is_verified.tolist(),
            pieces.is_statement.tolist(),
            low,
            strict=True,
        )
        return tuple(
            Matter(
                matter_id=f"{SOURCE}:{rows[owner]:08d}-{number:02d}",
                # Ascending, as the rows of a database that are written in this order like it.
                evidence_ids={ids[owner]: f"{ids[owner][:8]}-{number:04x}-4000-8000-{rest:012x}"},
                title=material.titles[title],
                # Contracts are numbered: with a number hardly any two texts are the same.
                description=f"{self.description(task, second)} ({rest % NUMBERS})",
                jurisdictions=(places[place],),
                sector_codes=() if no_sector else (leaves[leaf],),
                dated_on=date.fromordinal(day) if day else None,
                client=None if client < 0 else f"C{client:06d}",
                amount_usd=None if math.isnan(amount) else amount,
                is_verified=is_verified,
                is_statement=is_statement,
            )
            for (
                owner,
                number,
                leaf,
                place,
                title,
                task,
                second,
                day,
                amount,
                client,
                no_sector,
                is_verified,
                is_statement,
                rest,
            ) in columns
        )

    def description(self, task: int, second: int) -> str:
        """Put the description of a piece together from one or two real ones."""
        said = self.material.descriptions[task]
        return said if second < 0 else f"{said}; {self.material.descriptions[second]}"


def _ids(rows: range, providers: int, rng: np.random.Generator) -> list[str]:
    """Make ids that ascend with the rows over all chunks, and look like any version 4 UUID."""
    rest = rng.integers(0, 1 << 60, (len(rows), 2)).tolist()
    return [
        f"{(row << 32) // providers:08x}-{a & 0xFFFF:04x}-4{a >> 16 & 0xFFF:03x}-"
        f"8{a >> 28 & 0xFFF:03x}-{b & 0xFFFFFFFFFFFF:012x}"
        for row, (a, b) in zip(rows, rest, strict=True)
    ]

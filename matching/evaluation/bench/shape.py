"""What made-up supply looks like: every distribution in one place, and the real texts it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from matching.types import Float32Array, FloatArray, IntArray


class InvalidShape(ValueError):
    """The numbers that say what to make up do not make sense."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The distributions that providers, their evidence and the needs are drawn from.

    Attributes:
        providers: how many there are.
        seed: all that is drawn follows from it.
        chunk: how many providers are made at a time; another number makes other providers.
        sector_exponent, place_exponent, client_exponent: of the Zipf distributions; places go by how often the
            real evidence names them, sectors are put in an order of their own by the seed.
        related_sectors: at most so many beside a provider's first.
        share_related_near: of these, how many lie in the same branch of the list.
        piece_stop: with which probability a piece of evidence is a provider's last (a geometric
            distribution, mean about 1 / piece_stop).
        most_pieces: no provider has more.
        share_at_home, share_nearby: where work was done: at home, in the region of the home; else anywhere.
        share_second_text: pieces whose description is put together from two.
        share_no_sector, share_unverified, share_statement: of the pieces; a statement is not verified.
        share_undated, share_no_amount, share_no_client: what is not known of a piece.
        amount_mean, amount_spread: of the logarithm of US dollars (those of the real evidence).
        first_day, last_day: between them evidence is dated, evenly.
        noise: length of the random part of a vector beside a real one of length one.
        share_listed: providers that are listed under their sectors.
        share_qualified, share_expired: who states where it is qualified; of these, what has run out.
        share_languages, share_network, share_unknown_home: profiles that say so.
        share_not_accepting, share_draft, share_suspended: providers that the first rules remove.
        home_cn, home_hk: where the enterprises behind the needs are; the others are anywhere.
        matched_on: the day of every match.
    """

    providers: int
    seed: int = 7
    chunk: int = 20_000
    sector_exponent: float = 1.0
    place_exponent: float = 1.0
    client_exponent: float = 0.7
    related_sectors: int = 3
    share_related_near: float = 0.7
    piece_stop: float = 0.2
    most_pieces: int = 20
    share_at_home: float = 0.5
    share_nearby: float = 0.3
    share_second_text: float = 0.5
    share_no_sector: float = 0.03
    share_unverified: float = 0.05
    share_statement: float = 0.5
    share_undated: float = 0.03
    share_no_amount: float = 0.1
    share_no_client: float = 0.3
    amount_mean: float = 12.5
    amount_spread: float = 1.7
    first_day: date = date(2006, 1, 1)
    last_day: date = date(2025, 12, 31)
    noise: float = 0.4
    share_listed: float = 0.6
    share_qualified: float = 0.2
    share_expired: float = 0.1
    share_languages: float = 0.6
    share_network: float = 0.1
    share_unknown_home: float = 0.01
    share_not_accepting: float = 0.02
    share_draft: float = 0.02
    share_suspended: float = 0.01
    home_cn: float = 0.6
    home_hk: float = 0.25
    matched_on: date = date(2026, 1, 15)

    def __post_init__(self) -> None:
        if self.providers < 1 or self.chunk < 1:
            raise InvalidShape("at least one provider must be made up: give --providers 1 or more")
        if self.seed < 0:
            raise InvalidShape(f"a seed is 0 or more, not {self.seed}")

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return -(-self.providers // self.chunk)

    def rows_of(self, chunk: int) -> range:
        """Return the providers of a chunk, as numbers from 0."""
        return range(chunk * self.chunk, min((chunk + 1) * self.chunk, self.providers))

    def as_dict(self) -> dict[str, int | float | str]:
        """Return everything, as it is printed."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows of the real evidence by a key: those of group g are `rows[at[g]:at[g + 1]]`, never none."""

    at: IntArray
    rows: IntArray

    def draw(self, groups: IntArray, rng: np.random.Generator) -> IntArray:
        """Draw a row of each of these groups: shape (n,)."""
        counts = self.at[groups + 1] - self.at[groups]
        drawn: IntArray = self.rows[
            self.at[groups] + (rng.random(len(groups)) * counts).astype(np.int64)
        ]
        return drawn


@dataclass(frozen=True, slots=True)
class Material:
    """Real evidence and lists, which made-up supply is put together from.

    Attributes:
        titles, descriptions: length m, the parts of the texts of m real pieces.
        vectors: shape (m, d), of these texts, each of length one.
        encoder: the version of the encoder that the vectors come from.
        parents: the list of sectors: code to parent.
        leaves: the sectors without others below them.
        places: jurisdictions, those that the real evidence names most often first.
        homes: jurisdictions, those that most real providers are at home in first.
        region_of: the nearest region of a jurisdiction.
        members: the jurisdictions of a region.
        languages_of: the languages of a jurisdiction.
        by_place, by_leaf: real pieces by place (in the order of `places`) and by sector (of `leaves`).
    """

    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    vectors: Float32Array
    encoder: str
    parents: Mapping[str, str | None]
    leaves: tuple[str, ...]
    places: tuple[str, ...]
    homes: tuple[str, ...]
    region_of: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    languages_of: Mapping[str, tuple[str, ...]]
    by_place: Groups
    by_leaf: Groups


def zipf(size: int, exponent: float) -> FloatArray:
    """Return what to compare with `rng.random()`: the cumulated shares of ranks 1 to `size`."""
    shares = 1.0 / np.arange(1, size + 1, dtype=np.float64) ** exponent
    cumulated: FloatArray = np.cumsum(shares) / shares.sum()
    return cumulated


def draw_zipf(cumulated: FloatArray, n: int, rng: np.random.Generator) -> IntArray:
    """Draw n ranks, from 0: shape (n,)."""
    drawn: IntArray = np.searchsorted(cumulated[:-1], rng.random(n), side="right").astype(np.int64)
    return drawn


def group_rows(groups: Sequence[Sequence[int]]) -> Groups:
    """Lay groups of rows side by side.

    Raises:
        InvalidShape: a group has no rows.
    """
    if not all(groups):
        raise InvalidShape("a group of real evidence is empty: give it that of a wider group")
    at = np.zeros(len(groups) + 1, dtype=np.int64)
    np.cumsum([len(group) for group in groups], out=at[1:])
    return Groups(at, np.array([row for group in groups for row in group], dtype=np.int64))

"""A shard of the index: columns over providers and their pieces of evidence, ready for one pass.

Everything is laid out by piece of evidence, and the pieces of one provider lie side by side, so that
a match reads what it needs once and in order. Columns are arrays of fixed types: a shard in memory
and one mapped from a file are the same to whoever reads them. What is the same for many pieces (the
set of places, the set of sectors) is written once and referred to by number.

A shard knows nothing of the sector tree or of treaties: these are laid on it by each match, so
that a new list or table needs no new columns.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.citing import Quotation, quote
from matching.types import Candidate, Float32Array, FloatArray, IntArray, Matter

Int8Array = NDArray[np.int8]
Int32Array = NDArray[np.int32]
UInt8Array = NDArray[np.uint8]
UInt16Array = NDArray[np.uint16]
UInt64Array = NDArray[np.uint64]

FORMAT_VERSION = 3
_GROUPS = (
    "profiles",
    "pieces",
    "lists",
    "place_sets",
    "sector_sets",
    "words",
    "postings",
    "records",
)

# Ordinals of days: a piece without a date is known at any time, a qualification without an end holds.
UNDATED = 0
FOREVER = date.max.toordinal()
NEVER = FOREVER + 1

# Bits of `Profiles.flags`.
PUBLISHED = 1
SUSPENDED = 2
NOT_ACCEPTING = 4
CLAIMANT = 8
OVERCLAIMS = 16
KNOWS_NO_PLACE = 32
STATES_QUALIFICATIONS = 64

# Bits of `Pieces.flags`.
STATEMENT = 1
VERIFIED = 2


class Profiles(NamedTuple):
    """What is known of n providers beside their evidence, ordered by id.

    Attributes:
        flags: shape (n,), the bits above.
        home: shape (n,), number in `Shard.homes`.
        languages: shape (n,), number in `Shard.languages`.
        listed_at, listed: the sectors (numbers in `Shard.sectors`) that provider i is listed under
            or claims are `listed[listed_at[i]:listed_at[i + 1]]`, ascending codes.
        qualified_at, qualified, qualified_until: likewise the jurisdictions (numbers in
            `Shard.jurisdictions`) in which it is qualified, its home where it says so too, and the
            ordinal of the last day, `FOREVER` for no known end.
        first_believed: shape (n,), ordinal of the earliest piece of evidence that is believed,
            `UNDATED` among them, `NEVER` where there is none.
        digests: shape (n, 2), what `Shard.content` sums: a hash of the profile and its pieces.
    """

    flags: UInt8Array
    home: Int32Array
    languages: Int32Array
    listed_at: IntArray
    listed: Int32Array
    qualified_at: IntArray
    qualified: Int32Array
    qualified_until: Int32Array
    first_believed: Int32Array
    digests: UInt64Array


class Pieces(NamedTuple):
    """e pieces of evidence, those of one provider side by side, ordered by matter id.

    Attributes:
        starts: shape (n + 1,), where each provider's pieces begin.
        dated: shape (e,), ordinal of the day, `UNDATED` where there is none.
        amounts: shape (e,), natural logarithm of 1 + US dollars, NaN where unknown.
        flags: shape (e,), the bits above.
        places: shape (e,), number of the set of jurisdictions.
        sectors: shape (e,), number of the set of sectors, as they are filed.
        clients: shape (e,), `name_hash` of who engaged the provider, 0 where unknown.
        text_length, task_length: shape (e,), tokens of the whole text; of the description where
            there is a title beside it, else 0.
        codes: shape (e, d), vectors in eight bits; d is 0 where meaning is not used, a row of zeros
            where a text has no vector yet.
        norms: shape (e,), lengths of the codes; 0 for a row of zeros.
        levels: shape (e,), from which samples each is left out (`matching.index.levels`).
    """

    starts: IntArray
    dated: Int32Array
    amounts: FloatArray
    flags: UInt8Array
    places: Int32Array
    sectors: Int32Array
    clients: UInt64Array
    text_length: Int32Array
    task_length: Int32Array
    codes: Int8Array
    norms: Float32Array
    levels: UInt8Array


class Lists(NamedTuple):
    """Sorted rows by code, so that a rule or a share reads only those it concerns.

    Attributes:
        shown_at, shown, shown_from: by number of sector, and last by none at all: the providers
            with a believed piece filed there, and the ordinal of the earliest such piece.
        listed_at, listed: by number of sector: the providers listed under it.
        unlisted: the providers listed under nothing that can be believed.
        worked_at, worked, worked_from: by number of jurisdiction: the providers with a piece of
            evidence there, and the ordinal of the earliest.
        based_at, based: by number of jurisdiction: the providers based, qualified or served by a partner there.
        work_at, work: by number of jurisdiction: the pieces that are verified work there.
    """

    shown_at: IntArray
    shown: Int32Array
    shown_from: Int32Array
    listed_at: IntArray
    listed: Int32Array
    unlisted: Int32Array
    worked_at: IntArray
    worked: Int32Array
    worked_from: Int32Array
    based_at: IntArray
    based: Int32Array
    work_at: IntArray
    work: IntArray


class Sets(NamedTuple):
    """Sets of codes by number: set s is `code[at[s]:at[s + 1]]`, ascending."""

    at: IntArray
    code: Int32Array


class Words(NamedTuple):
    """What BM25 must know of all pieces together; everything is counted, so shards add up.

    Attributes:
        hashes: shape (v,), `name_hash` of each token, ascending; its place is its number.
        text_df, task_df: shape (v, 2), in how many pieces a token stands: [:, 0] among the verified
            ones, [:, 1] among all.
        sizes: shape (2, 3): for the verified and for all pieces, how many there are, and the tokens in
            their texts and in their tasks.
    """

    hashes: UInt64Array
    text_df: IntArray
    task_df: IntArray
    sizes: IntArray


class Postings(NamedTuple):
    """Which pieces hold a token: those of token t are `piece[at[t]:at[t + 1]]`, ascending.

    Attributes:
        at: shape (v + 1,).
        piece: rows of pieces.
        text_count, task_count: how often the token stands in the whole text, and in the task.
        kind: the same with how long these are, as `matching.index.kinds` numbers it: the text's in
            the upper byte, the task's in the lower.
    """

    at: IntArray
    piece: Int32Array
    text_count: UInt16Array
    task_count: UInt16Array
    kind: UInt16Array


class Records(NamedTuple):
    """What is shown and not computed with, as bytes.

    Attributes:
        provider_at, provider: the record of provider i is `provider[provider_at[i]:provider_at[i + 1]]`.
        id_at, id: likewise its id in UTF-8, ascending.
        piece_at, piece: likewise the record of each piece.
    """

    provider_at: IntArray
    provider: UInt8Array
    id_at: IntArray
    id: UInt8Array
    piece_at: IntArray
    piece: UInt8Array


@dataclass(frozen=True, slots=True)
class Shard:
    """Columns over n providers and e pieces of evidence.

    Attributes:
        jurisdictions, sectors: the codes by number, ascending; every code that a profile or a piece
            names, whether or not a list in force knows it.
        homes: the distinct home jurisdictions by number, None among them where one is unknown.
        languages: the distinct lists of languages by number, None among them where unknown.
        encoder: version of the encoder that the vectors come from.
        content: the sum of all digests, modulo 2 to the 128: equal for equal supply, however it is
            cut into shards.
        memo: what was worked out from the columns and is worth keeping; nothing that they do not say.
    """

    profiles: Profiles
    pieces: Pieces
    lists: Lists
    place_sets: Sets
    sector_sets: Sets
    words: Words
    postings: Postings
    records: Records
    jurisdictions: tuple[str, ...]
    sectors: tuple[str, ...]
    homes: tuple[str | None, ...]
    languages: tuple[tuple[str, ...] | None, ...]
    encoder: str
    content: int
    jurisdiction_of: Mapping[str, int] = field(init=False, repr=False)
    sector_of: Mapping[str, int] = field(init=False, repr=False)
    memo: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "jurisdiction_of", {code: i for i, code in enumerate(self.jurisdictions)}
        )
        for _name, array in parts_of(self):
            # Whoever reads a shard shares it; and kernels are compiled once for arrays of one kind.
            array.setflags(write=False)
        object.__setattr__(self, "sector_of", {code: i for i, code in enumerate(self.sectors)})

    @property
    def size(self) -> int:
        """How many providers there are."""
        return len(self.profiles.flags)

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 where meaning is not used."""
        return int(self.pieces.codes.shape[1])

    def provider_id(self, row: int) -> str:
        """Return the id of a provider."""
        at = self.records.id_at
        return self.records.id[at[row] : at[row + 1]].tobytes().decode()

    @property
    def most_pieces(self) -> int:
        """How many pieces the provider with the most has, at least 1."""
        most = self.memo.get("most_pieces")
        if not isinstance(most, int):
            most = int(np.diff(self.pieces.starts).max(initial=1))
            self.memo["most_pieces"] = most
        return most

    def row_of(self, provider_id: str) -> int | None:
        """Return the row of a provider, or None."""
        row = self.first_row_from(provider_id)
        return row if row < self.size and self.provider_id(row) == provider_id else None

    def first_row_from(self, provider_id: str) -> int:
        """Return the first row whose id is not smaller: a search among the sorted ids."""
        wanted, low, high = provider_id.encode(), 0, self.size
        at, ids = self.records.id_at, self.records.id
        while low < high:
            middle = (low + high) // 2
            if ids[at[middle] : at[middle + 1]].tobytes() < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def candidate(self, row: int) -> Candidate:
        """Return a provider as matching sees it."""
        at = self.records.provider_at
        return decode_candidate(
            self.provider_id(row), self.records.provider[at[row] : at[row + 1]].tobytes()
        )

    def pieces_of(self, row: int) -> range:
        """Return the pieces of a provider, as rows."""
        return range(int(self.pieces.starts[row]), int(self.pieces.starts[row + 1]))

    def matter(self, piece: int, provider_id: str) -> Matter:
        """Return a piece as the matter that it is for its provider."""
        at = self.records.piece_at
        return decode_piece(provider_id, self.records.piece[at[piece] : at[piece + 1]].tobytes())


def name_hash(name: str) -> int:
    """Return 64 bits of BLAKE2b over a token's or a client's name; never 0, which says none."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little") or 1


def encode_candidate(candidate: Candidate) -> bytes:
    """Return a provider's record; equal facts give equal bytes."""
    qualified = candidate.qualified_in
    return orjson.dumps(
        [
            candidate.name,
            candidate.kind,
            candidate.home_jurisdiction,
            None
            if qualified is None
            else [[code, last and last.isoformat()] for code, last in sorted(qualified.items())],
            candidate.network_in,
            candidate.sector_codes,
            candidate.languages,
            candidate.is_published,
            candidate.is_suspended,
            candidate.is_accepting,
            candidate.city,
            candidate.source,
        ]
    )


def decode_candidate(provider_id: str, record: bytes) -> Candidate:
    """Undo `encode_candidate`."""
    name, kind, home, qualified, network, sectors, spoken, *flags, city, source = orjson.loads(
        record
    )
    is_published, is_suspended, is_accepting = flags
    return Candidate(
        provider_id=provider_id,
        name=name,
        kind=kind,
        home_jurisdiction=home,
        qualified_in=None
        if qualified is None
        else {code: last and date.fromisoformat(last) for code, last in qualified},
        network_in=None if network is None else tuple(network),
        sector_codes=tuple(sectors),
        languages=None if spoken is None else tuple(spoken),
        is_published=is_published,
        is_suspended=is_suspended,
        is_accepting=is_accepting,
        city=city,
        source=source,
    )


def encode_piece(matter: Matter, provider_id: str) -> bytes:
    """Return the record of a provider's piece of evidence; equal facts give equal bytes."""
    return orjson.dumps(
        [
            matter.matter_id,
            matter.evidence_ids[provider_id],
            matter.title,
            matter.description,
            matter.jurisdictions,
            matter.sector_codes,
            matter.dated_on and matter.dated_on.isoformat(),
            matter.client,
            matter.amount_usd,
            matter.is_verified,
            matter.is_statement,
        ]
    )


def decode_piece(provider_id: str, record: bytes) -> Matter:
    """Undo `encode_piece`: the matter with this provider's piece alone."""
    matter_id, evidence_id, title, description, places, sectors, dated, *rest = orjson.loads(record)
    client, amount, is_verified, is_statement = rest
    return Matter(
        matter_id=matter_id,
        evidence_ids={provider_id: evidence_id},
        title=title,
        description=description,
        jurisdictions=tuple(places),
        sector_codes=tuple(sectors),
        dated_on=dated and date.fromisoformat(dated),
        client=client,
        amount_usd=amount,
        is_verified=is_verified,
        is_statement=is_statement,
    )


def decode_quotation(record: bytes) -> Quotation:
    """Read from a piece's record what is shown of it where it is cited."""
    _matter_id, evidence_id, title, description, places, _sectors, dated, *rest = orjson.loads(
        record
    )
    _client, amount, _is_verified, _is_statement = rest
    return quote(
        evidence_id,
        title,
        description,
        jurisdictions=tuple(places),
        dated_on=dated and date.fromisoformat(dated),
        amount_usd=amount,
    )


def digest_of(provider_id: str, record: bytes, pieces: Sequence[bytes]) -> tuple[int, int]:
    """Hash a provider with its pieces and their vectors: the low and the high 64 of 128 bits."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (provider_id.encode(), record, *pieces):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    whole = digest.digest()
    return int.from_bytes(whole[:8], "little"), int.from_bytes(whole[8:], "little")


def sum_of_digests(digests: UInt64Array) -> int:
    """Add digests modulo 2 to the 128.

    Args:
        digests: shape (n, 2), low and high halves.
    """
    # Halves of halves: sums of a thousand million of them still fit into 64 bits.
    low, high = digests[:, 0], digests[:, 1]
    mask = np.uint64(0xFFFFFFFF)
    quarters = (low & mask, low >> np.uint64(32), high & mask, high >> np.uint64(32))
    total = sum(int(quarter.sum(dtype=np.uint64)) << (32 * i) for i, quarter in enumerate(quarters))
    return total % (1 << 128)


def parts_of(shard: Shard) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Name every array of a shard, `group.column`, in the order in which they are written."""
    for group in _GROUPS:
        columns = getattr(shard, group)
        for name in columns._fields:
            yield f"{group}.{name}", getattr(columns, name)

"""A shard built from candidates, matters and vectors: everything that one pass can count.

A matter that several providers took part in becomes a piece of evidence of each. What the build
numbers (places, sectors, sets, homes, languages, tokens), it numbers so that shards over disjoint
ranges of ids can be put together into what one build over all of them would have given
(`matching.index.merge`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matching.claims import MOST_CLAIMED
from matching.index.columns import InvalidIndex, places_of
from matching.index.filing import (
    entries_of,
    file_earliest,
    file_rows,
    more_than,
    number_lists,
    number_sets,
    starts_of,
)
from matching.index.levels import level_of
from matching.index.shard import (
    CLAIMANT,
    FOREVER,
    KNOWS_NO_PLACE,
    NEVER,
    NOT_ACCEPTING,
    OVERCLAIMS,
    PUBLISHED,
    STATEMENT,
    STATES_QUALIFICATIONS,
    SUSPENDED,
    UNDATED,
    VERIFIED,
    Int8Array,
    Int32Array,
    Lists,
    Pieces,
    Profiles,
    Records,
    Sets,
    Shard,
    UInt8Array,
    UInt64Array,
    digest_of,
    encode_candidate,
    encode_piece,
    name_hash,
    sum_of_digests,
)
from matching.index.tallies import Tally, count_words, file_postings, tally_texts
from matching.sectors import SectorTree
from matching.text.vectors import norms_of, quantise
from matching.types import BoolArray, Candidate, Float32Array, IntArray, Matter


class _Supply(NamedTuple):
    """The supply in the order of the shard.

    Attributes:
        candidates: length n, by id.
        pieces: length e, the matter of each piece.
        matter_of: shape (e,), its place among the matters as they were given.
        owner: shape (e,), the row of its provider.
        places, sectors: the numbers of all codes that are named.
    """

    candidates: Sequence[Candidate]
    pieces: Sequence[Matter]
    matter_of: IntArray
    owner: IntArray
    places: Mapping[str, int]
    sectors: Mapping[str, int]


def build_shard(
    candidates: Sequence[Candidate],
    matters: Sequence[Matter],
    vectors: Float32Array | None = None,
    *,
    encoder: str,
    tree: SectorTree,
    codes: Int8Array | None = None,
) -> Shard:
    """Build a shard; the order of the inputs does not matter.

    Args:
        candidates: n providers with distinct ids.
        matters: m matters with distinct ids, whose `evidence_ids` name candidates.
        vectors: shape (m, d), one row per matter in the order given; kept in eight bits.
        encoder: version of the encoder that the vectors come from; empty without vectors.
        tree: the sector list, by which verified evidence counts for broader sectors too. Codes
            that it does not know are filed all the same.
        codes: shape (m, d), the vectors in eight bits already, in place of `vectors`. Without
            either, meaning is not used.

    Raises:
        InvalidIndex: ids stand twice, a matter names an unknown provider, or the vectors do not
            line up with the matters.
    """
    given = _in_eight_bits(vectors, codes, len(matters))
    supply = _arrange(candidates, matters)
    rows = np.ascontiguousarray(given[supply.matter_of])
    tally = tally_texts([(m.title.strip(), m.description.strip()) for m in supply.pieces])
    pieces, place_sets, sector_sets = _pieces(supply, tally, rows)
    is_verified = (pieces.flags & VERIFIED) != 0
    filed_under = _filed_under(pieces.sectors, sector_sets)
    listed_at, listed = number_lists([c.sector_codes for c in supply.candidates], supply.sectors)
    overclaims = _overclaiming(supply, (listed_at, listed), filed_under, is_verified, tree)
    believed = is_verified | ~overclaims[supply.owner]
    records = _records(supply)
    profiles = _profiles(
        supply,
        pieces=pieces,
        listed=(listed_at, listed),
        overclaims=overclaims,
        believed=believed,
        digests=_digests(supply, records, rows),
    )
    homes, languages = _homes(supply.candidates), _languages(supply.candidates)
    return Shard(
        profiles=profiles,
        pieces=pieces,
        lists=_lists(
            supply,
            profiles=profiles,
            pieces=pieces,
            place_sets=place_sets,
            filed_under=filed_under,
            believed=believed,
        ),
        place_sets=place_sets,
        sector_sets=sector_sets,
        words=count_words(tally, is_verified),
        postings=file_postings(tally),
        records=records,
        jurisdictions=tuple(supply.places),
        sectors=tuple(supply.sectors),
        homes=tuple(homes),
        languages=tuple(languages),
        encoder=encoder,
        content=sum_of_digests(profiles.digests),
    )


def _in_eight_bits(vectors: Float32Array | None, codes: Int8Array | None, count: int) -> Int8Array:
    if vectors is not None and codes is not None:
        raise InvalidIndex("give the vectors or their codes, not both")
    if codes is None:
        codes = np.zeros((count, 0), np.int8) if vectors is None else quantise(vectors)[0]
    if len(codes) != count:
        raise InvalidIndex(f"{len(codes)} vectors for {count} matters")
    return codes


def _arrange(candidates: Sequence[Candidate], matters: Sequence[Matter]) -> _Supply:
    ordered = sorted(candidates, key=lambda candidate: candidate.provider_id)
    row_of = {candidate.provider_id: row for row, candidate in enumerate(ordered)}
    if len(row_of) != len(ordered):
        raise InvalidIndex("two candidates have the same id")
    if len({matter.matter_id for matter in matters}) != len(matters):
        raise InvalidIndex("two matters have the same id")
    pairs: list[tuple[int, int]] = []
    for i in sorted(range(len(matters)), key=lambda i: matters[i].matter_id):
        for provider_id in matters[i].evidence_ids:
            if provider_id not in row_of:
                raise InvalidIndex(f"matter {matters[i].matter_id} names the unknown {provider_id}")
            pairs.append((row_of[provider_id], i))
    pairs.sort(key=lambda pair: pair[0])  # stable: by matter id within a provider
    evidence = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    pieces = [matters[i] for _, i in pairs]
    return _Supply(
        candidates=ordered,
        pieces=pieces,
        matter_of=evidence[:, 1].copy(),
        owner=evidence[:, 0].copy(),
        places=_numbers([*map(places_of, ordered), *(m.jurisdictions for m in pieces)]),
        sectors=_numbers([c.sector_codes for c in ordered] + [m.sector_codes for m in pieces]),
    )


def _numbers(lists: Iterable[Iterable[str]]) -> dict[str, int]:
    return {code: number for number, code in enumerate(sorted(set[str]().union(*lists)))}


def _homes(candidates: Sequence[Candidate]) -> dict[str | None, int]:
    homes = dict.fromkeys(candidate.home_jurisdiction for candidate in candidates)
    return {home: number for number, home in enumerate(homes)}


def _languages(candidates: Sequence[Candidate]) -> dict[tuple[str, ...] | None, int]:
    spoken = dict.fromkeys(candidate.languages for candidate in candidates)
    return {languages: number for number, languages in enumerate(spoken)}


def _pieces(supply: _Supply, tally: Tally, rows: Int8Array) -> tuple[Pieces, Sets, Sets]:
    matters = supply.pieces
    places, place_sets = number_sets([m.jurisdictions for m in matters], supply.places)
    sectors, sector_sets = number_sets([m.sector_codes for m in matters], supply.sectors)
    clients = {client: name_hash(client) for client in {m.client for m in matters} if client}
    amounts = [np.nan if m.amount_usd is None else m.amount_usd for m in matters]
    flags = [m.is_statement * STATEMENT | m.is_verified * VERIFIED for m in matters]
    pieces = Pieces(
        starts=starts_of(np.bincount(supply.owner, minlength=len(supply.candidates))),
        dated=np.array(
            [m.dated_on.toordinal() if m.dated_on else UNDATED for m in matters], np.int32
        ),
        amounts=np.log1p(np.maximum(np.array(amounts, dtype=np.float64), 0.0)),
        flags=np.array(flags, dtype=np.uint8),
        places=places,
        sectors=sectors,
        clients=np.array([clients[m.client] if m.client else 0 for m in matters], np.uint64),
        text_length=tally.text_length,
        task_length=tally.task_length,
        codes=rows,
        norms=norms_of(rows),
        levels=np.array(
            [
                level_of(supply.candidates[row].provider_id, matter.matter_id)
                for row, matter in zip(supply.owner.tolist(), matters, strict=True)
            ],
            np.uint8,
        ),
    )
    return pieces, place_sets, sector_sets


def _filed_under(numbers: Int32Array, sets: Sets) -> tuple[IntArray, Int32Array]:
    """Return every pair of a piece and a code that it is filed under."""
    piece, entry = entries_of(sets.at, numbers)
    return piece, sets.code[entry]


def _overclaiming(
    supply: _Supply,
    listed: tuple[IntArray, Int32Array],
    filed_under: tuple[IntArray, Int32Array],
    is_verified: BoolArray,
    tree: SectorTree,
) -> BoolArray:
    """Mark who claims more than can be believed, as `matching.claims` does: shape (n,)."""
    listed_at, listed_codes = listed
    piece, code = filed_under
    row = supply.owner[piece]
    verified = is_verified[piece]
    size = len(supply.candidates)
    listing_rows = np.repeat(np.arange(size), np.diff(listed_at))
    known = tuple(supply.sectors)

    def ancestors(number: int) -> list[int]:
        above = tree.ancestors(known[number]) if known[number] in tree else (known[number],)
        return [supply.sectors[code] for code in above if code in supply.sectors]

    return more_than(
        MOST_CLAIMED,
        claimed=(
            np.concatenate([listing_rows, row[~verified]]),
            np.concatenate([listed_codes, code[~verified]]),
        ),
        shown=(row[verified], code[verified]),
        ancestors=ancestors,
        shape=(size, len(known)),
    )


def _records(supply: _Supply) -> Records:
    ordered = supply.candidates
    owners: list[int] = supply.owner.tolist()
    return Records(
        *_joined(encode_candidate(candidate) for candidate in ordered),
        *_joined(candidate.provider_id.encode() for candidate in ordered),
        *_joined(
            encode_piece(matter, ordered[row].provider_id)
            for matter, row in zip(supply.pieces, owners, strict=True)
        ),
    )


def _joined(parts: Iterable[bytes]) -> tuple[IntArray, UInt8Array]:
    # One buffer that grows: a hundred thousand short records apart take ten times their length.
    lengths, whole = list[int](), bytearray()
    for part in parts:
        lengths.append(len(part))
        whole += part
    return starts_of(np.array(lengths, dtype=np.int64)), np.frombuffer(whole, dtype=np.uint8)


def _digests(supply: _Supply, records: Records, rows: Int8Array) -> UInt64Array:
    starts = np.searchsorted(supply.owner, np.arange(len(supply.candidates) + 1)).tolist()
    profile, piece = records.provider.tobytes(), records.piece.tobytes()
    profile_at, piece_at = records.provider_at.tolist(), records.piece_at.tolist()
    digests = [
        digest_of(
            candidate.provider_id,
            profile[profile_at[row] : profile_at[row + 1]],
            [
                piece[piece_at[i] : piece_at[i + 1]] + rows[i].tobytes()
                for i in range(starts[row], starts[row + 1])
            ],
        )
        for row, candidate in enumerate(supply.candidates)
    ]
    return np.array(digests, dtype=np.uint64).reshape(-1, 2)


def _profiles(
    supply: _Supply,
    *,
    pieces: Pieces,
    listed: tuple[IntArray, Int32Array],
    overclaims: BoolArray,
    believed: BoolArray,
    digests: UInt64Array,
) -> Profiles:
    ordered = supply.candidates
    homes, languages = _homes(ordered), _languages(ordered)
    qualified_at, qualified = number_lists([c.qualified_in or () for c in ordered], supply.places)
    until = [
        last.toordinal() if last else FOREVER
        for c in ordered
        for _, last in sorted((c.qualified_in or {}).items(), key=lambda item: item[0])
    ]
    first = np.full(len(ordered), NEVER, dtype=np.int32)
    np.minimum.at(first, supply.owner[believed], pieces.dated[believed])
    flags = np.array([_flags_of(candidate) for candidate in ordered], dtype=np.uint8)
    flags[supply.owner[(pieces.flags & VERIFIED) == 0]] |= CLAIMANT
    flags[overclaims] |= OVERCLAIMS
    return Profiles(
        flags=flags,
        home=np.array([homes[c.home_jurisdiction] for c in ordered], dtype=np.int32),
        languages=np.array([languages[c.languages] for c in ordered], dtype=np.int32),
        listed_at=listed[0],
        listed=listed[1],
        qualified_at=qualified_at,
        qualified=qualified,
        qualified_until=np.array(until, dtype=np.int32),
        first_believed=first,
        digests=digests,
    )


def _flags_of(candidate: Candidate) -> int:
    knows_no_place = candidate.home_jurisdiction is None and candidate.qualified_in is None
    return (
        candidate.is_published * PUBLISHED
        | candidate.is_suspended * SUSPENDED
        | (candidate.is_accepting is False) * NOT_ACCEPTING
        | knows_no_place * KNOWS_NO_PLACE
        | (candidate.qualified_in is not None) * STATES_QUALIFICATIONS
    )


def _lists(
    supply: _Supply,
    *,
    profiles: Profiles,
    pieces: Pieces,
    place_sets: Sets,
    filed_under: tuple[IntArray, Int32Array],
    believed: BoolArray,
) -> Lists:
    n_sectors, n_places = len(supply.sectors), len(supply.places)
    rows = np.arange(len(supply.candidates))
    piece, sector = filed_under
    bare = np.flatnonzero(np.bincount(piece, minlength=len(believed)) == 0)
    piece = np.concatenate([piece, bare])
    sector = np.concatenate([sector, np.full(len(bare), n_sectors, dtype=np.int32)])
    told = believed[piece]
    shown = file_earliest(
        sector[told], supply.owner[piece[told]], pieces.dated[piece[told]], n_sectors + 1
    )
    listings = np.diff(profiles.listed_at)
    by_listing = file_rows(profiles.listed, np.repeat(rows, listings), n_sectors)
    is_unlisted = (listings == 0) | ((profiles.flags & OVERCLAIMS) != 0)
    place_piece, place = _filed_under(pieces.places, place_sets)
    worked = file_earliest(place, supply.owner[place_piece], pieces.dated[place_piece], n_places)
    base_at, base = number_lists([places_of(c) for c in supply.candidates], supply.places)
    by_base = file_rows(base, np.repeat(rows, np.diff(base_at)), n_places)
    is_work = (pieces.flags & (VERIFIED | STATEMENT)) == VERIFIED
    at_work = is_work[place_piece]
    order = np.argsort(place[at_work], kind="stable")
    return Lists(
        shown_at=shown[0],
        shown=shown[1],
        shown_from=shown[2],
        listed_at=by_listing[0],
        listed=by_listing[1],
        unlisted=np.flatnonzero(is_unlisted).astype(np.int32),
        worked_at=worked[0],
        worked=worked[1],
        worked_from=worked[2],
        based_at=by_base[0],
        based=by_base[1],
        work_at=starts_of(np.bincount(place[at_work], minlength=n_places)),
        work=place_piece[at_work][order],
    )

"""The index: candidates and matters as arrays, built once, read by every match.

Evidence is kept by candidate (compressed rows): the matters of candidate `i` are
`matter_of[starts[i]:starts[i + 1]]`. Reductions over a candidate's evidence are then one pass
over an array.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matching.claims import overclaiming
from matching.index.levels import level_of
from matching.index.shard import FOREVER, UNDATED
from matching.index.view import neighbours_of
from matching.jurisdictions.corridor import ProximityTable
from matching.sectors import SectorTree
from matching.text.bm25 import Bm25, build_bm25
from matching.text.vectors import Int8Array, norms_of, quantise
from matching.types import (
    BoolArray,
    Candidate,
    Float32Array,
    FloatArray,
    IntArray,
    Matter,
)

NO_LEVELS = np.zeros(0, dtype=np.int64)
NO_LEVELS.setflags(write=False)


class InvalidIndex(ValueError):
    """The candidates, matters and vectors do not fit together."""


@dataclass(frozen=True, slots=True)
class Index:
    """Columns over n candidates, m matters and e pieces of evidence.

    Attributes:
        candidates: length n, ordered by `provider_id`: ties in a ranking go to the smaller row.
        matters: length m, ordered by `matter_id`.
        tree: the sector list that the codes belong to.
        starts: shape (n + 1,), where each candidate's evidence begins.
        matter_of: shape (e,), the matter of each piece of evidence.
        candidate_of: shape (e,), the candidate of each piece of evidence.
        levels: shape (e,), from which samples each piece is left out (`matching.index.levels`); empty
            where the aggregates of a match are known already.
        dated: shape (m,), ordinals of the matters' dates, `UNDATED` where there is none.
        amounts: shape (m,), natural logarithm of 1 + US dollars, NaN where unknown.
        is_statement: shape (m,), matters that are statements and no record of work.
        is_verified: shape (m,), matters on public record or verified by somebody.
        has_no_sector: shape (m,), matters of which no sector is known.
        listings: the distinct lists of sectors under which candidates are listed.
        listing_of: shape (n,), each candidate's place in `listings`.
        homes: the distinct home jurisdictions, None among them where one is unknown.
        home_of: shape (n,), each candidate's place in `homes`.
        region_of: the nearest region of each jurisdiction, where regions are known.
        places: length m, the jurisdictions of each matter.
        filed: length m, the sectors under which each matter is filed, without those above.
        vectors: shape (m, d), each of length one; d is 0 where meaning is not used.
        codes: shape (m, d), the same in eight bits a dimension: meaning is measured by these.
        norms: shape (m,), the lengths of the codes.
        words: BM25 over the matters' texts, rarity counted by pieces of evidence.
        tasks: BM25 over the descriptions of the matters that have a title besides.
        by_jurisdiction: sorted matter rows by code.
        by_sector: sorted matter rows by sector, each filed under its ancestors too.
        by_exact_sector: the same without the ancestors.
        by_client: sorted matter rows by who engaged the providers.
        by_practice: sorted candidate rows by the jurisdictions they are at home or qualified in.
        by_place: sorted candidate rows by where they are based, qualified or served by a partner.
        practice_until: for each row of `by_practice` the ordinal of the last day on which that is known
            to hold, `FOREVER` for no known end.
        claimants: sorted candidate rows with a piece of evidence that nobody has verified.
        overclaims: shape (n,), who claims more than can be believed (`matching.claims`).
        proximity: how near jurisdictions are to each other, or None where that is not used.
        version: a hash of everything above.
    """

    candidates: tuple[Candidate, ...]
    matters: Sequence[Matter]
    tree: SectorTree
    starts: IntArray
    matter_of: IntArray
    candidate_of: IntArray
    levels: IntArray
    dated: IntArray
    amounts: FloatArray
    is_statement: BoolArray
    is_verified: BoolArray
    has_no_sector: BoolArray
    listings: tuple[tuple[str, ...], ...]
    listing_of: IntArray
    homes: tuple[str | None, ...]
    home_of: IntArray
    region_of: Mapping[str, str]
    places: Sequence[tuple[str, ...]]
    filed: Sequence[tuple[str, ...]]
    vectors: Float32Array
    codes: Int8Array
    norms: Float32Array
    words: Bm25
    tasks: Bm25
    by_jurisdiction: Mapping[str, IntArray]
    by_sector: Mapping[str, IntArray]
    by_exact_sector: Mapping[str, IntArray]
    by_client: Mapping[str, IntArray]
    by_practice: Mapping[str, IntArray]
    by_place: Mapping[str, IntArray]
    practice_until: Mapping[str, IntArray]
    claimants: IntArray
    overclaims: BoolArray
    version: str
    row_of: Mapping[str, int] = field(repr=False)
    proximity: ProximityTable | None = field(default=None, repr=False)

    def matters_in(self, rows_by_code: Mapping[str, IntArray], codes: Sequence[str]) -> BoolArray:
        """Mark the matters filed under any of the codes: shape (m,)."""
        mask = np.zeros(len(self.matters), dtype=np.bool_)
        for code in codes:
            rows = rows_by_code.get(code)
            if rows is not None:
                mask[rows] = True
        return mask

    def neighbours(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return the other jurisdictions in the nearest region of any of these."""
        return neighbours_of(self.region_of, codes)

    def of_candidates(self, rows: IntArray) -> "Index":
        """Return the same index with some of its candidates only, in their order.

        Args:
            rows: sorted candidate rows.
        """
        counts = np.diff(self.starts)[rows]
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        candidate_of = np.repeat(np.arange(len(rows)), counts)
        evidence = np.arange(starts[-1]) - starts[candidate_of] + self.starts[rows][candidate_of]
        is_kept = np.zeros(len(self.candidates), dtype=np.bool_)
        is_kept[rows] = True
        place = np.cumsum(is_kept) - 1

        def kept(by_code: Mapping[str, IntArray]) -> dict[str, IntArray]:
            return {code: place[found[is_kept[found]]] for code, found in by_code.items()}

        return replace(
            self,
            candidates=tuple(self.candidates[int(row)] for row in rows),
            starts=starts,
            matter_of=self.matter_of[evidence],
            candidate_of=candidate_of,
            levels=self.levels[evidence] if len(self.levels) else NO_LEVELS,
            listing_of=self.listing_of[rows],
            home_of=self.home_of[rows],
            by_practice=kept(self.by_practice),
            by_place=kept(self.by_place),
            practice_until={
                code: until[is_kept[self.by_practice[code]]]
                for code, until in self.practice_until.items()
            },
            claimants=place[self.claimants[is_kept[self.claimants]]],
            overclaims=self.overclaims[rows],
            row_of={self.candidates[int(row)].provider_id: i for i, row in enumerate(rows)},
        )

    def evidence_of(self, row: int) -> IntArray:
        """Return the matters of one candidate, as rows."""
        return self.matter_of[self.starts[row] : self.starts[row + 1]]

    def matters_at(self, rows: IntArray) -> tuple[Matter, ...]:
        """Return the matters of some rows, in their order."""
        return tuple(self.matters[int(row)] for row in rows)

    def greatest(self, per_matter: FloatArray) -> FloatArray:
        """Return each candidate's greatest value over its evidence: shape (n,), 0 without any."""
        return self._reduce(np.maximum, per_matter[self.matter_of])

    def summed(self, per_matter: FloatArray) -> FloatArray:
        """Return each candidate's sum over its evidence: shape (n,)."""
        return self._reduce(np.add, per_matter[self.matter_of])

    def has_any(self, per_piece: BoolArray) -> BoolArray:
        """Mark the candidates of whose pieces of evidence any is marked: shape (n,).

        Args:
            per_piece: shape (e,).
        """
        result = np.zeros(len(self.candidates), dtype=np.bool_)
        result[self.candidate_of[per_piece]] = True
        return result

    def mean_of_nearest(self, per_matter: FloatArray, k: int = 3) -> FloatArray:
        """Return the mean of each candidate's k greatest values, missing ones counting as 0.

        Counting missing pieces as 0 shrinks a provider with one lucky text towards nothing.
        """
        values = per_matter[self.matter_of]
        order = np.lexsort((-values, self.candidate_of))
        place = np.arange(len(values)) - self.starts[:-1][self.candidate_of]
        return self._reduce(np.add, np.where(place < k, values[order], 0.0)) / k

    def _reduce(self, how: np.ufunc, per_evidence: FloatArray) -> FloatArray:
        result = np.zeros(len(self.candidates))
        filled = self.starts[1:] > self.starts[:-1]
        if filled.any():
            result[filled] = how.reduceat(per_evidence, self.starts[:-1][filled])
        return result


def build_index(
    candidates: Sequence[Candidate],
    matters: Sequence[Matter],
    vectors: Float32Array,
    tree: SectorTree,
    region_of: Mapping[str, str] | None = None,
    *,
    proximity: ProximityTable | None = None,
) -> Index:
    """Build the index; the order of the inputs does not matter.

    Args:
        candidates: n providers with distinct ids.
        matters: m matters with distinct ids, whose `evidence_ids` name candidates.
        vectors: shape (m, d), one row per matter in the order given.
        tree: the published sector list; codes it does not know are refused.
        region_of: the nearest region of each jurisdiction, if known.
        proximity: how near jurisdictions are to each other; without it nearness is unknown.

    Raises:
        InvalidIndex: ids stand twice, a matter names an unknown provider, a matter or a
            candidate an unknown sector, or the vectors do not line up with the matters.
    """
    if len(vectors) != len(matters):
        raise InvalidIndex(f"{len(vectors)} vectors for {len(matters)} matters")
    ordered = tuple(sorted(candidates, key=lambda candidate: candidate.provider_id))
    row_of = {candidate.provider_id: row for row, candidate in enumerate(ordered)}
    if len(row_of) != len(ordered):
        raise InvalidIndex("two candidates have the same id")
    _require_known_listings(ordered, tree)
    order = sorted(range(len(matters)), key=lambda i: matters[i].matter_id)
    kept = tuple(matters[i] for i in order)
    if len({matter.matter_id for matter in kept}) != len(kept):
        raise InvalidIndex("two matters have the same id")

    pairs: list[tuple[int, int]] = []
    for matter_row, matter in enumerate(kept):
        for provider_id in matter.evidence_ids:
            if provider_id not in row_of:
                raise InvalidIndex(f"matter {matter.matter_id} names the unknown {provider_id}")
            pairs.append((row_of[provider_id], matter_row))
    pairs.sort()
    evidence = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    starts = np.zeros(len(ordered) + 1, dtype=np.int64)
    np.cumsum(np.bincount(evidence[:, 0], minlength=len(ordered)), out=starts[1:])

    lined_up = np.ascontiguousarray(vectors[order], dtype=np.float32)
    codes, _scales = quantise(lined_up)
    per_text = np.bincount(evidence[:, 1], minlength=len(kept))
    dated = np.array([m.dated_on.toordinal() if m.dated_on else UNDATED for m in kept], np.int64)
    amounts = np.array([np.nan if m.amount_usd is None else m.amount_usd for m in kept], np.float64)
    is_verified = np.array([m.is_verified for m in kept], dtype=np.bool_)
    practices = [_practises_in(candidate) for candidate in ordered]
    listings: dict[tuple[str, ...], int] = {}
    homes: dict[str | None, int] = {}
    for candidate in ordered:
        listings.setdefault(candidate.sector_codes, len(listings))
        homes.setdefault(candidate.home_jurisdiction, len(homes))
    index = Index(
        candidates=ordered,
        matters=kept,
        tree=tree,
        starts=starts,
        matter_of=evidence[:, 1].copy(),
        candidate_of=evidence[:, 0].copy(),
        levels=np.array(
            [level_of(ordered[row].provider_id, kept[i].matter_id) for row, i in pairs], np.int64
        ),
        dated=dated,
        amounts=np.log1p(np.maximum(amounts, 0.0)),
        is_statement=np.array([m.is_statement for m in kept], dtype=np.bool_),
        is_verified=is_verified,
        has_no_sector=np.array([not m.sector_codes for m in kept], dtype=np.bool_),
        listings=tuple(listings),
        listing_of=np.array([listings[c.sector_codes] for c in ordered], dtype=np.int64),
        homes=tuple(homes),
        home_of=np.array([homes[c.home_jurisdiction] for c in ordered], dtype=np.int64),
        region_of=dict(region_of or {}),
        places=tuple(m.jurisdictions for m in kept),
        filed=tuple(m.sector_codes for m in kept),
        vectors=lined_up,
        codes=codes,
        norms=norms_of(codes),
        words=build_bm25([matter.text for matter in kept], is_verified, per_text),
        tasks=build_bm25(
            [m.description if m.title.strip() else "" for m in kept], is_verified, per_text
        ),
        by_jurisdiction=rows_by_code([m.jurisdictions for m in kept]),
        by_sector=rows_by_code([_closed(m.sector_codes, m.matter_id, tree) for m in kept]),
        by_exact_sector=rows_by_code([m.sector_codes for m in kept]),
        by_client=rows_by_code([(m.client,) if m.client else () for m in kept]),
        by_practice=rows_by_code([tuple(places) for places in practices]),
        by_place=rows_by_code([tuple(sorted(places_of(candidate))) for candidate in ordered]),
        practice_until=_untils(practices),
        claimants=np.unique(evidence[~is_verified[evidence[:, 1]], 0]),
        overclaims=np.zeros(len(ordered), dtype=np.bool_),
        version=_version(ordered, kept, lined_up, tree, region_of or {}, proximity=proximity),
        row_of=row_of,
        proximity=proximity,
    )
    return replace(index, overclaims=overclaiming(index))


def _require_known_listings(candidates: Sequence[Candidate], tree: SectorTree) -> None:
    for candidate in candidates:
        for code in candidate.sector_codes:
            if code not in tree:
                raise InvalidIndex(
                    f"provider {candidate.provider_id} is listed under the unknown sector {code}"
                )


def _closed(codes: Sequence[str], matter_id: str, tree: SectorTree) -> tuple[str, ...]:
    unknown = [code for code in codes if code not in tree]
    if unknown:
        raise InvalidIndex(f"matter {matter_id} names the unknown sector {unknown[0]}")
    return tuple(dict.fromkeys(above for code in codes for above in tree.ancestors(code)))


def places_of(candidate: Candidate) -> frozenset[str]:
    """Where a candidate is known to be based, qualified, or served by a partner."""
    places = {*(candidate.qualified_in or ()), *(candidate.network_in or ())}
    if candidate.home_jurisdiction is not None:
        places.add(candidate.home_jurisdiction)
    return frozenset(places)


def _practises_in(candidate: Candidate) -> dict[str, int]:
    until = {
        code: last.toordinal() if last else FOREVER
        for code, last in (candidate.qualified_in or {}).items()
    }
    if candidate.home_jurisdiction is not None:
        until[candidate.home_jurisdiction] = FOREVER
    return until


def _untils(practices: Sequence[Mapping[str, int]]) -> dict[str, IntArray]:
    days: dict[str, list[int]] = {}
    for practice in practices:
        for code, last in practice.items():
            days.setdefault(code, []).append(last)
    return {code: np.array(found, dtype=np.int64) for code, found in days.items()}


def rows_by_code(codes_by_row: Sequence[Sequence[str]]) -> dict[str, IntArray]:
    """File rows under each of their codes, in their order."""
    rows: dict[str, list[int]] = {}
    for row, codes in enumerate(codes_by_row):
        for code in codes:
            rows.setdefault(code, []).append(row)
    return {code: np.array(found, dtype=np.int64) for code, found in rows.items()}


def _version(
    candidates: Sequence[Candidate],
    matters: Sequence[Matter],
    vectors: Float32Array,
    tree: SectorTree,
    region_of: Mapping[str, str],
    *,
    proximity: ProximityTable | None,
) -> str:
    digest = hashlib.sha256()
    for candidate in candidates:
        qualified = sorted(candidate.qualified_in.items()) if candidate.qualified_in else ()
        digest.update(
            repr(
                (
                    candidate.provider_id,
                    candidate.name,
                    candidate.kind,
                    candidate.home_jurisdiction,
                    qualified,
                    candidate.network_in,
                    candidate.sector_codes,
                    candidate.languages,
                    candidate.is_published,
                    candidate.is_suspended,
                    candidate.is_accepting,
                )
            ).encode()
        )
    for matter in matters:
        digest.update(
            repr(
                (
                    matter.matter_id,
                    sorted(matter.evidence_ids.items()),
                    matter.text,
                    matter.jurisdictions,
                    matter.sector_codes,
                    _iso(matter.dated_on),
                    matter.client,
                    matter.amount_usd,
                    matter.is_verified,
                    matter.is_statement,
                )
            ).encode()
        )
    digest.update(vectors.tobytes())
    digest.update(repr(sorted(tree.parents.items(), key=lambda item: item[0])).encode())
    digest.update(repr(sorted(region_of.items())).encode())
    if proximity is not None:
        digest.update(proximity.version.encode())
    return digest.hexdigest()[:16]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

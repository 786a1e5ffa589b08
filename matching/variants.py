"""What candidates would score with other facts, exactly as a match would compute it.

A *variant* is a candidate of the index without some of its evidence, with other facts in its
profile, or with pieces of evidence that it might have. Variants are laid out as a small index of
their own and go through the same features, rules and ranker as everybody else, many at once.

What makes this exact is a contract on features: what a feature says of a candidate is read from
that candidate's own evidence and facts and from what the context knows of the catalogue as a whole
(how rare words are, shares, how near jurisdictions lie), never from another candidate. What is
known of the catalogue as a whole is held as it is: building the packaged catalogue anew without a
cited piece moves a score by less than a hundredth beside what the piece is said to be worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from matching.claims import overclaiming
from matching.eligibility import apply_rules
from matching.features.context import DAYS_OF_YEAR, MatchContext, sectors_of, targets_of
from matching.index.columns import NO_LEVELS, Index, build_index, rows_by_code
from matching.ranker.additive import AdditiveRanker
from matching.scoring import score_all
from matching.types import BoolArray, Candidate, FloatArray, IntArray, Matter

# Arrays of a context that hold for the catalogue as a whole; every other one has a place for each
# matter, and a new one that has not is refused until it is named here.
AGGREGATES = frozenset({"home_alike", "home_of_size", "work_of_homes"})
# Columns of an index with a place for each matter.
MATTER_COLUMNS = frozenset(
    {
        "dated",
        "amounts",
        "is_statement",
        "is_verified",
        "has_no_sector",
        "vectors",
        "codes",
        "norms",
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of verified work that a candidate might have done.

    Attributes:
        like: the row of the matter that it is like: as near to the need in words and meaning.
        jurisdictions: where it was done.
        sector_codes: what kind of work it was.
        dated_on: before the day of the match.
        number: tells pieces apart that are otherwise the same.
    """

    like: int
    jurisdictions: tuple[str, ...]
    sector_codes: tuple[str, ...]
    dated_on: date
    number: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """A candidate with other facts.

    Attributes:
        row: the candidate in the index.
        without: rows of its matters that are not counted as its evidence.
        candidate: its profile, or None for the one that it has. Its home stays what it is.
        is_verified: whether all of its evidence counts as verified.
        pieces: work that it has beside its evidence.
    """

    row: int
    without: frozenset[int] = frozenset()
    candidate: Candidate | None = None
    is_verified: bool = False
    pieces: tuple[Piece, ...] = ()


class UnknownColumn(ValueError):
    """A context has an array of which nobody has said how variants take it."""


def lay_variants(context: MatchContext, variants: Sequence[Variant]) -> MatchContext:
    """Lay a need against variants of candidates: candidate `i` of the result is variant `i`.

    Raises:
        UnknownColumn: an array of the context has no place for each matter and is not named in
            `AGGREGATES`.
    """
    laid = _lay_evidence(context, variants)
    index = _index_of(context, variants, laid)
    columns: dict[str, Any] = {  # Any: what `replace` takes differs from field to field
        name: value[laid.source]
        for name, value in ((field.name, getattr(context, field.name)) for field in fields(context))
        if isinstance(value, np.ndarray) and _is_per_matter(name, value, len(context.index.matters))
    }
    pieces = laid.pieces
    if pieces:
        here = slice(len(laid.source) - len(pieces), None)
        targets = set(targets_of(context.query))
        around = set(index.neighbours(targets_of(context.query)))
        wanted = set(sectors_of(context.query, index.tree))
        at = [set(piece.jurisdictions) for piece in pieces]
        of = [{up for code in p.sector_codes for up in index.tree.ancestors(code)} for p in pieces]
        age = [(context.query.on - piece.dated_on).days / DAYS_OF_YEAR for piece in pieces]
        columns["counts"][here] = True
        columns["in_target"][here] = [not targets.isdisjoint(places) for places in at]
        columns["near_target"][here] = [
            targets.isdisjoint(places) and not around.isdisjoint(places) for places in at
        ]
        columns["in_sector"][here] = [not wanted.isdisjoint(codes) for codes in of]
        columns["for_client"][here] = False
        columns["age_years"][here] = age
    return replace(context, index=index, **columns)


def score_variants(
    context: MatchContext, ranker: AdditiveRanker, variants: Sequence[Variant]
) -> FloatArray:
    """Score variants as the ranker scores everybody: shape (v,)."""
    if not variants:
        return np.zeros(0)
    return score_all(lay_variants(context, variants), ranker).scores


def judge_variants(
    context: MatchContext, ranker: AdditiveRanker, variants: Sequence[Variant]
) -> tuple[FloatArray, BoolArray]:
    """Score variants, and tell which of them no rule removes: each of shape (v,)."""
    if not variants:
        return np.zeros(0), np.zeros(0, dtype=np.bool_)
    laid = lay_variants(context, variants)
    query = context.query
    barred = query.excluded_provider_ids | query.conflicted_provider_ids
    ids = [context.index.candidates[variant.row].provider_id for variant in variants]
    named = np.array([provider_id in barred for provider_id in ids], dtype=np.bool_)
    eligible, _counts = apply_rules(laid)
    return score_all(laid, ranker).scores, eligible & ~named


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The evidence of variants: the matters of variant i are `matter_of[starts[i]:starts[i + 1]]`.

    `source` is the row of the full index that each of them comes from, for the last ones the row
    that a piece is like; `matters` are those themselves.
    """

    source: IntArray
    matters: tuple[Matter, ...]
    pieces: tuple[Piece, ...]
    starts: IntArray
    matter_of: IntArray


def _lay_evidence(context: MatchContext, variants: Sequence[Variant]) -> _Evidence:
    index = context.index
    m = len(index.matters)
    pieces = tuple(dict.fromkeys(piece for variant in variants for piece in variant.pieces))
    place = {piece: number for number, piece in enumerate(pieces)}
    # A key is a row; beyond m the same rows verified, beyond 2 m the pieces.
    keys: list[IntArray] = []
    for variant in variants:
        rows = index.evidence_of(variant.row)
        if variant.without:
            rows = rows[~np.isin(rows, list(variant.without))]
        if variant.is_verified:
            rows = np.where(index.is_verified[rows], rows, rows + m)
        added = [2 * m + place[piece] for piece in variant.pieces]
        keys.append(np.concatenate([rows, np.array(added, dtype=np.int64)]))
    starts = np.zeros(len(variants) + 1, dtype=np.int64)
    np.cumsum([len(key) for key in keys], out=starts[1:])
    used, matter_of = np.unique(np.concatenate(keys), return_inverse=True)
    matters = [_matter(index, int(key), pieces) for key in used]
    like = np.array([piece.like for piece in pieces], dtype=np.int64)
    return _Evidence(
        source=np.concatenate([used[used < 2 * m] % max(m, 1), like]),
        matters=tuple(matters),
        pieces=pieces,
        starts=starts,
        matter_of=matter_of.astype(np.int64),
    )


def _matter(index: Index, key: int, pieces: Sequence[Piece]) -> Matter:
    m = len(index.matters)
    if key < m:
        return index.matters[key]
    if key < 2 * m:
        return replace(index.matters[key - m], is_verified=True)
    piece = pieces[key - 2 * m]
    return Matter(
        f"piece {key - 2 * m}",
        {},
        "",
        "",
        jurisdictions=piece.jurisdictions,
        sector_codes=piece.sector_codes,
        dated_on=piece.dated_on,
        is_verified=True,
    )


def _index_of(context: MatchContext, variants: Sequence[Variant], laid: _Evidence) -> Index:
    index, matters = context.index, laid.matters
    candidates = [variant.candidate or index.candidates[variant.row] for variant in variants]
    # The ids of variants of one candidate must differ, and keep their order.
    numbered = [replace(one, provider_id=f"{i:09d}") for i, one in enumerate(candidates)]
    profiles = build_index(
        numbered,
        (),
        np.zeros((0, index.vectors.shape[1]), dtype=np.float32),
        index.tree,
        proximity=index.proximity,
    )
    candidate_of = np.repeat(np.arange(len(variants)), np.diff(laid.starts))
    is_verified = np.array([matter.is_verified for matter in matters], dtype=np.bool_)
    columns = {name: getattr(index, name)[laid.source] for name in MATTER_COLUMNS}
    if laid.pieces:
        here = slice(len(matters) - len(laid.pieces), None)
        columns["dated"][here] = [piece.dated_on.toordinal() for piece in laid.pieces]
        columns["amounts"][here] = np.nan
        columns["is_statement"][here] = False
        columns["has_no_sector"][here] = [not piece.sector_codes for piece in laid.pieces]
    columns["is_verified"] = is_verified
    tree, above = index.tree, {}
    for code in {code for matter in matters for code in matter.sector_codes}:
        above[code] = tree.ancestors(code)
    laid_out = replace(
        index,
        **columns,
        candidates=tuple(candidates),
        matters=matters,
        places=[matter.jurisdictions for matter in matters],
        filed=[matter.sector_codes for matter in matters],
        starts=laid.starts,
        matter_of=laid.matter_of,
        candidate_of=candidate_of,
        levels=NO_LEVELS,
        listings=profiles.listings,
        listing_of=profiles.listing_of,
        # Shares by home may be kept in the order of the homes of the whole index.
        home_of=index.home_of[[variant.row for variant in variants]],
        by_jurisdiction=rows_by_code([matter.jurisdictions for matter in matters]),
        by_sector=rows_by_code(
            [
                tuple(dict.fromkeys(up for code in matter.sector_codes for up in above[code]))
                for matter in matters
            ]
        ),
        by_exact_sector=rows_by_code([matter.sector_codes for matter in matters]),
        by_client=rows_by_code([(matter.client,) if matter.client else () for matter in matters]),
        by_practice=profiles.by_practice,
        by_place=profiles.by_place,
        practice_until=profiles.practice_until,
        claimants=np.unique(candidate_of[~is_verified[laid.matter_of]]),
        row_of={},
    )
    return replace(laid_out, overclaims=overclaiming(laid_out))


def _is_per_matter(
    name: str, value: np.ndarray[tuple[int, ...], np.dtype[np.generic]], m: int
) -> bool:
    if name in AGGREGATES:
        return False
    if value.shape[:1] != (m,):
        raise UnknownColumn(f"say in AGGREGATES of matching/variants.py what {name} is")
    return True

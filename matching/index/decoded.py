"""What is read from a shard's records and numbers for those who are shown, kept for the next match.

The same providers are shown again and again, and to read a record takes longer than to cite it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from matching.citing import Quotation
from matching.index.shard import Records, Sets, Shard, decode_candidate, decode_quotation
from matching.types import Candidate

# Each is about a kilobyte.
_CANDIDATES_KEPT = 4_096
_QUOTATIONS_KEPT = 16_384
# Each is a few words that others share.
_SETS_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """How to read a shard; what was read of late is kept.

    Attributes:
        candidate: returns a provider by its row.
        quotation: returns what is shown of a piece by its row.
        places: returns a set of jurisdictions by its number.
        sectors: returns a set of sectors by its number, as they are filed.
    """

    candidate: Callable[[int], Candidate]
    quotation: Callable[[int], Quotation]
    places: Callable[[int], tuple[str, ...]]
    sectors: Callable[[int], tuple[str, ...]]


def decoded(shard: Shard) -> Decoded:
    """Return how to read a shard."""
    kept = shard.memo.get("decoded")
    if not isinstance(kept, Decoded):
        # They hold the columns and not the shard, which holds them: it is let go when nobody needs it.
        kept = shard.memo["decoded"] = Decoded(
            lru_cache(_CANDIDATES_KEPT)(_candidates(shard.records)),
            lru_cache(_QUOTATIONS_KEPT)(_quotations(shard.records)),
            lru_cache(_SETS_KEPT)(_sets(shard.place_sets, shard.jurisdictions)),
            lru_cache(_SETS_KEPT)(_sets(shard.sector_sets, shard.sectors)),
        )
    return kept


def _candidates(records: Records) -> Callable[[int], Candidate]:
    def candidate(row: int) -> Candidate:
        ids, at = records.id_at, records.provider_at
        provider_id = records.id[ids[row] : ids[row + 1]].tobytes().decode()
        return decode_candidate(provider_id, records.provider[at[row] : at[row + 1]].tobytes())

    return candidate


def _quotations(records: Records) -> Callable[[int], Quotation]:
    def quotation(piece: int) -> Quotation:
        at = records.piece_at
        return decode_quotation(records.piece[at[piece] : at[piece + 1]].tobytes())

    return quotation


def _sets(sets: Sets, names: tuple[str, ...]) -> Callable[[int], tuple[str, ...]]:
    def codes(number: int) -> tuple[str, ...]:
        chosen = sets.code[int(sets.at[number]) : int(sets.at[number + 1])]
        return tuple([names[code] for code in chosen.tolist()])

    return codes

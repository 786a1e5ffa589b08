"""Attacks on the order: what a provider can write about itself, and how far that carries it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np

from matching.eligibility import apply_rules
from matching.features.catalogue import feature_matrix
from matching.features.context import make_context
from matching.index.columns import Index
from matching.ranker.additive import AdditiveRanker
from matching.scoring import score_all
from matching.text.encoder import PackagedEncoder
from matching.text.tokens import tokens
from matching.types import BoolArray, Float32Array, FloatArray, IntArray, Matter
from tests.matching.gaming_catalogue import Catalogue, frozen_needs, need_vectors, rows_of

FIRST = 10
SEEN = 100
MOST_WANTED = 60
NOWHERE = 1_000_000
_ZERO_WIDTH = "\u200b"


def taxonomy_terms() -> list[tuple[str, str, str]]:
    """The name of every sector in the three scripts, branch after branch."""
    with as_file(files("providers.data")) as folder:
        rows = sorted(rows_of(folder / "sectors.csv"), key=lambda row: row["code"])
    return [(row["name_en"], row["name_zh_hans"], row["name_zh_hant"]) for row in rows]


@lru_cache(maxsize=1)
def most_wanted_terms() -> tuple[str, ...]:
    """The terms that the frozen needs use most and that tell one need from another."""
    used = [set(tokens(need.text)) for need in frozen_needs()]
    counted = Counter(token for words in used for token in words if len(token) > 1)
    worth = {t: n * np.log(len(used) / n) for t, n in counted.items()}
    return tuple(sorted(worth, key=lambda token: (-worth[token], token))[:MOST_WANTED])


def stuffed_with_wanted_terms() -> list[str]:
    """The most wanted terms: one by one, a few at a time, all at once, and in disguise."""
    wanted = most_wanted_terms()
    together = " ".join(wanted)
    return [
        *wanted,
        *(" ".join(wanted[at : at + 6]) for at in range(0, MOST_WANTED, 6)),
        together,
        together.replace(" ", f" {_ZERO_WIDTH}"),
        f"Consultants.{_ZERO_WIDTH * 20}{together}",
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in together),  # full width
    ]


def stuffed_with_taxonomy() -> list[str]:
    """The name of every sector: half a dozen at a time, and of all branches in three scripts."""
    terms = taxonomy_terms()
    few = [" ".join(term[0] for term in terms[at : at + 6]) for at in range(0, len(terms), 6)]
    # A quarter of all fills what the encoder reads of a text.
    return [*few, " ".join(" ".join(term) for term in terms[::4])]


def attacked(
    catalogue: Catalogue,
    attackers: Sequence[str],
    texts: Sequence[str],
    *,
    sectors: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    is_listed: bool = False,
    is_statement: bool = True,
    is_verified: bool = False,
    vectors: Float32Array | None = None,
) -> Catalogue:
    """Let attackers say all of the texts of themselves.

    Args:
        catalogue: as it was.
        attackers: who does it.
        texts: one piece of evidence each.
        sectors, places: what these are filed under.
        is_listed: whether they list themselves under the sectors too.
        is_statement: whether they call it statements, or work that they have done.
        is_verified: whether somebody believed it.
        vectors: shape (len(texts), d), what the texts mean; encoded where not given.
    """
    claims = tuple(
        Matter(
            f"claim{number:05d}",
            {provider_id: f"claim{number:05d}/{provider_id}" for provider_id in attackers},
            "",
            text,
            places,
            sectors,
            is_statement=is_statement,
            is_verified=is_verified,
        )
        for number, text in enumerate(texts, start=len(catalogue.matters))
    )
    stuffed = " ".join(texts)
    if vectors is None:
        vectors = _encoded(tuple(claim.text for claim in claims))
    return replace(
        catalogue,
        candidates=tuple(
            replace(
                c,
                name=f"{c.name} {stuffed}",
                sector_codes=sectors if is_listed else c.sector_codes,
            )
            if c.provider_id in attackers
            else c
            for c in catalogue.candidates
        ),
        matters=(*catalogue.matters, *claims),
        vectors=np.vstack([catalogue.vectors, vectors]),
    )


@lru_cache(maxsize=4)
def _encoded(texts: tuple[str, ...]) -> Float32Array:
    return PackagedEncoder().encode_passages(texts)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one index answers for every frozen need.

    Attributes:
        scores: shape (q, n).
        is_eligible: shape (q, n).
        has_record: shape (q, n), who had verified evidence before the day of the need.
    """

    scores: FloatArray
    is_eligible: BoolArray
    has_record: BoolArray

    def ranks(self, rows: IntArray) -> IntArray:
        """Return the rank of some candidates among all but each other: shape (q, len(rows))."""
        others = np.ones(self.scores.shape[1], dtype=np.bool_)
        others[rows] = False
        ranks = np.full((len(self.scores), len(rows)), NOWHERE)
        for at, (scores, eligible) in enumerate(zip(self.scores, self.is_eligible, strict=True)):
            rivals = np.sort(scores[others & eligible])
            above = len(rivals) - np.searchsorted(rivals, scores[rows], side="right")
            ranks[at] = np.where(eligible[rows], above + 1, NOWHERE)
        return ranks


def answers(index: Index, ranker: AdditiveRanker, *, is_believed: bool = False) -> Answers:
    """Score every candidate for every frozen need.

    Args:
        index: who is ranked.
        ranker: how.
        is_believed: with no defence at all: every claim taken at its word.
    """
    scores: list[FloatArray] = []
    eligible: list[BoolArray] = []
    known: list[BoolArray] = []
    for need, vector in zip(frozen_needs(), need_vectors(), strict=True):
        context = make_context(need, vector, index)
        if is_believed:
            scores.append(ranker.scores(feature_matrix(context)))
        else:
            scores.append(score_all(context, ranker).scores)
        eligible.append(apply_rules(context)[0])
        verified = context.counts & index.is_verified
        known.append(index.summed(verified.astype(np.float64)) > 0)
    return Answers(np.array(scores), np.array(eligible), np.array(known))


@dataclass(frozen=True, slots=True)
class Gain:
    """What an attack brought each attacker.

    Attributes:
        share: shape (a,), by how much its share of the first ten places rose.
        often: shape (a,), in what share of the needs it rose by more than three places and stands
            among the first `SEEN`. Far below, scores lie so close that a trifle moves a provider by
            many places that nobody sees.
    """

    share: FloatArray
    often: FloatArray


def gain(before: Answers, after: Answers, rows: IntArray) -> Gain:
    """Compare the ranks of attackers, each alone against all who do not attack."""
    then, now = before.ranks(rows), after.ranks(rows)
    return Gain(
        share=(now <= FIRST).mean(axis=0) - (then <= FIRST).mean(axis=0),
        often=((then - now > 3) & (now <= SEEN)).mean(axis=0),
    )

"""What a provider writes of itself does not carry it: on the catalogue that ships with the product."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from matching.features.context import make_context
from matching.index.columns import Index
from matching.ranker.prior import prior
from matching.scoring import CLAIM_WEIGHT, score_all
from matching.types import Candidate, Float32Array, IntArray, Query
from tests.matching.gaming_attacks import (
    FIRST,
    Answers,
    answers,
    attacked,
    gain,
    stuffed_with_taxonomy,
    stuffed_with_wanted_terms,
)
from tests.matching.gaming_catalogue import (
    WRITTEN,
    Catalogue,
    frozen_needs,
    need_vectors,
    packaged_catalogue,
    packaged_index,
)
from tests.matching.gaming_training import all_learned
from tests.trainer import require_trainer


@lru_cache(maxsize=1)
def honest() -> tuple[Index, Answers]:
    index = packaged_index()
    return index, answers(index, prior())


@lru_cache(maxsize=1)
def attackers() -> tuple[str, ...]:
    """Real firms with a record: four that are often middling, two often first, two of no note."""
    index, found = honest()
    ranks = np.argsort(np.argsort(-found.scores, axis=1, kind="stable"), axis=1) + 1
    middling = np.argsort(-((ranks >= 10) & (ranks <= 50)).sum(axis=0), kind="stable")[:4]
    often_first = np.argsort(-(ranks <= FIRST).sum(axis=0), kind="stable")[:2]
    rows = dict.fromkeys([*middling, *often_first, 1234, 7654])
    return tuple(index.candidates[int(row)].provider_id for row in rows)


def rows_in(index: Index) -> IntArray:
    return np.array([index.row_of[provider_id] for provider_id in attackers()])


def test_stuffing_with_every_sector_name_moves_nobody() -> None:
    index, before = honest()
    every = tuple(sorted(index.tree.parents))
    texts = stuffed_with_taxonomy()
    catalogue = attacked(packaged_catalogue(), attackers(), texts, sectors=every, is_listed=True)

    after = answers(catalogue.index(), prior())

    assert len(frozen_needs()) >= 100
    found = gain(before, after, rows_in(index))
    assert found.share.max() <= 0.01
    assert found.often.max() <= 0.05


def test_stuffing_with_the_most_wanted_terms_moves_nobody() -> None:
    index, before = honest()
    texts = stuffed_with_wanted_terms()
    stuffed = attacked(packaged_catalogue(), attackers(), texts).index()

    after = answers(stuffed, prior())

    found = gain(before, after, rows_in(index))
    assert found.share.max() <= 0.01
    assert found.often.max() <= 0.05
    # The attack itself is a good one: it works on whoever takes claims at their word.
    defenceless = answers(stuffed, prior(), is_believed=True)
    bought = gain(before, defenceless, rows_in(index))
    assert np.median(bought.often) > 0.5
    assert bought.share.max() > 0.05


def test_a_hundred_invented_reviews_in_the_words_of_the_need_move_no_score() -> None:
    index, before = honest()
    row = rows_in(index)[:1]
    needs, vectors = frozen_needs()[:100:20], need_vectors()[:100:20]
    reviews = [f"{need.text} (review {n})" for need in needs for n in range(20)]
    # In meaning each of them is the need itself, which no real review comes near to.
    said = attacked(
        packaged_catalogue(), attackers()[:1], reviews, vectors=np.repeat(vectors, 20, axis=0)
    )

    stuffed = said.index()

    for at, (need, vector) in enumerate(zip(needs, vectors, strict=True)):
        found = score_all(make_context(need, vector, stuffed), prior()).scores[row]
        scores = before.scores[20 * at]
        if before.has_record[20 * at, row].all():
            assert found - scores[row] <= 0.05 * (scores.max() - scores.min())


def test_a_claim_weighs_at_most_a_quarter_of_the_same_work_verified_with_a_learned_ranker() -> None:
    require_trainer()
    """For real providers with a record, and for one of which nothing is known."""
    ranker = all_learned()
    assert ranker.curves != prior().curves
    catalogue = packaged_catalogue()
    nobody = Candidate("zzz:nobody", "Nobody", "other")
    catalogue = replace(catalogue, candidates=(*catalogue.candidates, nobody))
    who = (*attackers(), nobody.provider_id)
    # The first as written, in three scripts; together they ask for less than a dozen sectors.
    written = slice(-len(WRITTEN), -len(WRITTEN) + 3)
    needs, vectors = frozen_needs()[written], need_vectors()[written]
    without = catalogue.index()
    claimed = one_claim_for_each(catalogue, who, needs, vectors, is_verified=False)
    believed = one_claim_for_each(catalogue, who, needs, vectors, is_verified=True)
    # Words stay as rare as they are: those of verified work decide that for everybody.
    verified = replace(believed, words=claimed.words, tasks=claimed.tasks)
    rows = np.array([without.row_of[provider_id] for provider_id in who])

    scores = np.array(
        [
            [
                score_all(make_context(need, vector, index), ranker).scores[rows]
                for need, vector in zip(needs, vectors, strict=True)
            ]
            for index in (without, claimed, verified)
        ]
    )

    claims, work = scores[1] - scores[0], scores[2] - scores[0]
    assert (claims >= -1e-9).all()
    assert (claims <= CLAIM_WEIGHT * work + 1e-9).all()
    assert (work > 0.0).all()
    assert (claims[:, -1] > 0.0).all()


def one_claim_for_each(
    catalogue: Catalogue,
    who: Sequence[str],
    needs: Sequence[Query],
    vectors: Float32Array,
    *,
    is_verified: bool,
) -> Index:
    """Let providers say of themselves that they did just what is asked for, once for each need."""
    for need, vector in zip(needs, vectors, strict=True):
        catalogue = attacked(
            catalogue,
            who,
            [need.text],
            sectors=need.sector_codes,
            places=need.target_jurisdictions,
            is_statement=False,
            is_verified=is_verified,
            vectors=vector[None],
        )
    return catalogue.index()

"""What holds for every feature, whatever the supply and the need."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.eligibility import apply_rules
from matching.features.catalogue import CATALOGUE, DIGITS, NAMES, feature_matrix
from matching.types import Float32Array, FloatArray, Matter
from tests.matching.examples import TODAY, Supply, at_cosine, lay, supplies, work


def with_matter(supply: Supply, matter: Matter, vector: Float32Array) -> Supply:
    """The same supply with one more matter, like the need where there are vectors."""
    vectors = np.vstack([supply.vectors, vector[:, : supply.vectors.shape[1]]])
    return replace(supply, matters=(*supply.matters, matter), vectors=vectors)


def rows_of(supply: Supply, provider_id: str, *, words_of: Supply | None = None) -> FloatArray:
    """A provider's features; words as rare as in another supply of the same matters, if given.

    Each partner's piece counts in how rare words are, so that joining a matter moves them a little.
    """
    index = supply.index()
    if words_of is not None:
        other = words_of.index()
        index = replace(index, words=other.words, tasks=other.tasks)
    context = lay(supply.query, index)
    row: FloatArray = feature_matrix(context)[context.index.row_of[provider_id]]
    return row


@given(supplies())
def test_every_feature_lies_between_nothing_and_one_or_is_unknown(supply: Supply) -> None:
    features = feature_matrix(supply.context())

    assert features.shape == (len(supply.candidates), len(CATALOGUE))
    known = features[~np.isnan(features)]
    assert ((known >= 0.0) & (known <= 1.0)).all()


@given(supplies(), st.data())
def test_what_holds_for_some_candidates_is_what_holds_for_them_among_all(
    supply: Supply, data: st.DataObject
) -> None:
    context = supply.context()
    everybody = range(len(supply.candidates))
    rows = np.array(sorted(data.draw(st.sets(st.sampled_from(everybody)))), dtype=np.int64)

    some = replace(context, index=context.index.of_candidates(rows))

    np.testing.assert_array_equal(feature_matrix(some), feature_matrix(context)[rows])
    np.testing.assert_array_equal(apply_rules(some)[0], apply_rules(context)[0][rows])


@given(supplies())
def test_what_a_provider_of_whom_nothing_is_known_gets_is_nothing(supply: Supply) -> None:
    nobody = replace(
        supply.candidates[0],
        provider_id="nobody",
        home_jurisdiction=None,
        languages=None,
        sector_codes=(),
    )
    features = rows_of(replace(supply, candidates=(*supply.candidates, nobody)), "nobody")

    assert (np.isnan(features) | (features == 0.0)).all()
    unknown = dict(zip(NAMES, np.isnan(features), strict=True))
    assert all(
        unknown[name]
        for name in (
            "based_in_target",
            "sector_listed",
            "languages_spoken",
            "verified_record",
            "recency",
            "size_fit",
        )
    )


@given(supplies(), st.sampled_from([TODAY, date(2026, 11, 23), date(2040, 1, 1)]))
def test_evidence_dated_on_or_after_the_day_changes_nothing(supply: Supply, day: date) -> None:
    """Taking part in later work: the work itself is in both indexes, as somebody else's."""
    who = supply.candidates[0].provider_id
    later = work(
        "later",
        [],
        supply.query.text,
        places=supply.query.target_jurisdictions,
        sectors=supply.query.sector_codes,
        dated_on=day,
        amount_usd=supply.query.amount_usd,
        is_verified=True,
    )
    joined = replace(later, evidence_ids={who: "later/piece"})

    having = with_matter(supply, joined, at_cosine(1.0))
    before = rows_of(with_matter(supply, later, at_cosine(1.0)), who, words_of=having)
    after = rows_of(having, who)

    np.testing.assert_array_equal(after, before)


@given(supplies())
def test_a_better_piece_of_evidence_never_lowers_a_feature(supply: Supply) -> None:
    who = supply.candidates[0].provider_id
    better = work(
        "better",
        [],
        supply.query.text,
        places=supply.query.target_jurisdictions,
        sectors=supply.query.sector_codes,
        dated_on=date(2026, 11, 21),
        amount_usd=supply.query.amount_usd,
        is_verified=True,
    )
    joined = replace(better, evidence_ids={who: "better/piece"})

    having = with_matter(supply, joined, at_cosine(1.0))
    before = rows_of(with_matter(supply, better, at_cosine(1.0)), who, words_of=having)
    after = rows_of(having, who)

    # What was unknown may become known; what was known never becomes less, or unknown.
    known = ~np.isnan(before)
    assert (after[known] >= before[known]).all(), NAMES


@given(supplies(), st.data())
def test_any_further_piece_of_work_never_lowers_a_feature_but_those_of_the_whole_record(
    supply: Supply, data: st.DataObject
) -> None:
    if not supply.matters:
        return
    who = supply.candidates[0].provider_id
    place = data.draw(st.integers(0, len(supply.matters) - 1))
    matter = supply.matters[place]
    joined = replace(matter, evidence_ids={**matter.evidence_ids, who: "joined/piece"})
    matters = (*supply.matters[:place], joined, *supply.matters[place + 1 :])

    having = replace(supply, matters=matters)
    before, after = rows_of(supply, who, words_of=having), rows_of(having, who)

    known = ~np.isnan(before)
    for name in ("verified_record", "typical_size", "focus"):
        known[NAMES.index(name)] = False
    # Sums over evidence round differently in another order, and a value may move by its last digit.
    assert (after[known] >= before[known] - 1.5 * 10.0**-DIGITS).all(), NAMES

"""The engine on columns against the plain reference in NumPy: the same to the last bit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.eligibility import apply_rules, openings
from matching.engine import match
from matching.features.context import make_context
from matching.index.build import build_shard
from matching.index.columns import Index
from matching.index.view import View, make_view
from matching.ranker.prior import prior
from matching.search.laid import Crew, OutOfTime, lay
from matching.search.match import match_view, tables_of
from matching.search.why import why_view
from matching.types import Float32Array, MatchResult, Query
from matching.why import Why, why
from providers.packaged_ranker import read_packaged_ranker
from tests.matching.examples import (
    NAMES,
    NEED_VECTOR,
    PLACES,
    REGIONS,
    SECTORS,
    TREE,
    Supply,
    at_cosine,
    firm,
    need,
    supplies,
    work,
)

RANKER = prior()
BANDS = st.sampled_from([0.0, 0.05, 5.0])


def view_of(supply: Supply) -> View:
    shard = build_shard(
        supply.candidates, supply.matters, supply.vectors, encoder="two-d", tree=TREE
    )
    return make_view(shard, TREE, REGIONS)


def vector_of(supply: Supply) -> Float32Array:
    return NEED_VECTOR[: supply.vectors.shape[1]]


def plainly(supply: Supply, *, top: int, band: float) -> MatchResult:
    index: Index = supply.index()
    return match(supply.query, vector_of(supply), index, RANKER, NAMES, top=top, band=band)


@given(supplies(), st.integers(1, 5), BANDS)
def test_matches_as_the_reference_does(supply: Supply, top: int, band: float) -> None:
    found = match_view(
        supply.query, vector_of(supply), view_of(supply), RANKER, NAMES, top=top, band=band
    )

    assert found == plainly(supply, top=top, band=band)


def without_pieces(said: Why) -> Why:
    if said.change is None:
        return said
    facts = tuple(replace(fact, pieces=()) for fact in said.change.facts)
    return replace(said, change=replace(said.change, facts=facts))


@given(supplies(), st.integers(1, 3), BANDS, st.data())
def test_says_why_as_the_reference_does(
    supply: Supply, k: int, band: float, data: st.DataObject
) -> None:
    provider_id = data.draw(st.sampled_from([one.provider_id for one in supply.candidates]))

    found = why_view(
        supply.query,
        vector_of(supply),
        view_of(supply),
        RANKER,
        NAMES,
        provider_id=provider_id,
        k=k,
        band=band,
    )

    # A piece of work that might be done is like a row of its own index; the words are the same.
    assert without_pieces(found) == without_pieces(
        why(
            supply.query,
            vector_of(supply),
            supply.index(),
            RANKER,
            NAMES,
            provider_id=provider_id,
            k=k,
            band=band,
        )
    )


def _crowd(size: int) -> Supply:
    """Made-up providers, so many that most of them are never scored in full."""
    rng = np.random.default_rng(3)
    words = ["road", "bridge", "audit", "water", "supervision", "tax", "port", "study", "law"]
    candidates, matters = [], []
    for i in range(size):
        home = PLACES[rng.integers(len(PLACES))]
        listed = tuple(sorted({SECTORS[k] for k in rng.integers(len(SECTORS), size=2)}))
        candidates.append(
            replace(
                firm(f"p{i:05d}", home, listed if rng.random() < 0.5 else ()),
                languages=("en", "zh") if rng.random() < 0.3 else None,
            )
        )
        for j in range(int(rng.geometric(0.4))):
            text = " ".join(words[k] for k in rng.integers(len(words), size=rng.integers(1, 7)))
            matters.append(
                replace(
                    work(
                        f"m{i:05d}-{j}",
                        [f"p{i:05d}"],
                        text,
                        places=(PLACES[rng.integers(len(PLACES))],),
                        sectors=(SECTORS[rng.integers(len(SECTORS))],),
                        dated_on=date(2010 + int(rng.integers(17)), 1, 1),
                        amount_usd=float(rng.lognormal(12, 2)),
                        is_verified=bool(rng.random() < 0.9),
                        is_statement=bool(rng.random() < 0.1),
                    ),
                    title="Road works" if rng.random() < 0.3 else "",
                    client="P1" if rng.random() < 0.2 else None,
                )
            )
    vectors = at_cosine(*rng.uniform(0.7, 0.95, len(matters)))
    return Supply(tuple(candidates), tuple(matters), vectors, need())


@pytest.fixture(scope="module")
def laid_out() -> tuple[View, Index]:
    crowd = _crowd(2_500)
    return view_of(crowd), crowd.index()


def _random_need(rng: np.random.Generator) -> Query:
    def some(values: tuple[str, ...], most: int) -> tuple[str, ...]:
        return tuple({values[k] for k in rng.integers(len(values), size=rng.integers(most + 1))})

    return Query(
        " ".join(rng.choice(["road", "audit", "water", "port", "tax", "law"], rng.integers(1, 5))),
        date(2026, 11, 22) if rng.random() < 0.8 else date(2018, 6, 1),
        home_jurisdiction=rng.choice(["TZ", "VN"]) if rng.random() < 0.7 else None,
        target_jurisdictions=some(PLACES, 2),
        sector_codes=some(SECTORS, 2) if rng.random() < 0.6 else (),
        languages_wanted=("zh",) if rng.random() < 0.3 else (),
        amount_usd=float(rng.lognormal(12, 2)) if rng.random() < 0.4 else None,
        equivalents="bridge study" if rng.random() < 0.2 else "",
        client="P1" if rng.random() < 0.2 else None,
    )


@pytest.mark.parametrize("band", [0.0, 0.05])
def test_leaves_nobody_out_who_belongs_to_the_first(
    laid_out: tuple[View, Index], band: float
) -> None:
    view, index = laid_out
    rng = np.random.default_rng(11)
    left_out = 0
    for _ in range(25):
        query = _random_need(rng)

        found = match_view(query, NEED_VECTOR, view, RANKER, NAMES, top=10, band=band)

        assert found == match(query, NEED_VECTOR, index, RANKER, NAMES, top=10, band=band)
        laid = lay(query, NEED_VECTOR, view, tables_of(RANKER), Crew(), wanted=10, band=band)
        left_out += int(np.isneginf(laid.halves[0].scores).sum())
    assert left_out > 10_000


def test_the_first_are_the_same_whether_all_others_wait_or_some_or_none(
    laid_out: tuple[View, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(12)
    queries = [_random_need(rng) for _ in range(25)]

    def first_ten(most_waiting: int, wanted: int | None) -> list[object]:
        monkeypatch.setattr("matching.search.laid.WAITING_PIECES", most_waiting)
        found = [
            lay(query, NEED_VECTOR, laid_out[0], tables_of(RANKER), Crew(), wanted=wanted)
            for query in queries
        ]
        return [np.sort(laid.halves[0].scores)[-10:].tolist() for laid in found]

    everybody_scored = first_ten(0, None)

    assert first_ten(0, 10) == everybody_scored
    assert first_ten(50, 10) == everybody_scored
    assert first_ten(65_536, 10) == everybody_scored


def test_cites_of_many_pieces_those_that_the_reference_cites() -> None:
    crowd = _crowd(40)
    rng = np.random.default_rng(5)
    # All of one provider, many as near and as old as each other: the order hangs on every tie.
    matters = tuple(
        replace(
            one,
            evidence_ids={"p00000": f"e{i}"},
            title="",
            description=str(rng.choice(["road audit", "road", "port"])),
            dated_on=date(2020 + int(rng.integers(3)), 1, 1) if rng.random() < 0.9 else None,
        )
        for i, one in enumerate(crowd.matters)
    )
    supply = replace(crowd, matters=matters, vectors=at_cosine(*[0.9] * len(matters)))
    view, index = view_of(supply), supply.index()

    for _ in range(20):
        query = _random_need(rng)
        found = match_view(query, NEED_VECTOR, view, RANKER, NAMES)
        assert found == match(query, NEED_VECTOR, index, RANKER, NAMES)


def test_two_threads_find_what_one_finds(laid_out: tuple[View, Index]) -> None:
    view, _index = laid_out
    rng = np.random.default_rng(12)
    with ThreadPoolExecutor(2) as threads, pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.search.laid.ALONE_PIECES", 0)
        patch.setattr("matching.search.laid.BLOCKS_AT_ONCE", 1)
        patch.setattr("matching.search.laid.BLOCK_PIECES", 256)
        patch.setattr("matching.search.rules.BLOCK_ROWS", 256)
        for _ in range(20):
            query = _random_need(rng)
            alone = match_view(query, NEED_VECTOR, view, RANKER, NAMES, band=0.05)
            assert alone == match_view(
                query, NEED_VECTOR, view, RANKER, NAMES, band=0.05, threads=threads
            )


def test_gives_up_when_there_is_no_time(laid_out: tuple[View, Index]) -> None:
    with pytest.raises(OutOfTime):
        match_view(need("road"), NEED_VECTOR, laid_out[0], RANKER, NAMES, out_of_time=lambda: True)


def _changed_since(supply: Supply) -> View:
    """The same supply as a snapshot in which a third is out of date, and that third beside it."""
    ids = [one.provider_id for one in supply.candidates]
    changed = {provider_id for i, provider_id in enumerate(ids) if i % 3 == 0}
    before = replace(
        supply,
        candidates=tuple(replace(one, home_jurisdiction="KE") for one in supply.candidates),
        matters=tuple(replace(one, description="old words") for one in supply.matters),
    )
    kept = [i for i, one in enumerate(supply.matters) if changed.isdisjoint(one.evidence_ids)]
    base = replace(
        before,
        candidates=tuple(
            old if new.provider_id in changed else new
            for old, new in zip(before.candidates, supply.candidates, strict=True)
        ),
        matters=tuple(
            supply.matters[i] if i in set(kept) else before.matters[i]
            for i in range(len(supply.matters))
        ),
    )
    rest = [i for i in range(len(supply.matters)) if i not in set(kept)]
    extra = replace(
        supply,
        candidates=tuple(one for one in supply.candidates if one.provider_id in changed),
        matters=tuple(supply.matters[i] for i in rest),
        vectors=supply.vectors[rest],
    )
    shards = [
        build_shard(one.candidates, one.matters, one.vectors, encoder="two-d", tree=TREE)
        for one in (base, extra)
    ]
    gone = [row for row in range(shards[0].size) if shards[0].provider_id(row) in changed]
    return make_view(shards[0], TREE, REGIONS, gone=gone, extra=shards[1])


def test_finds_for_a_thousand_needs_what_the_reference_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So few that most needs rest on a sample of the work in their targets.
    for module in ("matching.features.context", "matching.search.shares"):
        monkeypatch.setattr(f"{module}.SAMPLE", 16)
    crowd = _crowd(300)
    view, index = _changed_since(crowd), crowd.index()
    rng = np.random.default_rng(21)
    rankers = (RANKER, read_packaged_ranker().ranker)
    for number in range(1_000):
        query = _random_need(rng)
        ranker, top = rankers[number % 2], int(rng.choice([1, 3, 10, 40]))

        found = match_view(query, NEED_VECTOR, view, ranker, NAMES, top=top, band=0.05)

        assert found == match(query, NEED_VECTOR, index, ranker, NAMES, top=top, band=0.05)


@pytest.mark.parametrize("block", [8, 1_024])
def test_counts_for_each_rule_whom_the_reference_counts(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.search.rules.BLOCK_ROWS", block)
    rng = np.random.default_rng(31)
    crowd = _crowd(300)
    ids = [one.provider_id for one in crowd.candidates]
    crowd = replace(
        crowd,
        candidates=tuple(
            replace(
                one,
                is_published=rng.random() < 0.9,
                is_suspended=rng.random() < 0.1,
                is_accepting=False if rng.random() < 0.1 else None,
                qualified_in={PLACES[rng.integers(6)]: date(2020, 1, 1)}
                if rng.random() < 0.3
                else None,
            )
            for one in crowd.candidates
        ),
    )
    view, index = _changed_since(crowd), crowd.index()
    for _ in range(200):
        query = replace(
            _random_need(rng),
            excluded_provider_ids=frozenset(rng.choice(ids, 5).tolist()),
            conflicted_provider_ids=frozenset(rng.choice(ids, 5).tolist()),
            languages_required=rng.random() < 0.5,
        )
        context = make_context(query, NEED_VECTOR, index)
        eligible, removed = apply_rules(context)

        laid = lay(query, NEED_VECTOR, view, tables_of(RANKER), Crew())

        assert laid.removed == {count.rule: count.removed for count in removed}
        assert laid.eligible == int(eligible.sum())
        assert {rule: count for rule, count in laid.only.items() if count} == {
            count.rule: count.removed for count in openings(context)
        }

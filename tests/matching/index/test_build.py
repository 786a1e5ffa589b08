from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index.build import build_shard
from matching.index.columns import InvalidIndex, build_index
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
    Shard,
    name_hash,
)
from matching.sectors import build_sector_tree
from matching.text.tokens import stems, tokens
from matching.text.vectors import quantise
from matching.types import Candidate, Matter, evidence_text
from tests.matching.examples import TREE, Supply, firm, work
from tests.matching.index.shard_examples import same, shard_of, titled_supplies

NO_VECTORS = np.zeros((0, 0), dtype=np.float32)
CODES = tuple(f"{top}.{i}" for top in "ABC" for i in range(8))
WIDE_TREE = build_sector_tree([(c, None) for c in "ABC"] + [(code, code[0]) for code in CODES])


def day_of(matter: Matter) -> int:
    return matter.dated_on.toordinal() if matter.dated_on else UNDATED


def pieces_of(supply: Supply, provider_id: str) -> list[Matter]:
    held = [m for m in supply.matters if provider_id in m.evidence_ids]
    return sorted(held, key=lambda m: m.matter_id)


def pieces_in(shard: Shard) -> list[tuple[str, Matter]]:
    """Every piece in its order, with its provider."""
    return [
        (shard.provider_id(row), shard.matter(p, shard.provider_id(row)))
        for row in range(shard.size)
        for p in shard.pieces_of(row)
    ]


@given(titled_supplies(), st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_does_not_matter(supply: Supply, random: Random) -> None:
    order = random.sample(range(len(supply.matters)), len(supply.matters))
    candidates = random.sample(supply.candidates, len(supply.candidates))

    shuffled = replace(
        supply,
        candidates=tuple(candidates),
        matters=tuple(supply.matters[i] for i in order),
        vectors=supply.vectors[order],
    )

    assert same(shard_of(shuffled), shard_of(supply))


@given(titled_supplies())
def test_providers_and_pieces_come_back_as_they_were(supply: Supply) -> None:
    shard = shard_of(supply)

    assert shard.size == len(supply.candidates)
    for candidate in supply.candidates:
        row = shard.row_of(candidate.provider_id)
        assert row is not None
        assert shard.candidate(row) == candidate
        mine = candidate.provider_id
        assert [shard.matter(p, mine) for p in shard.pieces_of(row)] == [
            replace(m, evidence_ids={mine: m.evidence_ids[mine]}) for m in pieces_of(supply, mine)
        ]


@given(titled_supplies())
def test_profiles_say_what_is_known_of_a_provider(supply: Supply) -> None:
    shard = shard_of(supply)
    profiles = shard.profiles
    for row in range(shard.size):
        known = shard.candidate(row)
        pieces = pieces_of(supply, known.provider_id)
        listed = profiles.listed[profiles.listed_at[row] : profiles.listed_at[row + 1]]
        held = slice(int(profiles.qualified_at[row]), int(profiles.qualified_at[row + 1]))
        places = [shard.jurisdictions[int(i)] for i in profiles.qualified[held]]
        until = profiles.qualified_until[held].tolist()
        flags = int(profiles.flags[row])

        assert [shard.sectors[i] for i in listed] == sorted(known.sector_codes)
        assert shard.homes[profiles.home[row]] == known.home_jurisdiction
        assert shard.languages[profiles.languages[row]] == known.languages
        assert list(zip(places, until, strict=True)) == [
            (code, last.toordinal() if last else FOREVER)
            for code, last in sorted((known.qualified_in or {}).items())
        ]
        assert bool(flags & PUBLISHED) == known.is_published
        assert bool(flags & SUSPENDED) == known.is_suspended
        assert bool(flags & NOT_ACCEPTING) == (known.is_accepting is False)
        assert bool(flags & CLAIMANT) == any(not m.is_verified for m in pieces)
        assert bool(flags & STATES_QUALIFICATIONS) == (known.qualified_in is not None)
        assert bool(flags & KNOWS_NO_PLACE) == (
            known.home_jurisdiction is None and known.qualified_in is None
        )
        assert profiles.first_believed[row] == min(map(day_of, pieces), default=NEVER)


@given(titled_supplies())
def test_columns_say_what_the_pieces_are(supply: Supply) -> None:
    shard = shard_of(supply)
    pieces, places, sectors = shard.pieces, shard.place_sets, shard.sector_sets
    codes = {
        m.matter_id: c for m, c in zip(supply.matters, quantise(supply.vectors)[0], strict=True)
    }
    for p, (_owner, matter) in enumerate(pieces_in(shard)):
        filed = places.code[places.at[pieces.places[p]] : places.at[pieces.places[p] + 1]]
        shown = sectors.code[sectors.at[pieces.sectors[p]] : sectors.at[pieces.sectors[p] + 1]]

        assert [shard.jurisdictions[i] for i in filed] == sorted(matter.jurisdictions)
        assert [shard.sectors[i] for i in shown] == sorted(matter.sector_codes)
        assert pieces.dated[p] == day_of(matter)
        assert bool(pieces.flags[p] & VERIFIED) == matter.is_verified
        assert bool(pieces.flags[p] & STATEMENT) == matter.is_statement
        assert pieces.clients[p] == (name_hash(matter.client) if matter.client else 0)
        assert pieces.codes[p].tolist() == codes[matter.matter_id].tolist()
        amount = matter.amount_usd
        wanted = np.nan if amount is None else np.log1p(amount)
        np.testing.assert_array_equal(pieces.amounts[p], wanted)
    for sets in (places, sectors):
        every = [tuple(sets.code[a:b]) for a, b in zip(sets.at[:-1], sets.at[1:], strict=True)]
        assert len(set(every)) == len(every)


@given(titled_supplies())
def test_tokens_are_counted_as_bm25_counts_them(supply: Supply) -> None:
    shard = shard_of(supply)
    pieces, words = shard.pieces, shard.words
    df = defaultdict[int, list[int]](lambda: [0, 0, 0, 0])
    sizes = [[0, 0, 0], [0, 0, 0]]
    token_of = np.repeat(np.arange(len(words.hashes)), np.diff(shard.postings.at))
    for start, end in pairwise(shard.postings.at.tolist()):
        assert (np.diff(shard.postings.piece[start:end]) > 0).all()
    for p, (_owner, matter) in enumerate(pieces_in(shard)):
        text = Counter(name_hash(t) for t in stems(matter.text))
        task = Counter(
            name_hash(t) for t in (stems(matter.description) if matter.title.strip() else ())
        )
        here = shard.postings.piece == p
        hashes = words.hashes[token_of[here]].tolist()

        assert hashes == sorted(text)
        assert shard.postings.text_count[here].tolist() == [text[h] for h in hashes]
        assert shard.postings.task_count[here].tolist() == [task[h] for h in hashes]
        assert (pieces.text_length[p], pieces.task_length[p]) == (text.total(), task.total())
        for group in (0, 1) if matter.is_verified else (1,):
            sizes[group] = [
                have + more
                for have, more in zip(sizes[group], (1, text.total(), task.total()), strict=True)
            ]
            for token in text:
                df[token][group] += 1
                df[token][2 + group] += token in task
    assert words.hashes.tolist() == sorted(df)
    assert np.hstack([words.text_df, words.task_df]).tolist() == [df[t] for t in sorted(df)]
    assert words.sizes.tolist() == sizes


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_tokens_of_a_text_are_those_of_its_title_and_of_its_description(
    title: str, description: str
) -> None:
    whole = stems(evidence_text(title, description))

    assert whole == stems(title.strip()) + stems(description.strip())


@given(st.text(st.characters(codec="ascii")))
def test_plain_texts_are_cut_as_all_others_are(text: str) -> None:
    # A full stop that is not plain takes the way on which every character is folded.
    assert tokens(text) == tokens("。" + text)


@given(titled_supplies())
def test_evidence_is_listed_by_sector_and_place_with_its_earliest_day(supply: Supply) -> None:
    shard = shard_of(supply)
    shown, worked = defaultdict[str, dict[str, int]](dict), defaultdict[str, dict[str, int]](dict)
    work_at = defaultdict[str, list[tuple[str, str]]](list)
    for owner, matter in pieces_in(shard):
        for code in matter.sector_codes or ("none",):
            shown[code][owner] = min(shown[code].get(owner, NEVER), day_of(matter))
        for code in matter.jurisdictions:
            worked[code][owner] = min(worked[code].get(owner, NEVER), day_of(matter))
            if matter.is_verified and not matter.is_statement:
                work_at[code].append((owner, matter.matter_id))

    lists = shard.lists
    ids = [shard.provider_id(row) for row in range(shard.size)]
    pieces = [(owner, matter.matter_id) for owner, matter in pieces_in(shard)]
    for i, code in enumerate((*shard.sectors, "none")):
        here = slice(lists.shown_at[i], lists.shown_at[i + 1])
        found = zip(lists.shown[here], lists.shown_from[here], strict=True)
        assert [(ids[row], day) for row, day in found] == sorted(shown[code].items())
    for i, code in enumerate(shard.jurisdictions):
        here = slice(lists.worked_at[i], lists.worked_at[i + 1])
        found = zip(lists.worked[here], lists.worked_from[here], strict=True)
        assert [(ids[row], day) for row, day in found] == sorted(worked[code].items())
        here = slice(lists.work_at[i], lists.work_at[i + 1])
        assert [pieces[p] for p in lists.work[here]] == work_at[code]


@given(titled_supplies())
def test_providers_are_listed_by_what_their_profiles_name(supply: Supply) -> None:
    shard = shard_of(supply)
    lists, known = shard.lists, [shard.candidate(row) for row in range(shard.size)]
    for i, code in enumerate(shard.sectors):
        here = slice(lists.listed_at[i], lists.listed_at[i + 1])
        assert lists.listed[here].tolist() == [
            row for row, candidate in enumerate(known) if code in candidate.sector_codes
        ]
    for i, code in enumerate(shard.jurisdictions):
        here = slice(lists.based_at[i], lists.based_at[i + 1])
        assert lists.based[here].tolist() == [
            row
            for row, c in enumerate(known)
            if code in {c.home_jurisdiction, *(c.qualified_in or ()), *(c.network_in or ())}
        ]
    assert lists.unlisted.tolist() == [row for row, c in enumerate(known) if not c.sector_codes]


@given(
    st.sets(st.sampled_from([*CODES, "A", "B", "C"])),
    st.lists(
        st.tuples(st.booleans(), st.sets(st.sampled_from([*CODES, "A", "B", "C"]), max_size=8)),
        max_size=5,
    ),
)
def test_overclaiming_is_judged_as_in_the_plain_reference(
    listing: set[str], filed: list[tuple[bool, set[str]]]
) -> None:
    candidates = [firm("a", sectors=tuple(sorted(listing))), firm("b", sectors=("A",))]
    matters = [
        work(f"m{i}", ["a"], sectors=tuple(sorted(codes)), is_verified=is_verified)
        for i, (is_verified, codes) in enumerate(filed)
    ]
    plain = build_index(candidates, matters, np.zeros((len(matters), 0), np.float32), WIDE_TREE)

    shard = build_shard(candidates, matters, encoder="", tree=WIDE_TREE)

    assert ((shard.profiles.flags & OVERCLAIMS) > 0).tolist() == plain.overclaims.tolist()


def overclaimer(*matters: Matter) -> Shard:
    return build_shard([firm("a", sectors=CODES[:13])], matters, encoder="", tree=WIDE_TREE)


def test_whoever_claims_too_much_is_believed_only_where_somebody_verified_it() -> None:
    told = work("m1", ["a"], sectors=("C.1",), dated_on=date(2020, 1, 1))
    seen = work("m2", ["a"], sectors=("C.2",), dated_on=date(2021, 1, 1), is_verified=True)

    shard = overclaimer(told, seen)

    here = [
        shard.lists.shown_at[i : i + 2].tolist() for i in map(shard.sectors.index, ("C.1", "C.2"))
    ]
    assert shard.lists.unlisted.tolist() == [0]
    assert [end - start for start, end in here] == [0, 1]
    assert shard.profiles.first_believed.tolist() == [date(2021, 1, 1).toordinal()]
    assert overclaimer(told).profiles.first_believed.tolist() == [NEVER]


def test_codes_that_the_tree_does_not_know_are_filed_and_are_evidence_for_themselves() -> None:
    odd = tuple(f"X{i:02}" for i in range(13))
    claims = [firm("a", sectors=odd), firm("b", sectors=odd)]
    proof = work("m1", ["b"], sectors=("X00",), is_verified=True)

    shard = build_shard(claims, [proof], encoder="", tree=TREE)

    assert shard.sectors == odd
    assert ((shard.profiles.flags & OVERCLAIMS) > 0).tolist() == [True, False]


def test_partners_of_a_joint_venture_have_a_piece_each() -> None:
    joint = work("m1", ["b", "a"], "bridge")

    shard = build_shard([firm("a"), firm("b")], [joint], encoder="", tree=TREE)

    assert shard.pieces.starts.tolist() == [0, 1, 2]
    assert shard.words.text_df.tolist() == [[0, 2]]


def test_takes_vectors_that_are_in_eight_bits_already() -> None:
    vectors = np.array([[0.6, 0.8], [0.0, 0.0]], dtype=np.float32)
    matters = [work("m1", ["a"]), work("m2", ["a"])]
    codes = quantise(vectors)[0]

    given_codes = build_shard([firm("a")], matters, encoder="e", tree=TREE, codes=codes)

    assert same(given_codes, build_shard([firm("a")], matters, vectors, encoder="e", tree=TREE))
    assert given_codes.pieces.norms[1] == 0


def test_content_follows_every_change_and_no_order() -> None:
    base, matter = firm("a", "VN"), work("m1", ["a"], "road")
    codes = np.array([[1, 2]], dtype=np.int8)

    def content(candidate: Candidate, matter: Matter, last: int) -> int:
        codes = np.array([[1, last]], dtype=np.int8)
        return build_shard([candidate], [matter], encoder="e", tree=TREE, codes=codes).content

    every = {
        content(base, matter, 2),
        content(replace(base, name="Other"), matter, 2),
        content(base, replace(matter, client="P1"), 2),
        content(base, matter, 3),
        build_shard([base], [], encoder="e", tree=TREE, codes=codes[:0]).content,
    }
    assert len(every) == 5


def test_a_provider_with_ten_thousand_pieces_stands_beside_one_with_none() -> None:
    matters = [work(f"m{i:05}", ["b"], "road bridge", is_verified=True) for i in range(10_000)]

    shard = build_shard([firm("a"), firm("b"), firm("c")], matters, encoder="", tree=TREE)

    assert shard.pieces.starts.tolist() == [0, 0, 10_000, 10_000]
    assert shard.words.text_df.tolist() == [[10_000, 10_000]] * 2
    assert shard.matter(9_999, "b") == matters[-1]
    assert shard.profiles.first_believed.tolist() == [NEVER, UNDATED, NEVER]


def test_a_word_said_more_often_than_can_be_counted_counts_as_often_as_can_be() -> None:
    matter = work("m1", ["a"], "road " * 70_000)

    shard = build_shard([firm("a")], [matter], encoder="", tree=TREE)

    assert shard.postings.text_count.tolist() == [65_535]
    assert shard.pieces.text_length.tolist() == [70_000]


def test_an_empty_catalogue_is_a_shard_too() -> None:
    shard = build_shard([], [], encoder="", tree=TREE)

    assert (shard.size, shard.content, shard.dimensions) == (0, 0, 0)
    assert shard.row_of("a") is None
    assert shard.lists.shown_at.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("candidates", "matters", "vectors", "says"),
    [
        ([firm("a"), firm("a")], [], None, "two candidates"),
        ([firm("a")], [work("m", ["a"]), work("m", ["a"])], None, "two matters"),
        ([firm("a")], [work("m", ["b"])], None, "unknown b"),
        ([firm("a")], [work("m", ["a"])], NO_VECTORS, "0 vectors for 1 matters"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    candidates: list[Candidate],
    matters: list[Matter],
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]] | None,
    says: str,
) -> None:
    with pytest.raises(InvalidIndex, match=says):
        build_shard(candidates, matters, vectors, encoder="", tree=TREE)

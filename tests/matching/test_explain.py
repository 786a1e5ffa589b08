import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import match
from matching.explain import _terms, _values, explain
from matching.explain_sentences import TITLE_LENGTH
from matching.features.catalogue import CATALOGUE, ReasonKind
from matching.features.catalogue import NAMES as FEATURES
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.ranker.prior import prior
from matching.scoring import rank, score_all
from matching.types import Candidate, Matter, Query, RankedProvider, Reason, Script, Sentence
from tests.matching.examples import (
    NAMES,
    NEED_VECTOR,
    TODAY,
    Supply,
    at_cosine,
    firm,
    index_of,
    is_written_in,
    lay,
    need,
    supplies,
    work,
)

# What no sentence may say of somebody of whom only statements are known.
CLAIMS_OF_WORK = re.compile(r"pieces? of past work|Closest past work|Past work of|Latest work")


def ranked_of(supply: Supply) -> tuple[RankedProvider, ...]:
    """Everybody who is eligible, explained."""
    index = supply.index()
    vector = NEED_VECTOR[: index.vectors.shape[1]]
    return match(supply.query, vector, index, prior(), NAMES, top=len(supply.candidates)).ranked


def said_of(ranked: RankedProvider) -> list[Sentence]:
    """Every sentence about a provider."""
    reasons = [found.sentence for found in ranked.reasons]
    return reasons + [gap.sentence for gap in ranked.gaps]


def explain_only(
    query: Query, matters: list[Matter], candidate: Candidate | None = None
) -> RankedProvider:
    """The explanation of a single provider, `a`."""
    index = index_of([candidate or firm("a")], matters)
    return match(query, NEED_VECTOR[:0], index, prior(), NAMES).ranked[0]


def reason(ranked: RankedProvider, kind: ReasonKind) -> Reason:
    """The reason of a kind."""
    return next(found for found in ranked.reasons if found.feature == kind)


@given(supplies())
def test_reasons_cite_evidence_of_the_provider_that_was_known_on_the_day(supply: Supply) -> None:
    for ranked in ranked_of(supply):
        own = {
            matter.evidence_ids[ranked.provider_id]: matter
            for matter in supply.matters
            if ranked.provider_id in matter.evidence_ids
            and (matter.dated_on is None or matter.dated_on < TODAY)
        }
        for cited in (piece for found in ranked.reasons for piece in found.evidence):
            matter = own[cited.evidence_id]
            assert (cited.text, cited.jurisdictions, cited.dated_on) == (
                matter.text,
                matter.jurisdictions,
                matter.dated_on,
            )


def test_of_a_provider_scored_on_its_record_only_the_record_is_told() -> None:
    record = work(
        "m1", ["a"], "road study", places=("TH",), dated_on=date(2024, 1, 1), is_verified=True
    )
    claim = work("m2", ["a"], "rural road study", places=("VN",), dated_on=date(2026, 1, 1))
    query = need("rural road study", targets=("VN",))

    told = explain_only(query, [record, claim])

    cited = {piece.evidence_id for found in told.reasons for piece in found.evidence}
    assert cited == {"m1/a"}
    assert all((p.worth or 0.0) > 0.0 for found in told.reasons for p in found.evidence)
    assert ReasonKind.WORK_IN_TARGET not in {found.feature for found in told.reasons}
    assert reason(told, ReasonKind.RECENT_WORK).sentence.en == "Latest work on record: 2024"
    assert [gap.code for gap in told.gaps] == ["no_evidence_in", "nothing_alike"]
    assert {name: value for name, value, _ in told.contributions}["covers_targets"] == 0.0
    # Whoever has no record is found by what it claims, and that is what is cited.
    alone = explain_only(query, [claim])
    assert {p.evidence_id for found in alone.reasons for p in found.evidence} == {"m2/a"}


@given(supplies())
def test_reasons_add_up_to_the_score_as_the_contributions_do(supply: Supply) -> None:
    for place, ranked in enumerate(ranked_of(supply), start=1):
        assert ranked.rank == place
        assert sum(found.contribution for found in ranked.reasons) == pytest.approx(
            ranked.score, abs=1e-9
        )
        assert tuple(name for name, _, _ in ranked.contributions) == FEATURES
        kinds = {feature.name: feature.reason for feature in CATALOGUE}
        for found in ranked.reasons:
            assert found.contribution > 0.0
            own = [(v, c) for name, v, c in ranked.contributions if kinds[name] == found.feature]
            assert found.contribution == pytest.approx(sum(c for _, c in own), abs=1e-9)
            assert found.value == max(v for v, _ in own if v is not None)
        parts = [found.contribution for found in ranked.reasons]
        assert parts == sorted(parts, reverse=True)


@given(supplies())
def test_everything_is_said_in_three_scripts(supply: Supply) -> None:
    for ranked in ranked_of(supply):
        for said in said_of(ranked):
            for script in Script:
                sentence = said.in_script(script)
                assert sentence.strip()
                assert not re.search(r"[{}]|\bNone\b|\bnan\b", sentence), sentence
                # A place, sector or language must stand where the sentence names one.
                assert not re.search(r"(: | in |：|在|于|於)$", sentence), sentence


@given(supplies())
def test_nobody_is_said_to_have_done_what_is_only_stated(supply: Supply) -> None:
    stated = tuple(replace(matter, is_statement=True) for matter in supply.matters)

    for ranked in ranked_of(replace(supply, matters=stated)):
        for found in ranked.reasons:
            assert not CLAIMS_OF_WORK.search(found.sentence.en), found.sentence.en


@given(supplies())
def test_without_its_nearest_evidence_similar_work_counts_no_more(supply: Supply) -> None:
    """The evidence goes, the text stays in the index as nobody's: the words weigh the same."""
    index = supply.index()
    for ranked in ranked_of(supply):
        before = [f for f in ranked.reasons if f.feature == ReasonKind.SIMILAR_WORK]
        if not before:
            continue
        nearest = before[0].evidence[0].evidence_id
        matters = tuple(
            replace(m, evidence_ids={p: e for p, e in m.evidence_ids.items() if e != nearest})
            for m in supply.matters
        )
        poorer = score_all(replace(supply, matters=matters).context(), prior()).contributions
        columns = [i for i, f in enumerate(CATALOGUE) if f.reason == ReasonKind.SIMILAR_WORK]
        after = poorer[index.row_of[ranked.provider_id], columns].sum()
        assert after <= before[0].contribution + 1e-9


def test_similar_work_quotes_the_nearest_piece_with_place_and_year() -> None:
    ranked = explain_only(
        need("road study"),
        [
            work("m1", ["a"], "road study", places=("VN",), dated_on=date(2019, 5, 1)),
            work("m2", ["a"], "road audit of a bridge"),
            work("m3", ["a"], "water"),
        ],
    )

    found = reason(ranked, ReasonKind.SIMILAR_WORK)
    assert found.sentence.en == "Closest past work: “road study” (Vietnam, 2019)"
    assert found.sentence.zh_hans == "最相近的过往工作：“road study”（越南，2019年）"
    assert found.sentence.zh_hant == "最相近的過往工作：「road study」（越南，2019年）"
    assert [cited.evidence_id for cited in found.evidence] == ["m1/a", "m2/a"]


def test_a_long_text_is_cut_in_the_sentence_and_whole_in_the_evidence() -> None:
    text = "road study " * 30

    found = reason(explain_only(need("road"), [work("m", ["a"], text)]), ReasonKind.SIMILAR_WORK)

    quoted = found.sentence.en.removeprefix("Closest past work: “").removesuffix("”")
    assert len(quoted) <= TITLE_LENGTH
    assert quoted.endswith("…")
    assert found.evidence[0].text == text.strip()


def test_a_listing_is_called_a_listing() -> None:
    ranked = explain_only(
        need("road", targets=("VN",)),
        [work("m", ["a"], "road practice", places=("VN",), is_statement=True)],
    )

    said = {found.feature: found.sentence.en for found in ranked.reasons}
    assert said[ReasonKind.SIMILAR_WORK] == "Nearest to the need: “road practice” (Vietnam)"
    assert said[ReasonKind.WORK_IN_TARGET] == "Listed for Vietnam; no past work there on record"


def test_a_place_that_is_only_listed_is_no_place_of_work() -> None:
    ranked = explain_only(
        need("road", targets=("VN", "TH")),
        [
            work("m1", ["a"], "road", places=("VN",), dated_on=date(2020, 1, 1)),
            work("m2", ["a"], "road", places=("TH",), is_statement=True),
        ],
    )

    found = reason(ranked, ReasonKind.WORK_IN_TARGET)
    assert found.sentence.en == "1 piece of past work in Vietnam, the latest in 2020"
    assert [cited.evidence_id for cited in found.evidence] == ["m1/a"]


def test_work_is_counted_in_the_place_near_it_and_in_the_sector() -> None:
    ranked = explain_only(
        need("", targets=("VN",), sectors=("BLT",)),
        [
            work("m1", ["a"], "x", places=("VN",), sectors=("BLT",), dated_on=date(2020, 1, 1)),
            work("m2", ["a"], "y", places=("VN",), sectors=("ACC",)),
            work("m3", ["a"], "z", places=("TH", "BD")),
        ],
        firm("a", "VN", ("BLT",)),
    )

    said = {found.feature: found.sentence for found in ranked.reasons}
    assert (
        said[ReasonKind.WORK_IN_TARGET].en == "2 pieces of past work in Vietnam, the latest in 2020"
    )
    assert (
        said[ReasonKind.WORK_NEAR_TARGET].en == "1 piece of past work in the same region: Thailand"
    )
    assert said[ReasonKind.BASED_IN_TARGET].en == "Based in Vietnam"
    assert said[ReasonKind.SECTOR_SHOWN].en == "1 piece of past work in: Engineering"
    assert said[ReasonKind.SECTOR_IN_TARGET].en == (
        "1 piece of past work of the kind asked for in Vietnam"
    )
    assert said[ReasonKind.SECTOR_LISTED].en == "Listed under: Engineering"
    assert said[ReasonKind.RECENT_WORK].en == "Latest work on record: 2020"
    assert said[ReasonKind.WORK_IN_TARGET].zh_hant == "在越南有2項過往工作，最近一項在2020年"


def test_size_languages_and_verification_are_said() -> None:
    ranked = explain_only(
        need(languages=("en", "zh"), amount_usd=1e6),
        [
            work("m1", ["a"], amount_usd=1_200_000.0, is_verified=True),
            work("m2", ["a"], amount_usd=5.0),
        ],
        replace(firm("a"), languages=("yue",)),
    )

    said = {found.feature: found for found in ranked.reasons}
    assert said[ReasonKind.SIZE].sentence.en == "Past work nearest in value: US$ 1,200,000"
    assert [cited.evidence_id for cited in said[ReasonKind.SIZE].evidence] == ["m1/a"]
    assert said[ReasonKind.LANGUAGES].sentence.en == "Works in Chinese"
    assert said[ReasonKind.VERIFIED_RECORD].sentence.en == (
        "1 piece of evidence on public record or verified"
    )
    assert [cited.evidence_id for cited in said[ReasonKind.VERIFIED_RECORD].evidence] == ["m1/a"]


def gaps_of(
    query: Query, matters: list[Matter], candidate: Candidate | None = None
) -> dict[str, str]:
    return {gap.code: gap.sentence.en for gap in explain_only(query, matters, candidate).gaps}


def test_gaps_name_what_is_lacking() -> None:
    query = need("x", targets=("VN", "TH"), sectors=("BLT", "ACC"), languages=("en", "zh"))
    matters = [work("m", ["a"], "x", places=("TH",), sectors=("ACC",))]

    assert gaps_of(query, matters, replace(firm("a"), languages=("en",))) == {
        "no_evidence_in": "No evidence in Vietnam",
        "sector_not_shown": "No past work on record in: Engineering",
        "language_missing": "Does not work in Chinese",
    }


def test_what_is_not_known_is_told_from_what_is_lacking() -> None:
    ranked = explain_only(
        need("", targets=("VN",), sectors=("LEG",), languages=("en",)),
        [work("m", ["a"], "x", places=("VN",), sectors=("LEG",), is_statement=True)],
    )

    assert {gap.code: gap.is_unknown for gap in ranked.gaps} == {
        "statement_only": False,
        "unknown_languages": True,
        "unknown_qualification": True,
    }


def test_evidence_dated_on_the_day_or_later_fills_no_gap() -> None:
    matters = [work("m", ["a"], "x", places=("VN",), sectors=("BLT",), dated_on=TODAY)]

    found = gaps_of(need(targets=("VN",), sectors=("BLT",)), matters, firm("a", sectors=("BLT",)))

    assert set(found) == {"no_evidence_in", "sector_not_shown"}


def test_who_shows_everything_has_no_gap() -> None:
    query = need("road", targets=("VN",), sectors=("LEG",), languages=("en",))
    matters = [work("m", ["a"], "road", places=("VN",), sectors=("LEG.COR",))]
    whole = replace(firm("a"), languages=("en",), qualified_in={"VN": None})

    assert gaps_of(query, matters, whole) == {}


@pytest.mark.parametrize(
    ("description", "places", "languages", "fit"),
    [
        ("road study", ("VN",), ("en",), "strong"),
        ("road study", ("VN",), None, "good"),
        ("road study", (), None, "partial"),
        ("water", (), None, "partial"),
        ("water", ("VN",), ("en",), "good"),
    ],
)
def test_fit_is_the_share_of_what_is_asked_that_is_shown(
    description: str, places: tuple[str, ...], languages: tuple[str, ...] | None, fit: str
) -> None:
    ranked = explain_only(
        need("road study", targets=("VN",), languages=("en",)),
        [work("m", ["a"], description, places=places)],
        replace(firm("a"), languages=languages),
    )

    assert ranked.fit == fit


def test_who_shows_none_of_the_sectors_is_a_partial_fit_at_most() -> None:
    query = need("road study", targets=("VN",), sectors=("ACC.AUD",))
    road = work("m", ["a"], "road study", places=("VN",))

    assert explain_only(query, [road], firm("a")).fit == "partial"
    filed = work("m", ["a"], "road study", places=("VN",), sectors=("ACC.AUD",))
    assert explain_only(query, [filed], firm("a")).fit == "strong"


def test_who_is_only_listed_is_no_strong_fit() -> None:
    query = need("road study", targets=("VN",))
    listed = work("m", ["a"], "road study", places=("VN",), is_statement=True)
    done = replace(listed, matter_id="n", is_statement=False)

    assert explain_only(query, [listed], firm("a")).fit == "good"
    assert explain_only(query, [listed, done], firm("a")).fit == "strong"


@given(supplies())
def test_names_of_the_lists_are_said_in_the_script_of_the_reader(supply: Supply) -> None:
    """No code of a list is left where the list has a name; texts of evidence stay as they are."""
    silent = tuple(replace(matter, description="") for matter in supply.matters)
    wanted = replace(supply.query, text="", equivalents="")
    for ranked in ranked_of(replace(supply, matters=silent, query=wanted)):
        for said in said_of(ranked):
            for script in (Script.ZH_HANS, Script.ZH_HANT):
                bare = re.sub(
                    "LEG.COR|LEG.LAB|ACC.AUD|IN|KE|yue|，|：|、|；",
                    "",
                    said.in_script(script),
                )
                assert is_written_in(script, bare), bare


def test_vectors_make_other_words_similar_work() -> None:
    index = index_of([firm("a")], [work("m", ["a"], "道路可行性研究")], at_cosine(0.9))

    ranked = match(need("road study"), NEED_VECTOR, index, prior(), NAMES).ranked[0]

    assert (
        reason(ranked, ReasonKind.SIMILAR_WORK).sentence.zh_hant
        == "最相近的過往工作：「道路可行性研究」"
    )


def hand_made(step: float, pairs: tuple[PairTable, ...] = ()) -> AdditiveRanker:
    """A ranker that no training makes: every feature counts from its first step on."""
    curves = tuple(Curve(name, (0.5,), (step, 2 * step)) for name in FEATURES)
    return AdditiveRanker("by hand", curves, pairs)


@given(supplies(), st.sampled_from([1.0, -1.0]))
def test_any_ranker_is_explained_even_where_there_is_nothing_to_cite(
    supply: Supply, step: float
) -> None:
    index = supply.index()
    vector = NEED_VECTOR[: index.vectors.shape[1]]
    for ranked in match(supply.query, vector, index, hand_made(step), NAMES, top=99).ranked:
        assert {found.feature for found in ranked.reasons} == set(ReasonKind)
        assert sum(found.contribution for found in ranked.reasons) == pytest.approx(
            ranked.score, abs=1e-9
        )
        for found in ranked.reasons:
            against = found.sentence.en.startswith("Counts against it: ")
            assert against == (found.contribution < 0.0)
            assert not (against and found.evidence)
            assert not re.search(r"(: | in |：|在|于|於)$", found.sentence.en)


def test_a_pair_is_a_part_of_the_reason_that_it_feeds() -> None:
    pair = PairTable(
        "near_and_recent", "words_nearest", "recency", (0.5,), (0.5,), ((0.0, 0.0), (0.0, 3.0))
    )
    index = index_of(
        [firm("a")], [work("m", ["a"], "road study", dated_on=date(2026, 1, 1), is_verified=True)]
    )
    context = lay(need("road study"), index)
    ranker = hand_made(0.0, (pair,))
    scored = score_all(context, ranker)

    (ranked,) = explain(context, rank(["a"], scored, np.array([True])), scored, NAMES, ranker)

    values = {name: value for name, value, _ in ranked.contributions}
    name, value, part = ranked.contributions[-1]
    assert (name, part) == ("near_and_recent", 3.0)
    assert value == min(values["words_nearest"] or 0.0, values["recency"] or 0.0)
    (found,) = ranked.reasons
    assert (found.feature, found.contribution) == (ReasonKind.SIMILAR_WORK, 3.0)
    assert found.evidence[0].worth == 3.0


@given(
    st.lists(st.one_of(st.integers(0, 10**9), st.sampled_from([500, 1500, 123456500])), min_size=1)
)
def test_values_are_shown_as_rounded_by_their_exact_digits(thousand_millionths: list[int]) -> None:
    features = np.array([[n / 1e9 for n in thousand_millionths]])

    (shown,) = _values(_terms(()), features).tolist()

    assert shown == [round(value, 6) for value in features[0].tolist()]

from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db import SessionFactory
from enterprises import matching_service
from enterprises.answers import Matched, as_matched
from enterprises.match_schemas import MatchRead
from enterprises.openings import is_openable, say_opening
from enterprises.readings import as_known
from enterprises.records import canonical_json
from enterprises.schemas import MatchRequest, ReadingRead, StructuredNeed
from matching.eligibility import RULES
from matching.features.catalogue import ReasonKind
from matching.types import (
    Candidate,
    CitedEvidence,
    Gap,
    MatchResult,
    RankedProvider,
    Reason,
    RuleCount,
    Sentence,
    SharedPlace,
)
from providers.engine import Engine, EngineHolder, EngineVersions
from tests.conftest import make_settings
from tests.factories import NOW

VERSIONS = EngineVersions(3, "index", "ranker", "features", "none", "treaties")

# A surrogate is no character: no text that is stored or sent has one.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)
ids = st.uuids().map(str)
days = st.dates()
counts = st.integers(0, 2**40)
sentences = st.builds(Sentence, words, words, words)
ranked_providers = st.builds(
    RankedProvider,
    rank=counts,
    provider_id=ids,
    score=numbers,
    fit=words,
    contributions=st.lists(st.tuples(words, st.none() | numbers, numbers), max_size=4).map(tuple),
    reasons=st.lists(
        st.builds(
            Reason,
            feature=st.sampled_from(ReasonKind),
            value=st.none(),
            contribution=numbers,
            sentence=sentences,
            evidence=st.lists(
                st.builds(
                    CitedEvidence,
                    ids,
                    words,
                    st.lists(words, max_size=3).map(tuple),
                    st.none() | days,
                    st.none() | numbers,
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    gaps=st.lists(st.builds(Gap, words, sentences, st.booleans()), max_size=2).map(tuple),
    shares_place=st.none() | st.builds(SharedPlace, counts, counts, numbers, sentences),
)
rule_counts = st.builds(
    RuleCount, st.sampled_from([rule.name for rule in RULES]), counts, sentences
)
results = st.builds(
    MatchResult,
    considered=counts,
    eligible=counts,
    removed=st.lists(rule_counts, max_size=4).map(tuple),
    ranked=st.lists(ranked_providers, max_size=3).map(tuple),
    openings=st.lists(rule_counts, max_size=4).map(tuple),
)
needs = st.builds(
    StructuredNeed,
    text=st.none() | words.filter(lambda text: "\x00" not in text),
    home_jurisdiction=st.none() | st.sampled_from(["CN", "HK"]),
    target_jurisdictions=st.lists(st.sampled_from(["VN", "TH"]), max_size=2),
    excluded_provider_ids=st.lists(st.uuids(), max_size=2),
    amount_usd=st.none() | st.floats(0, 1e13),
    urgency=st.none() | st.sampled_from(["high", "low"]),
    deadline=st.none() | st.fixed_dictionaries({"date": days}),
    budget=st.none() | st.fixed_dictionaries({"max": st.floats(0, 1e15)}),
    use_for_training=st.booleans(),
)
readings = st.builds(
    ReadingRead,
    text_lang=words,
    reference_date=days,
    home_jurisdiction=st.none(),
    target_jurisdictions=st.lists(words, max_size=2),
    facts=st.lists(
        st.fixed_dictionaries(
            {
                "field": words,
                "value": words,
                "spans": st.lists(st.fixed_dictionaries({"start": counts, "end": counts})),
            }
        ),
        max_size=2,
    ),
    **{
        name: st.lists(words, max_size=2)
        for name in (
            "excluded_jurisdictions",
            "sector_codes",
            "excluded_sector_codes",
            "languages_wanted",
            "questions",
        )
    },
    not_used=st.just([]),
)


def is_what_the_model_says(matched: Matched) -> bool:
    """Whether the bytes are those of the model that is made of the same values, and checked."""
    read = matched.as_read()
    assert isinstance(read, MatchRead)
    assert MatchRead.model_validate_json(matched.as_bytes()) == read
    assert matched.as_record() == canonical_json(read.model_dump(mode="json", by_alias=True))
    return matched.as_bytes() == read.model_dump_json(by_alias=True).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(result=results, need=needs, reading=st.none() | readings, on=days, data=st.data())
def test_what_is_sent_is_what_the_model_says(
    result: MatchResult,
    need: StructuredNeed,
    reading: ReadingRead | None,
    on: date,
    data: st.DataObject,
) -> None:
    candidates = [
        Candidate(
            one.provider_id,
            data.draw(words),
            "law_firm",
            data.draw(st.none() | words),
            city=data.draw(st.none() | words),
            source=data.draw(words),
        )
        for one in result.ranked
    ]
    matched = as_matched(
        result,
        versions=VERSIONS,
        on=on,
        used=need,
        known=None if reading is None else as_known(reading),
        candidates=candidates,
    )

    assert is_what_the_model_says(matched)
    read = matched.as_read()
    assert (matched.on, matched.eligible) == (read.on, read.eligible)
    assert matched.versions == read.versions.model_dump()


@pytest.fixture
def engine(catalogue_sessions: SessionFactory, catalogue_url: str) -> Engine:
    return EngineHolder(catalogue_sessions.kw["bind"], make_settings(catalogue_url)).current()


def test_so_it_is_for_what_the_engine_finds(engine: Engine) -> None:
    bodies = [
        MatchRequest(text="legal advice in Vietnam within 30 days for USD 20,000", top=100),
        MatchRequest(text="在坦桑尼亞做電力項目審計", languages_wanted=["en"]),
        MatchRequest(target_jurisdictions=["SG"], sector_codes=["TAX"], amount_usd=0.1),
        MatchRequest.model_validate(
            {
                "text": "roads in Vietnam",
                "corrections": [
                    {"field": "target_jurisdictions", "action": "add", "value": "TH"},
                ],
            }
        ),
    ]
    for body in bodies:
        matched = matching_service.match(engine, body, today=NOW.date())
        assert is_what_the_model_says(matched)
        assert matched.as_read().ranked


def test_a_need_that_leaves_nobody_says_what_would_open_it(engine: Engine) -> None:
    body = MatchRequest(sector_codes=["LEG"], languages_wanted=["sw"], languages_required=True)

    read = matching_service.match(engine, body, today=NOW.date()).as_read()

    assert (read.eligible, read.ranked) == (0, [])
    assert sum(rule.removed for rule in read.removed) == read.considered
    opened = {one.rule: one for one in read.opening}
    relaxed = body.model_copy(update={"languages_required": False})
    after = matching_service.match(engine, relaxed, today=NOW.date())
    assert opened["languages"].would_leave == after.eligible > 0
    assert f"{after.eligible} would be left" in opened["languages"].sentence.en
    relaxed = body.model_copy(update={"sector_codes": [], "target_jurisdictions": ["TZ"]})
    assert opened["sector_covered"].would_leave == (
        matching_service.match(engine, relaxed, today=NOW.date()).eligible
    )


def test_every_rule_that_an_enterprise_can_change_is_said_in_three_scripts() -> None:
    openable = {rule.name for rule in RULES if is_openable(rule.name)}
    assert openable == {rule.name for rule in RULES} - {"published", "not_suspended"}
    for rule in openable:
        said = say_opening(rule, 1_234)
        assert len({said.en, said.zh_hans, said.zh_hant}) == 3
        assert all("1,234" in part for part in (said.en, said.zh_hans, said.zh_hant))


def test_ids_are_written_as_they_are_stored(engine: Engine) -> None:
    matched = matching_service.match(
        engine, MatchRequest(text="legal advice in Vietnam"), today=NOW.date()
    )
    for ranked in matched.as_read().ranked:
        assert isinstance(ranked.provider.id, UUID)
        assert engine.candidate(str(ranked.provider.id)) is not None

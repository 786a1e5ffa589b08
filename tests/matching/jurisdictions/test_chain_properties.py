"""Whatever the dispute: cells are the planner's routes, and no forum is put above another."""

import random
import re
from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.jurisdictions.chain import compare_forums
from matching.jurisdictions.chain_types import (
    Dispute,
    Forum,
    ForumKind,
    Stage,
    StepKind,
    Value,
)
from matching.jurisdictions.facts import Facts
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import RouteKind
from tests.matching.jurisdictions import oracle
from tests.matching.jurisdictions.chain_examples import INSTITUTIONS, ask, data, graph, sentences
from tests.matching.jurisdictions.treaties import ASEAN, CHINA

CARRIED_AS = {
    StepKind.MEDIATION: RouteKind.SETTLEMENT,
    StepKind.ARBITRATION: RouteKind.AWARD,
    StepKind.LITIGATION: RouteKind.JUDGMENT,
}
PAIRED = {"judicial_assistance_cn", "hk_fjreo"}
# Words that would put one forum above another, or advise.
PRAISE = re.compile(
    r"\b(best|better|recommend\w*|prefer\w*|suggest\w*|favou?r\w*|superior to|advisable|ideal|"
    r"should choose)\b|首选|首選|建议|建議|推荐|推薦|最佳|最好|優先|优先|較佳|较佳|理想|宜選|宜选",
    re.IGNORECASE,
)

places = st.sampled_from((*ASEAN, *CHINA, "CN-GX", "VN-13", "JP", "DE", "GB", "UA", "KZ"))
forums = st.builds(Forum, st.sampled_from(ForumKind), places)
seats_of_institutions = st.sampled_from(
    [
        Forum(ForumKind.ARBITRATION, "HK", one.institution_id)
        for one in INSTITUTIONS
        if "arbitration" in one.steps and one.valid_from is None
    ]
)
days = st.dates(date(1990, 1, 1), date(2032, 12, 31))
unsaid = st.none() | st.booleans()
disputes = st.builds(
    Dispute,
    home=places,
    counterparty=places,
    assets=st.lists(places, min_size=1, max_size=3, unique=True).map(tuple),
    forums=st.lists(forums | seats_of_institutions, max_size=3, unique=True).map(tuple),
    governing_law=st.none() | places,
    value=st.none() | st.just(Value("1,000,000", "USD")),
    stage=st.sampled_from(Stage),
    facts=st.builds(Facts, commercial=unsaid, international=unsaid, final=unsaid),
)
hundred = settings(max_examples=100, derandomize=True, deadline=None, database=None)


@hundred
@given(disputes, days)
def test_every_cell_is_the_route_that_is_planned(case: Dispute, on: date) -> None:
    for chain in ask(case, on).forums:
        for step in chain.steps:
            assert [cell.place for cell in step.enforcement] == (
                list(case.assets) if step.is_open else []
            )
            for cell in step.enforcement:
                place_law = graph().law_of(cell.place, on=on).code
                assert cell.is_at_home is (place_law == chain.law)
                if cell.is_at_home or step.step is StepKind.NEGOTIATION:
                    assert cell.route is None
                    continue
                assert cell.route == plan_route(
                    graph(),
                    CARRIED_AS[step.step],
                    chain.forum.jurisdiction,
                    cell.place,
                    on=on,
                    facts=case.facts,
                )


@hundred
@given(disputes, days)
def test_no_instrument_is_used_that_does_not_bind_that_day(case: Dispute, on: date) -> None:
    answer = ask(case, on)

    for used in answer.instruments:
        if used.instrument_id in PAIRED:
            continue
        for binding in used.bindings:
            assert oracle.binds(used.instrument_id, binding.jurisdiction, on.isoformat())
    for chain in answer.forums:
        for step in chain.steps:
            for measure in step.interim:
                assert measure.instrument is None or measure.instrument in answer.instruments
                if measure.instrument is not None:
                    bound = {binding.jurisdiction for binding in measure.instrument.bindings}
                    assert bound == {chain.law, graph().law_of(measure.place, on=on).code}


@hundred
@given(disputes, days)
def test_says_everything_in_three_scripts_and_praises_no_forum(case: Dispute, on: date) -> None:
    for sentence in sentences(ask(case, on)):
        for script in (sentence.en, sentence.zh_hans, sentence.zh_hant):
            assert not PRAISE.search(script), script
            assert "{" not in script
        assert bool(sentence.en) == bool(sentence.zh_hans) == bool(sentence.zh_hant)


@hundred
@given(disputes, forums, days)
def test_one_forum_more_changes_no_other(case: Dispute, more: Forum, on: date) -> None:
    assume(case.forums and more not in case.forums)
    answer = ask(case, on)

    extended = ask(replace(case, forums=(*case.forums, more)), on)

    assert extended.forums[:-1] == answer.forums
    assert [chain.forum for chain in extended.forums] == [*case.forums, more]


@hundred
@given(disputes, days)
def test_forums_asked_in_another_order_are_answered_in_that_order(case: Dispute, on: date) -> None:
    assume(case.forums)
    answer = ask(case, on)

    turned = ask(replace(case, forums=tuple(reversed(case.forums))), on)

    assert turned.forums == tuple(reversed(answer.forums))


@cache
def _shuffled(seed: int) -> TreatyGraph:
    rows, rng = data(), random.Random(seed)  # noqa: S311  # an order, not a secret
    return TreatyGraph(
        replace(
            rows,
            nodes=tuple(rng.sample(rows.nodes, len(rows.nodes))),
            parties=tuple(rng.sample(rows.parties, len(rows.parties))),
            agreements=tuple(rng.sample(rows.agreements, len(rows.agreements))),
            institutions=tuple(rng.sample(rows.institutions, len(rows.institutions))),
            cooperations=tuple(rng.sample(rows.cooperations, len(rows.cooperations))),
        )
    )


@settings(max_examples=50, derandomize=True, deadline=None, database=None)
@given(disputes, days, st.integers(0, 2))
def test_the_order_of_the_rows_does_not_matter(case: Dispute, on: date, seed: int) -> None:
    assert compare_forums(_shuffled(seed), case, on=on) == ask(case, on)

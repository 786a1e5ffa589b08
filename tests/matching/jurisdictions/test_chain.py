"""The dispute chain, by hand: what each step at each forum is worth where the assets are."""

from dataclasses import replace
from datetime import date

import pytest

from matching.jurisdictions.chain_types import (
    Dispute,
    Forum,
    InterimKind,
    Output,
    Progress,
    Stage,
    StepKind,
    Value,
)
from matching.jurisdictions.facts import Facts
from matching.jurisdictions.types import Certainty, RouteId
from tests.matching.jurisdictions.chain_examples import (
    ASKED_ON,
    ask,
    cell,
    court,
    dispute,
    measure,
    seat,
    step_of,
)

ARBITRATION, LITIGATION = StepKind.ARBITRATION, StepKind.LITIGATION
MEDIATION, NEGOTIATION = StepKind.MEDIATION, StepKind.NEGOTIATION


def _codes(items: object) -> list[str]:
    assert isinstance(items, tuple)
    return [item.code for item in items]


def test_every_forum_has_the_four_steps_in_order_and_one_of_two_is_closed() -> None:
    at_seat, at_court = ask(dispute(seat("HK"), court("VN"))).forums

    assert [step.step for step in at_seat.steps] == list(StepKind)
    assert [step.is_open for step in at_seat.steps] == [True, True, True, False]
    assert [step.is_open for step in at_court.steps] == [True, True, False, True]
    assert [step.output for step in at_seat.steps] == [
        Output.SETTLEMENT_CONTRACT,
        Output.MEDIATED_SETTLEMENT,
        Output.AWARD,
        None,
    ]
    closed = step_of(at_seat, LITIGATION)
    assert (closed.enforcement, closed.interim, closed.roles) == ((), (), ())


@pytest.mark.parametrize(
    ("forum", "kind", "assets", "route"),
    [
        (seat("SG"), ARBITRATION, "VN", RouteId.NEW_YORK_CONVENTION),
        (seat("HK"), ARBITRATION, "CN", RouteId.HK_MAINLAND_AWARDS),
        (court("HK"), LITIGATION, "CN", RouteId.HK_MAINLAND_JUDGMENTS),
        (court("CN"), LITIGATION, "VN", RouteId.BILATERAL_TREATY),
        (court("HK"), LITIGATION, "VN", RouteId.DOMESTIC_LAW_ONLY),
        (seat("HK"), MEDIATION, "SG", RouteId.SINGAPORE_CONVENTION),
        (seat("HK"), MEDIATION, "CN", RouteId.DOMESTIC_LAW_ONLY),
    ],
)
def test_the_route_is_that_of_what_the_step_ends_in(
    forum: Forum, kind: StepKind, assets: str, route: RouteId
) -> None:
    found = cell(dispute(forum, assets=(assets,)), kind)

    assert found.route is not None
    assert found.route.route is route
    assert (found.sentence, found.certainty) == (found.route.sentence, found.route.certainty)


def test_a_fact_of_the_case_reaches_the_routes() -> None:
    case = dispute(seat("SG"), assets=("CN",))
    asked = cell(case, ARBITRATION)
    known = cell(replace(case, facts=Facts(commercial=True)), ARBITRATION)

    assert "commercial_reservation" in _codes(asked.checks)
    assert (asked.certainty, known.certainty) == (Certainty.CHECK, Certainty.SETTLED)


def test_what_is_made_where_the_assets_are_is_enforced_at_home() -> None:
    case = dispute(court("VN"), seat("VN"), assets=("VN", "SG"))
    at_court, at_seat = ask(case).forums

    for chain, kind in ((at_court, LITIGATION), (at_seat, ARBITRATION)):
        home, abroad = step_of(chain, kind).enforcement
        assert (home.is_at_home, home.route, home.certainty) == (True, None, Certainty.SETTLED)
        assert "enforced at home" in home.sentence.en
        assert not abroad.is_at_home
        assert abroad.route is not None
    assert "enforced_at_home" not in _codes(at_court.notes)


def test_counterparty_forum_and_assets_in_one_place_need_no_route() -> None:
    [chain] = ask(dispute(court("VN-13"), assets=("VN",))).forums

    assert _codes(chain.notes)[0] == "enforced_at_home"
    assert "enforced at home" in chain.notes[0].sentence.en


def test_a_counterparty_elsewhere_is_not_at_home_though_its_assets_are() -> None:
    case = Dispute(home="CN", counterparty="VN", assets=("SG",), forums=(court("SG"),))
    [chain] = ask(case).forums

    assert "enforced_at_home" not in _codes(chain.notes)
    assert step_of(chain, LITIGATION).enforcement[0].is_at_home


def test_a_contract_is_carried_by_no_route_and_says_what_it_can_become() -> None:
    found = cell(dispute(seat("HK"), assets=("CN",)), NEGOTIATION)

    assert (found.route, found.certainty) == (None, Certainty.DOMESTIC_LAW_ONLY)
    assert _codes(found.ways) == ["notarial_instrument", "consent_award", "contract"]
    award = found.ways[1].route
    assert award is not None
    assert award.route is RouteId.HK_MAINLAND_AWARDS


@pytest.mark.parametrize(
    ("forum", "assets", "ways"),
    [
        (seat("HK"), "SG", []),
        (seat("CN"), "CN", ["judicial_confirmation", "notarial_instrument", "consent_award"]),
        (seat("HK"), "CN", ["judicial_confirmation", "notarial_instrument", "consent_award"]),
        (court("CN"), "VN", ["judicial_confirmation", "consent_judgment"]),
        (court("HK"), "VN", ["consent_judgment"]),
    ],
)
def test_a_mediated_settlement_says_how_it_becomes_enforceable(
    forum: Forum, assets: str, ways: list[str]
) -> None:
    found = cell(dispute(forum, assets=(assets,)), MEDIATION)

    assert _codes(found.ways) == ([*ways, "contract"] if ways else [])


def test_at_home_the_singapore_convention_is_pointed_at_where_it_binds() -> None:
    in_singapore = cell(dispute(seat("SG"), assets=("SG",)), MEDIATION)
    in_vietnam = cell(dispute(seat("VN"), assets=("VN",)), MEDIATION)

    assert _codes(in_singapore.checks) == ["international"]
    assert in_vietnam.checks == ()
    assert in_singapore.certainty is Certainty.DOMESTIC_LAW_ONLY


@pytest.mark.parametrize(
    ("forum", "on", "kind", "certainty", "check"),
    [
        (seat("HK", "listed"), ASKED_ON, InterimKind.ARRANGEMENT, Certainty.SETTLED, None),
        (seat("HK"), ASKED_ON, InterimKind.ARRANGEMENT, Certainty.CHECK, "listed_institution"),
        (
            seat("HK", "unread"), ASKED_ON, InterimKind.ARRANGEMENT, Certainty.CHECK,
            "listed_institution",
        ),
        (
            seat("HK", "unlisted"), ASKED_ON, InterimKind.DOMESTIC_LAW,
            Certainty.DOMESTIC_LAW_ONLY, "not_listed",
        ),
        (
            seat("HK", "listed"), date(2019, 9, 30), InterimKind.DOMESTIC_LAW,
            Certainty.DOMESTIC_LAW_ONLY, None,
        ),
        (
            seat("HK", "listed"), date(2019, 10, 1), InterimKind.ARRANGEMENT, Certainty.SETTLED,
            None,
        ),
        (seat("MO"), ASKED_ON, InterimKind.ARRANGEMENT, Certainty.CHECK, "administered"),
        (seat("MO", "macao"), ASKED_ON, InterimKind.ARRANGEMENT, Certainty.SETTLED, None),
        (
            seat("MO", "macao"), date(2022, 3, 24), InterimKind.DOMESTIC_LAW,
            Certainty.DOMESTIC_LAW_ONLY, None,
        ),
        (
            seat("SG"), ASKED_ON, InterimKind.DOMESTIC_LAW, Certainty.DOMESTIC_LAW_ONLY, None,
        ),
        (seat("CN"), ASKED_ON, InterimKind.OWN_COURTS, Certainty.DOMESTIC_LAW_ONLY, None),
    ],
)  # fmt: skip
def test_interim_measures_in_the_mainland(
    forum: Forum, on: date, kind: InterimKind, certainty: Certainty, check: str | None
) -> None:
    found = measure(dispute(forum, assets=("CN",)), ARBITRATION, on)

    assert (found.kind, found.certainty) == (kind, certainty)
    assert _codes(found.checks) == ([check] if check else [])
    assert (found.instrument is not None) is (kind is InterimKind.ARRANGEMENT)


def test_the_listed_institutions_that_are_known_are_named() -> None:
    found = measure(dispute(seat("HK"), assets=("CN",)), ARBITRATION)

    assert "LISTED" in found.checks[0].sentence.en
    assert "UNLISTED" not in found.checks[0].sentence.en


def test_a_mainland_arbitration_reaches_the_courts_of_hong_kong() -> None:
    by_niac = measure(dispute(seat("CN", "niac"), assets=("HK",)), ARBITRATION)
    by_siac = measure(dispute(seat("CN", "siac"), assets=("HK",)), ARBITRATION)

    assert by_niac.instrument is not None
    assert by_niac.instrument.instrument_id == "hk_cn_interim_2019"
    assert (by_niac.certainty, by_siac.certainty) == (Certainty.SETTLED, Certainty.CHECK)


def test_once_the_award_is_made_the_supplemental_arrangement_answers() -> None:
    case = replace(dispute(seat("HK", "listed"), assets=("CN",)), stage=Stage.AWARD)

    found = measure(case, ARBITRATION)
    before = measure(case, ARBITRATION, date(2020, 11, 26))
    in_macao = measure(replace(dispute(seat("MO"), assets=("CN",)), stage=Stage.AWARD), ARBITRATION)

    assert found.instrument is not None
    assert found.instrument.instrument_id == "hk_cn_awards_supp_2020"
    assert found.certainty is Certainty.UNVERIFIED
    assert before.instrument is None
    assert (in_macao.instrument, _codes(in_macao.checks)) == (None, ["award_made"])


def test_an_emergency_arbitrator_is_always_to_be_checked_and_only_in_arbitration() -> None:
    [chain] = ask(dispute(seat("SG"), assets=("VN", "CN"))).forums

    kinds = {step.step: [found.kind for found in step.interim] for step in chain.steps}
    assert kinds[ARBITRATION].count(InterimKind.EMERGENCY_ARBITRATOR) == 2
    assert InterimKind.EMERGENCY_ARBITRATOR not in kinds[MEDIATION]
    emergency = step_of(chain, ARBITRATION).interim[1]
    assert emergency.certainty is Certainty.CHECK


def test_institutions_are_those_of_the_place_on_the_day() -> None:
    case = dispute(seat("HK"), seat("CN"), seat("HK", "siac"))
    hong_kong, mainland, elsewhere = ask(case).forums
    before = ask(case, date(2025, 10, 20)).forums[0]

    def ids(chain_step: object) -> list[str]:
        return [one.institution_id for one in getattr(chain_step, "institutions", ())]

    assert ids(step_of(hong_kong, MEDIATION)) == ["iomed"]
    assert ids(step_of(before, MEDIATION)) == []
    assert ids(step_of(hong_kong, ARBITRATION)) == ["listed", "unlisted", "unread"]
    assert ids(step_of(mainland, ARBITRATION)) == ["niac"]
    assert ids(step_of(elsewhere, ARBITRATION)) == ["listed", "siac", "unlisted", "unread"]
    assert "institution_elsewhere" in _codes(elsewhere.notes)
    assert "iomed" in _codes(step_of(hong_kong, MEDIATION).notes)
    assert "iomed" not in _codes(step_of(before, MEDIATION).notes)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 2, 28), "mainland_arbitration_law_before_2026"),
        (date(2026, 3, 1), "mainland_arbitration_law_2025"),
    ],
)
def test_a_mainland_seat_is_told_of_the_arbitration_law_of_the_day(on: date, code: str) -> None:
    mainland, hong_kong = ask(dispute(seat("CN-GX", "niac"), seat("HK")), on).forums

    note = next(note for note in mainland.notes if note.code.startswith("mainland"))
    assert (note.code, note.on) == (code, date(2026, 3, 1))
    assert note.source is not None
    assert not [found for found in _codes(hong_kong.notes) if found.startswith("mainland")]


def test_the_mediation_regulation_is_told_with_its_day() -> None:
    case = dispute(court("CN"))
    [before] = ask(case, date(2026, 4, 30)).forums
    [since] = ask(case, date(2026, 5, 1)).forums

    told = [
        next(
            note.sentence.en
            for note in step_of(chain, MEDIATION).notes
            if note.code == "mainland_mediation_regulation"
        )
        for chain in (before, since)
    ]
    assert "comes into force on 2026-05-01" in told[0]
    assert "in force since 2026-05-01" in told[1]


def test_neutrals_are_appointed_and_everybody_else_is_found() -> None:
    [chain] = ask(dispute(seat("HK"), assets=("CN",))).forums

    for kind in (MEDIATION, ARBITRATION):
        step = step_of(chain, kind)
        appointed = {role.profession for role in step.roles if role.is_appointed}
        assert appointed & {"mediator", "arbitrator"}
        assert not appointed & {"solicitor", "barrister", "foreign_related_lawyer"}
        assert "neutrals" in _codes(step.notes)
    assert "barrister_through_solicitor" in _codes(step_of(chain, ARBITRATION).notes)
    codes = {code for step in chain.steps for role in step.roles for code in role.sector_codes}
    assert codes >= {"DIS.NEG", "DIS.MED.MDR", "DIS.ARB.TRB", "DIS.ARB.CNS", "DIS.INT", "DIS.ENF"}


def test_no_forum_named_compares_the_usual_ones_and_says_so() -> None:
    chain = ask(dispute())

    assert chain.are_usual
    assert [found.forum for found in chain.forums] == [
        court("VN"),
        court("CN-GX"),
        seat("HK"),
        seat("SG"),
    ]
    assert _codes(chain.notes) == ["usual_forums", "no_ranking", "governing_law_unknown"]
    assert not ask(dispute(seat("HK"))).are_usual


def test_one_home_for_both_is_compared_once() -> None:
    case = Dispute(home="VN-03", counterparty="VN-07", assets=("VN",))

    assert [found.forum for found in ask(case).forums] == [court("VN-07"), seat("HK"), seat("SG")]


def test_the_governing_law_is_told_at_each_forum_and_changes_no_route() -> None:
    case = dispute(seat("SG"), seat("HK"))
    governed = ask(replace(case, governing_law="SG"))

    same, other = (
        next(note.sentence.en for note in found.notes if note.code == "governing_law")
        for found in governed.forums
    )
    assert "the forum's own" in same
    assert "proved" in other
    assert [found.steps for found in governed.forums] == [found.steps for found in ask(case).forums]


def test_the_amount_is_repeated_and_judged_against_nothing() -> None:
    case = dispute(seat("HK"))
    small, large = (
        ask(replace(case, value=Value(amount, "CNY"))) for amount in ("320,000", "9,000,000,000")
    )

    assert small.forums == large.forums == ask(case).forums
    [note] = [note for note in small.notes if note.code == "value"]
    assert "CNY 320,000" in note.sentence.en


@pytest.mark.parametrize(
    ("stage", "progress"),
    [
        (Stage.NONE, (Progress.AHEAD, Progress.AHEAD, Progress.AHEAD)),
        (Stage.MEDIATION, (Progress.BEHIND, Progress.CURRENT, Progress.AHEAD)),
        (Stage.ARBITRATION, (Progress.BEHIND, Progress.BEHIND, Progress.CURRENT)),
        (Stage.AWARD, (Progress.BEHIND, Progress.BEHIND, Progress.BEHIND)),
    ],
)
def test_steps_stand_against_the_stage_reached(
    stage: Stage, progress: tuple[Progress, ...]
) -> None:
    [chain] = ask(replace(dispute(seat("HK")), stage=stage)).forums

    assert tuple(step.progress for step in chain.steps[:3]) == progress


@pytest.mark.parametrize(
    ("stage", "at_seat", "at_court"),
    [
        (Stage.NONE, "arbitration_agreement", "court_jurisdiction"),
        (Stage.AWARD, None, "arbitration_before"),
        (Stage.JUDGMENT, "litigation_before", None),
    ],
)
def test_what_went_before_is_told_to_the_other_kind_of_forum(
    stage: Stage, at_seat: str | None, at_court: str | None
) -> None:
    told = {"arbitration_agreement", "court_jurisdiction", "arbitration_before"}
    told |= {"litigation_before"}
    chains = ask(replace(dispute(seat("HK"), court("HK")), stage=stage)).forums

    found = [next((code for code in _codes(one.notes) if code in told), None) for one in chains]
    assert found == [at_seat, at_court]


def test_cooperation_is_shown_where_it_reaches_the_other_side_and_only_for_its_subject() -> None:
    case = Dispute(home="CN", counterparty="VN-13", assets=("VN-13",))

    def found(forum: Forum, on: date = ASKED_ON) -> list[str]:
        [chain] = ask(replace(case, forums=(forum,)), on).forums
        return [one.cooperation_id for one in chain.cooperations]

    assert found(seat("CN", "niac")) == ["border", "courts_of_arbitration"]
    assert found(court("CN-GX")) == ["border"]
    assert found(seat("SG")) == []
    assert found(seat("CN", "niac"), date(2023, 12, 31)) == ["border"]
    assert found(seat("CN", "niac"), date(2031, 1, 1)) == ["border"]


def test_cooperation_is_shown_from_either_end() -> None:
    case = Dispute(home="VN", counterparty="CN-GX", assets=("CN-GX",), forums=(seat("SG"),))
    [chain] = ask(case).forums

    assert [one.cooperation_id for one in chain.cooperations] == ["courts_of_arbitration"]


def test_a_merged_province_keeps_its_cooperation() -> None:
    for code in ("VN-03", "VN-07"):
        case = Dispute(home="CN-GX", counterparty=code, assets=("VN",), forums=(seat("HK"),))
        assert next(one.cooperation_id for one in ask(case).cooperations) == "border"


def test_two_institutions_at_one_seat_are_two_forums() -> None:
    chains = ask(dispute(seat("HK", "listed"), seat("HK", "unlisted"), seat("HK"))).forums

    assert [chain.institution and chain.institution.institution_id for chain in chains] == [
        "listed",
        "unlisted",
        None,
    ]

from datetime import date

import pytest

from api.web.correction_changes import apply_form
from api.web.correction_form import CorrectionForm, form_for, read_amount
from api.web.forms import FormError
from api.web.names import Names
from api.web.places import Finder
from enterprises.corrections import as_used
from enterprises.facts import BudgetField, DeadlineField
from enterprises.schemas import FactRead, NeedUpdate, ReadingRead, SpanRead, StructuredNeed
from matching import names
from matching.types import Script, Sentence
from matching.understanding.types import BudgetBasis, JurisdictionName, Urgency

TODAY = date(2026, 11, 22)
LISTS = names.Names(
    jurisdictions={
        "VN": Sentence("Vietnam", "越南", "越南"),
        "TH": Sentence("Thailand", "泰国", "泰國"),
        "CN": Sentence("Mainland China", "中国内地", "中國內地"),
        "SG": Sentence("Singapore", "新加坡", "新加坡"),
    },
    sectors={
        "LEG": Sentence("Legal services", "法律服务", "法律服務"),
        "TAX": Sentence("Tax", "税务", "稅務"),
    },
    languages={
        "en": Sentence("English", "英语", "英文"),
        "vi": Sentence("Vietnamese", "越南语", "越南文"),
    },
)
OTHERS = (
    JurisdictionName("SZ", ("Shenzhen", "深圳"), ("CN",)),
    JurisdictionName("PAIR", ("Both",), ("VN", "TH")),
    JurisdictionName("WIDE", ("Some",), ("XX", "SG")),
    JurisdictionName("GONE", ("Gone",), ("XX",)),
)
FINDER = Finder(Names(Script.EN, LISTS), frozenset(LISTS.jurisdictions), OTHERS)
SPAN = [SpanRead(start=0, end=5)]
READING = ReadingRead(
    text_lang="en",
    reference_date=date(2026, 11, 1),
    home_jurisdiction="CN",
    target_jurisdictions=["VN", "TH"],
    excluded_jurisdictions=["SG"],
    sector_codes=["LEG"],
    excluded_sector_codes=[],
    languages_wanted=["en"],
    urgency=Urgency.HIGH,
    deadline=DeadlineField(days=30),
    budget=BudgetField(max=5000.0, currency="USD", approximate=True),
    facts=[
        FactRead(field=field, value=value, spans=SPAN)
        for field, value in [
            ("home_jurisdiction", "CN"),
            ("target_jurisdictions", "VN"),
            ("target_jurisdictions", "TH"),
            ("excluded_jurisdictions", "SG"),
            ("sector_codes", "LEG"),
            ("languages_wanted", "en"),
            ("urgency", "high"),
            ("deadline", "30 days"),
            ("budget", "USD -5000"),
        ]
    ],
    not_used=[],
    questions=[],
)
NEED = StructuredNeed(text="words")
ALL = [f"{fact.field}:{fact.value}" for fact in READING.facts if fact.field.endswith(("s", "ed"))]


def say(message: str, **values: object) -> str:
    return message % values if values else message


def shown_form(need: StructuredNeed = NEED) -> CorrectionForm:
    home = as_used(need, READING).home_jurisdiction
    form = form_for(need, READING, version=1, home=LISTS.jurisdictions[home].en if home else "")
    return form.model_copy(update={"shown": list(ALL), "kept": list(ALL)})


def apply(form: CorrectionForm, need: StructuredNeed = NEED) -> NeedUpdate | list[FormError]:
    return apply_form(form, need, READING, finder=FINDER, today=TODAY, gettext=say)


def changed(need: StructuredNeed = NEED, **typed: object) -> NeedUpdate:
    body = apply(shown_form(need).model_copy(update=typed), need)
    assert isinstance(body, NeedUpdate), body
    return body


def used_after(body: NeedUpdate) -> StructuredNeed:
    return as_used(StructuredNeed.model_validate(body.model_dump(exclude={"version"})), READING)


def mistakes(**typed: object) -> dict[str | None, str]:
    found = apply(shown_form().model_copy(update=typed))
    assert isinstance(found, list)
    return {error.field: error.text for error in found}


def without(*keys: str) -> list[str]:
    return [key for key in ALL if key not in keys]


def test_the_form_as_it_is_shown_changes_nothing() -> None:
    body = changed()
    assert body.model_dump(exclude={"version"}) == NEED.model_dump()


def test_an_unticked_fact_is_taken_out_and_can_be_put_back() -> None:
    body = changed(kept=without("target_jurisdictions:TH"))
    assert used_after(body).target_jurisdictions == ["VN"]
    need = StructuredNeed.model_validate(body.model_dump(exclude={"version"}))
    again = changed(need, back=["target_jurisdictions:TH"])
    assert again.corrections == []


def test_corrections_made_before_are_kept() -> None:
    first = changed(kept=without("target_jurisdictions:TH"))
    need = StructuredNeed.model_validate(first.model_dump(exclude={"version"}))
    second = changed(need, add_languages_wanted=["越南文"])
    assert [(c.field.value, c.action.value, c.value) for c in second.corrections] == [
        ("target_jurisdictions", "remove", "TH"),
        ("languages_wanted", "add", "vi"),
    ]


def test_an_added_fact_that_is_unticked_again_leaves_no_trace() -> None:
    first = changed(add_sector_codes=["TAX"])
    assert used_after(first).sector_codes == ["LEG", "TAX"]
    need = StructuredNeed.model_validate(first.model_dump(exclude={"version"}))
    again = changed(need, shown=[*ALL, "sector_codes:TAX"], kept=ALL)
    assert again.corrections == []


def test_what_is_put_into_one_list_leaves_its_rivals() -> None:
    first = changed(add_excluded_jurisdictions=["Vietnam"])
    assert used_after(first).target_jurisdictions == ["TH"]
    assert used_after(first).excluded_jurisdictions == ["SG", "VN"]
    need = StructuredNeed.model_validate(first.model_dump(exclude={"version"}))
    back = changed(need, add_target_jurisdictions=["VN"])
    assert back.corrections == []
    assert used_after(back).target_jurisdictions == ["VN", "TH"]


def test_a_list_that_was_given_in_full_stays_given() -> None:
    need = StructuredNeed(text="words", target_jurisdictions=["VN"], excluded_jurisdictions=["TH"])
    body = changed(
        need, shown=["target_jurisdictions:VN"], kept=[], add_target_jurisdictions=["TH"]
    )
    assert body.target_jurisdictions == ["TH"]
    assert body.excluded_jurisdictions == []
    assert body.corrections == []


def test_a_set_of_places_and_a_city_stand_for_jurisdictions() -> None:
    body = changed(add_secondary_jurisdictions=["both", "深圳"], kept=[])
    assert used_after(body).secondary_jurisdictions == ["VN", "TH", "CN"]
    body = changed(add_secondary_jurisdictions=["some"], kept=[])
    assert used_after(body).secondary_jurisdictions == ["SG"]


def test_home_is_set_cleared_and_undone() -> None:
    first = changed(home="泰國")
    assert first.home_jurisdiction == "TH"
    need = StructuredNeed.model_validate(first.model_dump(exclude={"version"}))
    assert changed(need, undo=["home_jurisdiction"]).home_jurisdiction is None
    assert changed(need, home="shenzhen").home_jurisdiction is None
    cleared = changed(home=" ")
    assert cleared.home_jurisdiction is None
    assert used_after(cleared).home_jurisdiction is None
    need = StructuredNeed.model_validate(cleared.model_dump(exclude={"version"}))
    assert used_after(changed(need, undo=["home_jurisdiction"])).home_jurisdiction == "CN"
    assert changed(need, home="Thailand").home_jurisdiction == "TH"


def test_days_are_shown_as_a_day_and_kept_as_days() -> None:
    form = shown_form()
    assert form.deadline == "2026-12-01"
    assert changed(deadline="2026-12-01").deadline is None
    assert changed(deadline="2027-01-15").deadline == DeadlineField(date=date(2027, 1, 15))
    assert used_after(changed(deadline="")).deadline is None


def test_urgency_beats_the_text_and_gives_way_to_it() -> None:
    low = changed(urgency="low")
    assert low.urgency is Urgency.LOW
    need = StructuredNeed.model_validate(low.model_dump(exclude={"version"}))
    assert changed(need, urgency="high").urgency is None


def test_a_budget_is_kept_with_what_the_form_does_not_show() -> None:
    assert changed(budget_max="5,000").budget is None
    assert used_after(changed(budget_max="5 000")).budget == READING.budget
    body = changed(budget_min="1000", budget_currency="hkd", budget_basis="per_month")
    assert body.budget == BudgetField(
        min=1000.0, max=5000.0, currency="HKD", basis=BudgetBasis.PER_MONTH
    )
    assert used_after(changed(budget_max="")).budget is None


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"add_target_jurisdictions": ["Vietnem"]}, "add_target_jurisdictions", "Vietnam"),
        ({"add_target_jurisdictions": ["??"]}, "add_target_jurisdictions", "??"),
        ({"add_languages_wanted": ["Klingon"]}, "add_languages_wanted", "Klingon"),
        ({"add_sector_codes": ["NOPE"]}, "add_sector_codes", "NOPE"),
        ({"home": "both"}, "home", "several places"),
        ({"home": "gone"}, "home", "gone"),
        ({"home": "Atlantis"}, "home", "Atlantis"),
        ({"deadline": "31/12/2026"}, "deadline", "2026-12-31"),
        ({"deadline": "2026-02-30"}, "deadline", "2026-12-31"),
        ({"urgency": "never"}, "urgency", "list"),
        ({"budget_min": "lots"}, "budget_min", "figures"),
        ({"budget_min": "9000"}, "budget_min", "more than the most"),
        ({"budget_currency": "yuan"}, "budget_currency", "three letters"),
        ({"budget_basis": "x"}, "budget_basis", "list"),
    ],
)
def test_each_mistake_is_said_where_it_was_made(
    typed: dict[str, object], field: str, said: str
) -> None:
    found = mistakes(**typed)
    assert list(found) == [field]
    assert said in (found[field] or "")


def test_a_value_in_two_lists_is_asked_about() -> None:
    found = mistakes(add_target_jurisdictions=["SG"], add_secondary_jurisdictions=["sg"])
    assert "Singapore stands in two lists" in found["add_target_jurisdictions"]


def test_every_mistake_is_said_at_once() -> None:
    assert set(mistakes(home="x?", deadline="soon", budget_max="?")) == {
        "home",
        "deadline",
        "budget_max",
    }


@pytest.mark.parametrize("typed", ["200000", "200,000", "200 000", "200，000", "200000.00"])
def test_amounts_are_read_with_or_without_separators(typed: str) -> None:
    assert read_amount(typed) == 200_000


@pytest.mark.parametrize("typed", ["-5", "1e99", "9" * 40, "nan", "20万", "1.2.3"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        read_amount(typed)

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

import pytest
from babel.messages.catalog import Message

from api.web.reading_view import GROUPS
from api.web.rendering import environment
from api.web.routes import DATES, FLAGS
from matching.features.catalogue import CATALOGUE, ReasonKind
from matching.jurisdictions.facts import CHOICES
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Certainty, RouteKind, Step
from matching.text.folding import simplify
from matching.types import Script
from matching.understanding.types import BudgetBasis, Urgency
from providers.jurisdictions.packaged import read_packaged_treaty_data
from providers.models import EvidenceKind, ProviderKind
from tools.derive_simplified import (
    SIMPLIFIED,
    TRADITIONAL,
    as_bytes,
    derive,
    extract_messages,
    read_catalogue,
    read_terms,
)

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+>")
CATALOGUES = {
    "zh_Hant": read_catalogue(TRADITIONAL, "zh_Hant"),
    "zh_Hans": read_catalogue(SIMPLIFIED, "zh_Hans"),
}


def said(message: Message) -> str:
    return message.string if isinstance(message.string, str) else (message.string or ("",))[0]


def asked(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


@pytest.mark.parametrize("locale", CATALOGUES)
def test_every_message_of_the_pages_is_translated_and_no_other(locale: str) -> None:
    used = {asked(message) for message in extract_messages() if message.id}
    translated = {asked(m) for m in CATALOGUES[locale] if m.id and said(m)}
    assert used - translated == set(), "run tools/derive_simplified.py"
    assert translated - used == set(), "run tools/derive_simplified.py"


@pytest.mark.parametrize("locale", CATALOGUES)
def test_translations_keep_placeholders_and_markup(locale: str) -> None:
    for message in CATALOGUES[locale]:
        if message.id:
            source, target = asked(message), said(message)
            assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(target)), (
                source
            )


def test_simplified_messages_hold_no_traditional_character() -> None:
    for message in CATALOGUES["zh_Hans"]:
        assert simplify(said(message)) == said(message), asked(message)


def test_the_simplified_catalogue_is_derived_from_the_traditional_one() -> None:
    derived = derive(CATALOGUES["zh_Hant"], read_terms())
    assert as_bytes(derived) == SIMPLIFIED.read_bytes(), "run tools/derive_simplified.py"


def test_terms_of_the_mainland_replace_those_of_hong_kong() -> None:
    simplified = "".join(said(message) for message in CATALOGUES["zh_Hans"])
    for before, after in read_terms().items():
        assert before in after or before not in simplified, before


@pytest.mark.parametrize("script", list(Script))
def test_every_code_that_pages_show_has_a_word(script: Script) -> None:
    codes: dict[str, dict[str, Sequence[str]]] = {
        "_words": {
            "provider_kind": list(ProviderKind),
            "evidence_kind": list(EvidenceKind),
            "part_label": list(ReasonKind),
            "family_label": sorted({feature.family for feature in CATALOGUE}),
            "fit_word": ["strong", "good", "partial"],
        },
        "_fact_words": {
            "group_label": [name for name, _ in GROUPS],
            "urgency_word": list(Urgency),
            "basis_word": list(BudgetBasis),
        },
        "_route_words": {
            "kind_word": list(RouteKind),
            "certainty_word": list(Certainty),
            "fact_word": [*FLAGS, *DATES, *CHOICES, "choice_of_court"],
            "action_word": sorted({step.action for step in all_steps()}),
            "profession_word": sorted({one for step in all_steps() for one in step.professions}),
        },
    }
    for template, macros in codes.items():
        words = environment(script).get_template(f"partials/{template}.html").module
        for macro, values in macros.items():
            for value in values:
                word = str(getattr(words, macro)(str(value))).strip()
                # In English a word may look like its code; in Chinese a code stands out.
                is_said = script is Script.EN or not word.isascii()
                assert word, f"{macro} has no word for {value}"
                assert is_said, f"{macro} has no word for {value}"
                assert "_" not in word


@lru_cache(maxsize=1)
def all_steps() -> tuple[Step, ...]:
    """Every step that is planned between places that differ in law, language and treaties."""
    graph = TreatyGraph(read_packaged_treaty_data())
    places = ("CN", "HK", "MO", "TW", "VN", "SG", "TH", "MY", "AE", "GB", "DE", "JP", "IN")
    return tuple(
        step
        for kind in RouteKind
        for origin in places
        for destination in places
        if origin != destination
        for step in plan_route(graph, kind, origin, destination, on=date(2026, 11, 22)).steps
    )


@pytest.mark.parametrize("script", list(Script))
def test_a_question_that_the_page_does_not_know_gets_a_general_sentence(script: Script) -> None:
    words = environment(script).get_template("partials/_fact_words.html").module
    say: Callable[[str], str] = getattr(words, "question_words")  # noqa: B009  # a macro is no attribute to mypy
    known = {str(say(code)) for code in ("which_services", "which_jurisdictions")}
    unknown = str(say("a_code_of_tomorrow"))
    assert unknown not in known
    assert "a_code" not in unknown

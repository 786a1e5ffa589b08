import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Message

from api.web.rendering import environment
from matching.features.catalogue import CATALOGUE, ReasonKind
from matching.text.folding import simplify
from matching.types import Script
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
    words = environment(script).get_template("partials/_words.html").module
    codes: dict[str, Sequence[str]] = {
        "provider_kind": list(ProviderKind),
        "evidence_kind": list(EvidenceKind),
        "part_label": list(ReasonKind),
        "family_label": sorted({feature.family for feature in CATALOGUE}),
        "fit_word": ["strong", "good", "partial"],
    }
    for macro, values in codes.items():
        for value in values:
            word = str(getattr(words, macro)(str(value)))
            assert word != value, f"{macro} has no word for {value}"

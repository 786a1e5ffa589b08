"""What jurisdictions, sectors and languages are called, from the operators' lists and CLDR."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from babel import Locale
from sqlalchemy.orm import Session

from matching.names import Names
from matching.types import Sentence
from providers.jurisdictions.queries import list_jurisdictions
from providers.sectors.queries import list_sectors


def read_names(session: Session) -> Names:
    """Return the names in force, for explanations and pages."""
    return Names(
        jurisdictions={
            row.code: Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant)
            for row in list_jurisdictions(session)
        },
        sectors={
            row.code: Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant)
            for row in list_sectors(session)
        },
        languages=language_names(),
    )


@lru_cache(maxsize=1)
def language_names() -> dict[str, Sentence]:
    """Return the names of languages by BCP 47 primary tag (Unicode CLDR, through Babel).

    Putonghua and Cantonese are called as Hong Kong calls them.
    """
    en, hans, hant = map(_language_names_of, ("en", "zh_Hans", "zh_Hant_HK"))
    names: dict[str, Sentence] = {}
    for tag, name in en.items():
        if len(tag) <= 3:
            names[tag] = Sentence(name, hans.get(tag, name), hant.get(tag, name))
    names["cmn"] = Sentence("Putonghua", "普通话", "普通話")
    names["yue"] = Sentence("Cantonese", "粤语", "廣東話")
    return names


def _language_names_of(locale: str) -> Mapping[str, str]:
    # Babel leaves its locale data without types.
    return cast(Mapping[str, str], Locale.parse(locale).languages)

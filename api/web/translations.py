"""The message catalogues, read from their `.po` files at first use: there is no compile step."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from matching.types import Script

# Babel's names of the scripts, which are those of the locale folders too; English is the source.
LOCALES = {Script.EN: "en_HK", Script.ZH_HANS: "zh_Hans_CN", Script.ZH_HANT: "zh_Hant_HK"}
FOLDERS = {Script.ZH_HANS: "zh_Hans", Script.ZH_HANT: "zh_Hant"}


def read_catalogue(script: Script) -> Catalog:
    """Read the `.po` file of one of the Chinese scripts."""
    path = files("api.web").joinpath("locale", FOLDERS[script], "LC_MESSAGES", "messages.po")
    with path.open("rb") as stream:
        return read_po(stream, locale=FOLDERS[script], abort_invalid=True)


@lru_cache(maxsize=len(Script))
def translations_for(script: Script) -> NullTranslations:
    """Return the messages of a script; English ones are the source and need no catalogue."""
    if script not in FOLDERS:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(script))
    compiled.seek(0)
    return Translations(compiled, domain="messages")

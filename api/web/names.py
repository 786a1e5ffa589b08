"""Names of places, sectors and languages in the reader's script."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching import names as matching_names
from matching.text.folding import script_of
from matching.types import Script, Sentence


@dataclass(frozen=True, slots=True)
class Names:
    """The operators' lists of names, read in one script; a code that no list has stays a code."""

    script: Script
    lists: matching_names.Names

    def jurisdiction(self, code: str) -> str:
        """Return the name of a jurisdiction."""
        return self._said(self.lists.jurisdictions, code)

    def sector(self, code: str) -> str:
        """Return the name of a sector."""
        return self._said(self.lists.sectors, code)

    def language(self, tag: str) -> str:
        """Return the name of a language from its BCP 47 tag."""
        return self._said(self.lists.languages, tag)

    def _said(self, names: Mapping[str, Sentence], code: str) -> str:
        name = names.get(code)
        return code if name is None else name.in_script(self.script)


def lang_of(text: str) -> str:
    """Return the `lang` that a fragment carries, told from its characters.

    Latin letters are taken for English: most of the catalogue is, and nothing records the rest.
    """
    return script_of(text).value

"""From what a person types to codes of the lists: places, languages, and near names to suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from api.web.names import Names
from matching.jurisdictions.historic import HISTORIC
from matching.text.folding import fold
from matching.types import Sentence
from matching.understanding.types import JurisdictionName
from providers.engine import Engine

# Offered in lists to choose from; any language of CLDR may be typed.
OFFERED_LANGUAGES = (
    "en", "zh", "cmn", "yue", "vi", "th", "id", "ms", "fil", "km", "lo", "my", "ta", "tet", "ja",
    "ko", "hi", "bn", "ur", "ar", "fa", "tr", "ru", "kk", "mn", "fr", "de", "es", "pt", "it", "nl",
    "pl", "sw",
)  # fmt: skip
MAX_SUGGESTED = 3
CLOSE_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed name stands for: codes, or names that come near it."""

    codes: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds places and languages by their names in any script, or by their codes."""

    names: Names
    jurisdictions: frozenset[str]
    other_names: tuple[JurisdictionName, ...]

    def places(self, typed: str, *, on: date) -> Found:
        """Return the jurisdictions that a name stands for: several for ASEAN, China for Shenzhen.

        Args:
            typed: a name in any script, or a code in any case.
            on: the day on which a set of jurisdictions has its members.
        """
        known = {code: self.names.lists.jurisdictions.get(code) for code in self.jurisdictions}
        found = _by_name(typed, known)
        if found is not None:
            return Found((found,))
        wanted = fold(typed)
        for name in self.other_names:
            if any(fold(one) == wanted for one in name.names):
                codes = tuple(c for c in name.codes_on(on) if c in self.jurisdictions)
                if codes:
                    return Found(codes)
        return Found(suggested=self._successors(typed, known) or self._near(typed, known))

    def language(self, typed: str) -> Found:
        """Return the language that a name or a tag stands for."""
        known = self.names.lists.languages
        found = _by_name(typed, known)
        return Found((found,)) if found is not None else Found(suggested=self._near(typed, known))

    def place_names(self) -> list[str]:
        """Return the name of every jurisdiction, in the order of the reader's script."""
        return sorted({self.names.jurisdiction(code) for code in self.jurisdictions})

    def language_names(self) -> list[str]:
        """Return the names of the languages that are offered, the most likely first."""
        return [self.names.language(tag) for tag in OFFERED_LANGUAGES]

    def _successors(self, typed: str, known: Mapping[str, Sentence | None]) -> tuple[str, ...]:
        """Name what stands today for a code that ISO 3166 has withdrawn: all of it, not a few."""
        _, _, codes = HISTORIC.get(typed.strip().upper(), ("", 0, ()))
        said = (known.get(code) for code in codes)
        return tuple(s.in_script(self.names.script) for s in said if s)

    def _near(self, typed: str, known: Mapping[str, Sentence | None]) -> tuple[str, ...]:
        wanted = fold(typed)
        folded = {fold(name): code for code, s in known.items() if s for name in _all(s)}
        near = get_close_matches(wanted, folded, n=MAX_SUGGESTED * 2, cutoff=CLOSE_ENOUGH)
        codes = dict.fromkeys(folded[name] for name in near)
        said = (known[code] for code in codes)
        return tuple(s.in_script(self.names.script) for s in said if s)[:MAX_SUGGESTED]


def finder_of(engine: Engine, names: Names) -> Finder:
    """Return a finder over the lists that the engine was built from."""
    return Finder(names, engine.jurisdictions, engine.vocabulary.jurisdictions)


def _by_name(typed: str, known: Mapping[str, Sentence | None]) -> str | None:
    wanted = fold(typed.strip())
    for code in sorted(known):
        said = known[code]
        if wanted == fold(code) or (said and any(fold(name) == wanted for name in _all(said))):
            return code
    return None


def _all(said: Sentence) -> tuple[str, str, str]:
    return said.en, said.zh_hans, said.zh_hant

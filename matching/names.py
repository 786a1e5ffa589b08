"""What places, sectors and languages are called, in the three scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.types import Sentence

_MOST_KEPT = 8_192


# Told apart by identity: what is said with the same lists is worded once and kept.
@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """What jurisdictions, sectors and languages are called in the three scripts."""

    jurisdictions: Mapping[str, Sentence]
    sectors: Mapping[str, Sentence]
    languages: Mapping[str, Sentence]

    def places(self, codes: Sequence[str]) -> Sentence:
        """Join the names of jurisdictions; a code without a name stands for itself."""
        return _places(self, tuple(codes))

    def sectors_named(self, codes: Sequence[str]) -> Sentence:
        """Join the names of sectors."""
        return _joined(self.sectors, codes)

    def languages_named(self, tags: Sequence[str]) -> Sentence:
        """Join the names of languages."""
        return _joined(self.languages, tags)


@lru_cache(maxsize=_MOST_KEPT)
def _places(names: Names, codes: tuple[str, ...]) -> Sentence:
    return _joined(names.jurisdictions, codes)


def _joined(called: Mapping[str, Sentence], codes: Sequence[str]) -> Sentence:
    names = [called.get(code, Sentence(code, code, code)) for code in codes]
    return Sentence(
        ", ".join(name.en for name in names),
        "、".join(name.zh_hans for name in names),
        "、".join(name.zh_hant for name in names),
    )

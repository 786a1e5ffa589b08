"""What places, sectors and languages are called, in the three scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.types import Sentence


@dataclass(frozen=True, slots=True)
class Names:
    """What jurisdictions, sectors and languages are called in the three scripts."""

    jurisdictions: Mapping[str, Sentence]
    sectors: Mapping[str, Sentence]
    languages: Mapping[str, Sentence]

    def places(self, codes: Sequence[str]) -> Sentence:
        """Join the names of jurisdictions; a code without a name stands for itself."""
        return _joined([self.jurisdictions.get(c, Sentence(c, c, c)) for c in codes])

    def sectors_named(self, codes: Sequence[str]) -> Sentence:
        """Join the names of sectors."""
        return _joined([self.sectors.get(c, Sentence(c, c, c)) for c in codes])

    def languages_named(self, tags: Sequence[str]) -> Sentence:
        """Join the names of languages."""
        return _joined([self.languages.get(t, Sentence(t, t, t)) for t in tags])


def _joined(names: Sequence[Sentence]) -> Sentence:
    return Sentence(
        ", ".join(name.en for name in names),
        "、".join(name.zh_hans for name in names),
        "、".join(name.zh_hant for name in names),
    )

"""The values that matching takes and returns.

A *query* is a need as matching sees it, a *candidate* a provider. A *matter* is one piece of past
work or one statement; it becomes *evidence* of each provider that took part in it, so the partners
of a joint venture share a matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Script(StrEnum):
    """The scripts in which everything a person reads is said (BCP 47)."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement in the three scripts."""

    en: str
    zh_hans: str
    zh_hant: str

    def in_script(self, script: Script) -> str:
        """Return the statement in one script."""
        return {Script.EN: self.en, Script.ZH_HANS: self.zh_hans, Script.ZH_HANT: self.zh_hant}[
            script
        ]


@dataclass(frozen=True, slots=True)
class Query:
    """A need, as matching sees it.

    Attributes:
        text: the need in the enterprise's own words, any of the three scripts; may be empty.
        equivalents: words of the evidence's language for what the text is about; may be empty.
        on: the day of the match. Evidence dated on or after it does not count, and a credential
            must be in force on it.
        home_jurisdiction: where the enterprise is, or None where it is not said.
        target_jurisdictions: where the work is to be done.
        sector_codes: sectors of the published list that the need asks for; a parent means its
            whole branch.
        excluded_jurisdictions: places where the work is not to be done; they win over targets.
        excluded_sector_codes: sectors expressly refused, each with its branch; they win too.
        languages_wanted: BCP 47 primary tags wanted of the provider.
        languages_required: whether a provider known to lack them is removed.
        excluded_provider_ids: providers the enterprise does not want.
        conflicted_provider_ids: providers that may not act (they act for the other side).
        amount_usd: the expected value of the work in US dollars, or None.
        task: the words for what is to be done alone, without the project or programme it belongs to;
            empty where `text` says nothing else.
        client: who asks, as matters name their clients, or None: past work for them is repeated
            business, which is counted apart from everything else.
    """

    text: str
    on: date
    home_jurisdiction: str | None = None
    target_jurisdictions: tuple[str, ...] = ()
    sector_codes: tuple[str, ...] = ()
    excluded_jurisdictions: tuple[str, ...] = ()
    excluded_sector_codes: tuple[str, ...] = ()
    languages_wanted: tuple[str, ...] = ()
    languages_required: bool = False
    excluded_provider_ids: frozenset[str] = frozenset()
    conflicted_provider_ids: frozenset[str] = frozenset()
    amount_usd: float | None = None
    equivalents: str = ""
    client: str | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider, as matching sees it. None means *unknown*, an empty tuple means *none*.

    Attributes:
        qualified_in: jurisdiction to the last day on which the qualification is known to hold,
            or None for no known end.
        network_in: jurisdictions served through a named local partner.
        sector_codes: sectors under which it is listed or which it claims.
        is_accepting: whether it takes new work.
        city, source: for whoever is shown it; matching does not compute with them.
    """

    provider_id: str
    name: str
    kind: str
    home_jurisdiction: str | None = None
    qualified_in: Mapping[str, date | None] | None = None
    network_in: tuple[str, ...] | None = None
    sector_codes: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None
    is_published: bool = True
    is_suspended: bool = False
    is_accepting: bool | None = None
    city: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One past matter, publication, credential or statement.

    Attributes:
        matter_id: unique; ties between equally near matters go to the smaller one.
        evidence_ids: provider id to the id of that provider's piece of evidence.
        title: what the project or publication is called; may be empty.
        description: what was done.
        client: who engaged the providers, or None.
        amount_usd: its value in US dollars, or None.
        is_statement: True where it is only the provider's own or a list's statement, not a
            record of work done.
    """

    matter_id: str
    evidence_ids: Mapping[str, str]
    title: str
    description: str
    jurisdictions: tuple[str, ...] = ()
    sector_codes: tuple[str, ...] = ()
    dated_on: date | None = None
    client: str | None = None
    amount_usd: float | None = None
    is_verified: bool = False
    is_statement: bool = False

    @property
    def text(self) -> str:
        """What is searched and encoded."""
        return evidence_text(self.title, self.description)


def evidence_text(title: str, description: str) -> str:
    """Join a title and a description into the text that is searched, hashed and encoded."""
    return ". ".join(part for part in (title.strip(), description.strip()) if part)


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A ranked candidate. `contributions` has one entry per feature and sums to `score`."""

    provider_id: str
    score: float
    contributions: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CitedEvidence:
    """A piece of evidence that a reason rests on.

    `worth` is the score minus the score without this piece, the catalogue otherwise as it is; None
    where it was not worked out.
    """

    evidence_id: str
    text: str
    jurisdictions: tuple[str, ...]
    dated_on: date | None
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate stands where it stands: a part of the score, said in words.

    Attributes:
        feature: the kind of reason (`features.catalogue.ReasonKind`); it sums the features that
            say the same thing.
        value: the greatest value among those features, in [0, 1], or None where all are unknown.
        contribution: what it adds to the score.
        sentence: the reason in three scripts.
        evidence: what it rests on, most telling first; empty for facts of the profile itself.
    """

    feature: str
    value: float | None
    contribution: float
    sentence: Sentence
    evidence: tuple[CitedEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the need asks for that a candidate lacks, or of which nothing is known.

    `code` is one of `no_evidence_in`, `nothing_alike`, `sector_not_shown`, `language_missing`,
    `unknown_languages`, `unknown_qualification`, `statement_only`.
    """

    code: str
    sentence: Sentence
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """That a provider stands in a group of near-equals whose order changes from day to day.

    Attributes:
        first_rank: the first place that the group takes; it takes the `size` places from there.
        size: how many there are in the group, those beyond the cut of the list among them.
        band: how far apart their scores lie at most.
        sentence: the same in words.
    """

    first_rank: int
    size: int
    band: float
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class RankedProvider:
    """One place in a recommendation: the score, all its parts, and the words for them.

    `shares_place` is None where nobody else scores nearly the same.
    """

    rank: int
    provider_id: str
    score: float
    fit: str
    contributions: tuple[tuple[str, float | None, float], ...]
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    shares_place: SharedPlace | None = None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many candidates a rule removed; each candidate counts under the first rule it fails."""

    rule: str
    removed: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The whole answer for a query.

    Attributes:
        considered: candidates in the index.
        eligible: candidates that passed every rule; `considered` minus everything removed.
        removed: the rules in the order in which they are applied, with their counts.
        ranked: the first `top` of the eligible, best first.
        openings: where nobody is eligible, the rules that alone keep somebody out, each with how many
            would be eligible without it; else empty.
    """

    considered: int
    eligible: int
    removed: tuple[RuleCount, ...]
    ranked: tuple[RankedProvider, ...]
    openings: tuple[RuleCount, ...] = ()

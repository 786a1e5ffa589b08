"""A match as it is sent and stored: what `match_schemas.MatchRead` says.

Its values are written down as they come from the engine. Building the models and having them checked and
written out takes several times as long, and checks what was made here; that both are the same,
byte for byte, is held by tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from enterprises.match_schemas import MatchRead
from enterprises.openings import is_openable, say_opening
from enterprises.readings import KnownReading
from enterprises.records import canonical_json
from enterprises.schemas import StructuredNeed
from matching.types import (
    Candidate,
    CitedEvidence,
    MatchResult,
    RankedProvider,
    Reason,
    RuleCount,
    Sentence,
    SharedPlace,
)
from providers.engine import EngineVersions

Document = dict[str, object]

STRUCTURED_FIELDS = set(StructuredNeed.model_fields)


@dataclass(frozen=True, slots=True)
class Matched:
    """The answer to a need.

    Attributes:
        on: the day of the match.
        eligible: how many providers passed every rule.
        versions: what the result depends on beside the need.
        document: the whole answer as values that `orjson` writes as they are: tuples and dates
            among them.
    """

    on: date
    eligible: int
    versions: Mapping[str, str | int]
    document: Document

    def as_bytes(self) -> bytes:
        """Return the answer as JSON in UTF-8."""
        return orjson.dumps(self.document)

    def as_json(self) -> object:
        """Return the answer as JSON values."""
        values: object = orjson.loads(self.as_bytes())
        return values

    def as_record(self) -> str:
        """Return the answer as canonical JSON, to be kept."""
        return canonical_json(self.as_json())

    def as_read(self) -> MatchRead:
        """Return the answer as values, for pages and programs of our own."""
        return MatchRead.model_validate(self.document)


def as_matched(
    result: MatchResult,
    *,
    versions: EngineVersions,
    on: date,
    used: StructuredNeed,
    known: KnownReading | None,
    candidates: Sequence[Candidate],
) -> Matched:
    """Write down the answer to a need.

    Args:
        result: what the engine found.
        versions: those of the engine.
        on: the day of the match.
        used: the need as it was used.
        known: how its text was read; None where there is no text.
        candidates: the providers of `result.ranked`, in its order.
    """
    versions_document = as_versions_document(versions)
    return Matched(
        on,
        result.eligible,
        versions_document,
        {
            "versions": versions_document,
            "on": on,
            "need": used.model_dump(mode="json", include=STRUCTURED_FIELDS),
            "reading": None if known is None else known.document,
            "considered": result.considered,
            "eligible": result.eligible,
            "removed": [
                {
                    "rule": count.rule,
                    "removed": count.removed,
                    "sentence": as_sentence_document(count.sentence),
                }
                for count in result.removed
            ],
            "opening": [
                _as_opening(count)
                for count in result.openings
                if count.removed and is_openable(count.rule)
            ],
            "ranked": [
                as_ranked_document(ranked, candidate)
                for ranked, candidate in zip(result.ranked, candidates, strict=True)
            ],
        },
    )


def as_versions_document(versions: EngineVersions) -> dict[str, str | int]:
    """Return what a result depends on, in the order of `match_schemas.VersionsRead`."""
    return {
        "sector_list": versions.sector_list,
        "index": versions.index,
        "ranker": versions.ranker,
        "features": versions.features,
        "encoder": versions.encoder,
        "treaties": versions.treaties,
    }


def as_ranked_document(ranked: RankedProvider, candidate: Candidate) -> Document:
    """Return a place of a ranking: what `match_schemas.RankedRead` says."""
    # A piece is cited by several reasons; it is told apart by identity, as long as they hold it.
    cited: dict[int, Document] = {}
    return {
        "rank": ranked.rank,
        "provider": {
            "id": candidate.provider_id,
            "name": candidate.name,
            "kind": candidate.kind,
            "home_jurisdiction": candidate.home_jurisdiction,
            "city": candidate.city,
            "source": candidate.source,
        },
        "score": ranked.score,
        "fit": ranked.fit,
        "contributions": [
            {"feature": feature, "value": value, "contribution": contribution}
            for feature, value, contribution in ranked.contributions
        ],
        "reasons": [_as_reason(reason, cited) for reason in ranked.reasons],
        "gaps": [
            {
                "code": gap.code,
                "is_unknown": gap.is_unknown,
                "sentence": as_sentence_document(gap.sentence),
            }
            for gap in ranked.gaps
        ],
        "shares_place": _as_shared_place(ranked.shares_place),
    }


def as_sentence_document(sentence: Sentence) -> Document:
    """Return a statement: what `match_schemas.SentenceRead` says."""
    return {"en": sentence.en, "zh-Hans": sentence.zh_hans, "zh-Hant": sentence.zh_hant}


def _as_opening(count: RuleCount) -> Document:
    return {
        "rule": count.rule,
        "would_leave": count.removed,
        "sentence": as_sentence_document(say_opening(count.rule, count.removed)),
    }


def _as_reason(reason: Reason, cited: dict[int, Document]) -> Document:
    said = reason.sentence
    return {
        # An enum's value is written as slowly as all the rest.
        "kind": str(reason.feature),
        "contribution": reason.contribution,
        "sentence": {"en": said.en, "zh-Hans": said.zh_hans, "zh-Hant": said.zh_hant},
        "evidence": [
            cited.get(id(one)) or cited.setdefault(id(one), _as_cited(one))
            for one in reason.evidence
        ],
    }


def _as_cited(cited: CitedEvidence) -> Document:
    return {
        "id": cited.evidence_id,
        "text": cited.text,
        "jurisdictions": cited.jurisdictions,
        "dated_on": cited.dated_on,
        "worth": cited.worth,
    }


def _as_shared_place(shared: SharedPlace | None) -> Document | None:
    if shared is None:
        return None
    return {
        "first_rank": shared.first_rank,
        "size": shared.size,
        "band": shared.band,
        "sentence": as_sentence_document(shared.sentence),
    }

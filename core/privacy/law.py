"""Data-protection laws as data: one file each, checked when it is read, in force between two days.

A law that is not among them, or one that sets no number, is met by the strictest number known:
whoever is unsure is early.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.privacy.errors import LawDamaged

_ARRANGEMENT = "gba_contract.toml"


class Unit(StrEnum):
    """What a clock counts; working days are Monday to Friday, holidays are not known."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Certainty(StrEnum):
    """Whether a number was read in a source that can be named."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class RequestKind(StrEnum):
    """What a person may ask for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    WITHDRAWAL = "withdrawal"


class TransferBasis(StrEnum):
    """What allows a person's data to leave their jurisdiction; `none` allows nothing by itself."""

    NONE = "none"
    CONSENT = "consent"
    CONTRACT = "contract"
    BELOW_THRESHOLD = "below_threshold"
    STANDARD_CONTRACT = "standard_contract"
    CERTIFICATION = "certification"
    SECURITY_ASSESSMENT = "security_assessment"
    IMPACT_DOSSIER = "impact_dossier"
    GBA_CONTRACT = "gba_contract"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clock(_Part):
    """How long something may take."""

    value: Annotated[int, Field(ge=1, le=1_000)]
    unit: Unit
    certainty: Certainty


class RequestClocks(_Part):
    """Times for a request: to answer it, to carry it out, and by how much that may be put off once."""

    answer: Clock | None = None
    carry_out: Clock | None = None
    extension: Clock | None = None


class BreachStart(StrEnum):
    """When the clock of a breach starts: once it is known of, or once it was assessed."""

    AWARE = "aware"
    ASSESSED = "assessed"


class BreachClocks(_Part):
    """Times to tell of a breach; `from_people` is how many make it one that must be told of."""

    starts: BreachStart
    authority: Clock | None = None
    persons: Clock | None = None
    from_people: Annotated[int, Field(ge=1)] | None = None


class Cap(_Part):
    """Numbers of people in a year that a basis does not reach: at them it ends."""

    basis: TransferBasis
    persons: Annotated[int, Field(ge=1)]
    sensitive_persons: Annotated[int, Field(ge=1)]


class TransferRules(_Part):
    """What the law asks of data that leave its jurisdiction.

    Attributes:
        is_restricted: whether one of `bases` is needed.
        needs_separate_consent: whether the person agrees to the transfer by itself.
        bases: those that the law knows.
        caps: up to how many people in a calendar year a basis serves.
        dossier: how soon after the first transfer a dossier is due.
    """

    is_restricted: bool
    needs_separate_consent: bool
    bases: tuple[TransferBasis, ...]
    caps: tuple[Cap, ...] = ()
    dossier: Clock | None = None

    def cap_of(self, basis: TransferBasis) -> Cap | None:
        """Return where a basis ends, None where it does not."""
        return next((cap for cap in self.caps if cap.basis == basis), None)


class LawVersion(_Part):
    """A law as it stands between two days, both included, with where that was read and when."""

    in_force_from: date
    in_force_to: date | None = None
    read_on: date
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    notes: tuple[str, ...] = ()
    requests: Mapping[RequestKind, RequestClocks] = Field(
        default_factory=dict[RequestKind, RequestClocks]
    )
    breach: BreachClocks | None = None
    transfer: TransferRules

    def is_in_force(self, on: date) -> bool:
        """Tell whether it binds on a day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class Law(_Part):
    """A law in all its versions, oldest first."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z]+$")]
    name: str
    jurisdictions: Annotated[tuple[str, ...], Field(min_length=1)]
    utc_offset_hours: Annotated[int, Field(ge=-12, le=14)]
    versions: Annotated[tuple[LawVersion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _require_one_version_a_day(self) -> Self:
        for earlier, later in pairwise(self.versions):
            if earlier.in_force_to is None or earlier.in_force_to >= later.in_force_from:
                raise ValueError(f"versions of {self.code} overlap, or are out of order")
        return self

    def on(self, day: date) -> LawVersion | None:
        """Return the version in force on a day, None before and between them."""
        return next((version for version in self.versions if version.is_in_force(day)), None)


class Arrangement(_Part):
    """An area within which a basis serves, and outside of which it serves nobody."""

    code: str
    name: str
    basis: TransferBasis
    members: frozenset[str]
    in_force_from: date
    read_on: date
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    notes: tuple[str, ...] = ()


# Of a jurisdiction whose law is not known: nothing leaves it without a basis and a consent of its own.
UNKNOWN_TRANSFER = TransferRules(
    is_restricted=True,
    needs_separate_consent=True,
    bases=(TransferBasis.CONSENT, TransferBasis.CONTRACT, TransferBasis.CERTIFICATION),
)
UNKNOWN_LAW = "unknown"


def parse_law(text: str) -> Law:
    """Read a law.

    Raises:
        LawDamaged: it is no TOML, or lacks or contradicts something.
    """
    try:
        return Law.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LawDamaged(f"a packaged law cannot be used: {error}") from error


@cache
def packaged_laws() -> tuple[Law, ...]:
    """Return the laws that ship with the product, by code.

    Raises:
        LawDamaged: one cannot be used, or two claim a jurisdiction.
    """
    laws = tuple(sorted((parse_law(text) for text in _texts()), key=lambda law: law.code))
    claimed = [code for law in laws for code in law.jurisdictions]
    if len(set(claimed)) < len(claimed):
        raise LawDamaged("two packaged laws claim the same jurisdiction")
    return laws


def _texts() -> Iterable[str]:
    for file in files("core.privacy.laws").iterdir():
        if file.name.endswith(".toml") and file.name != _ARRANGEMENT:
            yield file.read_text("utf-8")


@cache
def greater_bay_area() -> Arrangement:
    """Return the area of the Greater Bay Area's standard contract.

    Raises:
        LawDamaged: its file cannot be used.
    """
    text = files("core.privacy.laws").joinpath(_ARRANGEMENT).read_text("utf-8")
    try:
        return Arrangement.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LawDamaged(f"{_ARRANGEMENT} cannot be used: {error}") from error


def country_of(place: str) -> str:
    """Return the jurisdiction that a place belongs to: CN of CN-4403."""
    return place.partition("-")[0]


def law_of(place: str | None) -> Law | None:
    """Return the law that protects people of a place, None where it is not known."""
    if place is None:
        return None
    country = country_of(place)
    return next((law for law in packaged_laws() if country in law.jurisdictions), None)


def transfer_rules_of(place: str, on: date) -> tuple[str, TransferRules]:
    """Return the code of the law of a place, and what it asks of transfers on a day."""
    law = law_of(place)
    version = law.on(on) if law is not None else None
    if law is None or version is None:
        return UNKNOWN_LAW, UNKNOWN_TRANSFER
    return law.code, version.transfer

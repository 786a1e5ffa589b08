"""A route as the API and the command line show it."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from matching.jurisdictions import types
from matching.types import Sentence


class RouteTextRead(BaseModel):
    """A statement or a name in the three scripts."""

    model_config = ConfigDict(populate_by_name=True)

    en: str
    zh_hans: str = Field(alias="zh-Hans")
    zh_hant: str = Field(alias="zh-Hant")

    @classmethod
    def of(cls, text: Sentence) -> Self:
        """Show a statement."""
        return cls(en=text.en, zh_hans=text.zh_hans, zh_hant=text.zh_hant)


class StepRead(BaseModel):
    """One thing to be done on the way."""

    action: str = Field(
        description="A code: `notarise`, `apostille`, `apply` …", examples=["apply"]
    )
    place: str = Field(description="The jurisdiction in which it is done.")
    sentence: RouteTextRead
    professions: list[str] = Field(description="Who does it: `notary_public`, `solicitor` …")
    sector_codes: list[str] = Field(description="Sectors under which such providers are listed.")
    desk: str | None = Field(description="The desk where it can be done together with others.")


class BindingRead(BaseModel):
    """That an instrument binds one of the two sides."""

    jurisdiction: str
    in_force_from: date | None = Field(description="Null where the date was not found.")
    status: str = Field(description="`in_force`, `extended` or `signed`.")
    is_verified: bool = Field(description="False where no source was read for the row.")
    note: str
    source_url: str


class UsedInstrumentRead(BaseModel):
    """A treaty or arrangement that the answer rests on."""

    instrument_id: str
    name: RouteTextRead
    in_force_from: date | None = Field(description="The day from which it binds both sides.")
    bindings: list[BindingRead]
    as_of: str | None = Field(description="The day or month of the source's state.")
    source_url: str


class CheckRead(BaseModel):
    """What has to be looked into before the answer is relied on."""

    code: str
    sentence: RouteTextRead


class SourceRead(BaseModel):
    """Where a reader can look."""

    url: str
    title: RouteTextRead
    as_of: str | None


class ChangeRead(BaseModel):
    """A known later day from which the answer is another."""

    on: date
    route: types.RouteId
    sentence: RouteTextRead


class CooperationRead(BaseModel):
    """Cooperation between places that helps on the way and is no treaty."""

    cooperation_id: str
    name: RouteTextRead
    members: list[str]
    subject: str
    valid_from: date | None
    valid_to: date | None
    note: RouteTextRead
    source_url: str


class DeskRead(BaseModel):
    """A place where several of the steps are done together."""

    desk_id: str
    name: RouteTextRead
    place: str
    actions: list[str]
    valid_from: date | None
    note: RouteTextRead
    source_url: str


class RouteRead(BaseModel):
    """How something made in one jurisdiction is used in another on a day."""

    model_config = ConfigDict(populate_by_name=True)

    kind: types.RouteKind
    asked_from: str = Field(alias="from", description="The code that was asked about.")
    asked_to: str = Field(alias="to", description="The code that was asked about.")
    origin: str = Field(description="The jurisdiction whose law answers for `from`.")
    destination: str = Field(description="The jurisdiction whose law answers for `to`.")
    on: date
    route: types.RouteId
    certainty: types.Certainty
    sentence: RouteTextRead
    steps: list[StepRead] = Field(description="In the order in which they are taken.")
    instruments: list[UsedInstrumentRead]
    checks: list[CheckRead]
    sources: list[SourceRead]
    changes: list[ChangeRead] = Field(description="Nearest first.")
    cooperations: list[CooperationRead]
    desks: list[DeskRead]
    notice: RouteTextRead

    @classmethod
    def of(cls, route: types.Route) -> Self:
        """Show a planned route."""
        said = RouteTextRead.of
        return cls(
            kind=route.kind,
            asked_from=route.asked_from,
            asked_to=route.asked_to,
            origin=route.origin,
            destination=route.destination,
            on=route.on,
            route=route.route,
            certainty=route.certainty,
            sentence=said(route.sentence),
            steps=[_show_step(step) for step in route.steps],
            instruments=[_show_instrument(used) for used in route.instruments],
            checks=[CheckRead(code=one.code, sentence=said(one.sentence)) for one in route.checks],
            sources=[
                SourceRead(url=one.url, title=said(one.title), as_of=one.as_of)
                for one in route.sources
            ],
            changes=[
                ChangeRead(on=one.on, route=one.route, sentence=said(one.sentence))
                for one in route.changes
            ],
            cooperations=[_show_cooperation(one) for one in route.cooperations],
            desks=[_show_desk(one) for one in route.desks],
            notice=said(route.notice),
        )


def _show_step(step: types.Step) -> StepRead:
    return StepRead(
        action=step.action,
        place=step.place,
        sentence=RouteTextRead.of(step.sentence),
        professions=list(step.professions),
        sector_codes=list(step.sector_codes),
        desk=step.desk,
    )


def _show_instrument(used: types.UsedInstrument) -> UsedInstrumentRead:
    return UsedInstrumentRead(
        instrument_id=used.instrument_id,
        name=RouteTextRead.of(used.name),
        in_force_from=used.in_force_from,
        bindings=[
            BindingRead(
                jurisdiction=binding.jurisdiction,
                in_force_from=binding.in_force_from,
                status=binding.status,
                is_verified=binding.is_verified,
                note=binding.note,
                source_url=binding.source_url,
            )
            for binding in used.bindings
        ],
        as_of=used.as_of,
        source_url=used.source_url,
    )


def _show_cooperation(one: types.Cooperation) -> CooperationRead:
    return CooperationRead(
        cooperation_id=one.cooperation_id,
        name=RouteTextRead.of(one.name),
        members=list(one.members),
        subject=one.subject,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        note=RouteTextRead.of(one.note),
        source_url=one.source_url,
    )


def _show_desk(one: types.Desk) -> DeskRead:
    return DeskRead(
        desk_id=one.desk_id,
        name=RouteTextRead.of(one.name),
        place=one.place,
        actions=list(one.actions),
        valid_from=one.valid_from,
        note=RouteTextRead.of(one.note),
        source_url=one.source_url,
    )

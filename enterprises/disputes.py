"""The dispute chain compared by forum: what is sent, what is answered, and how it is asked for."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.errors import FieldError
from enterprises.facts import Amount, Currency
from enterprises.storable import StorableText, WrittenDate
from matching.jurisdictions.chain import compare_forums
from matching.jurisdictions.chain_types import (
    Dispute,
    Forum,
    ForumKind,
    InterimKind,
    Output,
    Progress,
    Stage,
    StepKind,
    Value,
    WrongDispute,
)
from matching.jurisdictions.facts import parse_facts, require_possible
from matching.jurisdictions.graph import TreatyGraph, require_day
from matching.jurisdictions.types import (
    Certainty,
    Institution,
    NoRoute,
    RouteId,
    RouteKind,
    UsedInstrument,
)
from providers.jurisdictions.errors import RouteRefused
from providers.jurisdictions.places import MAX_CHARACTERS, Places
from providers.jurisdictions.route_schemas import (
    ChangeRead,
    CheckRead,
    CooperationRead,
    RouteTextRead,
    SourceRead,
    StepRead,
    UsedInstrumentRead,
)

MAX_FORUMS = 8
MAX_PLACES = 10
MAX_FACTS_CHARACTERS = 500
# The fields of a dispute as they are called where they are sent.
_SENT_AS = {
    "home": "home_jurisdiction",
    "counterparty": "counterparty_jurisdiction",
    "assets": "asset_jurisdictions",
}

Written = Annotated[StorableText, Field(max_length=MAX_CHARACTERS)]


class ForumRequest(BaseModel):
    """A forum considered."""

    model_config = ConfigDict(extra="forbid")

    kind: ForumKind = Field(
        description="`arbitration`: a tribunal with its seat in the jurisdiction. `court`: its "
        "courts."
    )
    jurisdiction: Written = Field(description="A code or a name of the list of jurisdictions.")
    institution: Written | None = Field(
        default=None,
        description="Id or short name of the institution that conducts the case: `hkiac`, "
        "`SIAC`; for courts one like `SICC`. Null where none is named.",
    )


class ValueRequest(BaseModel):
    """The amount in dispute."""

    model_config = ConfigDict(extra="forbid")

    amount: Amount = Field(description="In units of the currency.")
    currency: Currency = Field(description="ISO 4217.", examples=["USD"])


class DisputeRequest(BaseModel):
    """A dispute whose forums are to be compared.

    Jurisdictions are written as codes in any case or as names of the list, in any of the scripts.
    """

    model_config = ConfigDict(extra="forbid")

    home_jurisdiction: Written = Field(description="Where the enterprise is at home.")
    counterparty_jurisdiction: Written = Field(description="Where the counterparty is at home.")
    asset_jurisdictions: Annotated[list[Written], Field(max_length=MAX_PLACES)] = Field(
        description="Where the counterparty's assets are; enforcement happens there. At least one."
    )
    forums: Annotated[list[ForumRequest], Field(max_length=MAX_FORUMS)] = Field(
        default_factory=list,
        description="The forums to compare, in the order in which they are to be shown. None: the "
        "courts of both homes, and arbitration with its seat in Hong Kong and in Singapore.",
    )
    governing_law: Written | None = Field(
        default=None, description="The jurisdiction whose law governs the contract."
    )
    value: ValueRequest | None = Field(
        default=None, description="It is repeated; nothing is computed from it."
    )
    stage: Stage = Field(
        default=Stage.NONE,
        description="How far the dispute has come; `award` and `judgment`: it is in hand.",
    )
    facts: Annotated[StorableText, Field(max_length=MAX_FACTS_CHARACTERS)] = Field(
        default="",
        description="What is known of the case, as for `/v1/routes`: "
        "`commercial,judgment_given=2026-05-02`.",
    )
    on: WrittenDate | None = Field(
        default=None, description="The day on which the law is asked; today if null."
    )


def _as_institution_id(value: object) -> object:
    return value.institution_id if isinstance(value, Institution) else value


def _as_instrument_id(value: object) -> object:
    return value.instrument_id if isinstance(value, UsedInstrument) else value


InstitutionId = Annotated[str, BeforeValidator(_as_institution_id)]
InstrumentId = Annotated[str, BeforeValidator(_as_instrument_id)]


class DisputeForumRead(BaseModel):
    """A forum as it was asked about, with codes."""

    kind: ForumKind
    jurisdiction: str
    institution: str | None


class DisputeValueRead(BaseModel):
    """The amount in dispute, as it was sent."""

    amount: str
    currency: str


class DisputeAskedRead(BaseModel):
    """The dispute as it was compared, with codes."""

    home: str
    counterparty: str
    assets: list[str]
    governing_law: str | None
    value: DisputeValueRead | None
    stage: Stage


class DisputeNoteRead(BaseModel):
    """Something to know beside the routes."""

    code: str
    sentence: RouteTextRead
    on: date | None = Field(description="The day on which what it says began or begins.")
    source: SourceRead | None


class DisputeRoleRead(BaseModel):
    """Who takes part in a step."""

    profession: str
    place: str = Field(description="The jurisdiction in which such a provider is found.")
    sector_codes: list[str]
    is_appointed: bool = Field(
        description="Whether it is a neutral: appointed, and not hired by one side."
    )


class DisputeRouteRead(BaseModel):
    """The route that carries the output of a step; the whole of it is at `/v1/routes`."""

    kind: RouteKind
    origin: str
    destination: str
    route: RouteId
    certainty: Certainty
    instruments: list[InstrumentId] = Field(description="Ids of `instruments`.")
    steps: list[StepRead]
    changes: list[ChangeRead] = Field(description="Known later days with another answer.")


class DisputeWayRouteRead(BaseModel):
    """What a settlement travels by once it has another form."""

    kind: RouteKind
    route: RouteId
    certainty: Certainty
    instruments: list[InstrumentId]


class DisputeWayRead(BaseModel):
    """A way to make a settlement enforceable."""

    code: str = Field(
        description="`judicial_confirmation`, `notarial_instrument`, `consent_award`, "
        "`consent_judgment` or `contract`."
    )
    sentence: RouteTextRead
    certainty: Certainty
    route: DisputeWayRouteRead | None


class DisputeEnforcementRead(BaseModel):
    """What the output of a step is worth in one place of assets."""

    place: str
    is_at_home: bool = Field(description="Whether it was made there: no route is needed.")
    certainty: Certainty
    sentence: RouteTextRead
    route: DisputeRouteRead | None = Field(
        description="Null at home, and for a contract, which no route carries."
    )
    checks: list[CheckRead]
    ways: list[DisputeWayRead] = Field(
        description="How a settlement becomes enforceable where no instrument carries it."
    )


class DisputeInterimRead(BaseModel):
    """How assets in one place can be preserved while the step goes on."""

    place: str
    kind: InterimKind
    certainty: Certainty
    sentence: RouteTextRead
    instrument: InstrumentId | None = Field(description="Id of `instruments`.")
    checks: list[CheckRead]


class DisputeStepRead(BaseModel):
    """A step of the chain at one forum."""

    step: StepKind
    is_open: bool = Field(description="False where the forum excludes the step.")
    progress: Progress = Field(description="Against the stage that the dispute has reached.")
    sentence: RouteTextRead
    output: Output | None
    institutions: list[InstitutionId] = Field(description="Ids of `institutions`.")
    enforcement: list[DisputeEnforcementRead] = Field(
        description="For each place of assets, in the order asked."
    )
    interim: list[DisputeInterimRead]
    roles: list[DisputeRoleRead]
    notes: list[DisputeNoteRead]


class DisputeForumChainRead(BaseModel):
    """The chain at one forum: negotiation, mediation, arbitration, litigation."""

    forum: DisputeForumRead
    law: str = Field(description="The jurisdiction whose law answers for the forum.")
    name: RouteTextRead
    institution: InstitutionId | None
    steps: list[DisputeStepRead]
    notes: list[DisputeNoteRead]
    cooperations: list[CooperationRead]


class InstitutionRead(BaseModel):
    """An institution that conducts a step of the chain."""

    institution_id: str
    short_name: str
    name: RouteTextRead
    steps: list[str]
    seat: str
    valid_from: date | None = Field(description="Null where it was not found.")
    is_listed_for_interim: bool | None = Field(
        description="Whether Mainland courts help its Hong Kong arbitrations under the "
        "arrangement of 2019; null where no source was read."
    )
    note: RouteTextRead
    source_url: str


class DisputeRead(BaseModel):
    """The dispute chain compared by forum, in the order asked; nothing is ranked."""

    on: date
    dispute: DisputeAskedRead
    are_usual: bool = Field(description="Whether the usual forums were taken, for none was named.")
    forums: list[DisputeForumChainRead]
    notes: list[DisputeNoteRead]
    cooperations: list[CooperationRead] = Field(
        description="Between the enterprise's home and where the counterparty or its assets are."
    )
    institutions: list[InstitutionRead] = Field(description="By id.")
    instruments: list[UsedInstrumentRead]
    sources: list[SourceRead]
    notice: RouteTextRead


def compare(
    graph: TreatyGraph, places: Places, body: DisputeRequest, *, today: date
) -> DisputeRead:
    """Compare the dispute chain by forum for a dispute as it was sent.

    Raises:
        RouteRefused: a field cannot be used; the pointer names it.
    """
    on = body.on or today
    with _pointing_at("on"):
        require_day(on)
    with _pointing_at("facts"):
        facts = parse_facts(body.facts)
        # Here too because no route may be planned, where forum and assets are under one law.
        require_possible(facts, on)

    def code(written: str, *field: str) -> str:
        with _pointing_at(*field):
            return places.resolve(written)

    value = body.value
    dispute = Dispute(
        home=code(body.home_jurisdiction, "home_jurisdiction"),
        counterparty=code(body.counterparty_jurisdiction, "counterparty_jurisdiction"),
        # One place may be written twice, as a code and as a name.
        assets=tuple(
            dict.fromkeys(
                code(written, "asset_jurisdictions", str(number))
                for number, written in enumerate(body.asset_jurisdictions)
            )
        ),
        forums=tuple(
            Forum(
                forum.kind,
                code(forum.jurisdiction, "forums", str(number), "jurisdiction"),
                forum.institution,
            )
            for number, forum in enumerate(body.forums)
        ),
        governing_law=(
            None if body.governing_law is None else code(body.governing_law, "governing_law")
        ),
        value=None if value is None else Value(_in_figures(value.amount), value.currency),
        stage=body.stage,
        facts=facts,
    )
    with _pointing_at("asset_jurisdictions"):
        chain = compare_forums(graph, dispute, on=on)
    return DisputeRead.model_validate(chain, from_attributes=True)


@contextmanager
def _pointing_at(*field: str) -> Generator[None]:
    try:
        yield
    except NoRoute as error:
        first, *rest = error.place if isinstance(error, WrongDispute) else field
        pointer = "#/" + "/".join((_SENT_AS.get(first, first), *rest))
        raise RouteRefused(str(error), fields=[FieldError(str(error), pointer)]) from error


def _in_figures(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")

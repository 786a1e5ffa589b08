"""Needs of whomever, in whatever state, with words that occur nowhere else."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from api.v1.examples import OTHER_PROVIDER_ID
from core.identity.actor import ENTERPRISE
from enterprises import matching_service, service
from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.records import sha256_of
from enterprises.schemas import NeedCreate
from providers.engine import Engine
from tests.factories import NOW

STATES = ("live", "agreed", "conflicted", "deleted")
CANARY = "canary-zq"
_TEXT = f"{CANARY}-template roads in Vietnam"


@dataclass(frozen=True, slots=True)
class Object:
    """A stored need with a recommendation for it; `canary` is a word of its text.

    It names the organisation, so that words of a stranger's need are known wherever they turn up.
    """

    need_id: UUID
    recommendation_id: UUID
    canary: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a real recommendation holds."""

    record: str
    versions: dict[str, str | int]


def make_record(session: Session, engine: Engine) -> Made:
    """Return what a real recommendation for a need with a canary holds."""
    body = NeedCreate(text=_TEXT, target_jurisdictions=["VN"], sector_codes=["LEG"])
    need = service.create_need(session, ENTERPRISE, engine, body=body, now=NOW)
    made = matching_service.recommend(session, ENTERPRISE, engine, need_id=need.id, top=3, now=NOW)
    return Made(made.record, made.versions)


def make_object(session: Session, tenant_id: UUID, state: str, made: Made) -> Object:
    """Store a need of an organisation in one of `STATES`, and a recommendation for it."""
    canary = f"{CANARY}-{tenant_id.hex}-{uuid4().hex[:8]}"
    body = NeedCreate(
        text=f"{canary} roads in Vietnam",
        target_jurisdictions=["VN"],
        sector_codes=["LEG"],
        may_be_judged=state == "agreed",
        conflicted_provider_ids=[UUID(OTHER_PROVIDER_ID)] if state == "conflicted" else None,
    )
    need = Need(
        id=uuid4(),
        tenant_id=tenant_id,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        deleted_at=NOW if state == "deleted" else None,
    )
    session.add(need)
    session.flush()
    session.add(
        NeedVersion(
            tenant_id=tenant_id,
            need_id=need.id,
            version=1,
            structured=body.model_dump(mode="json"),
            written_by=f"{canary} author",
            written_at=NOW,
        )
    )
    session.flush()
    own = made.record.replace(f"{CANARY}-template", canary)
    recommendation = Recommendation(
        id=uuid4(),
        tenant_id=tenant_id,
        need_id=need.id,
        need_version=1,
        created_at=NOW,
        matched_on=NOW.date(),
        versions=made.versions,
        eligible=3,
        record=own,
        sha256=sha256_of(own),
    )
    session.add(recommendation)
    session.flush()
    return Object(need.id, recommendation.id, canary)

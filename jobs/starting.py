"""Jobs that an operator starts by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from committee.queries import get_ranker
from committee.service import NAME_CHARACTERS, is_name
from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import FieldError, InvalidInput
from core.identity.actor import Actor, UserKind
from core.jobs import Job, Payload, enqueue
from enterprises.rematching import REMATCH, queue_rematch
from jobs.audit import ANCHOR_CHAINS, VERIFY_CHAINS
from jobs.index_build import INDEX_BUILD
from jobs.rankers import COMPARE, TRAIN
from jobs.retention import RETENTION
from providers.credentials import CREDENTIAL_EXPIRY
from providers.imports.writing import ENCODE_TEXTS

STARTABLE: Final = (
    TRAIN,
    COMPARE,
    RETENTION,
    CREDENTIAL_EXPIRY,
    ENCODE_TEXTS,
    ANCHOR_CHAINS,
    VERIFY_CHAINS,
    INDEX_BUILD,
    REMATCH,
)
_MOST_SEED: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wishes:
    """What may be said of a job beside its kind.

    Attributes:
        version: of the ranker to compare.
        name: of the ranker to train.
        seed: of the training.
        first, until: the days to learn from, both included.
    """

    version: str | None = None
    name: str = "learned"
    seed: int = 0
    first: date | None = None
    until: date | None = None


def start_job(session: Session, actor: Actor, *, kind: str, wishes: Wishes) -> Job:
    """Queue a job; while the same one waits and was not begun, that one is returned.

    Raises:
        InvalidInput: the kind is not started by hand, or what it needs is missing or unusable.
        RankerNotFound: no ranker has the version.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    job = _queue(session, actor, kind, wishes)
    subject = Subject(SubjectKind.JOB, str(job.id))
    record(session, actor, Action.JOB_STARTED, subject, {"kind": job.kind})
    return job


def _queue(session: Session, actor: Actor, kind: str, wishes: Wishes) -> Job:
    match kind:
        case "train":
            payload = _training(wishes) | {"by": actor.actor_id}
            key = ":".join(str(payload[part]) for part in ("name", "seed", "first", "until"))
            return enqueue(session, TRAIN, payload, key=f"{TRAIN}:{key}")
        case "compare":
            if wishes.version is None:
                raise _wrong("name the ranker to compare", "version")
            get_ranker(session, wishes.version)
            payload = {"version": wishes.version, "by": actor.actor_id}
            return enqueue(session, COMPARE, payload, key=f"{COMPARE}:{wishes.version}")
        case "rematch":
            return queue_rematch(session, {})
        case _ if kind in STARTABLE:
            return enqueue(session, kind, {}, key=kind)
        case _:
            raise _wrong(
                f"{kind[:60]!r} is not started by hand: choose one of {', '.join(STARTABLE)}",
                "kind",
            )


def _training(wishes: Wishes) -> Payload:
    if not is_name(wishes.name):
        raise _wrong(
            f"the name {wishes.name[:60]!r} cannot be used: take up to {NAME_CHARACTERS} of a-z, "
            "0-9, hyphen and underscore",
            "name",
        )
    if not 0 <= wishes.seed <= _MOST_SEED:
        raise _wrong(f"the seed is {wishes.seed}: take one from 0 to {_MOST_SEED}", "seed")
    if wishes.first and wishes.until and wishes.first > wishes.until:
        raise _wrong(f"the first day {wishes.first} lies after the last, {wishes.until}", "first")
    return {
        "name": wishes.name,
        "seed": wishes.seed,
        "first": wishes.first and wishes.first.isoformat(),
        "until": wishes.until and wishes.until.isoformat(),
    }


def _wrong(detail: str, field: str) -> InvalidInput:
    return InvalidInput(detail, fields=[FieldError(detail, f"#/{field}")])

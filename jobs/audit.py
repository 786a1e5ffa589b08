"""The jobs that anchor the audit trail where the database does not reach, and that verify it."""

from core.audit.anchors import read_anchors, write_anchor
from core.audit.places import AnchorPlace
from core.audit.verify import verify_trail
from core.clock import utc_now
from core.db import reading
from core.job_runs import JobImpossible, Run
from core.settings import Settings

ANCHOR_CHAINS = "anchor_chains"
VERIFY_CHAINS = "verify_chains"
# Parked, either says that the trail is not what was written.
AUDIT_KINDS = (ANCHOR_CHAINS, VERIFY_CHAINS)


def anchor_chains(run: Run, *, settings: Settings) -> None:
    """Do an `anchor_chains` job: sign how far each chain has come, and write that to its place.

    Where no place or no key is set there is nothing to do. Doing it twice writes nothing twice.

    Raises:
        AnchorContradicted: the trail is not what the latest anchor says: the job is parked, and an
            operator has to look.
        PlaceUnusable: the place cannot be reached; it is tried again.
    """
    key = settings.signing_key
    if not settings.audit_anchor_url or key is None:
        return
    place = AnchorPlace(settings.audit_anchor_url)
    with reading(run.sessions) as session:
        write_anchor(session, place, key, keys=settings.anchor_keys, now=utc_now())


def verify_chains(run: Run, *, settings: Settings) -> None:
    """Do a `verify_chains` job: read every event again, as `landbridge audit verify` does.

    Raises:
        JobImpossible: something is not as it was written: the job is parked, and an operator has to
            look.
        PlaceUnusable: the anchors cannot be reached; it is tried again.
    """
    url = settings.audit_anchor_url
    anchors = read_anchors(AnchorPlace(url), settings.anchor_keys) if url else None
    with reading(run.sessions) as session:
        verdict = verify_trail(session, () if anchors is None else anchors.heads())
    findings = (*(() if anchors is None else anchors.findings), *verdict.findings)
    if findings:
        faults = ", ".join(sorted({str(one.fault) for one in findings}))
        raise JobImpossible(
            f"the audit trail is not what was written ({faults}): run `landbridge audit verify`"
        )

"""The job that anchors the audit trail where the database does not reach."""

from core.audit.anchors import write_anchor
from core.audit.places import AnchorPlace
from core.clock import utc_now
from core.db import reading
from core.job_runs import Run
from core.settings import Settings

ANCHOR_CHAINS = "anchor_chains"


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

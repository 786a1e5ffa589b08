"""What `landbridge check` asks of the rows that are stored, and of the index built from them."""

from typing import TYPE_CHECKING

from api.cli.database import open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.settings import Settings


def check_integrity(settings: "Settings") -> str:
    """Ask the database whether it is whole."""
    from core.integrity import find_damage

    with open_current_database(settings) as engine:
        _require_none(find_damage(engine), "restore the latest good backup")
        read = "every page was read" if engine.dialect.name == "sqlite" else "indexes are valid"
    return f"{read}, every reference has its row"


def check_catalogue(settings: "Settings") -> str:
    """Check the log of changes that engines and snapshots follow."""
    from core.db import reading
    from providers.catalogue_check import find_gaps
    from providers.catalogue_state import catalogue_sequence

    with open_current_database(settings) as engine, reading(engine) as session:
        _require_none(find_gaps(session), "restore the latest good backup")
        return f"at change {catalogue_sequence(session):,}, none is missing from the log"


def check_jobs(settings: "Settings") -> str:
    """Check the rows of jobs."""
    from core.db import reading
    from core.job_control import count_parked, find_broken_jobs

    with open_current_database(settings) as engine, reading(engine) as session:
        _require_none(find_broken_jobs(session), "`landbridge jobs list` shows them")
        parked = count_parked(session)
    return f"consistent, {parked} parked" + (": `landbridge jobs list`" if parked else "")


def check_records(settings: "Settings") -> str:
    """Check that needs have their versions and recommendations are as they were made."""
    from core.db import reading
    from enterprises.record_check import count_recommendations, find_broken_records

    with open_current_database(settings) as engine, reading(engine) as session:
        _require_none(find_broken_records(session), "restore the latest good backup")
        return f"{count_recommendations(session):,} recommendations, each as it was made"


def check_index(settings: "Settings") -> str:
    """Read the current snapshot from end to end, and ask whether it is of this catalogue."""
    from core.db import reading
    from matching.index.files import SnapshotRefused, verify_snapshot
    from providers.catalogue_state import catalogue_id, changes_since
    from providers.snapshot.opening import require_fit
    from providers.snapshot.store import open_store
    from providers.vectors import make_encoder

    store = open_store(settings)
    name = store.current()
    if name is None:
        return "no snapshot: the database is read into memory"
    with open_current_database(settings) as engine:
        try:
            meta = verify_snapshot(store.fetch(name))
            with reading(engine) as session:
                require_fit(
                    meta,
                    catalogue=catalogue_id(session),
                    encoder=make_encoder(settings).version,
                    changes=changes_since(session, meta.sequence),
                )
        except SnapshotRefused as error:
            raise CommandFailed(f"{name}: {error}: run `landbridge index build`") from error
    return f"{name}, of this catalogue, every byte as it was written"


def _require_none(findings: "Sequence[str]", remedy: str) -> None:
    if findings:
        raise CommandFailed(f"{'; '.join(findings)}: {remedy}")

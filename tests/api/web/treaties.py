"""The packaged tables of treaties, for pages that show routes."""

from importlib.resources import files
from pathlib import Path

from core.db import SessionFactory
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import plan_import
from providers.importing.run import run_import
from tests.factories import NOW

TABLES = (
    "instruments.csv",
    "memberships.csv.gz",
    "bilateral.csv.gz",
    "objections.csv",
    "legal_family.csv",
    "institutions.csv",
    "cooperations.csv",
    "desks.csv",
)


def load_treaties(sessions: SessionFactory) -> None:
    """Store the packaged treaties, institutions, cooperations and desks."""
    folder = Path(str(files("providers.data"))) / "jurisdictions"
    for name in TABLES:
        with sessions() as session:
            plan = plan_import(session, SUPPLY_KINDS["jurisdictions"], folder / name)
        run_import(sessions, plan, keep_good=False, now=NOW)

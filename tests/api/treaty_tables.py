"""The packaged reference tables in a test's database."""

from importlib.resources import files
from pathlib import Path

from core.db import SessionFactory
from providers.catalogue import PACKAGED_TABLES
from providers.importing.plan import plan_import
from providers.importing.run import run_import
from tests.factories import NOW


def load_treaties(sessions: SessionFactory) -> None:
    """Store the packaged tables of instruments and of what helps on a route."""
    data = Path(str(files("providers.data")))
    for table in PACKAGED_TABLES:
        if table.file_name.startswith("jurisdictions/"):
            with sessions() as session:
                plan = plan_import(session, (table.spec,), data / table.file_name)
            run_import(sessions, plan, keep_good=False, now=NOW)

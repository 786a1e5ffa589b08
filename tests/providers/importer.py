"""Planning and running imports in tests, as the command line does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from core.db import Base, SessionFactory
from providers.importing.formats import PROVIDER_COLUMNS
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import ImportPlan, plan_import
from providers.importing.run import ImportReport, run_import

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HEADER = ",".join(PROVIDER_COLUMNS)


def provider_line(ref: str, *, name: str = "", home: str = "SG", status: str = "") -> str:
    return f"{ref},{name or 'Firm ' + ref},law_firm,{home},,{status},,,,,,LEG"


def write_lines(path: Path, lines: Sequence[str], *, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def plan(sessions: SessionFactory, kind: str, path: Path, source: str = "operator") -> ImportPlan:
    with sessions() as session:
        return plan_import(session, SUPPLY_KINDS[kind], path, source=source)


def load(
    sessions: SessionFactory, kind: str, path: Path, *, keep_good: bool = False, now: datetime = NOW
) -> ImportReport:
    return run_import(sessions, plan(sessions, kind, path), keep_good=keep_good, now=now)


def count(sessions: SessionFactory, table: type[Base]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0

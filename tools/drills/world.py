"""Made-up firms, evidence and needs for drills: the same ones, with the same ids, each time."""

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from core.db import SessionFactory, make_engine, make_session_factory, reading
from core.migrations.runner import upgrade_to_head
from enterprises.importing import NEED_COLUMNS, NEEDS
from providers.importing.formats import EVIDENCE_COLUMNS, PROVIDER_COLUMNS
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import plan_import
from providers.importing.run import run_import
from providers.importing.spec import AnySpec

SOURCE = "drill"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
_PLACES = ("VN", "TH", "BD", "SG", "TZ", "ID")
_SECTORS = ("BLT", "LEG", "ACC", "TAX", "MKT")
_WORK = ("rural roads", "water supply", "a power project", "a port", "a joint venture")
_AT_ONCE = 5_000


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write a table; a cell that is not given is empty."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def provider_row(number: int, label: str = "s", **cells: str) -> dict[str, str]:
    """Return a made-up firm."""
    return {
        "source_ref": f"{label}{number}",
        "name": f"Synthetic firm {label} {number}",
        "kind": "law_firm" if number % 3 == 0 else "consulting_firm",
        "home_jurisdiction": _PLACES[number % len(_PLACES)],
        "languages": "en;zh",
        "sector_codes": _SECTORS[number % len(_SECTORS)],
        **cells,
    }


def providers_table(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write a table of providers."""
    return as_csv(PROVIDER_COLUMNS, rows)


def evidence_row(number: int, label: str = "s") -> dict[str, str]:
    """Return a made-up matter of the firm with the same number."""
    work, place = _WORK[number % len(_WORK)], _PLACES[number % len(_PLACES)]
    return {
        "provider_ref": f"{label}{number}",
        "matter_ref": f"{label}{number}-1",
        "kind": "past_matter",
        "title": f"Synthetic project {number}",
        "description": f"Advice on {work}, lot {number}",
        "jurisdictions": place,
        "sector_codes": _SECTORS[number % len(_SECTORS)],
        "dated_on": f"20{10 + number % 14}-03-01",
    }


def need_text(number: int) -> str:
    """Return the text of a made-up need."""
    return f"advice on {_WORK[number % len(_WORK)]} number {number} in Vietnam, in English"


def prepare(url: str, *, providers: int, needs: int) -> None:
    """Fill an empty database: the packaged lists, and so many firms with a matter each, and needs."""
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    data = Path(str(files("providers.data")))
    _load(sessions, SUPPLY_KINDS["sectors"], (data / "sectors.csv").read_bytes())
    places = data / "jurisdictions" / "jurisdictions.csv"
    _load(sessions, SUPPLY_KINDS["jurisdictions"], places.read_bytes())
    for begin in range(0, providers, _AT_ONCE):
        some = range(begin, min(begin + _AT_ONCE, providers))
        _load(sessions, SUPPLY_KINDS["providers"], providers_table(provider_row(i) for i in some))
        evidence = as_csv(EVIDENCE_COLUMNS, (evidence_row(i) for i in some))
        _load(sessions, SUPPLY_KINDS["evidence"], evidence)
    rows = ({"need_ref": f"n{number}", "text": need_text(number)} for number in range(needs))
    if needs:
        _load(sessions, (NEEDS,), as_csv(NEED_COLUMNS, rows))
    engine.dispose()


def _load(sessions: SessionFactory, specs: Sequence[AnySpec], content: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        with reading(sessions) as session:
            plan = plan_import(session, specs, Path(file.name), source=SOURCE)
        report = run_import(sessions, plan, keep_good=False, now=NOW)
    if report.is_refused or report.rows_bad:
        raise SystemExit(f"the made-up table is refused: {sorted(plan.bad_rows)[:3]}")

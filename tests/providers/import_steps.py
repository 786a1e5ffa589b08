"""Steps that tests of imports share."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.identity.actor import OPERATOR
from core.job_runs import Outcome, Registry, Timing, execute_job
from providers.importing.formats import EVIDENCE_COLUMNS, PROVIDER_COLUMNS
from providers.importing.supply import provider_id
from providers.imports import service
from providers.imports.checking import Reached, check_import, pass_by
from providers.imports.models import SupplyImport, SupplyImportRow
from providers.imports.queries import get_import, list_rows
from providers.imports.states import SUBJECTS
from providers.imports.writing import ENCODE_TEXTS, apply_import, undo_import_rows
from tests.factories import NOW

SOURCE = "operator"
COLUMNS = {"providers": PROVIDER_COLUMNS, "evidence": EVIDENCE_COLUMNS}
State = dict[str, object]


def provider_row(ref: str, **cells: str) -> dict[str, str]:
    return {
        "source_ref": ref, "name": f"Synthetic firm {ref}", "kind": "law_firm",
        "home_jurisdiction": "VN", **cells,
    }  # fmt: skip


def evidence_row(provider: str, ref: str, **cells: str) -> dict[str, str]:
    return {
        "provider_ref": provider, "matter_ref": ref, "kind": "past_matter",
        "title": f"Synthetic matter {ref}", "jurisdictions": "VN", **cells,
    }  # fmt: skip


def as_csv(rows: Sequence[Mapping[str, str]], kind: str = "providers") -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS[kind])
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def registry(reached: Reached = pass_by) -> Registry:
    options = {"clock": lambda: NOW, "reached": reached}
    return {
        service.IMPORT_CHECK: partial(check_import, **options),  # type: ignore[arg-type]  # test's own
        service.IMPORT_APPLY: partial(apply_import, **options),  # type: ignore[arg-type]  # as above
        service.IMPORT_UNDO: partial(undo_import_rows, **options),  # type: ignore[arg-type]  # as above
        ENCODE_TEXTS: lambda _run: None,
    }


def send(
    sessions: SessionFactory, content: bytes, kind: str = "providers", name: str = "firms.csv"
) -> service.Accepted:
    with transaction(sessions) as session:
        return service.accept_file(
            session,
            OPERATOR,
            kind=kind,
            source=SOURCE,
            file=service.UploadedFile(
                io.BytesIO(content), name, hashlib.sha256(content).hexdigest(), len(content)
            ),
            now=NOW,
        )


def work(sessions: SessionFactory, import_id: UUID, reached: Reached = pass_by) -> Outcome:
    """Do the job of an import."""
    job_id = read(sessions, import_id).job_id
    assert job_id is not None
    return execute_job(sessions, registry(reached), job_id, timing=Timing(retry_seconds=0))


def read(sessions: SessionFactory, import_id: UUID) -> SupplyImport:
    with reading(sessions) as session:
        return get_import(session, import_id)


def rows_of(sessions: SessionFactory, import_id: UUID) -> Sequence[SupplyImportRow]:
    with reading(sessions) as session:
        return list_rows(session, import_id, limit=100_000)


def checked(
    sessions: SessionFactory, content: bytes, kind: str = "providers", name: str = "firms.csv"
) -> SupplyImport:
    import_id = send(sessions, content, kind, name).supply_import.id
    assert work(sessions, import_id) is Outcome.DONE
    return read(sessions, import_id)


def confirm(sessions: SessionFactory, import_id: UUID) -> None:
    with transaction(sessions) as session:
        service.confirm_import(session, OPERATOR, import_id=import_id, now=NOW)


def undo(sessions: SessionFactory, import_id: UUID) -> None:
    with transaction(sessions) as session:
        service.undo_import(session, OPERATOR, import_id=import_id, now=NOW)


def imported(sessions: SessionFactory, content: bytes, kind: str = "providers") -> SupplyImport:
    import_id = checked(sessions, content, kind).id
    confirm(sessions, import_id)
    assert work(sessions, import_id) is Outcome.DONE
    return read(sessions, import_id)


def undone(sessions: SessionFactory, import_id: UUID) -> SupplyImport:
    undo(sessions, import_id)
    assert work(sessions, import_id) is Outcome.DONE
    return read(sessions, import_id)


def state_of(session: Session, ref: str) -> State | None:
    """What is stored of a provider."""
    key = provider_id(SOURCE, ref)
    return SUBJECTS["providers"].load(session, [key]).get(key)


def stored(sessions: SessionFactory, ref: str) -> State | None:
    with reading(sessions) as session:
        return state_of(session, ref)

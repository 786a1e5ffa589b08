"""The four zeros of a drill: nothing lost, no effect missing, none twice, nothing broken."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.db import reading
from core.job_control import find_broken_jobs
from providers.importing.supply import provider_id
from tools.drills.ledger import ROWS_OF_FILE, Ledger
from tools.drills.world import SOURCE

_TABLES = {
    "needs": "need",
    "judgements": "judgement",
    "preferences": "preference",
    "recommendations": "recommendation",
    "outcomes": "outcome",
}
_MOST_SAID = 10


@dataclass(slots=True)
class Zeros:
    """How often each went wrong; `said` has the first cases."""

    lost: int = 0
    missing: int = 0
    doubled: int = 0
    broken: int = 0
    said: list[str] = field(default_factory=list[str])

    @property
    def is_good(self) -> bool:
        """Whether all four are zero."""
        return not (self.lost or self.missing or self.doubled or self.broken)

    def say(self, what: str) -> None:
        """Note a case."""
        if len(self.said) < _MOST_SAID:
            self.said.append(what)


def compare(engine: Engine, ledger: Ledger, rematches: set[str]) -> Zeros:
    """Compare what is stored with what was acknowledged, once no job is left.

    Args:
        engine: of the database.
        ledger: what was acknowledged.
        rematches: ids of `rematch` jobs that were accepted, the last of them after all writes.
    """
    zeros = Zeros()
    with reading(engine) as session:
        _look_for_lost(session, ledger, zeros)
        _look_at_imports(session, ledger, zeros)
        _look_at_jobs(session, rematches, zeros)
        _look_at_needs(session, zeros)
        for problem in find_broken_jobs(session):
            zeros.broken += 1
            zeros.say(problem)
        if engine.dialect.name == "sqlite":
            for pragma in ("integrity_check", "foreign_key_check"):
                found = [str(row[0]) for row in session.execute(text(f"PRAGMA {pragma}"))]
                if found not in ([], ["ok"]):
                    zeros.broken += 1
                    zeros.say(f"{pragma}: {found[:3]}")
    return zeros


def _rows(session: Session, statement: str, **values: object) -> list[Any]:  # Any: rows of SQL
    return list(session.execute(text(statement), values).all())


def _plain(found: object) -> str:
    """Write an id as the API does, whatever the driver gives back."""
    return str(found if isinstance(found, UUID) else UUID(str(found)))


def _look_for_lost(session: Session, ledger: Ledger, zeros: Zeros) -> None:
    for kind, table in _TABLES.items():
        stored = {_plain(row[0]) for row in _rows(session, f"SELECT id FROM {table}")}  # noqa: S608 ours
        for made in ledger.written[kind].keys() - stored:
            zeros.lost += 1
            zeros.say(f"{kind} {made} is lost")
    texts = Counter(
        row[0] if isinstance(row[0], str) else str(row[0])
        for row in _rows(session, "SELECT structured FROM need_version")
    )
    for structured, count in texts.items():
        if count > 1:
            zeros.doubled += 1
            zeros.say(f"a need is there {count} times: {structured[:80]}")
    for column, table in (("judge_id", "judgement"), ("judge_id", "preference"),
                          ("enterprise_id", "outcome")):  # fmt: skip
        again = _rows(
            session,
            f"SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) > 1",  # noqa: S608 ours
        )
        zeros.doubled += len(again)
        for row in again:
            zeros.say(f"{table} of {row[0]} is there more than once")


def _look_at_imports(session: Session, ledger: Ledger, zeros: Zeros) -> None:
    states = {
        _plain(row[0]): (row[1], row[2])
        for row in _rows(session, "SELECT id, state, rows_written FROM supply_import")
    }
    versions = {
        _plain(row[0]): row[1] for row in _rows(session, "SELECT id, version FROM provider")
    }
    for import_id, sent in ledger.imports.items():
        if import_id not in states:
            zeros.lost += 1
            zeros.say(f"import {import_id} is lost")
            continue
        wanted = ("applied", ROWS_OF_FILE) if sent.is_confirmed else ("checked", 0)
        if states[import_id] != wanted:
            zeros.missing += 1
            zeros.say(f"import {import_id} is {states[import_id]}, and not {wanted}")
        for row in range(ROWS_OF_FILE if sent.is_confirmed else 0):
            version = versions.get(str(provider_id(SOURCE, f"{sent.label}{row}")))
            if version is None:
                zeros.missing += 1
                zeros.say(f"a firm of import {import_id} is not there")
            elif version != 1:
                zeros.doubled += 1
                zeros.say(f"a firm of import {import_id} was written {version} times")
    twice = _rows(
        session,
        "SELECT provider_id, count(*) FROM catalogue_change WHERE provider_id IS NOT NULL "
        "GROUP BY provider_id HAVING count(*) > 2",  # as a firm, and as one with evidence
    )
    zeros.doubled += len(twice)
    for row in twice:
        zeros.say(f"provider {row[0]} was changed {row[1]} times")


def _look_at_jobs(session: Session, rematches: set[str], zeros: Zeros) -> None:
    states = {
        _plain(row[0]): (row[1], row[2])
        for row in _rows(session, "SELECT id, kind, state FROM job")
    }
    for job_id in rematches - states.keys():
        zeros.lost += 1
        zeros.say(f"rematch {job_id} is lost")
    for job_id, (kind, state) in states.items():
        # Parts of a rematch give way to those of a later one; nothing else is ever cancelled.
        if state != "done" and not (state == "cancelled" and kind == "rematch_shard"):
            zeros.missing += 1
            zeros.say(f"{kind} {job_id} is {state}")
    parts = Counter(
        (_plain(row[0]), str(row[1]))
        for row in _rows(session, "SELECT parent_id, payload FROM job WHERE parent_id IS NOT NULL")
    )
    for (parent, _), count in parts.items():
        if count > 1:
            zeros.doubled += 1
            zeros.say(f"a part of job {parent} was queued {count} times")


def _look_at_needs(session: Session, zeros: Zeros) -> None:
    unmatched = _rows(
        session,
        "SELECT need.id FROM need LEFT JOIN need_match ON need_match.need_id = need.id "
        "AND need_match.need_version = need.version "
        "WHERE need.deleted_at IS NULL AND need_match.need_id IS NULL",
    )
    zeros.missing += len(unmatched)
    for row in unmatched:
        zeros.say(f"need {row[0]} was not matched")

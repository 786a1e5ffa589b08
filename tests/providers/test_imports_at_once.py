"""Two imports at once, on both databases: neither stores what contradicts the other."""

from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from core.db import SessionFactory
from providers.errors import ImportRefused
from providers.importing.run import ImportReport, run_import
from providers.jurisdictions.models import Membership
from providers.jurisdictions.revisions import Judgement, Ledger, list_current
from tests.providers.importer import NOW, plan
from tests.providers.test_jurisdiction_revisions import PARTIES, URL, Tables

# So long the first waits for a second that should not come while it writes.
PATIENCE_SECONDS = 0.5


def test_of_two_files_that_contradict_each_other_one_is_refused(
    catalogue_sessions: SessionFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = Tables(catalogue_sessions, tmp_path)
    plans = [
        plan(
            catalogue_sessions,
            "jurisdictions",
            tables.write([PARTIES, f"rcep_2020,MY,in_force,{day},,,{URL}"]),
        )
        for day in ("2022-03-17", "2022-03-18")
    ]
    both_have_judged = Barrier(2)
    judge = Ledger[Membership].judge

    def judge_and_wait(self: Ledger[Membership], row: Membership) -> Judgement[Membership]:
        judgement = judge(self, row)
        try:
            both_have_judged.wait(PATIENCE_SECONDS)
        except BrokenBarrierError:
            return judgement
        return judgement

    monkeypatch.setattr(Ledger, "judge", judge_and_wait)
    outcomes: list[ImportReport | ImportRefused] = []

    def load(number: int) -> None:
        try:
            report = run_import(catalogue_sessions, plans[number], keep_good=False, now=NOW)
        except ImportRefused as error:
            outcomes.append(error)
        else:
            outcomes.append(report)

    threads = [Thread(target=load, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "ImportRefused",
        "ImportReport",
    ]
    with catalogue_sessions() as session:
        stored = [row for row in list_current(session, Membership) if row.source_url == URL]
    assert len(stored) == 1

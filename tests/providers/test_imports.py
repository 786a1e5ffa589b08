"""Imports are looked at, confirmed, written and undone; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.db import SessionFactory, reading, transaction
from core.errors import InvalidInput
from core.identity.actor import ENTERPRISE, OPERATOR
from core.job_control import cancel_job
from core.job_runs import Outcome
from providers.importing.supply import provider_id
from providers.imports import service
from providers.imports.errors import FileEmpty, ImportNotChecked, ImportNotUndoable
from providers.imports.models import (
    RowOutcome,
    RowResult,
    RowUndo,
    SupplyImportPart,
    SupplyImportRow,
    SupplyImportState,
)
from providers.imports.retention import RETENTION
from providers.models import Evidence, Provider
from providers.service import suspend_provider
from tests.factories import NOW
from tests.providers.import_steps import (
    SOURCE,
    as_csv,
    checked,
    confirm,
    evidence_row,
    imported,
    provider_row,
    read,
    rows_of,
    send,
    stored,
    undo,
    undone,
    work,
)

FIRST = as_csv([provider_row("a", languages="en;zh"), provider_row("b")])
SECOND = as_csv(
    [provider_row("a", languages="en;vi", city="Hanoi"), provider_row("b"), provider_row("c")]
)


def count(sessions: SessionFactory, table: type[Provider] | type[Evidence]) -> int:
    with reading(sessions) as session:
        return (
            session.scalar(select(func.count()).select_from(table).where(table.source == SOURCE))
            or 0
        )


def test_the_check_writes_nothing_and_shows_what_each_row_would_do(
    catalogue_sessions: SessionFactory,
) -> None:
    imported(catalogue_sessions, FIRST)
    before = stored(catalogue_sessions, "a")

    found = checked(
        catalogue_sessions,
        SECOND + b"d,Synthetic firm d,lawfirm,Viet Nam,,,,,,,,\r\n",
    )

    assert found.state == SupplyImportState.CHECKED
    assert (found.rows_new, found.rows_changed, found.rows_same, found.rows_refused) == (1, 1, 1, 1)
    rows = {row.row_no: row for row in rows_of(catalogue_sessions, found.id)}
    assert [row.outcome for row in rows.values()] == ["changed", "same", "new", "refused"]
    assert rows[2].changes == {"city": ["", "Hanoi"], "languages": ["en;zh", "en;vi"]}
    assert [problem["suggestion"] for problem in rows[5].problems or []] == ["law_firm"]
    assert stored(catalogue_sessions, "a") == before
    assert count(catalogue_sessions, Provider) == 2
    with reading(catalogue_sessions) as session:
        assert session.scalars(select(SupplyImportPart.number)).all() == []


def test_what_was_confirmed_is_written_and_undone_to_what_was_before(
    catalogue_sessions: SessionFactory,
) -> None:
    imported(catalogue_sessions, FIRST)
    before = stored(catalogue_sessions, "a")

    second = imported(catalogue_sessions, SECOND)

    assert (second.state, second.rows_written) == (SupplyImportState.APPLIED, 2)
    written = stored(catalogue_sessions, "a")
    assert written is not None
    assert (written["city"], written["languages"]) == ("Hanoi", ["en", "vi"])
    assert stored(catalogue_sessions, "c") is not None

    back = undone(catalogue_sessions, second.id)

    assert (back.state, back.rows_restored, back.rows_kept) == (SupplyImportState.UNDONE, 2, 0)
    assert stored(catalogue_sessions, "a") == before
    assert stored(catalogue_sessions, "c") is None
    with reading(catalogue_sessions) as session:
        # A version never goes back.
        assert session.get_one(Provider, provider_id(SOURCE, "a")).version == 3


def test_undoing_leaves_what_somebody_edited_since_and_says_so(
    catalogue_sessions: SessionFactory,
) -> None:
    made = imported(catalogue_sessions, FIRST)
    with transaction(catalogue_sessions) as session:
        suspend_provider(
            session, OPERATOR, provider_id=provider_id(SOURCE, "a"), reason="a test", now=NOW
        )

    back = undone(catalogue_sessions, made.id)

    assert (back.rows_restored, back.rows_kept) == (1, 1)
    assert [row.undo for row in rows_of(catalogue_sessions, made.id)] == [
        RowUndo.EDITED,
        RowUndo.RESTORED,
    ]
    assert stored(catalogue_sessions, "a") is not None
    assert stored(catalogue_sessions, "b") is None


def test_a_provider_with_evidence_stays_until_its_evidence_is_undone(
    catalogue_sessions: SessionFactory,
) -> None:
    firms = imported(catalogue_sessions, FIRST)
    matters = imported(
        catalogue_sessions,
        as_csv(
            [evidence_row("a", "m1", amount_usd="10.5", labels="x=1", dated_on="2024-01-31")],
            "evidence",
        ),
        "evidence",
    )
    assert matters.rows_written == 1

    kept = undone(catalogue_sessions, firms.id)

    assert [row.undo for row in rows_of(catalogue_sessions, firms.id)] == ["in_use", "restored"]
    assert kept.rows_kept == 1
    assert undone(catalogue_sessions, matters.id).rows_restored == 1
    assert count(catalogue_sessions, Evidence) == 0


def test_changed_evidence_is_put_back_with_all_that_belongs_to_it(
    catalogue_sessions: SessionFactory,
) -> None:
    imported(catalogue_sessions, FIRST)
    one = evidence_row(
        "a", "m1", amount_usd="10.5", labels="x=1;y=2", dated_on="2024-01-31", sector_codes="BLT",
        jurisdictions="VN;TH", client_ref="client", is_verified="true",
    )  # fmt: skip
    imported(catalogue_sessions, as_csv([one], "evidence"), "evidence")
    same = checked(catalogue_sessions, as_csv([one], "evidence") + b"\r\n", "evidence")
    other = evidence_row("a", "m1", title="Another", description="Words", jurisdictions="SG")

    changed = imported(catalogue_sessions, as_csv([other], "evidence"), "evidence")
    undone(catalogue_sessions, changed.id)

    again = checked(catalogue_sessions, as_csv([one], "evidence") + b"\r\n", "evidence")
    assert (same.rows_same, changed.rows_changed, again.rows_same) == (1, 1, 1)


def test_rows_that_others_changed_after_the_check_are_left(
    catalogue_sessions: SessionFactory,
) -> None:
    imported(catalogue_sessions, FIRST)
    shown = checked(catalogue_sessions, SECOND)
    imported(catalogue_sessions, as_csv([provider_row("a", name="Renamed"), provider_row("c")]))
    confirm(catalogue_sessions, shown.id)

    assert work(catalogue_sessions, shown.id) is Outcome.DONE

    results = {row.row_no: row.result for row in rows_of(catalogue_sessions, shown.id)}
    assert results == {2: RowResult.STALE, 3: None, 4: RowResult.SAME}
    kept = stored(catalogue_sessions, "a")
    assert kept is not None
    assert kept["name"] == "Renamed"
    assert undone(catalogue_sessions, shown.id).rows_restored == 0
    assert stored(catalogue_sessions, "c") is not None


def test_evidence_of_a_provider_taken_out_meanwhile_is_left_with_its_reason(
    catalogue_sessions: SessionFactory,
) -> None:
    firms = imported(catalogue_sessions, FIRST)
    matters = checked(catalogue_sessions, as_csv([evidence_row("a", "m1")], "evidence"), "evidence")
    undone(catalogue_sessions, firms.id)
    confirm(catalogue_sessions, matters.id)

    assert work(catalogue_sessions, matters.id) is Outcome.DONE

    (row,) = rows_of(catalogue_sessions, matters.id)
    assert row.result == RowResult.STALE
    assert "import the providers first" in (row.problems or [{}])[0]["reason"]


def test_the_same_file_again_changes_nothing_and_says_so(
    catalogue_sessions: SessionFactory,
) -> None:
    sent = send(catalogue_sessions, FIRST)
    again = send(catalogue_sessions, FIRST)
    assert (again.is_repeat, again.supply_import.id) == (True, sent.supply_import.id)
    work(catalogue_sessions, sent.supply_import.id)
    confirm(catalogue_sessions, sent.supply_import.id)
    work(catalogue_sessions, sent.supply_import.id)

    repeated = checked(catalogue_sessions, FIRST)

    assert repeated.repeats_id == sent.supply_import.id
    assert (repeated.rows_same, repeated.rows_new, repeated.rows_changed) == (2, 0, 0)
    with pytest.raises(ImportNotChecked, match="nothing to import"):
        confirm(catalogue_sessions, repeated.id)


def test_a_file_sent_again_before_it_was_confirmed_takes_the_place_of_the_first(
    catalogue_sessions: SessionFactory,
) -> None:
    first = checked(catalogue_sessions, FIRST)

    second = checked(catalogue_sessions, FIRST)

    assert read(catalogue_sessions, first.id).state == SupplyImportState.DISCARDED
    assert second.rows_new == 2
    with pytest.raises(ImportNotChecked, match="discarded"):
        confirm(catalogue_sessions, first.id)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,phone\nA,1\n", "the columns phone are not known"),
        (b"\x00\x01\x02", "not text"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b'source_ref,"name\nA', "quotation marks"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_change(
    catalogue_sessions: SessionFactory, content: bytes, said: str
) -> None:
    found = checked(catalogue_sessions, content)

    assert found.state == SupplyImportState.REFUSED
    assert said in (found.problem or "")
    with pytest.raises(ImportNotUndoable):
        undo(catalogue_sessions, found.id)


def test_characters_that_no_database_takes_refuse_their_row_alone(
    catalogue_sessions: SessionFactory,
) -> None:
    content = (
        b'{"source_ref": "a\\u0000", "name": "N", "kind": "law_firm", "home_jurisdiction": "", '
        b'"city": "", "status": "", "languages": "", "qualified_in": "", "network_in": "", '
        b'"is_accepting": "", "listed_as": "", "sector_codes": ""}\n'
    )

    found = checked(catalogue_sessions, content + content.replace(b"a\\u0000", b"b"))

    assert (found.rows_new, found.rows_refused) == (1, 1)


def test_a_key_stands_in_a_file_once(catalogue_sessions: SessionFactory) -> None:
    found = checked(catalogue_sessions, as_csv([provider_row("a"), provider_row("a")]))

    refused = rows_of(catalogue_sessions, found.id)[1]
    assert refused.outcome == RowOutcome.REFUSED
    assert "stands in row 2 already" in (refused.problems or [{}])[0]["reason"]


def test_an_import_can_be_undone_for_thirty_days_and_is_then_forgotten_but_for_its_name(
    catalogue_sessions: SessionFactory,
) -> None:
    made = imported(catalogue_sessions, FIRST)
    later = NOW + timedelta(days=service.UNDO_DAYS, seconds=1)

    with (
        pytest.raises(ImportNotUndoable, match="30 days"),
        transaction(catalogue_sessions) as session,
    ):
        service.undo_import(session, OPERATOR, import_id=made.id, now=later)
    with transaction(catalogue_sessions) as session:
        (rows,) = RETENTION
        assert rows.delete(session, rows.before(NOW), 10) == 0
        assert rows.delete(session, rows.before(later), 10) == 1
        assert rows.count(session, rows.before(later)) == 0
    with reading(catalogue_sessions) as session:
        assert session.scalars(select(SupplyImportRow.row_no)).all() == []
    assert read(catalogue_sessions, made.id).rows_written == 2


def test_what_stopped_half_way_can_be_taken_up_or_taken_back(
    catalogue_sessions: SessionFactory,
) -> None:
    made = checked(catalogue_sessions, FIRST)
    confirm(catalogue_sessions, made.id)
    with pytest.raises(ImportNotUndoable, match="being written"):
        undo(catalogue_sessions, made.id)
    job_id = read(catalogue_sessions, made.id).job_id
    assert job_id is not None
    with transaction(catalogue_sessions) as session:
        cancel_job(session, job_id)

    confirm(catalogue_sessions, made.id)

    assert work(catalogue_sessions, made.id) is Outcome.DONE
    assert read(catalogue_sessions, made.id).rows_written == 2


def test_only_operators_import(catalogue_sessions: SessionFactory) -> None:
    made = checked(catalogue_sessions, FIRST)
    with transaction(catalogue_sessions) as session:
        for act in (service.confirm_import, service.undo_import):
            with pytest.raises(Exception, match="operator"):
                act(session, ENTERPRISE, import_id=made.id, now=NOW)
        service.discard_import(session, OPERATOR, import_id=made.id)
    with pytest.raises(ImportNotChecked, match="discarded"):
        confirm(catalogue_sessions, made.id)


def test_an_empty_file_and_an_unknown_kind_are_not_accepted(
    catalogue_sessions: SessionFactory,
) -> None:
    with pytest.raises(FileEmpty):
        send(catalogue_sessions, b"")
    with pytest.raises(InvalidInput, match="cannot be imported here"):
        send(catalogue_sessions, b"a", kind="needs")

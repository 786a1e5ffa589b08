import csv
import gzip
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from core.db import SessionFactory, transaction
from providers.catalogue_state import catalogue_sequence
from providers.errors import ImportRefused
from providers.importing import run as importing_run
from providers.importing.formats import EVIDENCE_COLUMNS, PROVIDER_COLUMNS
from providers.importing.plan import write_error_report
from providers.importing.run import rehearse_import, run_import
from providers.importing.supply import provider_id
from providers.models import Evidence, ImportRun, Provider, ProviderStatus
from tests.providers.importer import HEADER, NOW, count, load, plan, provider_line, write_lines

LATER = NOW + timedelta(hours=1)
LINE = provider_line("a")


def ten_thousand(path: Path) -> Path:
    lines = [provider_line(f"f{i}", home="ZZ" if i % 200 == 0 else "SG") for i in range(10_000)]
    return write_lines(path, [HEADER, *lines])


def test_ten_thousand_rows_with_fifty_bad_ones(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = ten_thousand(tmp_path / "firms.csv")

    refused = load(listed_sessions, "providers", path)
    assert (refused.is_refused, refused.rows_bad, count(listed_sessions, Provider)) == (True, 50, 0)

    checked = plan(listed_sessions, "providers", path)
    kept = run_import(listed_sessions, checked, keep_good=True, now=NOW)
    write_error_report(checked, tmp_path / "errors.csv")

    assert (kept.rows_changed, count(listed_sessions, Provider)) == (9_950, 9_950)
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as file:
        report = list(csv.DictReader(file))
    assert [int(line["row"]) for line in report] == [2 + i for i in range(0, 10_000, 200)]
    assert {line["column"] for line in report} == {"home_jurisdiction"}
    assert {line["value"] for line in report} == {"ZZ"}


def test_an_interrupted_import_goes_on_after_its_last_chunk(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = ten_thousand(tmp_path / "firms.csv")

    def break_off(done: int, _total: int) -> None:
        if done == 1_500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(
            listed_sessions,
            plan(listed_sessions, "providers", path),
            keep_good=True,
            now=NOW,
            progress=break_off,
        )
    with listed_sessions() as session:
        run = session.scalars(select(ImportRun).where(ImportRun.kind == "providers")).one()
        assert (run.state, run.rows_done) == ("running", 1_500)

    steps: list[tuple[int, int]] = []
    report = run_import(
        listed_sessions,
        plan(listed_sessions, "providers", path),
        keep_good=True,
        now=LATER,
        progress=lambda done, total: steps.append((done, total)),
    )

    assert steps[0] == (2_000, 10_000)
    assert steps[-1] == (10_000, 10_000)
    assert report.rows_resumed == 1_500
    assert count(listed_sessions, Provider) == 9_950


def test_the_same_file_twice_does_nothing_the_second_time(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "firms.csv", [HEADER, provider_line("f1")])
    load(listed_sessions, "providers", path)
    with listed_sessions() as session:
        before = catalogue_sequence(session)

    again = load(listed_sessions, "providers", path, now=LATER)

    assert (again.was_done, again.rows_changed) == (True, 0)
    with listed_sessions() as session:
        assert catalogue_sequence(session) == before


def test_an_older_file_given_again_after_a_newer_one_takes_effect(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    old = write_lines(tmp_path / "old.csv", [HEADER, provider_line("f1", name="Old LLP")])
    new = write_lines(tmp_path / "new.csv", [HEADER, provider_line("f1", name="New LLP")])
    load(listed_sessions, "providers", old)
    load(listed_sessions, "providers", new, now=LATER)

    report = load(listed_sessions, "providers", old, now=LATER + timedelta(hours=1))

    assert (report.was_done, report.rows_changed) == (False, 1)
    with listed_sessions() as session:
        assert session.scalars(select(Provider.name)).one() == "Old LLP"


def test_a_file_means_other_rows_under_another_source(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "firms.csv", [HEADER, provider_line("f1")])
    load(listed_sessions, "providers", path)

    other = plan(listed_sessions, "providers", path, source="chamber")
    run_import(listed_sessions, other, keep_good=False, now=NOW)

    assert count(listed_sessions, Provider) == 2


def test_rewriting_raises_the_version_only_where_something_changed(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = tmp_path / "firms.csv"
    load(
        listed_sessions,
        "providers",
        write_lines(path, [HEADER, provider_line("a"), provider_line("b")]),
    )
    changed = [HEADER, provider_line("a"), provider_line("b", name="Other LLP")]

    report = load(listed_sessions, "providers", write_lines(path, changed), now=LATER)

    assert report.rows_changed == 1
    with listed_sessions() as session:
        a = session.get_one(Provider, provider_id("operator", "a"))
        b = session.get_one(Provider, provider_id("operator", "b"))
        assert (a.version, a.updated_at) == (1, NOW)
        assert (b.version, b.updated_at, b.name) == (2, LATER, "Other LLP")


def test_an_import_does_not_bring_back_a_suspended_provider(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = tmp_path / "firms.csv"
    load(listed_sessions, "providers", write_lines(path, [HEADER, provider_line("a")]))
    with transaction(listed_sessions) as session:
        session.get_one(Provider, provider_id("operator", "a")).status = ProviderStatus.SUSPENDED

    load(listed_sessions, "providers", write_lines(path, [HEADER, provider_line("a", name="New")]))

    with listed_sessions() as session:
        stored = session.get_one(Provider, provider_id("operator", "a"))
        assert (stored.name, stored.status) == ("New", "suspended")


def test_a_wrong_header_names_every_column_in_one_error(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    header = HEADER.replace("source_ref", "ref").replace("city", "town")

    with pytest.raises(ImportRefused) as caught:
        plan(listed_sessions, "providers", write_lines(tmp_path / "f.csv", [header, "x"]))

    assert "source_ref, city are missing" in caught.value.detail
    assert "ref, town are not known" in caught.value.detail


def test_each_bad_cell_is_named_with_what_would_be_right(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    rows = [
        "f1,,law_firm,SG,,,,,,,,",
        "f2,Firm,lawfirm,SG,,,,,,,,",
        "f3,Firm,law_firm,United Kingdom,,,,,,,,",
        "f4,Firm,law_firm,SG,,,,TH:2027-02-30,,,,",
        "f5,Firm,law_firm,SG,,,,,,perhaps,,",
        "f6,Firm,law_firm,SG,,,,,,,,LEG.XXX",
        "f7,Fir\u202em,law_firm,SG,,,,,,,,",
        "f8,Firm,law_firm,SG,,,,,,,,,surplus",
        "f8,Firm,law_firm,SG,,,,,,,,",
        "f8,Firm,law_firm,SG,,,,,,,,",
        "f9,Firm,law_firm,SG,,,,,,,,Legal services",
        "f10,Firm,law_firm,035,,,,,,,,",
    ]
    path = write_lines(tmp_path / "f.csv", [HEADER, *rows])

    problems = {
        problem.row_no: problem for problem in plan(listed_sessions, "providers", path).problems
    }

    assert {row: problem.column for row, problem in problems.items()} == {
        2: "name",
        3: "kind",
        4: "home_jurisdiction",
        5: "qualified_in",
        6: "is_accepting",
        7: "sector_codes",
        8: "name",
        9: "",
        11: "source_ref",
        12: "sector_codes",
        13: "home_jurisdiction",
    }
    assert problems[2].reason == "is empty"
    assert problems[3].suggestion == "law_firm"
    assert problems[4].suggestion == "GB"
    assert (
        problems[8].reason
        == "take out the invisible character U+202E: a name holds only what can be seen"
    )
    assert problems[12].suggestion == "LEG"


def test_the_report_of_errors_is_no_formula(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "f.csv", [HEADER, "f1,Firm,\"=cmd|' /C calc'!A0\",SG,,,,,,,,"])

    write_error_report(plan(listed_sessions, "providers", path), tmp_path / "errors.csv")

    content = (tmp_path / "errors.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert ",'=cmd" in content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_list_is_imported_from_any_office_encoding(
    listed_sessions: SessionFactory, tmp_path: Path, encoding: str
) -> None:
    line = provider_line("f1", name="北京市君合律师事务所上海分所", home="CN")
    path = write_lines(tmp_path / "f.csv", [HEADER, line], encoding=encoding)

    assert plan(listed_sessions, "providers", path).is_guessed is (encoding == "gb18030")
    load(listed_sessions, "providers", path)

    with listed_sessions() as session:
        assert session.scalars(select(Provider.name)).one() == "北京市君合律师事务所上海分所"


def test_a_spreadsheet_of_evidence_is_imported_with_its_values(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    load(
        listed_sessions, "providers", write_lines(tmp_path / "f.csv", [HEADER, provider_line("f1")])
    )
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(EVIDENCE_COLUMNS))
    page.append(
        ["f1", "m1", "past_matter", "Solar farm", "Audit of 2023", "VN; VN-13", "ACC.AUD",
         date(2024, 5, 1), 1200.5, "client 7", True, "service_type=Audit; sector=Energy"]
    )  # fmt: skip
    book.save(tmp_path / "evidence.xlsx")

    load(listed_sessions, "evidence", tmp_path / "evidence.xlsx")

    with listed_sessions() as session:
        stored = session.scalars(select(Evidence)).one()
        assert stored.provider_id == provider_id("operator", "f1")
        assert [place.jurisdiction_code for place in stored.jurisdictions] == ["VN", "VN-13"]
        assert [sector.sector_code for sector in stored.sectors] == ["ACC.AUD"]
        assert (stored.dated_on, str(stored.amount_usd)) == (date(2024, 5, 1), "1200.50")
        assert stored.labels == {"service_type": "Audit", "sector": "Energy"}
        assert stored.is_verified


def test_rewritten_evidence_loses_what_the_new_row_does_not_say(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    load(
        listed_sessions, "providers", write_lines(tmp_path / "f.csv", [HEADER, provider_line("f1")])
    )
    header, path = ",".join(EVIDENCE_COLUMNS), tmp_path / "e.csv"
    load(
        listed_sessions,
        "evidence",
        write_lines(path, [header, "f1,m1,past_matter,A,,VN;TH,LEG;TAX,,,,,"]),
    )

    report = load(
        listed_sessions, "evidence", write_lines(path, [header, "f1,m1,past_matter,B,,TH,TAX,,,,,"])
    )

    assert report.rows_changed == 1
    with listed_sessions() as session:
        stored = session.scalars(select(Evidence)).one()
        assert stored.title == "B"
        assert [place.jurisdiction_code for place in stored.jurisdictions] == ["TH"]
        assert [sector.sector_code for sector in stored.sectors] == ["TAX"]


def test_evidence_waits_for_its_provider_and_is_taken_when_that_has_come(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    lines = [",".join(EVIDENCE_COLUMNS), "f1,m1,statement,A,,,,,,,,", "f2,m1,statement,B,,,,,,,,"]
    path = write_lines(tmp_path / "e.csv", lines)
    load(
        listed_sessions, "providers", write_lines(tmp_path / "f.csv", [HEADER, provider_line("f1")])
    )
    assert load(listed_sessions, "evidence", path, keep_good=True).rows_changed == 1

    load(
        listed_sessions, "providers", write_lines(tmp_path / "g.csv", [HEADER, provider_line("f2")])
    )
    report = load(listed_sessions, "evidence", path)

    assert (report.was_done, report.rows_changed) == (False, 1)
    assert count(listed_sessions, Evidence) == 2


def test_a_file_that_changes_under_the_import_stops_it(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "f.csv", [HEADER, provider_line("a")])
    checked = plan(listed_sessions, "providers", path)
    write_lines(path, [HEADER, provider_line("b")])

    with pytest.raises(ImportRefused, match="changed while"):
        run_import(listed_sessions, checked, keep_good=False, now=NOW)
    assert count(listed_sessions, Provider) == 0


def test_two_imports_of_one_file_at_once_do_not_both_go_on(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(
        tmp_path / "f.csv", [HEADER, *(provider_line(f"f{i}") for i in range(1_200))]
    )
    first = plan(listed_sessions, "providers", path)
    second = replace(first)

    def let_the_other_run(done: int, _total: int) -> None:
        if done == 500:
            run_import(listed_sessions, second, keep_good=False, now=NOW)

    with pytest.raises(ImportRefused, match="another process"):
        run_import(listed_sessions, first, keep_good=False, now=NOW, progress=let_the_other_run)
    assert count(listed_sessions, Provider) == 1_200


def test_rehearsing_tells_what_would_change_and_writes_nothing(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    load(listed_sessions, "providers", write_lines(tmp_path / "a.csv", [HEADER, LINE]))
    runs = count(listed_sessions, ImportRun)
    path = write_lines(
        tmp_path / "b.csv", [HEADER, LINE, *(provider_line(f"f{i}") for i in range(600))]
    )

    planned = plan(listed_sessions, "providers", path)
    assert rehearse_import(listed_sessions, planned, now=NOW).rows_changed == 600
    assert count(listed_sessions, Provider) == 1
    assert count(listed_sessions, ImportRun) == runs


def test_an_import_that_another_process_has_just_begun_is_refused(
    listed_sessions: SessionFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "f.csv", [HEADER, LINE])
    first = plan(listed_sessions, "providers", path)
    run_import(listed_sessions, first, keep_good=False, now=NOW)

    # This process looked for the run before the other one had stored it.
    monkeypatch.setattr(importing_run, "find_run", lambda *_about: None)

    with pytest.raises(ImportRefused, match="another process"):
        run_import(listed_sessions, first, keep_good=False, now=NOW)


def test_gzipped_json_lines_are_taken(listed_sessions: SessionFactory, tmp_path: Path) -> None:
    names = dict.fromkeys(PROVIDER_COLUMNS) | {
        "source_ref": "j1",
        "name": "Jay",
        "kind": "other",
    }
    import json

    path = tmp_path / "f.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(names | {"languages": ["en", "zh"]}).encode()))

    load(listed_sessions, "providers", path)

    with listed_sessions() as session:
        stored = session.scalars(select(Provider)).one()
        assert stored.languages == ["en", "zh"]
        assert (stored.qualified_in, stored.is_accepting, stored.city) == (None, None, None)

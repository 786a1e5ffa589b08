from pathlib import Path

from sqlalchemy import select

from core.db import SessionFactory
from core.identity.actor import ENTERPRISE
from enterprises import queries
from enterprises.access import access_need
from enterprises.importing import NEED_COLUMNS, NEEDS, need_id
from enterprises.models import Need, NeedVersion
from providers.catalogue_state import catalogue_sequence
from providers.importing.plan import ImportPlan, plan_import
from providers.importing.run import run_import
from tests.factories import NOW

HEADER = ",".join(NEED_COLUMNS)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def plan(sessions: SessionFactory, path: Path) -> ImportPlan:
    with sessions() as session:
        return plan_import(session, (NEEDS,), path)


def load(sessions: SessionFactory, path: Path) -> int:
    return run_import(sessions, plan(sessions, path), keep_good=False, now=NOW).rows_changed


def stored(sessions: SessionFactory, ref: str) -> Need:
    with sessions() as session:
        return access_need(session, ENTERPRISE, need_id("operator", ref), now=NOW)


def test_reads_the_text_of_an_imported_need(
    catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    load(catalogue_sessions, write(tmp_path / "needs.csv", "N1,孟加拉国供水项目的施工监理,,,,,,,"))

    reading = queries.as_reading(stored(catalogue_sessions, "N1"))

    assert reading is not None
    assert reading.target_jurisdictions == ["BD"]
    assert reading.sector_codes == ["BLT.PMC"]


def test_a_changed_need_gets_a_new_version_and_an_equal_one_none(
    catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    first = write(tmp_path / "first.csv", "N1,audit in Vietnam,CN,VN,,ACC.AUD,,en;vi,25000")
    same = write(tmp_path / "same.csv", "N1,audit in Vietnam,CN,VN,,ACC.AUD,,en;vi,25000.0")
    other = write(tmp_path / "other.csv", "N1,audit in Vietnam,CN,VN;TH,,ACC.AUD,,,")

    assert load(catalogue_sessions, first) == 1
    assert load(catalogue_sessions, same) == 0
    assert load(catalogue_sessions, other) == 1

    assert stored(catalogue_sessions, "N1").version == 2
    with catalogue_sessions() as session:
        versions = session.scalars(select(NeedVersion).order_by(NeedVersion.version)).all()
    assert [version.structured["target_jurisdictions"] for version in versions] == [
        ["VN"],
        ["VN", "TH"],
    ]


def test_a_deleted_need_stays_deleted(catalogue_sessions: SessionFactory, tmp_path: Path) -> None:
    load(catalogue_sessions, write(tmp_path / "first.csv", "N1,audit in Vietnam,,,,,,,"))
    with catalogue_sessions.begin() as session:
        access_need(session, ENTERPRISE, need_id("operator", "N1"), now=NOW).deleted_at = NOW

    again = write(tmp_path / "again.csv", "N1,audit in Thailand,,,,,,,")

    assert load(catalogue_sessions, again) == 0


def test_names_every_wrong_cell_of_a_need(
    catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    problems = plan(
        catalogue_sessions,
        write(
            tmp_path / "needs.csv",
            "N1,audit,ZZ,,,,,,",
            "N2,,,,,,,,",
            "N3,audit,,,,NO.SUCH,,,",
            "N4,audit,,,,,,,-1",
            "N5,audit,,,,,,English,",
            "N6,audit,,035;ASEAN;VN,,,,,",
        ),
    ).problems

    assert [(problem.row_no, problem.column) for problem in problems] == [
        (2, "home_jurisdiction"),
        (3, "text"),
        (4, "sector_codes"),
        (5, "amount_usd"),
        (6, "languages_wanted"),
        (7, "target_jurisdictions"),
        (7, "target_jurisdictions"),
    ]


def test_a_need_is_no_change_of_the_catalogue(
    catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    with catalogue_sessions() as session:
        before = catalogue_sequence(session)

    assert load(catalogue_sessions, write(tmp_path / "n.csv", "N1,audit in Vietnam,,,,,,,")) == 1

    with catalogue_sessions() as session:
        assert catalogue_sequence(session) == before

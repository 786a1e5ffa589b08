from pathlib import Path

from sqlalchemy import select

from core.db import SessionFactory
from providers.catalogue_state import catalogue_sequence, touch_catalogue
from providers.importing.formats import SECTOR_COLUMNS
from providers.importing.run import run_import
from providers.jurisdictions.models import BilateralAgreement, Membership
from providers.sectors.models import Sector, SectorList
from tests.providers.importer import NOW, count, load, plan, write_lines


def sector_lines(*rows: str) -> list[str]:
    return [",".join(SECTOR_COLUMNS[:-1]), *rows]


def test_a_sector_list_is_refused_as_a_whole(
    memory_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(
        tmp_path / "s.csv",
        sector_lines(
            "LEG,,Legal,法律,法律,,,x",
            "LEG.COR,TAX,Corporate,公司,公司,,,x",
            "TAX.VAT,TAX,VAT,增值税,增值稅,,,x",
            "DIS,,Disputes,争议,,,,x",
            "LEG,,Again,法律,法律,,,x",
        ),
    )

    checked = plan(memory_sessions, "sectors", path)

    assert [(problem.row_no, problem.column) for problem in checked.problems] == [
        (3, "parent_code"),
        (4, "parent_code"),
        (5, "name_zh_hant"),
        (6, "code"),
    ]
    assert run_import(memory_sessions, checked, keep_good=True, now=NOW).is_refused
    assert count(memory_sessions, Sector) == 0


def test_a_second_sector_list_waits_as_a_draft(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "s.csv", sector_lines("LEG,,Legal,法律,法律,86119,,x"))

    load(listed_sessions, "sectors", path)

    with listed_sessions() as session:
        lists = session.execute(
            select(SectorList.version, SectorList.status).order_by(SectorList.version)
        ).all()
        assert [tuple(row) for row in lists] == [(1, "published"), (2, "draft")]
        drafted = session.scalars(select(Sector).where(Sector.list_version == 2)).one()
        assert not drafted.cpc_verified


def test_names_of_jurisdictions_belong_to_one_code(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    header = "code,kind,parent_code,name_en,name_zh_hans,name_zh_hant,aliases_en,aliases_zh,regions,name_source"
    rows = [
        "VN,state,,Vietnam,越南,越南,Thailand,越,035,own",
        "QQ,state,NN,Quux,某国,某國,,,035,own",
    ]

    checked = plan(
        listed_sessions, "jurisdictions", write_lines(tmp_path / "j.csv", [header, *rows])
    )

    assert [(p.row_no, p.column, p.value) for p in checked.problems] == [
        (2, "aliases_en", "Thailand"),
        (2, "aliases_zh", "越"),
        (3, "parent_code", "NN"),
    ]


def test_tables_of_instruments_are_told_apart_by_their_header(
    listed_sessions: SessionFactory, tmp_path: Path
) -> None:
    instruments = [
        "instrument_id,name_en,name_zh_hans,kind,subject,year,source_url,as_of",
        "nyc_1958,New York Convention,纽约公约,multilateral,arbitral_award,1958,https://example.org/a,2024-11",
    ]
    memberships = [
        "instrument_id,jurisdiction,status,in_force_from,note,source_url",
        "nyc_1958,SG,in_force,1986-11-19,UNVERIFIED date,https://example.org/a",
    ]
    bilateral = [
        "instrument_kind,a,b,status,in_force_from,source_url,note",
        "dta,CN,SG,in_force,,https://example.org/a,",
        "dta,CN,CN,in_force,,https://example.org/a,",
    ]
    for lines in (instruments, memberships):
        load(listed_sessions, "jurisdictions", write_lines(tmp_path / "t.csv", lines))
    report = load(
        listed_sessions, "jurisdictions", write_lines(tmp_path / "t.csv", bilateral), keep_good=True
    )

    assert report.rows_bad == 1
    assert count(listed_sessions, BilateralAgreement) == 1
    with listed_sessions() as session:
        assert not session.scalars(select(Membership)).one().is_verified


def test_the_catalogue_number_rises_by_one(memory_sessions: SessionFactory) -> None:
    with memory_sessions() as session:
        assert catalogue_sequence(session) == 0
        assert [touch_catalogue(session) for _ in range(3)] == [1, 2, 3]
        assert catalogue_sequence(session) == 3

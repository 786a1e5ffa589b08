"""The step from overwritten to append-only reference data keeps what was stored."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import Column, Engine, MetaData, Table, Uuid, insert, select, update

import providers
from core.db import make_engine, make_session_factory
from core.migrations import runner
from providers.jurisdictions.models import BilateralAgreement, Jurisdiction, Membership, Objection
from providers.jurisdictions.revisions import list_current
from providers.jurisdictions.statements import BILATERAL, MEMBERSHIPS, OBJECTIONS
from tests.providers.importer import load

URL = "https://example.org/treaty"
BOUND = {"status": "in_force", "is_verified": True, "source_url": URL}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def upgrade_to(engine: Engine, revision: str) -> None:
    with runner._migrating(engine) as config:
        command.upgrade(config, revision)


def store(engine: Engine, rows: dict[str, list[dict[str, object]]]) -> None:
    with engine.begin() as connection:
        for name, values in rows.items():
            ids = [
                Column(key, Uuid(), primary_key=True)
                for key, value in values[0].items()
                if type(value) is UUID
            ]
            table = Table(name, MetaData(), *ids, autoload_with=connection)
            connection.execute(insert(table), values)


def rows_of(engine: Engine, name: str) -> list[dict[str, object]]:
    with engine.connect() as connection:
        table = Table(name, MetaData(), autoload_with=connection)
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def earlier_rows() -> dict[str, list[dict[str, object]]]:
    def place(code: str, parent: str | None = None) -> dict[str, object]:
        names = dict.fromkeys(("name_en", "name_zh_hans", "name_zh_hant"), f"the place {code}")
        return {
            "code": code,
            "kind": "state",
            "parent_code": parent,
            **names,
            "aliases": {"en": [], "zh": []},
            "regions": ["035"],
            "name_source": "test",
        }

    note = "hk_cn_awards: as it stands"
    return {
        "jurisdiction": [place("CN"), place("HK", "CN"), place("SG")],
        "instrument": [
            {
                "id": "nyc_1958",
                "name_en": "New York Convention",
                "name_zh_hans": "纽约公约",
                "kind": "multilateral",
                "subject": "arbitral_award",
                "year": 1958,
                "source_url": URL,
                "as_of": "2026-05-06",
            }
        ],
        "instrument_membership": [
            {
                "instrument_id": "nyc_1958",
                "jurisdiction_code": code,
                "in_force_from": day,
                "note": "kept",
                **BOUND,
            }
            for code, day in (("SG", date(1986, 11, 19)), ("CN", None))
        ],
        "bilateral_agreement": [
            {
                "id": uuid4(),
                "instrument_kind": "award_arrangement",
                "a_code": "HK",
                "b_code": "CN",
                "in_force_from": date(2000, 2, 1),
                "note": note,
                **BOUND,
            }
        ],
        "instrument_objection": [
            {
                "instrument_id": "nyc_1958",
                "objector_code": "SG",
                "against_code": "CN",
                "effect": "convention_not_applied",
                "from_on": None,
                "note": "",
                "source_url": URL,
            }
        ],
    }


def test_every_row_becomes_the_first_revision_that_an_import_finds_again(engine: Engine) -> None:
    upgrade_to(engine, "0001")
    store(engine, earlier_rows())

    upgrade_to(engine, "0002")

    with make_session_factory(engine)() as session:
        memberships = list_current(session, Membership)
        agreements = list_current(session, BilateralAgreement)
        objections = list_current(session, Objection)
        places = session.scalars(select(Jurisdiction).order_by(Jurisdiction.code)).all()
    assert {(row.jurisdiction_code, row.in_force_from, row.note) for row in memberships} == {
        ("SG", date(1986, 11, 19), "kept"),
        ("CN", None, "kept"),
    }
    assert [row.note for row in agreements] == ["hk_cn_awards: as it stands"]
    for kind, rows in (
        (MEMBERSHIPS, memberships),
        (BILATERAL, agreements),
        (OBJECTIONS, objections),
    ):
        for row in rows:
            assert row.revision == 1
            assert row.statement_id == kind.statement_id(row)  # type: ignore[arg-type]  # each kind with its own rows
            assert row.in_force_to is None if isinstance(row, Membership) else True
    assert [(row.code, row.parent_code, row.languages, row.successor_code) for row in places] == [
        ("CN", None, [], None),
        ("HK", "CN", [], None),
        ("SG", None, [], None),
    ]
    (instrument,) = rows_of(engine, "instrument_revision")
    assert (instrument["instrument_id"], instrument["year"], instrument["revision"]) == (
        "nyc_1958",
        1958,
        1,
    )


def test_going_back_keeps_what_holds(engine: Engine) -> None:
    upgrade_to(engine, "0001")
    before = earlier_rows()
    store(engine, before)
    upgrade_to(engine, "0002")

    runner.downgrade_to(engine, "0001")

    for name, rows in before.items():
        found = rows_of(engine, name)
        for row in (*rows, *found):
            # The key of before is made anew from the row.
            if name == "bilateral_agreement":
                row.pop("id")
        assert sorted(map(repr, map(_sorted, found))) == sorted(map(repr, map(_sorted, rows)))


def test_going_back_leaves_out_a_party_that_left(engine: Engine) -> None:
    upgrade_to(engine, "0001")
    store(engine, earlier_rows())
    upgrade_to(engine, "0002")
    with engine.begin() as connection:
        table = Table("instrument_membership", MetaData(), autoload_with=connection)
        connection.execute(
            update(table)
            .where(table.c.jurisdiction_code == "SG")
            .values(in_force_to=date(2020, 12, 31))
        )

    runner.downgrade_to(engine, "0001")

    codes = [row["jurisdiction_code"] for row in rows_of(engine, "instrument_membership")]
    assert codes == ["CN"]


def test_what_going_back_drops_is_imported_again(database_url: str) -> None:
    engine = make_engine(database_url)
    runner.upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    path = Path(providers.__path__[0]) / "data" / "jurisdictions" / "jurisdictions.csv"
    load(sessions, "jurisdictions", path)

    runner.downgrade_to(engine, "0001")
    runner.upgrade_to_head(engine)

    assert not load(sessions, "jurisdictions", path).was_done
    with sessions() as session:
        merged = session.get(Jurisdiction, "VN-03")
        assert merged is not None
        assert (merged.successor_code, merged.languages) == ("VN-07", ["vi"])
    engine.dispose()


def _sorted(row: dict[str, object]) -> list[tuple[str, object]]:
    return sorted(row.items())

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.db import SessionFactory, transaction
from matching.jurisdictions.graph import TreatyGraph
from providers.catalogue_state import catalogue_sequence
from providers.errors import ImportRefused
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import plan_import
from providers.importing.run import CHUNK_ROWS, ImportReport, rehearse_import, run_import
from providers.jurisdictions.graph import read_treaty_data
from providers.jurisdictions.models import (
    BilateralAgreement,
    Desk,
    InstrumentRevision,
    Jurisdiction,
    Membership,
    Objection,
)
from providers.jurisdictions.revisions import PACKAGED_SOURCE, list_current, list_history
from providers.jurisdictions.statements import MEMBERSHIPS, Term
from tests.providers.importer import NOW, count, plan, write_lines

LATER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
URL = "https://example.org/treaty"
INSTRUMENTS = [
    "instrument_id,name_en,name_zh_hans,kind,subject,year,source_url,as_of",
    f"nyc_1958,New York Convention,纽约公约,multilateral,arbitral_award,1958,{URL},2024-11",
    f"rcep_2020,RCEP,区域全面经济伙伴关系协定,bloc,trade,2020,{URL},2024-11",
]
PARTIES = "instrument_id,jurisdiction,status,in_force_from,in_force_to,note,source_url"
PAIRS = "instrument_kind,a,b,status,in_force_from,in_force_to,source_url,note"
OBJECTIONS = "instrument_id,a,b,effect,from,note,source_url,status"
DESKS = (
    "desk_id,name_en,name_zh_hans,name_zh_hant,place,actions,valid_from,"
    "note_en,note_zh_hans,note_zh_hant,source_url"
)


class Tables:
    """Imports lines of reference tables into one database, as an operator does."""

    def __init__(self, sessions: SessionFactory, folder: Path) -> None:
        self.sessions = sessions
        self._folder = folder
        self._files = 0
        self.load(INSTRUMENTS)

    def write(self, lines: Sequence[str]) -> Path:
        self._files += 1
        return write_lines(self._folder / f"{self._files}.csv", lines)

    def load(
        self,
        lines: Sequence[str],
        *,
        now: datetime = NOW,
        source: str = "operator",
        keep_good: bool = False,
    ) -> ImportReport:
        planned = plan(self.sessions, "jurisdictions", self.write(lines), source)
        return run_import(self.sessions, planned, keep_good=keep_good, now=now)

    def parties(self, *rows: str, **options: str) -> ImportReport:
        return self.load([PARTIES, *rows], source=options.get("source", "operator"))

    def problems(self, header: str, *rows: str, source: str = "operator") -> list[str]:
        path = self.write([header, *rows])
        with self.sessions() as session:
            planned = plan_import(session, SUPPLY_KINDS["jurisdictions"], path, source=source)
        return [f"{one.row_no} {one.column}: {one.reason}" for one in planned.problems]

    def graph(self) -> TreatyGraph:
        with self.sessions() as session:
            return TreatyGraph(read_treaty_data(session))

    def binds(self, code: str, on: str, instrument: str = "rcep_2020") -> bool:
        return self.graph().party(instrument, code, date.fromisoformat(on)) is not None


@pytest.fixture
def tables(listed_sessions: SessionFactory, tmp_path: Path) -> Tables:
    return Tables(listed_sessions, tmp_path)


def test_a_row_that_says_the_same_changes_nothing(tables: Tables) -> None:
    row = f"nyc_1958,SG,in_force,1986-11-19,,,{URL}"
    assert tables.parties(row).rows_changed == 1
    with tables.sessions() as session:
        before = catalogue_sequence(session)

    assert tables.parties(row, f"nyc_1958,VN,in_force,1995-12-11,,,{URL}").rows_changed == 1
    assert tables.parties(f"{row} ").rows_changed == 0

    assert count(tables.sessions, Membership) == 2
    with tables.sessions() as session:
        assert catalogue_sequence(session) == before + 1


def test_a_note_that_decides_answers_is_not_lost_by_leaving_it_out(tables: Tables) -> None:
    tables.parties(f"nyc_1958,CN,in_force,1987-04-22,,reservations: reciprocity + commercial,{URL}")
    ended = f"nyc_1958,CN,in_force,1987-04-22,2026-12-31,,{URL}"

    said = tables.problems(PARTIES, ended)

    assert len(said) == 1
    assert said[0].startswith("2 note: is empty, while the row that it changes says 'reservations")
    assert tables.problems(PARTIES, ended.replace(",,http", ",none any more,http")) == []


def test_an_edit_is_a_new_revision_and_the_old_one_stays_readable(tables: Tables) -> None:
    tables.parties(f"nyc_1958,VN,in_force,1995-12-11,,UNVERIFIED,{URL}")

    tables.load([PARTIES, f"nyc_1958,VN,in_force,1995-12-11,,read,{URL}/2"], now=LATER)

    with tables.sessions() as session:
        statement_id = session.scalars(select(Membership.statement_id)).first()
        assert statement_id is not None
        history = list_history(session, Membership, statement_id)
        current = list_current(session, Membership)
    assert [(row.revision, row.note, row.source_url, row.is_verified) for row in history] == [
        (1, "UNVERIFIED", URL, False),
        (2, "read", f"{URL}/2", True),
    ]
    assert [(row.recorded_at, row.recorded_from) for row in history] == [
        (NOW, "operator"),
        (LATER, "operator"),
    ]
    assert [row.revision for row in current] == [2]
    party = tables.graph().party("nyc_1958", "VN", date(2026, 1, 1))
    assert party is not None
    assert party.note == "read"


def test_a_party_that_left_was_one_until_its_last_day(tables: Tables) -> None:
    tables.parties(f"rcep_2020,SG,in_force,2022-01-01,,,{URL}")

    tables.parties(f"rcep_2020,SG,in_force,2022-01-01,2026-06-30,,{URL}")

    assert tables.binds("SG", "2026-06-30")
    assert not tables.binds("SG", "2026-07-01")
    assert not tables.binds("SG", "2021-12-31")
    assert count(tables.sessions, Membership) == 2


def test_a_party_that_came_back_is_two_statements(tables: Tables) -> None:
    report = tables.parties(
        f"rcep_2020,SG,in_force,2022-01-01,2024-06-30,,{URL}",
        f"rcep_2020,SG,in_force,2025-01-01,,,{URL}",
    )

    assert report.rows_changed == 2
    on = ("2024-06-30", "2024-07-01", "2025-01-01")
    assert [tables.binds("SG", day) for day in on] == [True, False, True]


def test_what_was_wrong_is_retracted_and_said_anew(tables: Tables) -> None:
    tables.parties(f"rcep_2020,MY,in_force,,,,{URL}")
    assert tables.binds("MY", "2021-01-01")

    tables.parties(
        f"rcep_2020,MY,retracted,,,,{URL}",
        f"rcep_2020,MY,in_force,2022-03-18,,,{URL}",
    )

    assert not tables.binds("MY", "2021-01-01")
    assert tables.binds("MY", "2022-03-18")
    assert count(tables.sessions, Membership) == 3


@pytest.mark.parametrize(
    "second",
    [
        "rcep_2020,MY,in_force,2022-03-18,,",
        "rcep_2020,MY,in_force,2023-01-01,2023-12-31,",
        "rcep_2020,MY,in_force,2020-01-01,,",
        "rcep_2020,MY,extended,,,",
    ],
)
def test_two_rows_of_one_party_must_not_overlap(tables: Tables, second: str) -> None:
    first = f"rcep_2020,MY,in_force,2022-03-17,,,{URL}"
    tables.parties(first)

    for rows, number in (([f"{second},{URL}"], 2), ([first, f"{second},{URL}"], 3)):
        (problem,) = tables.problems(PARTIES, *rows)

        assert problem.startswith(f"{number} in_force_from: overlaps with what is recorded already")
        assert "2022-03-17 on" in problem
        assert "in_force_to" in problem
        assert "retracted" in problem


def test_the_row_that_makes_room_stands_above(tables: Tables) -> None:
    tables.parties(f"rcep_2020,MY,in_force,,,,{URL}")
    new = f"rcep_2020,MY,in_force,2022-03-18,,,{URL}"
    retracted = f"rcep_2020,MY,retracted,,,,{URL}"

    assert tables.problems(PARTIES, retracted, new) == []
    assert [problem[:15] for problem in tables.problems(PARTIES, new, retracted)] == [
        "2 in_force_from"
    ]


def test_a_signature_does_not_stand_in_the_way_of_entry_into_force(tables: Tables) -> None:
    tables.parties(f"rcep_2020,MM,signed,,,,{URL}")

    assert tables.parties(f"rcep_2020,MM,in_force,2026-05-01,,,{URL}").rows_changed == 1
    assert not tables.binds("MM", "2026-04-30")
    assert tables.binds("MM", "2026-05-01")


def test_nothing_is_retracted_that_was_never_said(tables: Tables) -> None:
    (problem,) = tables.problems(PARTIES, f"rcep_2020,MY,retracted,2022-03-18,,,{URL}")

    assert "nothing to retract" in problem


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("rcep_2020,MY,in_force,2022-03-18,2022-03-17,,https://example.org", "is before"),
        ("rcep_2020,MY,in_force,2022-03-18,,,", "source_url: is empty"),
        ("rcep_2020,MY,gone,2022-03-18,,,https://example.org", "retracted"),
        ("rcep_2021,MY,in_force,2022-03-18,,,https://example.org", "no instrument"),
        ("rcep_2020,ASEAN,in_force,2022-03-18,,,https://example.org", "jurisdiction"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(tables: Tables, row: str, said: str) -> None:
    (problem,) = tables.problems(PARTIES, row)

    assert said in problem


def test_files_without_the_column_for_the_last_day_are_read(tables: Tables) -> None:
    header = PARTIES.replace("in_force_to,", "")

    assert tables.load([header, f"nyc_1958,SG,in_force,1986-11-19,,{URL}"]).rows_changed == 1


def test_an_agreement_is_told_by_the_instrument_that_its_note_names(tables: Tables) -> None:
    tables.load([PAIRS, f"award_arrangement,CN,HK,in_force,2000-02-01,,{URL},hk_cn_awards: as is"])

    report = tables.load(
        [
            PAIRS,
            f"award_arrangement,HK,CN,in_force,2000-02-01,,{URL},hk_cn_awards: said better",
            f"award_arrangement,CN,HK,in_force,2020-11-27,,{URL},hk_cn_awards_supp: more",
        ]
    )

    assert report.rows_changed == 2
    with tables.sessions() as session:
        current = list_current(session, BilateralAgreement)
        assert sorted((row.revision, row.note) for row in current) == [
            (1, "hk_cn_awards_supp: more"),
            (2, "hk_cn_awards: said better"),
        ]
    (problem,) = tables.problems(
        PAIRS, f"award_arrangement,CN,HK,in_force,2019-01-01,,{URL},hk_cn_awards: again"
    )
    assert "overlaps" in problem


def test_an_objection_is_one_whoever_of_the_two_is_named_first(tables: Tables) -> None:
    tables.load([OBJECTIONS, f"nyc_1958,DE,IN,convention_not_applied,,,{URL},"])
    assert tables.graph().objection("nyc_1958", "IN", "DE", date(2026, 1, 1)) is not None

    tables.load([OBJECTIONS, f"nyc_1958,IN,DE,convention_not_applied,,,{URL},retracted"])

    assert tables.graph().objection("nyc_1958", "IN", "DE", date(2026, 1, 1)) is None
    assert count(tables.sessions, Objection) == 2


def test_instruments_and_desks_keep_their_history_too(tables: Tables) -> None:
    desk = f"d_1,Desk,窗口,窗口,CN-GX,notarise;apostille,2024-09-30,a,甲,甲,{URL}"
    tables.load([DESKS, desk])
    tables.load([DESKS, desk.replace("notarise;", "")])
    tables.load([INSTRUMENTS[0], INSTRUMENTS[1].replace("2024-11", "2026-11")])

    assert count(tables.sessions, Desk) == 2
    assert count(tables.sessions, InstrumentRevision) == 3
    graph = tables.graph()
    instrument = graph.instrument("nyc_1958")
    assert instrument is not None
    assert instrument.as_of == "2026-11"
    assert instrument.name.zh_hant == "紐約公約"
    assert [one.actions for one in graph.desks] == [("apostille",)]


def test_what_ships_does_not_undo_what_an_operator_said(tables: Tables) -> None:
    shipped = f"rcep_2020,MY,in_force,,,,{URL}"
    tables.parties(shipped, source=PACKAGED_SOURCE)
    tables.parties(f"rcep_2020,MY,retracted,,,,{URL}", f"rcep_2020,MY,in_force,2022-03-18,,,{URL}")

    other = f"rcep_2020,ID,in_force,2023-01-02,,,{URL}"
    report = tables.parties(shipped, other, source=PACKAGED_SOURCE)

    assert report.rows_changed == 1
    assert not tables.binds("MY", "2021-01-01")
    newer = f"rcep_2020,MY,in_force,2022-03-17,,,{URL}"
    assert tables.parties(newer, source=PACKAGED_SOURCE).rows_changed == 0
    assert tables.parties(f"{other}/2", source=PACKAGED_SOURCE).rows_changed == 1
    # Nor by saying it in other words: a retracted row would hold again.
    assert tables.parties(f"{shipped}/2", source=PACKAGED_SOURCE).rows_changed == 0
    assert not tables.binds("MY", "2021-01-01")


def test_room_is_made_across_the_chunks_of_a_long_file(tables: Tables) -> None:
    codes = [f"rcep_2020,{code},in_force,2022-01-01,,,{URL}" for code in _states(tables)]
    filler = [row.replace("rcep_2020", "nyc_1958") for row in codes]
    tables.parties(*codes)
    lines = [
        f"rcep_2020,SG,in_force,2022-01-01,2023-12-31,,{URL}",
        *filler,
        *(row.replace("2022-01-01,,", "2022-01-01,,more") for row in codes if ",SG," not in row),
        f"rcep_2020,SG,in_force,2024-01-01,,,{URL}",
    ]
    assert len(lines) > CHUNK_ROWS

    path = tables.write([PARTIES, *lines])
    planned = plan(tables.sessions, "jurisdictions", path)
    assert rehearse_import(tables.sessions, planned, now=LATER).rows_changed == len(lines)
    report = run_import(tables.sessions, planned, keep_good=False, now=LATER)

    assert report.rows_changed == len(lines)
    assert [tables.binds("SG", day) for day in ("2023-12-31", "2024-01-01")] == [True, True]


def _states(tables: Tables) -> list[str]:
    with tables.sessions() as session:
        return list(
            session.scalars(
                select(Jurisdiction.code)
                .where(Jurisdiction.kind.in_(("state", "territory")))
                .order_by(Jurisdiction.code)
            )
        )


def test_a_table_that_changed_since_it_was_checked_is_refused(tables: Tables) -> None:
    path = tables.write([PARTIES, f"rcep_2020,MY,in_force,2022-03-18,,,{URL}"])
    planned = plan(tables.sessions, "jurisdictions", path)
    tables.parties(f"rcep_2020,MY,in_force,2022-03-17,,,{URL}")

    with pytest.raises(ImportRefused, match="import it again"):
        run_import(tables.sessions, planned, keep_good=False, now=LATER)

    assert count(tables.sessions, Membership) == 1


def test_a_revision_has_its_number_once(tables: Tables) -> None:
    tables.parties(f"rcep_2020,MY,in_force,2022-03-18,,,{URL}")
    with tables.sessions() as session:
        (stored,) = list_current(session, Membership)
    columns = {
        name.key: getattr(stored, name.key)
        for name in Membership.__table__.columns
        if name.key != "statement_id"
    }

    with pytest.raises(IntegrityError), transaction(tables.sessions) as session:
        session.add(Membership(statement_id=MEMBERSHIPS.statement_id(stored), **columns))


def test_terms_overlap_where_they_share_a_day() -> None:
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    year = Term(first, last)

    assert year.overlaps(Term(last, None))
    assert year.overlaps(Term(None, first))
    assert year.overlaps(Term(None, None))
    assert not year.overlaps(Term(date(2025, 1, 1), None))
    assert not year.overlaps(Term(None, date(2023, 12, 31)))
    assert str(Term(None, last)) == "an unknown day to 2024-12-31"


def test_a_province_that_was_merged_keeps_its_references(tables: Tables) -> None:
    tables.parties(f"nyc_1958,VN-03,in_force,2020-01-01,,,{URL}")

    graph = tables.graph()

    assert graph.node("VN-03", on=date(2026, 1, 1)).code == "VN-07"
    assert graph.node("VN-03", on=date(2025, 6, 30)).code == "VN-03"
    assert graph.party("nyc_1958", "VN-03", date(2024, 1, 1)) is not None


JURISDICTIONS = (
    "code,kind,parent_code,name_en,name_zh_hans,name_zh_hant,aliases_en,aliases_zh,regions,"
    "name_source,languages,valid_to,successor"
)


def test_an_older_list_without_the_new_columns_takes_nothing_away(tables: Tables) -> None:
    header = JURISDICTIONS.removesuffix(",languages,valid_to,successor")

    tables.load([header, "VN-03,subdivision,VN,Ha Giang,河江省,河江省,,,035,own"])

    node = tables.graph().node("VN-03")
    assert (node.languages, node.valid_to, node.successor) == (
        ("vi",),
        date(2025, 6, 30),
        "VN-07",
    )


def test_successors_are_stored_before_what_they_took_in_and_never_in_a_circle(
    tables: Tables,
) -> None:
    old = "QQ-01,subdivision,QQ,Old,旧省,舊省,,,035,own,vi,2024-12-31,QQ-02"
    new = "QQ-02,subdivision,QQ,New,新省,新省,,,035,own,vi,,"
    state = "QQ,state,,Quux,某国,某國,,,035,own,vi,,"

    assert tables.problems(JURISDICTIONS, old, f"{new}QQ-01", state) == [
        "2 successor: leads back to QQ-01",
        "3 successor: leads back to QQ-02",
    ]
    assert tables.problems(JURISDICTIONS, old, state)[0].startswith("2 successor: is no code")
    assert tables.load([JURISDICTIONS, old, new, state]).rows_changed == 3
    assert tables.graph().node("QQ-01", on=date(2025, 1, 1)).code == "QQ-02"

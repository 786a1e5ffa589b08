from pathlib import Path

import pytest

from api.v1.examples import OTHER_PROVIDER_ID, PROVIDER_ID
from committee.judgements import queries
from core.db import make_engine, reading
from enterprises.importing import NEED_COLUMNS, need_id
from tests.api.cli.conftest import CommandLine


def test_a_judging_sheet_is_imported_and_its_bad_rows_are_listed(
    landbridge: CommandLine, tmp_path: Path, database: Path
) -> None:
    needs = tmp_path / "needs.csv"
    needs.write_text(f"{','.join(NEED_COLUMNS)}\nN1,audit in Vietnam,,,,,,,\n", encoding="utf-8")
    sheet = tmp_path / "sheet.csv"
    rows = [f"N1,{PROVIDER_ID},judge-1,3", f"N1,{OTHER_PROVIDER_ID},judge-1,0"]
    sheet.write_text("\n".join(["need,provider,judge_id,grade", *rows, "N2,x,judge-1,9"]), "utf-8")

    assert landbridge("import", "needs", str(needs)).code == 0
    refused = landbridge("import", "judgements", str(sheet))
    assert (refused.code, "1 of 3 rows are bad" in refused.complaint) == (2, True)
    kept = landbridge("import", "judgements", str(sheet), "--keep-good")
    assert kept.code == 0
    assert "2 new or changed" in kept.out

    report = (tmp_path / "sheet.csv.errors.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in report[1:]] == [["4", "grade", "9"]]
    engine = make_engine(f"sqlite:///{database}")
    with reading(engine) as session:
        said = queries.feedback(session)
    engine.dispose()
    query = queries.query_id(need_id("operator", "N1"), 1)
    assert sorted((one.query_id, one.grade) for one in said.judgements) == [(query, 0), (query, 3)]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("kind", ["preferences", "outcomes"])
def test_a_table_of_another_kind_is_refused_with_the_columns_to_write(
    landbridge: CommandLine, tmp_path: Path, kind: str
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("need,provider,judge_id,grade\n", encoding="utf-8")
    outcome = landbridge("import", kind, str(sheet))
    assert outcome.code == 2
    assert f"the header is not that of {kind}" in outcome.complaint

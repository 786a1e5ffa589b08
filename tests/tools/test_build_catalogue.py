from pathlib import Path

import pytest

from tools.build_catalogue import INSTITUTION, iso_code, main, read_rows, write_rows
from tools.jurisdiction_names import build_rows


@pytest.mark.parametrize(
    ("bank", "iso"),
    [
        ("ZR", "CD"),
        ("YF", "RS"),
        ("GZ", "PS"),
        ("MOthers", "MX"),
        ("VN", "VN"),
        ("3W", ""),
        ("1W", ""),
    ],
)
def test_bank_codes_become_iso_codes_and_groups_become_none(bank: str, iso: str) -> None:
    assert iso_code(bank) == iso


@pytest.mark.parametrize(
    ("name", "is_institution"),
    [
        ("WUHAN UNIVERSITY OF TECHNOLOGY", True),
        ("UNIVERSITE DE KINSHASA", True),
        ("MINISTRY OF PUBLIC WORKS", True),
        ("INSTITUTE IGH D.D.", False),
        ("KPMG", False),
    ],
)
def test_institutions_are_told_by_their_names(name: str, is_institution: bool) -> None:
    assert bool(INSTITUTION.search(name)) is is_institution


def test_the_shipped_list_of_jurisdictions_is_what_the_tool_makes() -> None:
    shipped = Path(__file__).parents[2] / "providers/data/jurisdictions/jurisdictions.csv"

    assert read_rows(shipped) == build_rows()


def test_regions_stand_nearest_first() -> None:
    regions = {row["code"]: row["regions"] for row in build_rows()}

    assert regions["VN"] == "035;142;ASEAN"
    assert regions["TZ"] == "014;202;002"
    assert regions["CN-GX"] == regions["CN"] == "030;142"


def test_a_folder_without_the_data_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path)])

    assert caught.value.code == 2
    assert "holds no data/sectors_seed.csv" in capsys.readouterr().err


def test_tables_are_packed_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.build_catalogue.DATA", tmp_path)
    rows = [{"code": "LEG", "name": "法律"}]

    first = write_rows("t.csv", ("code", "name"), rows, gz=True).read_bytes()
    path = write_rows("t.csv", ("code", "name"), rows, gz=True)

    assert path.read_bytes() == first
    assert read_rows(path) == rows

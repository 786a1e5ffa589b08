import csv
import gzip
from datetime import date
from importlib.resources import files

import pytest

from matching.understanding.lexicon import key_of
from providers.vocabulary import read_packaged_regions

DATA = files("providers.data")
REGIONS = read_packaged_regions()
DAYS = (date(2020, 1, 1), date(2026, 11, 20), date(2030, 1, 1))


def jurisdictions() -> list[dict[str, str]]:
    text = DATA.joinpath("jurisdictions", "jurisdictions.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


STATES = {row["code"] for row in jurisdictions() if len(row["code"]) == 2}


def test_every_member_is_a_jurisdiction_of_the_list() -> None:
    assert {code for region in REGIONS for code in region.members or ()} <= STATES


@pytest.mark.parametrize("day", DAYS)
def test_no_name_stands_for_two_different_sets(day: date) -> None:
    sets: dict[str, set[frozenset[str]]] = {}
    for row in jurisdictions():
        if row["kind"] == "region" or row["kind"] == "group":
            continue
        names = [row["name_en"], row["name_zh_hans"], *row["aliases_en"].split(";")]
        for name in filter(None, [*names, *row["aliases_zh"].split(";")]):
            sets.setdefault(key_of(name), set()).add(frozenset([row["code"].partition("-")[0]]))
    for region in REGIONS:
        for name in region.names:
            members = region.codes_on(day)
            if members or (region.valid_from is None and region.valid_to is None):
                sets.setdefault(key_of(name), set()).add(frozenset(members))

    assert {name: found for name, found in sets.items() if len(found) > 1} == {}


def test_dated_rows_of_a_region_do_not_overlap() -> None:
    for day in (*DAYS, date(2025, 10, 25), date(2025, 10, 26), date(2024, 12, 15)):
        for code in {region.code for region in REGIONS if region.valid_from or region.valid_to}:
            in_force = [r for r in REGIONS if r.code == code and r.codes_on(day)]
            assert len(in_force) == 1


def test_every_row_says_where_it_comes_from() -> None:
    rows = list(csv.DictReader(DATA.joinpath("regions.csv").read_text("utf-8").splitlines()))

    assert all(row["source"] and row["kind"] for row in rows)
    assert all(row["names_en"] or row["names_zh"] for row in rows)


def test_no_chinese_name_is_one_character() -> None:
    assert all(len(key_of(name)) >= 2 for region in REGIONS for name in region.names)


def test_the_gazetteer_names_cities_of_the_countries_enterprises_go_to() -> None:
    content = gzip.decompress(DATA.joinpath("cities.csv.gz").read_bytes()).decode()
    cities = {row["code"]: row for row in csv.DictReader(content.splitlines())}

    assert {"VN", "TH", "ID", "MY", "PH", "KH", "LA", "MM", "AE", "SA", "HU", "MX"} <= set(cities)
    assert "debrecen" in cities["HU"]["names_en"].split(";")
    assert "蒙特雷" in cities["MX"]["names_zh"].split(";")
    # Clipped names in 港 are left to the project's own list.
    assert all(
        len(name) > 2 or not name.endswith("港") or name in ("香港", "岘港", "巨港")
        for row in cities.values()
        for name in row["names_zh"].split(";")
    )


def test_every_vietnamese_province_before_and_after_the_mergers_of_2025_is_named() -> None:
    names = {
        key_of(name)
        for region in REGIONS
        if tuple(region.members or ()) == ("VN",)
        for name in region.names
    }
    provinces = """An Giang;Ba Ria Vung Tau;Bac Giang;Bac Kan;Bac Lieu;Bac Ninh;Ben Tre;Binh Dinh;
        Binh Duong;Binh Phuoc;Binh Thuan;Ca Mau;Can Tho;Cao Bang;Da Nang;Dak Lak;Dak Nong;
        Dien Bien;Dong Nai;Dong Thap;Gia Lai;Ha Giang;Ha Nam;Ha Tinh;Hai Duong;Hai Phong;Hanoi;
        Hau Giang;Ho Chi Minh;Hoa Binh;Hung Yen;Khanh Hoa;Kien Giang;Kon Tum;Lai Chau;Lam Dong;
        Lang Son;Lao Cai;Long An;Nam Dinh;Nghe An;Ninh Binh;Ninh Thuan;Phu Tho;Phu Yen;Quang Binh;
        Quang Nam;Quang Ngai;Quang Ninh;Quang Tri;Soc Trang;Son La;Tay Ninh;Thai Binh;Thai Nguyen;
        Thanh Hoa;Thua Thien Hue;Tien Giang;Tra Vinh;Tuyen Quang;Vinh Long;Vinh Phuc;Yen Bai"""

    assert {key_of(name) for name in provinces.split(";")} - names == set()

"""`evaluate countries` on a small made-up set in the format of worldbank_awards."""

import csv
import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from api.cli.countries_evaluation import read_countries
from api.cli.failures import CommandFailed
from tests.api.cli.conftest import CommandLine

NEEDS = [
    "need_id", "signed", "category", "service_type", "sector", "region", "country_code",
    "project_id", "project_name", "description", "amount_usd", "split", "query",
]  # fmt: skip


def write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def need(need_id: str, day: str, country: str, split: str) -> list[str]:
    return [
        need_id, day, "Consultant Services", "Audit", "Water", "AFR", country, "P1", "",
        f"audit {need_id}", "100", split, str(split == "dev"),
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A past need in Congo won from France, and two to measure, one won from France and one at home."""
    write(
        tmp_path / "needs.csv.gz",
        NEEDS,
        [
            need("n1", "2016-01-01", "ZR", "train"),
            need("n2", "2018-01-01", "ZR", "dev"),
            need("n3", "2018-01-01", "VN", "dev"),
            need("n4", "2018-01-01", "VN", "dev"),
        ],
    )
    write(
        tmp_path / "awards.csv.gz",
        ["need_id", "provider_id", "split"],
        [
            ["n1", "paris", "train"],
            ["n2", "paris", "dev"],
            ["n3", "hanoi", "dev"],
            ["n4", "nowhere", "dev"],
        ],
    )
    write(
        tmp_path / "providers.csv.gz",
        ["provider_id", "country_code"],
        [["paris", "FR"], ["hanoi", "VN"], ["nowhere", ""]],
    )
    return tmp_path


def test_the_report_holds_the_baselines_and_the_ranker(
    folder: Path, landbridge: CommandLine
) -> None:
    result = landbridge("evaluate", "countries", str(folder), "--json")

    document = json.loads(result.out)
    assert (document["queries"], document["abroad"]) == (2, 1)
    assert document["rankers"]["popularity_in_country"]["abroad"] == {
        "mrr": 1.0, "hit1": 1.0, "hit5": 1.0, "hit10": 1.0,
    }  # fmt: skip
    assert document["rankers"]["corridor"]["abroad"]["mrr"] == 1.0


def test_without_json_each_figure_is_a_line(folder: Path, landbridge: CommandLine) -> None:
    result = landbridge("evaluate", "countries", str(folder))

    assert "2 needs, 1 won from abroad" in result.out
    assert "popularity_in_region abroad" in result.out
    assert "corridor without proximity, abroad" in result.out


def test_codes_of_the_world_bank_become_those_of_the_graph(folder: Path) -> None:
    bench = read_countries(folder, None)

    assert [(n.need_id, n.client, n.winners) for n in (*bench.past, *bench.queries)] == [
        ("n1", "CD", ("FR",)),
        ("n2", "CD", ("FR",)),
        ("n3", "VN", ("VN",)),
    ]


def test_a_set_without_regions_or_countries_is_refused(folder: Path) -> None:
    write(
        folder / "providers.csv.gz",
        ["provider_id", "country_code"],
        [["paris", ""], ["hanoi", ""], ["nowhere", ""]],
    )
    with pytest.raises(CommandFailed, match="of no winner the country is known"):
        read_countries(folder, None)
    write(folder / "needs.csv.gz", [n for n in NEEDS if n != "sector"], [])
    with pytest.raises(CommandFailed):
        read_countries(folder, None)


def test_a_cut_that_is_no_two_dates_is_refused(folder: Path, landbridge: CommandLine) -> None:
    result = landbridge("evaluate", "countries", str(folder), "--cut", "2016")

    assert result.code == 2
    assert "--cut '2016' is not FROM:TO" in result.complaint


def test_a_cut_measures_the_training_part(folder: Path) -> None:
    with pytest.raises(CommandFailed, match="0 past needs"):
        read_countries(folder, None, (date(2015, 1, 1), date(2016, 12, 31)))

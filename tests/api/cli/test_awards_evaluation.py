"""`evaluate awards` on small made-up sets in the format of the public ones."""

import csv
import gzip
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.cli.benchmark_files import read_awards
from tests.api.cli.conftest import CommandLine
from tests.trainer import require_trainer

NEED_COLUMNS = [
    "need_id",
    "signed",
    "category",
    "service_type",
    "country_code",
    "project_id",
    "project_name",
    "description",
    "amount_usd",
    "split",
    "query",
]


def gzipped_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def need(need_id: str, day: str, text: str, split: str, *, project: str = "P1") -> list[str]:
    query = str(split != "train")
    return [
        need_id, day, "Consultant Services", "Audit", "VN", project, "", text, "100", split, query,
    ]  # fmt: skip


@pytest.fixture
def awards(tmp_path: Path) -> Path:
    """Two firms with one past need each, and two needs to measure, the second for a new client."""
    folder = tmp_path / "awards"
    gzipped_csv(
        folder / "needs.csv.gz",
        NEED_COLUMNS,
        [
            need("n1", "2016-01-01", "audit of hospital accounts", "train"),
            need("n2", "2016-06-01", "design of rural roads", "train"),
            need("n3", "2017-05-01", "supervision of rural roads", "train", project="P2"),
            need("n4", "2018-01-01", "audit of hospital accounts", "dev"),
            need("n5", "2018-02-01", "design of rural roads", "dev", project="P9"),
            need("n6", "2018-03-01", "something else", "dev"),
        ],
    )
    gzipped_csv(
        folder / "awards.csv.gz",
        ["need_id", "provider_id", "split"],
        [
            ["n1", "auditor", "train"],
            ["n2", "engineer", "train"],
            ["n3", "engineer", "train"],
            ["n4", "auditor", "dev"],
            ["n5", "engineer", "dev"],
            ["n6", "stranger", "dev"],
        ],
    )
    gzipped_csv(
        folder / "providers.csv.gz",
        ["provider_id", "name", "country_code"],
        [["auditor", "A", "VN"], ["engineer", "E", "SG"], ["stranger", "S", ""]],
    )
    return folder


def test_awards_counts_warm_and_new_needs_and_every_ranker(
    landbridge: CommandLine, awards: Path
) -> None:
    report = json.loads(landbridge("evaluate", "awards", str(awards), "--json").out)

    assert (report["queries"], report["warm"], report["new"]) == (3, 2, 1)
    # Three past needs are too few to learn from.
    assert set(report["rankers"]) == {"popularity", "bm25_knn", "prior", "packaged"}
    assert report["rankers"]["bm25_knn"]["warm"]["mrr"] == 1.0
    assert report["rankers"]["prior"]["new"]["ndcg10"] == 1.0
    # One of three needs has no winner that could be ranked.
    assert report["rankers"]["prior"]["all"]["r10"] == pytest.approx(2 / 3, abs=1e-4)


def test_awards_with_a_history_takes_all_of_it_as_the_past(
    landbridge: CommandLine, awards: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    gzipped_csv(
        later / "needs.csv.gz",
        NEED_COLUMNS,
        [need("n7", "2019-01-01", "something else again", "test", project="P9")],
    )
    gzipped_csv(later / "awards.csv.gz", ["need_id", "provider_id"], [["n7", "stranger"]])
    gzipped_csv(later / "providers_new.csv.gz", ["provider_id", "country_code"], [])

    outcome = landbridge("evaluate", "awards", str(later), "--history", str(awards), "--json")

    report = json.loads(outcome.out)
    assert (report["queries"], report["warm"], report["new"]) == (1, 1, 1)
    assert report["rankers"]["prior"]["warm"]["mrr"] == 1.0


def test_awards_on_a_cut_of_the_training_part(landbridge: CommandLine, awards: Path) -> None:
    outcome = landbridge(
        "evaluate", "awards", str(awards), "--cut", "2017-01-01:2017-12-31", "--json"
    )

    report = json.loads(outcome.out)
    assert (report["queries"], report["warm"], report["new"]) == (1, 1, 1)


def test_awards_refuses_what_is_no_cut(landbridge: CommandLine, awards: Path) -> None:
    outcome = landbridge("evaluate", "awards", str(awards), "--cut", "last year")

    assert outcome.code == 2
    assert "FROM:TO" in outcome.complaint


@pytest.mark.parametrize(
    ("file", "columns", "said"),
    [
        ("needs.csv.gz", ["need_id", "split", "query"], "description"),
        ("awards.csv.gz", ["need_id"], "provider_id"),
    ],
)
def test_awards_names_a_missing_column(
    landbridge: CommandLine, awards: Path, file: str, columns: list[str], said: str
) -> None:
    gzipped_csv(awards / file, columns, [])

    outcome = landbridge("evaluate", "awards", str(awards))

    assert outcome.code == 2
    assert file in outcome.complaint
    assert said in outcome.complaint


def test_awards_gives_intervals_tests_slices_and_exposure(
    landbridge: CommandLine, awards: Path
) -> None:
    report = json.loads(landbridge("evaluate", "awards", str(awards), "--json").out)

    assert report["rankers"]["prior"]["warm"]["intervals"]["ndcg10"] == [1.0, 1.0]
    assert report["best_baseline"] in ("popularity", "bm25_knn")
    assert {one["p"] for one in report["comparisons"]} == {1.0}
    assert report["slices"]["losers_first"] == []
    assert set(report["exposure"]) == set(report["rankers"])
    assert report["winners_small"] == 1.0


def test_awards_without_json_prints_every_ranker_with_its_interval(
    landbridge: CommandLine, awards: Path
) -> None:
    lines = landbridge("evaluate", "awards", str(awards), "--no-learn").out.splitlines()

    assert lines[0] == "3 needs, 2 warm, 1 new"
    assert sum(line.startswith("bm25_knn ") and "[" in line for line in lines) == 2


def test_the_kind_of_work_becomes_a_sector_and_its_column_is_told(awards: Path) -> None:
    bench = read_awards(awards, None)

    assert {code for need in bench.past for code in need.sectors} == {"service_type:Audit"}
    assert {label for need in bench.past for label in need.labels} == {"Audit"}


def test_how_a_tender_was_awarded_is_no_sector(tmp_path: Path) -> None:
    columns = ["need_id", "awarded", "agency", "status", "description", "split", "query"]
    gzipped_csv(
        tmp_path / "needs.csv.gz",
        columns,
        [
            ["n1", "2020-01-01", "Board", "Awarded by Items", "audit", "train", "False"],
            ["n2", "2022-01-01", "Board", "Awarded by Items", "audit", "dev", "True"],
        ],
    )
    gzipped_csv(tmp_path / "awards.csv.gz", ["need_id", "provider_id"], [["n1", "a"], ["n2", "a"]])

    bench = read_awards(tmp_path, None)

    assert bench.queries[0].sectors == bench.queries[0].labels == ()
    assert bench.queries[0].client == "Board"


@pytest.fixture
def long_record(tmp_path: Path) -> Path:
    """Two years of needs that follow a rule: who has audited audits, who has built builds."""
    folder = tmp_path / "record"
    kinds = [("audit of accounts", "auditor"), ("design of roads", "engineer")]
    needs, awards = [], []
    for number in range(120):
        text, winner = kinds[number % 2]
        day = date(2016, 1, 1) + timedelta(days=6 * number)
        split = "train" if number < 90 else "dev"
        needs.append(
            need(f"n{number:03}", str(day), f"{text} {number}", split, project=f"P{number}")
        )
        awards.append([f"n{number:03}", f"{winner}{number % 6}", split])
    gzipped_csv(folder / "needs.csv.gz", NEED_COLUMNS, needs)
    gzipped_csv(folder / "awards.csv.gz", ["need_id", "provider_id", "split"], awards)
    return folder


def test_awards_learns_from_the_past_and_tells_what_each_family_adds(
    landbridge: CommandLine, long_record: Path
) -> None:
    require_trainer()
    outcome = landbridge("evaluate", "awards", str(long_record), "--ablate", "--json")

    report = json.loads(outcome.out)
    assert {"prior", "ranker", "unconstrained", "linear"} < set(report["rankers"])
    assert {"prior without text", "ranker without text"} < set(report["rankers"])
    assert report["learned"]["queries"] > 20
    assert report["slices"]["ours"] == "ranker"
    assert "ranker without text" not in report["exposure"]
    again = json.loads(landbridge("evaluate", "awards", str(long_record), "--json").out)
    assert again["learned"] == report["learned"]
    assert again["rankers"]["ranker"] == report["rankers"]["ranker"]

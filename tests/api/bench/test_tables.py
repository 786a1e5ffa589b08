import json
from pathlib import Path

import pytest

from api.bench.figures_at import figure
from api.bench.goals import goals
from api.bench.tables import as_markdown, tables_of
from tools.fill_performance import BEGIN, END, fill, main

SMALL = {
    "supply": {"providers": 10_000},
    "build": {"seconds": 12.345, "peak_times_snapshot": 2.0},
    "engine": {
        "eligible": {"broad": {"min": 9_000, "median": 9_500, "max": 9_900}},
        "two_threads": {"broad": {"p50_ms": 4.567, "p99_ms": 0.1234}},
        "floor": {"times_the_floor": 2.4},
    },
    "http": {"connections": {"8": {"share_of_bare": 0.2512, "match": {"per_second": 512.3}}}},
    "alternatives": {"engine": {"p50_ms": 1.0}, "tantivy": {"engine_is_faster_p50": 4.5}},
}
LARGE = {"supply": {"providers": 1_000_000}, "build": {"seconds": 200}}


def test_a_table_has_a_column_for_each_size_and_says_what_was_not_measured() -> None:
    lines = list(tables_of([SMALL, LARGE]))

    assert any("10,000 providers | 1,000,000 providers" in line for line in lines)
    (built,) = [line for line in lines if "snapshot built in" in line]
    assert [cell.strip() for cell in built.split("|")[2:4]] == ["12.3", "200"]
    (share,) = [line for line in lines if "| share of the bare" in line]
    assert [cell.strip() for cell in share.split("|")[3:5]] == ["25.1 %", "–"]
    assert any("9,000, 9,500, 9,900" in line for line in lines)
    assert any("4.57, 0.123" in line for line in lines)
    assert any("4.50 ×" in line for line in lines)
    widths = {len(line) for line in lines[lines.index(built) - 2 : lines.index(built) + 1]}
    assert len(widths) == 1


def test_figures_keep_the_digits_that_count() -> None:
    document = {"a": {"b": 1234.5, "c": 12.34, "d": 1.234, "e": 0.01234, "f": 7, "g": "seven"}}

    assert [figure(document, "a", name) for name in "bcdefg"] == [
        "1,234" if round(1234.5) == 1234 else "1,235",
        "12.3",
        "1.23",
        "0.012",
        "7",
        "seven",
    ]
    assert figure(document, "a", "c", unit=" %", scale=10) == "123 %"
    assert figure(document, "z", "c") == "–"
    assert list(as_markdown([("a", "b"), ("1", "22")])) == [
        "| a | b  |",
        "| - | -- |",
        "| 1 | 22 |",
    ]


def test_goals_are_judged_by_the_worst_figure() -> None:
    million = {
        "supply": {"providers": 1_000_000},
        "engine": {"two_threads": {"all": {"p50_ms": 20.0, "p99_ms": 90.0}}},
        "http": {"connections": {"1": {"share_of_bare": 0.05}, "8": {"share_of_bare": 0.014}}},
        "memory": {"times_one": 1.05},
    }
    thousands = {
        "supply": {"providers": 100_000},
        "engine": {"two_threads": {"all": {"p50_ms": 2.0, "p99_ms": 90.0}}},
        "freshness": {"appears": {"p99_ms": 2500.0}, "disappears": {"p99_ms": 20.0}},
    }

    judged = {row[0]: row[1:] for row in goals([thousands, million])[1:]}

    assert judged == {
        "HTTP share of the bare endpoint": ("1,000,000", "1.50 %", "4 %", "1.40 %", "missed"),
        "engine, p99 / p50": ("1,000,000", "5", "3", "4.50", "kept"),
        "memory, four processes against one": ("1,000,000", "1.30", "1.10", "1.05", "reached"),
        "a change appears, p99": ("all", "2,000 ms", "2,000 ms", "2,500 ms", "missed"),
        "a suspended provider is gone, p99": ("all", "500 ms", "500 ms", "20 ms", "reached"),
        "growth of p50 from 100,000 to 1,000,000": ("1,000,000", "8 ×", "5 ×", "10 ×", "missed"),
    }


def test_a_document_is_filled_between_its_comments(tmp_path: Path) -> None:
    document, figures = tmp_path / "performance.md", tmp_path / "10000.json"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    figures.write_text(json.dumps(SMALL), "utf-8")

    main([str(figures), "--into", str(document)])
    main([str(figures), "--into", str(document)])

    text = document.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n\n### ")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert text.count("snapshot built in") == 1
    with pytest.raises(ValueError, match="no place for figures"):
        fill("nothing", [SMALL])


def test_the_document_of_the_product_has_a_place_for_figures() -> None:
    path = Path(__file__).parents[3] / "docs" / "performance.md"

    assert fill(path.read_text("utf-8"), [SMALL]).count(BEGIN) == 1

"""No regular expression of the product takes for ever, whatever text it is given (I6)."""

import math
import re
from functools import cache

import pytest

from tests.house.patterns import (
    Written,
    find_fast_growth,
    find_patterns,
    nested_repeats,
    processor_seconds,
)
from tests.house.test_tree import ROOT, product_modules

# What puts a pattern together at import, of words of its own: its tables are looked into.
OF_TABLES = {
    "matching.understanding.budgets: re.compile(after)",
    "matching.understanding.budgets: re.compile(before)",
    "matching.understanding.calendar_days: re.compile(pattern)",
    "matching.understanding.constraints: re.compile(pattern)",
    "matching.understanding.phrases: re.compile(pattern)",
    "matching.understanding.short_forms: re.compile(pattern)",
}


@cache
def patterns() -> tuple[list[Written], list[str]]:
    # The migrations are no modules that can be imported on their own.
    paths = [path for path in product_modules() if "migrations" not in path.parts]
    return find_patterns(paths, ROOT)


def test_every_pattern_of_the_product_is_looked_at() -> None:
    found, unseen = patterns()
    assert set(unseen) == OF_TABLES
    modules = {one.module for one in found}
    assert {one.partition(":")[0] for one in OF_TABLES} <= modules
    assert len(found) > 500


def test_nothing_endless_is_repeated_without_end() -> None:
    found, _ = patterns()
    assert {
        one.pattern: nested_repeats(one.pattern) for one in found if nested_repeats(one.pattern)
    } == {}


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(?:\w+\s?)*$", r"(?:x(?:y|z*)q)*"])
def test_what_is_nested_is_seen(pattern: str) -> None:
    assert nested_repeats(pattern)


def test_no_pattern_takes_more_than_the_square_of_a_hostile_text() -> None:
    found, _ = patterns()
    assert [growth for one in found if (growth := find_fast_growth(one)) is not None] == []


@pytest.mark.parametrize("pattern", [r"(?:a+)+b", r"(?:在[^,做]{1,6}|是)*做", r"\s*\s*\s*c$"])
def test_what_takes_more_is_seen(pattern: str) -> None:
    written = Written(pattern, re.compile(pattern).flags, "a test")
    assert find_fast_growth(written) is not None


def test_the_clock_stops_what_never_ends() -> None:
    assert processor_seconds(lambda: re.search(r"(a|aa)*b", "a" * 80)) == math.inf

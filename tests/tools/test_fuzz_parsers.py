"""Nothing that is read breaks what reads it; and the tool finds out what would (I12)."""

import random

import pytest

from tools import fuzz_parsers
from tools.fuzz_parsers import PARSERS, SEED, Broken, Parser, fuzz_blindly, main, mutate, try_one

# As many as take each parser about a second.
CASES = {"needs": 100, "workbooks": 300, "tables": 1_000}


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_reads_or_refuses_whatever_comes(name: str) -> None:
    cases = CASES.get(name, 3_000)
    assert fuzz_blindly(name, cases=cases) == cases


@pytest.mark.parametrize("name", sorted(set(PARSERS) - {"cursors", "dates", "cells"}))
def test_the_seeds_are_read_and_not_refused(name: str) -> None:
    for seed in PARSERS[name].seeds:
        PARSERS[name].read(seed)


def test_the_same_seed_makes_the_same_inputs() -> None:
    seeds = PARSERS["needs"].seeds
    first, second = (
        [mutate(rng, seeds) for _ in range(20)]
        for rng in (random.Random(SEED), random.Random(SEED))  # noqa: S311 that is the point
    )
    assert first == second
    assert len(set(first)) > 10


def test_what_a_parser_should_not_raise_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Parser(lambda content: content[:1].decode("ascii"), (ValueError,), [b"a"])
    try_one(broken, b"\xff")
    strict = Parser(broken.read, (KeyError,), [b"a"])
    with pytest.raises(Broken, match="UnicodeDecodeError"):
        try_one(strict, b"\xff")
    monkeypatch.setitem(fuzz_parsers.PARSERS, "names", strict)
    assert main(["names", "--blind", "--seconds", "20"]) == 1


def test_what_takes_too_long_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_parsers, "MOST_SECONDS", -1.0)
    with pytest.raises(Broken, match="took"):
        try_one(PARSERS["names"], b"a")

from collections import Counter
from uuid import UUID

import numpy as np
import pytest

from matching.evaluation.bench.demand import BROAD, NARROW, Breadth, make_needs
from matching.evaluation.bench.figures import NoTimes, chosen, spread_of, times_of
from matching.evaluation.bench.made_up_names import made_up_name
from matching.evaluation.bench.shape import (
    InvalidShape,
    Material,
    Shape,
    draw_zipf,
    group_rows,
    zipf,
)
from matching.evaluation.bench.supply import SupplyMaker
from matching.text.vectors import restore

PLACES = ("VN", "CN", "LA", "FR", "HK", "TH")
LEAVES = ("BLT.CIV", "BLT.PMC", "ACC.AUD", "TAX")
PIECES = 24


def material() -> Material:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((PIECES, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Material(
        titles=tuple(f"Project {i}" for i in range(PIECES)),
        descriptions=tuple(f"Task {i}" for i in range(PIECES)),
        vectors=vectors,
        encoder="none-1",
        parents={"BLT": None, "ACC": None}
        | {code: code.partition(".")[0] for code in LEAVES[:3]}
        | {"TAX": None},
        leaves=LEAVES,
        places=PLACES,
        homes=PLACES,
        region_of={"VN": "035", "LA": "035", "TH": "035", "CN": "030", "HK": "030"},
        members={"035": ("VN", "LA", "TH"), "030": ("CN", "HK")},
        languages_of={"VN": ("vi",), "CN": ("zh",)},
        by_place=group_rows([[i, i + 6] for i in range(6)]),
        by_leaf=group_rows([list(range(i, PIECES, 4)) for i in range(4)]),
    )


def maker(seed: int = 7) -> SupplyMaker:
    return SupplyMaker(Shape(providers=3_000, chunk=1_500, seed=seed), material())


def test_the_seed_decides_everything() -> None:
    one, same, other = maker().chunk(1), maker().chunk(1), maker(seed=8).chunk(1)

    assert one.candidates == same.candidates
    assert one.matters == same.matters
    assert one.codes.tobytes() == same.codes.tobytes()
    assert one.candidates != other.candidates


def test_ids_ascend_over_the_chunks_and_are_uuids() -> None:
    chunks = [maker().chunk(number) for number in range(2)]
    ids = [candidate.provider_id for chunk in chunks for candidate in chunk.candidates]
    evidence = [i for chunk in chunks for m in chunk.matters for i in m.evidence_ids.values()]

    assert len(ids) == 3_000
    assert ids == sorted(set(ids))
    assert len(set(evidence)) == len(evidence)
    assert all(str(UUID(written)) == written for written in [*ids, *evidence])


def test_supply_has_the_shares_that_it_says() -> None:
    chunk, shape = maker().chunk(0), maker().shape
    pieces = Counter(provider for matter in chunk.matters for provider in matter.evidence_ids)
    m = len(chunk.matters)

    assert set(pieces.values()) <= set(range(1, 21))
    assert 4.5 < m / 1_500 < 5.5
    assert 0.02 < sum(not one.sector_codes for one in chunk.matters) / m < 0.04
    assert 0.04 < sum(not one.is_verified for one in chunk.matters) / m < 0.06
    assert not any(one.is_statement and one.is_verified for one in chunk.matters)
    assert len({one.text for one in chunk.matters}) > 0.99 * m
    assert all(one.dated_on is None or one.dated_on < shape.matched_on for one in chunk.matters)
    assert chunk.codes.shape == (m, 16)


def test_a_vector_lies_near_those_of_the_texts_it_is_mixed_from() -> None:
    made = maker()
    rows = np.arange(8)
    mixed = made.mix(rows, rows, np.full(8, -1), np.random.default_rng(3))
    cosines = (mixed * material().vectors[:8]).sum(axis=1)

    assert np.allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    assert cosines.min() > 0.8
    chunk = made.chunk(0)
    assert np.allclose(np.linalg.norm(restore(chunk.codes, chunk.scales), axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("home", "part"),
    [
        ("CN", "事务所"),
        ("HK", "事務所"),
        ("TH", "ที่ปรึกษา"),
        ("VN", "Công ty Luật"),
        (None, "Consulting"),
    ],
)
def test_names_are_in_the_script_of_the_home(home: str | None, part: str) -> None:
    assert part in made_up_name(7, home, (0, 0, 0))
    assert "7" in made_up_name(7, home, (0, 0, 0))


def test_needs_run_from_narrow_to_broad_and_are_nobodys_own_text() -> None:
    made = maker()
    needs = make_needs(made, 240)
    texts = {matter.text for matter in made.chunk(0).matters}

    assert Counter(need.breadth for need in needs) == dict.fromkeys(Breadth, 40)
    for need in needs:
        query = need.query
        assert bool(query.sector_codes) == (need.breadth not in BROAD)
        assert (len(query.target_jurisdictions) == 1) or need.breadth not in NARROW
        assert query.text not in texts
    assert all(need.query.languages_wanted and need.query.amount_usd for need in needs[::6])
    homes = Counter(need.query.home_jurisdiction for need in needs)
    assert homes["CN"] > homes["HK"] > homes["FR"]
    assert needs[0].query.text != make_needs(made, 1, series=1)[0].query.text


def test_zipf_draws_the_first_rank_most_often() -> None:
    drawn = draw_zipf(zipf(5, 1.0), 20_000, np.random.default_rng(0))
    shares = np.bincount(drawn, minlength=5) / 20_000

    assert np.allclose(shares, np.array([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]) / 2.2833, atol=0.02)


def test_a_shape_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidShape, match="--providers"):
        Shape(providers=0)
    with pytest.raises(InvalidShape, match="seed"):
        Shape(providers=1, seed=-1)
    with pytest.raises(InvalidShape, match="empty"):
        group_rows([[1], []])


def test_figures_are_medians_of_rounds() -> None:
    times = times_of([[1.0, 1.0, 1.0], [9.0, 9.0, 9.0], [2.0, 2.0, 2.0]])

    assert (times.p50, times.p99) == (2.0, 2.0)
    assert times.as_dict() == {"p50_ms": 2000.0, "p99_ms": 2000.0}
    assert chosen([[1.0, 2.0], [3.0, 4.0]], [False, True]) == [[2.0], [4.0]]
    assert spread_of([5, 1, 3]) == {"min": 1, "median": 3, "max": 5}
    with pytest.raises(NoTimes, match="more rounds"):
        times_of([])

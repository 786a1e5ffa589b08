from dataclasses import replace

import numpy as np
import pytest

from matching.explain import _SAY
from matching.features import catalogue
from matching.features.catalogue import CATALOGUE, NAMES, ReasonKind, catalogue_hash
from matching.ranker.prior import WEIGHTS
from matching.types import Script
from tests.matching.examples import firm, index_of, is_written_in, lay, need


def test_every_feature_has_its_own_name_and_a_weight() -> None:
    assert len(set(NAMES)) == len(CATALOGUE)
    assert set(WEIGHTS) == set(NAMES)
    assert min(WEIGHTS.values()) >= 0.0
    assert [name for name, weight in WEIGHTS.items() if weight == 0.0] == ["served_client"]


def test_every_kind_of_reason_is_fed_and_can_be_said() -> None:
    assert {feature.reason for feature in CATALOGUE} == set(ReasonKind) == set(_SAY)


@pytest.mark.parametrize("feature", CATALOGUE, ids=NAMES)
def test_every_feature_says_what_it_measures_in_three_scripts(feature: catalogue.Feature) -> None:
    says = feature.measures

    for script in Script:
        assert is_written_in(script, says.in_script(script))
        assert "{" not in says.in_script(script)
    # It is the title of a curve and has nothing before it to lean on.
    assert not says.en.startswith(("The same", "Likewise"))
    assert not any(word in says.zh_hans + says.zh_hant for word in ("同上", "上述", "前者"))
    assert [one.name for one in CATALOGUE if one.measures == says] == [feature.name]


def test_families_are_those_of_the_design() -> None:
    assert {feature.family for feature in CATALOGUE} == {
        "text",
        "sector",
        "jurisdiction",
        "people",
        "practice",
        "trust",
    }


def test_payment_is_no_feature() -> None:
    said = " ".join(f"{f.name} {f.measures.en}".lower() for f in CATALOGUE)

    assert not any(word in said for word in ("paid", "payment", "sponsor", "advert", "commission"))


def test_the_matrix_is_rounded_so_that_no_last_bit_moves_a_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = lay(need(), index_of([firm("a"), firm("b"), firm("c")], []))
    values = np.array([1 / 3, np.nextafter(0.7, 1.0), np.nan])
    third = replace(CATALOGUE[0], compute=lambda _context: values)
    monkeypatch.setattr(catalogue, "CATALOGUE", (third,))

    matrix = catalogue.feature_matrix(context)

    np.testing.assert_array_equal(matrix, [[0.333333333], [0.7], [np.nan]])


def test_the_hash_changes_with_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *rest = CATALOGUE
    variants = [
        (first, second, *rest[:-1]),
        (second, first, *rest),
        (replace(first, name="renamed"), second, *rest),
        (replace(first, reason=ReasonKind.SIZE), second, *rest),
    ]
    hashes = {catalogue_hash()}
    for variant in variants:
        monkeypatch.setattr(catalogue, "CATALOGUE", variant)
        hashes.add(catalogue_hash())

    assert len(hashes) == 1 + len(variants)
    assert {len(value) for value in hashes} == {12}

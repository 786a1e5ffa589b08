import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.records import canonical_json, format_instant, sha256_of

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children) | st.dictionaries(st.text("abc路"), children),
    max_leaves=20,
)


@given(value=JSON_VALUES)
def test_parsing_and_writing_again_gives_the_same_text(value: object) -> None:
    written = canonical_json(value)
    assert canonical_json(json.loads(written)) == written


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": "路"}) == canonical_json({"a": "路", "b": 1})
    assert canonical_json({"b": 1, "a": "路"}) == '{"a":"路","b":1}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_does_not_have_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json([number])


def test_the_checksum_is_that_of_the_bytes() -> None:
    # The checksum of the empty text, as published with SHA-256.
    assert sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_equal_moments_are_equal_texts() -> None:
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert format_instant(at) == "2026-11-22T09:00:00.000000Z"
    assert format_instant(at.astimezone(timezone(timedelta(hours=8)))) == format_instant(at)

import json

import pytest
from fastapi.testclient import TestClient

from tests.api.test_problems import assert_problem


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        (
            {"text": "x" * 20_000},
            "#/text",
            "shorten it to 10,000 characters or fewer: it has 20,000",
        ),
        ({"text": "x", "bogus": 1}, "#/bogus", "there is no such field: check its name"),
        (
            {"target_jurisdictions": ["VN"] * 61},
            "#/target_jurisdictions",
            "give 60 values or fewer",
        ),
        (
            {"text": "x", "excluded_provider_ids": ["seven"]},
            "#/excluded_provider_ids/0",
            "this is no identifier: write it as 8-4-4-4-12 hexadecimal digits",
        ),
        ([], "#", "send a JSON object here"),
        (None, "#", "the body is empty: send a JSON object"),
    ],
)
def test_says_what_to_change_and_where(
    shared_client: TestClient, body: object, pointer: str, said: str
) -> None:
    content = None if body is None else json.dumps(body)
    answer = shared_client.post(
        "/v1/match", content=content, headers={"Content-Type": "application/json"}
    )

    problem = assert_problem(answer, 422, "invalid-input")
    assert problem["errors"] == [{"detail": said, "pointer": pointer}]

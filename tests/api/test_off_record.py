from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.off_record import is_off_record
from enterprises.match_schemas import MatchRead


def match(client: TestClient, **need: object) -> MatchRead:
    document: Any = client.post("/v1/match", json=need).json()  # Any: a JSON document
    return MatchRead.model_validate(document)


def test_a_list_with_somebody_on_record_for_the_work_is_not_off_record(
    shared_client: TestClient,
) -> None:
    assert not is_off_record(match(shared_client, text="feasibility study in Vietnam"))


def test_a_list_in_which_nobody_is_on_record_for_the_work_is(shared_client: TestClient) -> None:
    found = match(shared_client, text="feasibility study in Vietnam")
    place_only = [
        ranked.model_copy(
            update={"reasons": [r for r in ranked.reasons if not r.kind.startswith("sector_")]}
        )
        for ranked in found.ranked
    ]

    assert is_off_record(found.model_copy(update={"ranked": place_only}))
    assert not is_off_record(found.model_copy(update={"ranked": []}))


@pytest.mark.parametrize("need", [{"text": "Vietnam"}, {"target_jurisdictions": ["TZ"]}])
def test_a_need_that_asks_for_no_kind_of_work_is_never_off_record(
    shared_client: TestClient, need: dict[str, object]
) -> None:
    assert not is_off_record(match(shared_client, **need))

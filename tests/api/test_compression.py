import gzip
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.middleware import COMPRESSED_PAGES
from core.db import SessionFactory, transaction
from providers.packaged_ranker import read_packaged_ranker
from tests.api.web.made_rankers import learned_document, propose
from tests.api.web.visits import form_token

RANKER = f"/rankers/{read_packaged_ranker().ranker.version}"
PUBLIC = [*COMPRESSED_PAGES, RANKER]
QUERIES = ("lang", "q", "voted", "error", "anything")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_compressed_and_the_same_page(
    shared_client: TestClient, path: str
) -> None:
    shared_client.get(path)  # takes the cookie, so that the next two answers are alike
    plain = shared_client.get(path, headers={"Accept-Encoding": "identity"})
    packed = shared_client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == packed.status_code == 200
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content)
    for answer in (plain, packed):
        varies = {name.strip() for name in answer.headers["vary"].split(",")}
        assert varies == {"Accept-Language", "Cookie", "Accept-Encoding"}


def test_a_ranker_goes_out_at_a_fifth_of_its_size(shared_client: TestClient) -> None:
    plain = shared_client.get(RANKER, headers={"Accept-Encoding": "identity"})
    packed = shared_client.get(RANKER, headers={"Accept-Encoding": "gzip"})
    assert int(packed.headers["content-length"]) * 5 < len(plain.content)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_compressed_page_holds_a_token_beside_words_of_its_address(
    shared_client: TestClient, path: str
) -> None:
    token = form_token(shared_client)
    for query in QUERIES:
        page = shared_client.get(f"{path}?{query}=guess7731").text
        assert token not in page or "guess7731" not in page


def test_a_ranker_to_vote_on_holds_the_token_and_repeats_nothing(
    shared_client: TestClient,
) -> None:
    token = form_token(shared_client)
    sessions: SessionFactory = cast(FastAPI, shared_client.app).state.sessions
    with transaction(sessions) as session:
        version = propose(session, learned_document(), note="Learned from awards").version
    for query in QUERIES:
        answer = shared_client.get(f"/rankers/{version}?{query}=guess7731")
        assert answer.headers["content-encoding"] == "gzip"
        assert token in answer.text
        assert "guess7731" not in answer.text


@pytest.mark.parametrize("path", ["/needs/new", "/v1/sectors", "/rankersfoo"])
def test_what_is_not_a_public_page_goes_out_as_it_is(shared_client: TestClient, path: str) -> None:
    answer = shared_client.get(path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_the_answer_to_a_vote_goes_out_as_it_is(shared_client: TestClient) -> None:
    answer = shared_client.post(
        f"{RANKER}/votes", data={"by": "guess7731"}, headers={"Accept-Encoding": "gzip"}
    )
    assert answer.status_code == 403
    assert "content-encoding" not in answer.headers


def test_head_of_a_compressed_page_has_its_headers_and_no_body(shared_client: TestClient) -> None:
    got = shared_client.get("/privacy", headers={"Accept-Encoding": "gzip"})
    head = shared_client.head("/privacy", headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-encoding"] == "gzip"
    assert head.content == b""


def test_a_static_file_is_not_compressed_twice(shared_client: TestClient) -> None:
    page = shared_client.get("/privacy").text
    [sheet] = [part for part in page.split('"') if part.endswith(".css")]
    with shared_client.stream("GET", sheet, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw) == shared_client.get(sheet).content

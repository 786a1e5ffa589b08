"""The operators' pages of imports: a file in, what it would do, confirmed and taken back."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.api.import_steps import settle
from tests.api.web.parsed import Element, Parsed
from tests.api.web.visits import form_token
from tests.providers.import_steps import as_csv, provider_row

HTML = {"Accept": "text/html"}
FIRST = as_csv([provider_row("a"), provider_row("b")])
SECOND = as_csv(
    [provider_row("a", city="<b>Hanoi</b>"), provider_row("b"), provider_row("c", kind="lawfirm")]
)


def send(client: TestClient, content: bytes, **fields: str) -> Response:
    token = fields.pop("form_token", None) or form_token(client, "/ops/imports")
    return client.post(
        "/ops/imports",
        data={"form_token": token, "kind": "providers", "source": "operator", **fields},
        files={"file": ("firms.csv", content, "text/csv")},
        headers=HTML,
        follow_redirects=False,
    )


def sent(client: TestClient, content: bytes) -> str:
    answer = send(client, content)
    assert answer.status_code == 303, answer.text
    address: str = answer.headers["location"].partition("?")[0]
    settle(client, address.rpartition("/")[2])
    return address


def press(client: TestClient, address: str, step: str) -> Response:
    token = form_token(client, "/ops/imports")
    answer = client.post(
        f"{address}/{step}", data={"form_token": token}, headers=HTML, follow_redirects=False
    )
    settle(client, address.rpartition("/")[2])
    return answer


def text_of(page: Parsed) -> str:
    main: Element = page.one("main")
    return main.text


def page_of(client: TestClient, address: str) -> Parsed:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    return Parsed(answer.text)


def test_a_file_is_shown_confirmed_and_undone(client: TestClient) -> None:
    first = sent(client, FIRST)
    assert press(client, first, "confirm").status_code == 303
    address = sent(client, SECOND)

    refused = page_of(client, address)
    assert "Import 1 rows, leave out 1" in text_of(refused)
    assert "law_firm" in refused.one("table").text
    changed = page_of(client, f"{address}?show=changed")
    assert [cell.text for cell in changed.find("ins")] == ["<b>Hanoi</b>"]

    assert press(client, address, "confirm").status_code == 303
    assert "1 rows were written" in text_of(page_of(client, address))
    assert press(client, address, "undo").status_code == 303
    assert "1 rows are as before the import" in text_of(page_of(client, address))
    assert "firms.csv" in page_of(client, "/ops/imports").one("tbody").text


def test_a_file_sent_again_leads_to_what_it_wrote(client: TestClient) -> None:
    first = sent(client, FIRST)
    press(client, first, "confirm")

    again = page_of(client, sent(client, FIRST))

    assert again.find("a", href=first)
    assert "there is nothing to import" in text_of(again)
    assert not [form for form in again.find("form") if "confirm" in form.attributes["action"]]


def test_a_refused_file_says_what_to_change(client: TestClient) -> None:
    page = page_of(client, sent(client, b"name,phone\nA,1\n"))
    assert "the columns phone are not known" in text_of(page)


@pytest.mark.parametrize(
    ("content", "fields", "status", "field"),
    [
        (b"", {}, 422, "file"),
        (FIRST, {"source": " "}, 422, "source"),
        (FIRST, {"form_token": "stale"}, 403, "file"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: TestClient, content: bytes, fields: dict[str, str], status: int, field: str
) -> None:
    answer = send(client, content, **fields)
    assert answer.status_code == status
    page = Parsed(answer.text)
    assert page.one("input", id=field).attributes["aria-invalid"] == "true"
    assert page.find("a", href=f"#{field}")


def test_a_step_out_of_turn_changes_nothing(client: TestClient) -> None:
    address = sent(client, FIRST)
    assert press(client, address, "undo").status_code == 409
    assert press(client, address, "discard").status_code == 303
    assert press(client, address, "confirm").status_code == 409
    assert press(client, address, "nonsense").status_code == 404
    stale = client.post(f"{address}/confirm", data={"form_token": "x"}, headers=HTML)
    assert stale.status_code == 403


@pytest.mark.parametrize(
    ("lang", "said"), [("zh-Hant", "匯入1行，略去1行"), ("zh-Hans", "导入1行，略去1行")]
)
def test_the_pages_are_written_in_the_readers_script(
    client: TestClient, lang: str, said: str
) -> None:
    press(client, sent(client, FIRST), "confirm")
    assert said in text_of(page_of(client, f"{sent(client, SECOND)}?lang={lang}"))

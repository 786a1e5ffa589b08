"""`/v1/imports` and `/v1/exports`: from a file to what is stored, and back out."""

import csv
import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api import uploads
from api.app import create_app
from api.table_files import XLSX_TYPE
from core.settings import Environment, Settings
from tests.api.import_steps import CSV, send, settle
from tests.conftest import make_settings
from tests.core.test_formulas import DANGEROUS
from tests.providers.import_steps import as_csv, evidence_row, provider_row

FIRST = as_csv([provider_row("a"), provider_row("b")])
SECOND = as_csv(
    [provider_row("a", city="Hanoi"), provider_row("b"), provider_row("c", kind="lawfirm")]
)


def bring_in(client: TestClient, content: bytes, **query: str) -> str:
    sent = send(client, content, **query)
    assert sent.status_code == 202, sent.text
    import_id: str = sent.json()["id"]
    settle(client, import_id)
    confirmed = client.post(f"/v1/imports/{import_id}/confirm")
    assert confirmed.status_code == 202, confirmed.text
    settle(client, import_id)
    return import_id


def test_a_table_is_looked_at_confirmed_and_undone(client: TestClient) -> None:
    bring_in(client, FIRST)
    sent = send(client, SECOND)
    address = sent.headers["location"]
    import_id = sent.json()["id"]
    settle(client, import_id)

    found = client.get(address).json()
    assert (found["state"], found["actor"], found["is_stopped"]) == ("checked", "operator", False)
    assert (found["rows_new"], found["rows_changed"], found["rows_same"]) == (0, 1, 1)
    (changed,) = client.get(f"{address}/rows", params={"outcome": "changed"}).json()["items"]
    assert changed["changes"] == {"city": ["", "Hanoi"]}
    (refused,) = client.get(f"{address}/rows", params={"outcome": "refused"}).json()["items"]
    assert refused["problems"][0]["suggestion"] == "law_firm"

    for step, state in (("confirm", "applied"), ("undo", "undone")):
        answer = client.post(f"{address}/{step}")
        assert answer.status_code == 202, answer.text
        settle(client, import_id)
        assert client.get(address).json()["state"] == state
        assert (
            client.post(f"{address}/{step}").status_code == (409 if step == "confirm" else 202)
            or step == "confirm"
        )
    late = client.post(f"{address}/confirm")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/import-not-checked")


def test_rows_come_in_pages(client: TestClient) -> None:
    import_id = send(client, as_csv([provider_row(f"p{n}") for n in range(5)])).json()["id"]
    settle(client, import_id)
    numbers: list[int] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = client.get(f"/v1/imports/{import_id}/rows", params=query).json()
        numbers += [row["row_no"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert numbers == [2, 3, 4, 5, 6]
    assert client.get("/v1/imports", params={"limit": 1}).json()["items"][0]["id"] == import_id


def test_the_workbook_of_errors_can_be_mended_and_sent_again(
    client: TestClient, tmp_path: Path
) -> None:
    import_id = send(client, SECOND).json()["id"]
    settle(client, import_id)

    answer = client.get(f"/v1/imports/{import_id}/errors")

    assert answer.headers["content-type"] == XLSX_TYPE
    path = tmp_path / "errors.xlsx"
    path.write_bytes(answer.content)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header[-3:] == ["import_row", "import_problems", "import_suggestions"]
    assert sheet.max_row == 2
    beside = [cell.value for cell in sheet[2]][-3:]
    assert beside[0] == "4"
    assert "lawfirm" in str(beside[1])
    assert beside[2] == "kind: law_firm"
    sheet.cell(2, header.index("kind") + 1, "law_firm")
    book.save(path)
    mended = client.post(
        "/v1/imports", params={"kind": "providers"}, content=path.read_bytes(),
        headers={"Content-Type": XLSX_TYPE},
    ).json()["id"]  # fmt: skip
    settle(client, mended)
    found = client.get(f"/v1/imports/{mended}").json()
    assert (found["rows_new"], found["rows_refused"]) == (1, 0), found


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_evaluates_nothing_and_comes_back_the_same(
    client: TestClient, file_format: str, tmp_path: Path
) -> None:
    formulas = [text for text in DANGEROUS if text == text.strip() and "\0" not in text]
    bring_in(
        client,
        as_csv([provider_row("=p", name="=1+1", listed_as="@SUM(A1);b", languages=";"),
                provider_row("q", qualified_in="SG:2027-03-31;VN", is_accepting="false")]),
    )  # fmt: skip
    bring_in(
        client,
        as_csv([evidence_row("=p", f"+m{number}", title=f"'{text}", description=text,
                             labels="x==1", amount_usd="10.5")
                for number, text in enumerate(formulas)], "evidence"),
        kind="evidence",
    )  # fmt: skip
    for kind in ("providers", "evidence"):
        answer = client.get(f"/v1/exports/{kind}", params={"format": file_format})

        assert answer.status_code == 200, answer.text
        cells = read_cells(answer.content, file_format, tmp_path)
        assert len(cells) == (3 if kind == "providers" else 1 + len(formulas))
        assert not [cell for row in cells for cell in row if cell.lstrip()[:1] in set("=+-@＝")]
        sent = client.post(
            "/v1/imports", params={"kind": kind}, content=answer.content,
            headers={"Content-Type": "application/octet-stream"},
        ).json()["id"]  # fmt: skip
        settle(client, sent)
        found = client.get(f"/v1/imports/{sent}").json()
        assert (found["rows_same"], found["rows_changed"]) == (len(cells) - 1, 0), found


def read_cells(content: bytes, file_format: str, folder: Path) -> list[list[str]]:
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    path = folder / "export.xlsx"
    path.write_bytes(content)
    sheet = load_workbook(path).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    return [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]


def test_a_file_that_is_too_large_is_not_taken(catalogue_url: str) -> None:
    settings = make_settings(catalogue_url).model_copy(update={"max_import_bytes": 10_000})
    with TestClient(create_app(settings)) as client:
        declared = send(client, b"x" * 10_001)
        pieces = client.post(
            "/v1/imports",
            params={"kind": "providers"},
            content=(b"x" * 1_000 for _ in range(11)),
            headers=CSV,
        )
    assert (declared.status_code, pieces.status_code) == (413, 413)
    assert pieces.json()["type"] == "/problems/file-too-large"


def test_a_file_that_comes_too_slowly_is_not_taken(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "ARRIVAL_SECONDS", 0.0)
    assert send(client, FIRST).json()["type"] == "/problems/body-too-slow"


@pytest.mark.parametrize(
    ("query", "said"), [({"kind": "needs"}, "#/kind"), ({"source": "\u200b"}, "#/source")]
)
def test_what_cannot_be_imported_is_said_with_its_place(
    client: TestClient, query: dict[str, str], said: str
) -> None:
    answer = send(client, FIRST, **query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == said


def test_in_production_nobody_imports_before_the_deployment_says_so(catalogue_url: str) -> None:
    closed = make_settings(catalogue_url).model_copy(update={"environment": Environment.PRODUCTION})
    opened = closed.model_copy(update={"operators_without_sign_in": True})
    with TestClient(create_app(closed)) as client:
        assert send(client, FIRST).json()["type"] == "/problems/sign-in-needed"
        assert client.get("/ops/imports").status_code == 401
        assert client.get("/v1/exports/providers").status_code == 401
        assert "/ops/imports" not in client.get("/providers").text
    with TestClient(create_app(opened)) as client:
        assert send(client, FIRST).status_code == 202
    assert Settings(_env_file=None).is_open_to_operators


def test_no_other_site_can_make_a_browser_import(client: TestClient) -> None:
    answer = client.post(
        "/v1/imports", params={"kind": "providers"}, content=FIRST,
        headers={**CSV, "Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert answer.json()["type"] == "/problems/foreign-form"

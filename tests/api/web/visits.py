"""What a browser without script does with our pages."""

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.api.web.parsed import Parsed


def form_token(client: TestClient, path: str = "/needs/new") -> str:
    """Open a page and take the token out of its first form."""
    page = Parsed(client.get(path, headers={"Accept": "text/html"}).text)
    return page.find("input", name="form_token")[0].attributes["value"]


def send_need(client: TestClient, text: str, *, lang: str = "en", **headers: str) -> Response:
    """Fill in the text box and send it."""
    token = form_token(client, f"/needs/new?lang={lang}")
    return client.post(
        "/needs",
        data={"text": text, "form_token": token},
        headers={"Accept": "text/html"} | headers,
        follow_redirects=False,
    )


def read_matches(client: TestClient, text: str, *, lang: str = "en") -> Parsed:
    """Send a need and read the page it leads to."""
    sent = send_need(client, text, lang=lang)
    assert sent.status_code == 303, sent.text
    page = client.get(sent.headers["location"], headers={"Accept": "text/html"})
    assert page.status_code == 200
    return Parsed(page.text)

import gzip
import re
from importlib.resources import files

from fastapi.testclient import TestClient

from api.web.static import static_folder, static_url

STATIC = files("api.web").joinpath("static")
MAX_MODULE_LINES = 200


def test_files_are_kept_for_ever_under_the_name_of_their_content(client: TestClient) -> None:
    answer = client.get(static_url("app.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == STATIC.joinpath("app.css").read_bytes()


def test_an_old_address_is_answered_but_not_kept(client: TestClient) -> None:
    answer = client.get("/static/0123456789ab/app.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_files_come_compressed_to_those_who_can_read_it(client: TestClient) -> None:
    plain = client.get(static_url("app.css"), headers={"Accept-Encoding": "identity"})
    packed = client.get(static_url("app.css"), headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert gzip.decompress(static_folder().files["app.css"].compressed) == plain.content


def test_nothing_outside_the_folder_is_served(client: TestClient) -> None:
    for name in ("..%2fforms.py", "forms.py", "app.css%00", ""):
        assert client.get(f"/static/{static_folder().digest}/{name}").status_code == 404


def test_modules_stay_small_and_ask_for_nothing_from_elsewhere() -> None:
    for entry in STATIC.iterdir():
        text = entry.read_text(encoding="utf-8")
        addresses = re.findall(r"https?://[^\s\"')]+", text)
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, entry.name
        if entry.name.endswith(".js"):
            assert len(text.splitlines()) < MAX_MODULE_LINES, entry.name
            for danger in ("innerHTML", "outerHTML", "eval(", "document.write", ".style."):
                assert danger not in text, entry.name

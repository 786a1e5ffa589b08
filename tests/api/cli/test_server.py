import gc
import socket
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError, OperationalError

from api.app import create_app
from api.cli.server import GreetingServer
from enterprises import matching_service
from tests.conftest import make_settings


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.freeze()  # as tests have it


def make_server(url: str, when_greeted: Callable[[], None] = lambda: None) -> GreetingServer:
    """Make a server that ends as soon as it is ready."""

    def greet() -> None:
        when_greeted()
        server.should_exit = True

    server = GreetingServer(create_app(make_settings(url)), log_level="ERROR", greet=greet)
    return server


def serve(server: GreetingServer) -> None:
    """Run a server in this process."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server.run(sockets=[door])


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_what_a_warm_server_keeps_is_not_looked_through_for_garbage(catalogue_url: str) -> None:
    frozen: list[int] = []
    with TestClient(create_app(make_settings(catalogue_url))) as client:
        client.post("/v1/match", json={"text": "rural roads"})
        assert gc.get_freeze_count() == 0

    serve(make_server(catalogue_url, lambda: frozen.append(gc.get_freeze_count())))

    assert frozen[0] > 100_000


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_server_whose_database_goes_away_as_it_warms_up_serves_all_the_same(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lose(*_: object, **__: object) -> None:
        raise OperationalError("select", None, Exception("gone"))

    monkeypatch.setattr(matching_service, "match", lose)
    greeted: list[bool] = []
    serve(make_server(catalogue_url, lambda: greeted.append(True)))

    assert greeted == [True]
    assert "the database went away" in capsys.readouterr().err


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_mistake_of_ours_ends_a_server_as_it_warms_up(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise IntegrityError("insert", None, Exception("twice"))

    monkeypatch.setattr(matching_service, "match", stumble)
    server = make_server(catalogue_url)
    with pytest.raises(IntegrityError):
        serve(server)
    assert not any(listener.is_serving() for listener in server.servers)

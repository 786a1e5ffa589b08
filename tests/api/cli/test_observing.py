import resource
import socket
import sys
import urllib.request

import pytest

from api.cli.failures import CommandFailed
from api.cli.observing import allow_many_connections, metrics_door, tracing
from api.observing.metrics import Metrics
from tests.conftest import make_settings


def test_metrics_are_read_where_the_settings_say() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = make_settings("sqlite://").model_copy(update={"metrics_port": port})

    with metrics_door(settings, Metrics()):
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)
        with answer:
            assert b"process_open_fds" in answer.read()


def test_a_taken_port_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = make_settings("sqlite://").model_copy(update={"metrics_port": port})
        with (
            pytest.raises(CommandFailed, match="choose another with LANDBRIDGE_METRICS_PORT"),
            metrics_door(settings, Metrics()),
        ):
            raise AssertionError("the port is taken")


def test_nothing_is_opened_unless_it_is_set() -> None:
    settings = make_settings("sqlite://")
    with metrics_door(settings, Metrics()), tracing(settings) as made:
        assert made is None


def test_traces_without_what_sends_them_are_one_clear_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    settings = make_settings("sqlite://").model_copy(update={"traces_url": "http://127.0.0.1:9/"})

    with (
        pytest.raises(CommandFailed, match=r"install landbridge-platform\[traces\], or unset it"),
        tracing(settings),
    ):
        raise AssertionError("it cannot be sent")


def test_a_server_holds_more_connections_than_the_usual_thousand() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, before[1]))
    try:
        allow_many_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(65_536, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.app import create_app
from api.observing.traces import Tracing
from tests.conftest import make_settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
REQUEST = "6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55"


@contextmanager
def collecting(found: list[bytes]) -> Iterator[str]:
    """A collector on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_span_for_each_request_reaches_the_collector(catalogue_url: str) -> None:
    found: list[bytes] = []
    with collecting(found) as address:
        tracing = Tracing.to(address, version="1.2.3")
        with TestClient(create_app(make_settings(catalogue_url), tracing=tracing)) as client:
            # What is refused has its span as well, and no span says what was asked for.
            client.get(
                "/v1/sectors/BLT?q=Kanarienvogel",
                headers={"traceparent": f"00-{TRACE}-{CALLER}-01", "X-Request-ID": REQUEST},
            )
        tracing.close()

    (sent,) = found
    (resource,) = ExportTraceServiceRequest.FromString(sent).resource_spans
    (span,) = resource.scope_spans[0].spans
    assert span.name == "GET /v1/sectors/{code}"
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, CALLER)
    values = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    assert values == {
        "http.request.method": "GET",
        "http.route": "/v1/sectors/{code}",
        "http.response.status_code": 422,
        "landbridge.request_id": REQUEST,
    }

"""Traces, off unless LANDBRIDGE_TRACES_URL names where they go: a span for each request.

FastAPI has spans of its own, which tell the address and the query of a request, and what errors
say. They stay off: here a span holds what a line of the log does.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.errors import Unavailable
from core.log import current_request_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider as SdkProvider

_HEADERS = (b"traceparent", b"tracestate")
_propagator = TraceContextTextMapPropagator()


class Tracing:
    """Makes a span for each request, a child of the caller's where it sent `traceparent`."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("landbridge")
        self._sdk: SdkProvider | None = None

    @classmethod
    def to(cls, url: str, *, version: str) -> Self:
        """Send spans to a collector by OTLP over HTTP, in a thread of its own.

        Args:
            url: whole address, such as `http://127.0.0.1:4318/v1/traces`.
            version: of this release.

        Raises:
            Unavailable: what sends them is not installed.
        """
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 an extra
                OTLPSpanExporter,
            )
            from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 as above
            from opentelemetry.sdk.trace import TracerProvider as SdkProvider  # noqa: PLC0415
            from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        except ImportError as error:
            raise Unavailable(
                "LANDBRIDGE_TRACES_URL is set, but what sends traces is not installed: install "
                "landbridge-platform[traces], or unset it"
            ) from error
        about = Resource.create({"service.name": "landbridge", "service.version": version})
        provider = SdkProvider(resource=about)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=5)))
        made = cls(provider)
        made._sdk = provider
        return made

    def begin(self, headers: Iterable[tuple[bytes, bytes]]) -> Span:
        """Begin the span of a request."""
        carried = {
            name.decode("ascii"): value.decode("latin-1")
            for name, value in headers
            if name in _HEADERS
        }
        parent = _propagator.extract(carried) if carried else None
        return self._tracer.start_span("request", context=parent, kind=SpanKind.SERVER)

    def end(self, span: Span, method: str, route: str, status: int) -> None:
        """End the span, now that route and status are known."""
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "landbridge.request_id": str(current_request_id()),
            }
        )
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def close(self) -> None:
        """Send what is left."""
        if self._sdk is not None:
            self._sdk.shutdown()

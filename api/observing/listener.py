"""Where metrics are read: a port of its own, so that no proxy in front of the API passes it on."""

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server


@contextmanager
def serving_metrics(registry: CollectorRegistry, host: str, port: int) -> Generator[int]:
    """Answer scrapes of `/metrics` in a thread, and give the port that was taken.

    Args:
        registry: what to tell.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.

    Raises:
        OSError: the port is taken, or the address is not one of this machine's.
    """
    server, thread = start_http_server(port, addr=host, registry=registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What is counted of requests and matches, for Prometheus.

Labels are methods, templates of routes, status codes and words of our own: nothing that a caller
typed, so the number of series is bounded and none of them says who asked for what.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "landbridge_requests",
            "Requests that were answered; status 499: the caller left before the answer",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "landbridge_request_seconds",
            "From the head of a request to the end of its answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.rate_limited = Counter(
            "landbridge_rate_limited",
            "Requests that were refused because their address sent too many",
            registry=self.registry,
        )
        self.connections_ended = Counter(
            "landbridge_connections_ended",
            "Connections that the server ended: the caller was too slow, or had too many",
            ("reason",),
            registry=self.registry,
        )
        self.matches_waiting = Gauge(
            "landbridge_matches_waiting",
            "Matches that wait for their turn now",
            registry=self.registry,
        )
        self.matches_running = Gauge(
            "landbridge_matches_running",
            "Matches that have their turn now",
            registry=self.registry,
        )
        self.matches_turned_away = Counter(
            "landbridge_matches_turned_away",
            "Matches that got no turn: too many waited, or for too long",
            registry=self.registry,
        )
        self.match_wait_seconds = Histogram(
            "landbridge_match_wait_seconds",
            "How long matches waited for their turn",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.match_seconds = Histogram(
            "landbridge_match_seconds",
            "How long matches had their turn; its count is the number of matches",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._transfers_shown = Counter(
            "landbridge_transfers_shown",
            "People whose data were sent to somebody outside their jurisdiction",
            registry=self.registry,
        )
        self._transfers_recorded = Counter(
            "landbridge_transfers_recorded",
            "Rows of the transfer ledger that were committed for them; the same number",
            registry=self.registry,
        )
        # A lookup by labels takes a lock and builds a key each time: as long as counting itself.
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[tuple[str, str], Histogram] = {}

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = self._requests.labels(method, route, str(status))
            self._counters[method, route, status] = counter
        counter.inc()
        histogram = self._histograms.get((method, route))
        if histogram is None:
            histogram = self._request_seconds.labels(method, route)
            self._histograms[method, route] = histogram
        histogram.observe(seconds)

    def count_transfers(self, *, shown: int, recorded: int) -> None:
        """Count people in an answer who are elsewhere, and the rows of the ledger written for it."""
        self._transfers_shown.inc(shown)
        self._transfers_recorded.inc(recorded)

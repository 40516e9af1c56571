"""What a server was asked, counted in its one process: by operation and answer.

Operations are those the server has, answers the statuses it gives: nothing that a
caller chooses becomes a label.
"""

from time import perf_counter
from typing import Final

from prometheus_client import Counter, Histogram, exposition
from prometheus_client.registry import CollectorRegistry

from ferrule.metrics.page import TEXT

_SECONDS: Final = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class RequestMetrics:
    """Counts the requests of one server; `page` is its `/metrics`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "registry_request",
            "Requests answered.",
            ("operation", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "registry_request_seconds",
            "How long answers took.",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def answered(self, operation: str, status: int, began: float) -> None:
        """Count an answer; `began` is what `perf_counter` said when it was asked."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(perf_counter() - began)

    def page(self) -> tuple[str, bytes]:
        """Return the media type and the body of `/metrics`."""
        return TEXT, exposition.generate_latest(self._registry)

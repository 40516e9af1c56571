"""The families of metrics, and how the numbers of connections become samples.

Labels are the project, the connector and the connection, no others that a service or
a sender could choose. Beyond `MOST` connections the rest are told together.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric

from ferrule.store.gauges import Gauge, Place
from ferrule.store.traffic import BOUNDS_MS, ConnectionTraffic, Traffic

MOST: Final = 500
LABELS: Final = ("project", "connector", "connection")
OTHER: Final = Place("other", "other", "other")
_STATES: Final = ("healthy", "degraded", "error", "reauth_required")
_STANDINGS: Final = ("pending", "mapped", "ignored", "skipped", "dead", "refused")
_OUTCOMES: Final = ("received", "duplicate", "conflict", "refused")
_MS: Final = 1000


class Measured(NamedTuple):
    """What was read of one connection: all that was ever counted, and lately."""

    place: Place
    gauge: Gauge
    ever: Traffic
    lately: Traffic


def measured(
    gauges: Iterable[Gauge],
    ever: Iterable[ConnectionTraffic],
    lately: Iterable[ConnectionTraffic],
) -> list[Measured]:
    """Return what was read, a connection each; those with most requests by name."""
    totals = {(one.project, one.connection): one.traffic for one in ever}
    recent = {(one.project, one.connection): one.traffic for one in lately}
    found = []
    for gauge in gauges:
        key = gauge.place.project, gauge.place.connection
        traffic = totals.get(key, Traffic()), recent.get(key, Traffic())
        found.append(Measured(gauge.place, gauge, *traffic))
    if len(found) <= MOST:
        return found
    found.sort(key=lambda one: one.ever.requests, reverse=True)
    return [*found[:MOST], _together(found[MOST:])]


def _together(rest: list[Measured]) -> Measured:
    """Return the sum of what has no place of its own."""
    deliveries: dict[str, int] = {}
    delivered: dict[str, int] = {}
    for one in rest:
        for sums, counts in (
            (deliveries, one.gauge.deliveries),
            (delivered, one.gauge.delivered),
        ):
            for name, many in counts.items():
                sums[name] = sums.get(name, 0) + many
    dead = sum(one.gauge.dead for one in rest)
    gauge = Gauge(OTHER, True, None, None, deliveries, delivered, dead)
    ever = sum((one.ever for one in rest), Traffic())
    lately = sum((one.lately for one in rest), Traffic())
    return Measured(OTHER, gauge, ever, lately)


def families(found: list[Measured]) -> Iterator[Metric]:
    """Yield every family with its samples."""
    yield from _requests(found)
    yield from _lately(found)
    yield _latency(found)
    yield from _webhooks(found)
    yield from _standing(found)


def _requests(found: list[Measured]) -> Iterator[Metric]:
    asked = _counter("connector_request", "Requests sent to services.")
    failed = _counter(
        "connector_request_failure", "Requests that brought no good answer."
    )
    waited = _counter(
        "connector_backoff_seconds", "Seconds waited because a service asked or failed."
    )
    for one in found:
        asked.add_metric(one.place, one.ever.requests)
        failed.add_metric(one.place, one.ever.failures)
        waited.add_metric(one.place, one.ever.backoff_ms / _MS)
    yield from (asked, failed, waited)


def _lately(found: list[Measured]) -> Iterator[Metric]:
    ratio = _gauge("connector_error_ratio", "Share of failed requests, last 5 min.")
    slow = _gauge(
        "connector_latency_ms_p95", "95 in 100 answers took at most, last 5 min."
    )
    for one in found:
        if one.lately.requests:
            ratio.add_metric(one.place, one.lately.failures / one.lately.requests)
        p95 = one.lately.quantile(0.95)
        if p95 is not None:
            slow.add_metric(one.place, p95)
    yield from (ratio, slow)


def _latency(found: list[Measured]) -> Metric:
    family = HistogramMetricFamily(
        "connector_latency_ms", "How long answers took.", labels=LABELS
    )
    for one in found:
        seen, buckets = 0, []
        edges = (*(str(float(bound)) for bound in BOUNDS_MS), "+Inf")
        for edge, many in zip(edges, one.ever.buckets, strict=True):
            seen += many
            buckets.append((edge, float(seen)))
        family.add_metric(one.place, buckets, sum_value=one.ever.latency_ms)
    return family


def _webhooks(found: list[Measured]) -> Iterator[Metric]:
    invalid = _counter("webhook_validation_fail", "Calls that were refused.")
    came = CounterMetricFamily(
        "webhook_delivery", "Calls that came, by outcome.", labels=(*LABELS, "outcome")
    )
    there = GaugeMetricFamily(
        "webhook_deliveries", "Kept deliveries by standing.", labels=(*LABELS, "status")
    )
    dead = _gauge("connector_dead_letter", "Deliveries that could not be mapped.")
    for one in found:
        invalid.add_metric(one.place, one.gauge.delivered.get("refused", 0))
        dead.add_metric(one.place, one.gauge.dead)
        if one.gauge.delivered or one.gauge.deliveries:
            for outcome in _OUTCOMES:
                many = one.gauge.delivered.get(outcome, 0)
                came.add_metric((*one.place, outcome), many)
            for status in _STANDINGS:
                many = one.gauge.deliveries.get(status, 0)
                there.add_metric((*one.place, status), many)
    yield from (invalid, came, there, dead)


def _standing(found: list[Measured]) -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "connector_health", "1 for the state it is in.", labels=(*LABELS, "state")
    )
    synced = _gauge(
        "connector_last_sync_timestamp_seconds", "When it was last synced to the end."
    )
    for one in found:
        if one.gauge.state is not None:
            for name in _STATES:
                state.add_metric((*one.place, name), float(name == one.gauge.state))
        if one.gauge.synced_at is not None and one.gauge.enabled:
            synced.add_metric(one.place, one.gauge.synced_at)
    yield from (state, synced)


def _counter(name: str, told: str) -> CounterMetricFamily:
    return CounterMetricFamily(name, told, labels=LABELS)


def _gauge(name: str, told: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, labels=LABELS)

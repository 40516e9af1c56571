"""The client of one connection: its hosts, its rates, and what it tells."""

from collections.abc import Callable, Collection, Mapping, Sequence

from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json
from ferrule.resilience import RateLimit, buckets_for
from ferrule.sync.events import Event, Waited
from ferrule.sync.plan import StreamPlan
from ferrule.transport.client import Client
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.notices import Notice, Throttled


def host_policy(
    connector: Connector,
    config: Mapping[str, Json],
    allow_http: Collection[str] = (),
) -> HostPolicy:
    """Return where the connection may send requests (semantics 13)."""
    return HostPolicy(
        hosts=allowed_hosts(connector),
        confirmed=given_origins(connector, config),
        allow_http=frozenset(allow_http),
    )


def open_client(
    connector: Connector,
    config: Mapping[str, Json],
    plans: Sequence[StreamPlan] = (),
    *,
    allow_http: Collection[str] = (),
    own_limits: Sequence[RateLimit] = (),
    emit: Callable[[Event], None] = lambda _event: None,
    clock: Clock | None = None,
) -> Client:
    """Return a client for one connection; close it when the work is done."""
    rpm = min((plan.polling.rate_limit_rpm for plan in plans), default=None)
    limits = [*(connector.rate_limits or ()), *own_limits]
    attempts = connector.resilience.max_attempts if connector.resilience else None
    return Client(
        host_policy(connector, config, allow_http),
        buckets=buckets_for(limits, rpm, {"config": dict(config)}),
        clock=clock or SystemClock(),
        max_attempts=attempts or 5,
        on_notice=lambda notice: emit(_waited(notice)),
    )


def _waited(notice: Notice) -> Waited:
    if isinstance(notice, Throttled):
        asked = "the service asks for it" if notice.asked_by == "service" else "rate"
        return Waited(round(notice.seconds, 3), asked)
    reason = f"attempt {notice.attempt} of {notice.attempts} failed: {notice.reason}"
    return Waited(round(notice.seconds, 3), reason)

"""The client of one connection: its hosts, its rates, and what it tells."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import urlsplit

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json
from ferrule.resilience import RateLimit, limits_of
from ferrule.resilience.rates import whole_number
from ferrule.sync.events import BudgetTold, Event, Waited
from ferrule.sync.health import general_policy
from ferrule.sync.plan import StreamPlan, base_url
from ferrule.transport.client import Client
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.notices import AskedBy, Budget, Notice, Throttled

OF_A_PERSON_S = 10.0
"""How long somebody who looks at the screen waits for a rate or a breaker."""
_ASKED: Mapping[AskedBy, str] = {
    "limit": "rate",
    "service": "the service asks for it",
    "breaker": "too many requests in a row failed",
}


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
    patience_s: float = math.inf,
    emit: Callable[[Event], None] = lambda _event: None,
    clock: Clock | None = None,
    timed: bool = False,
) -> Client:
    """Return a client for one connection; close it when the work is done.

    `patience_s` is the longest wait for a rate or a breaker: a run waits as long as it
    takes, a person does not. `timed`: answers tell when the steps of their exchange
    were over.

    Raises:
        DescriptorError: when a template of a limit does not give a number.
    """
    rpm = min((plan.polling.rate_limit_rpm for plan in plans), default=None)
    limits = [*(connector.rate_limits or ()), *own_limits]
    names: dict[str, Json] = {"config": dict(config)}
    base = urlsplit(base_url(connector, config) or "").path
    return Client(
        host_policy(connector, config, allow_http),
        limits=limits_of(limits, rpm, names, base),
        at_once=whole_number(connector.max_concurrency, names, "/maxConcurrency"),
        policy=general_policy(connector),
        patience_s=patience_s,
        clock=clock or SystemClock(),
        on_notice=lambda notice: emit(_told(notice)),
        timed=timed,
    )


def _told(notice: Notice) -> Event:
    if isinstance(notice, Budget):
        resets = None if notice.resets_at is None else rfc3339(notice.resets_at)
        return BudgetTold(notice.limit, notice.remaining, resets)
    if isinstance(notice, Throttled):
        until = rfc3339(notice.until)
        return Waited(round(notice.seconds, 3), _ASKED[notice.asked_by], until)
    reason = f"attempt {notice.attempt} of {notice.attempts} failed: {notice.reason}"
    return Waited(round(notice.seconds, 3), reason)

"""The client of one connection: its hosts, its rates, and what it tells."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials.tokens import Keeper
from ferrule.descriptor.hosts import allowed_hosts, given_origins
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json, Request, Response
from ferrule.resilience import RateLimit, limits_of
from ferrule.resilience.rates import whole_number
from ferrule.sync.events import BudgetTold, Event, Waited
from ferrule.sync.health import general_policy
from ferrule.sync.plan import StreamPlan, base_url
from ferrule.sync.tool import ToolPlan
from ferrule.transport.client import MOST_BODY, Client, Meter
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.notices import AskedBy, Budget, Notice, Throttled
from ferrule.transport.renewal import Refresh
from ferrule.workspace.falling_back import falling_back
from ferrule.workspace.resigning import Signed, resigning
from ferrule.workspace.sessions import Session

OF_A_PERSON_S = 10.0
"""How long somebody who looks at the screen waits for a rate or a breaker."""
MOST_OF_A_RUN: Final = MOST_BODY
"""How large a body may be, unpacked, that a run takes: its memory has a bound."""
MOST_OF_A_PERSON: Final = 256_000_000
"""How large a body may be, unpacked, that somebody looks at."""
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


def open_session(
    connector: Connector,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    keeper: Keeper | None = None,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Session:
    """Return the sign-in of a connection with what a person gave.

    Without a `keeper` the tokens that it gets live as long as the session.

    Raises:
        CredentialError: when the tokens that are kept cannot be read.
    """
    where = host_policy(connector, config, allow_http)
    return Session(connector, config, secrets, where, keeper=keeper, clock=clock)


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
    max_body: int = MOST_OF_A_RUN,
    session: Session | None = None,
    on_answer: Callable[[Request, Response], None] | None = None,
    meter: Meter | None = None,
    tool: ToolPlan | None = None,
) -> Client:
    """Return a client for one connection; close it when the work is done.

    `session` is the sign-in whose secrets the plans were made with: it renews tokens on
    the way, and where requests may go is not for what came with them to say.
    `patience_s` is the longest wait for a rate or a breaker: a run waits as long as it
    takes, a person does not. `timed`: answers tell when the steps of their exchange
    were over. `max_body` bounds a body, in bytes after unpacking. `on_answer` is shown
    every answer, with the request as it went out. `meter` counts what is asked.
    `tool` is what is asked for where no stream is.

    Raises:
        DescriptorError: when a template of a limit does not give a number.
    """
    rpm = min((plan.polling.rate_limit_rpm for plan in plans), default=None)
    limits = [*(connector.rate_limits or ()), *own_limits]
    names: dict[str, Json] = {"config": dict(config)}
    base = urlsplit(base_url(connector, config) or "").path
    renews = session is not None and session.renews
    signed: list[Signed] = [*plans, *([tool] if tool is not None else [])]
    if session is not None and renews:
        for echo in {id(plan.echo): plan.echo for plan in signed}.values():
            session.teach(echo.learn)
        config = {k: v for k, v in config.items() if k not in session.captured}
    return Client(
        host_policy(connector, config, allow_http),
        limits=limits_of(limits, rpm, names, base),
        at_once=whole_number(connector.max_concurrency, names, "/maxConcurrency"),
        policy=general_policy(connector),
        patience_s=patience_s,
        clock=clock or SystemClock(),
        on_notice=lambda notice: emit(_told(notice)),
        timed=timed,
        max_body=max_body,
        refresh=session if renews else _signing(signed, session),
        on_answer=on_answer or (lambda _request, _answer: None),
        meter=meter or (lambda _ms, _good: None),
    )


def _signing(plans: Sequence[Signed], session: Session | None) -> Refresh | None:
    """Return what signs requests of a method without tokens another time, if any."""
    kept = session.fallback if session is not None else None
    return resigning(plans) or falling_back(plans, kept)


def _told(notice: Notice) -> Event:
    if isinstance(notice, Budget):
        resets = None if notice.resets_at is None else rfc3339(notice.resets_at)
        return BudgetTold(notice.limit, notice.remaining, resets)
    if isinstance(notice, Throttled):
        until = rfc3339(notice.until)
        return Waited(round(notice.seconds, 3), _ASKED[notice.asked_by], until)
    reason = f"attempt {notice.attempt} of {notice.attempts} failed: {notice.reason}"
    return Waited(round(notice.seconds, 3), reason)

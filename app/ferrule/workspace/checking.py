"""Testing a connection step by step: reachable, TLS, sign-in, health, first page.

Each step is told as it ends, so that a person sees where it stops and what to do.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ferrule.auth import Secrets
from ferrule.credentials.tokens import Keeper
from ferrule.descriptor.model import Connector
from ferrule.errors import AuthRefused, ExchangeError, FerruleError
from ferrule.exchange import Json, Request, Response
from ferrule.sync.health import (
    action_of,
    health_request,
    identity,
    is_refused,
    judge_health,
)
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.poll import poll
from ferrule.transport.client import Client
from ferrule.transport.reach import Reach, reach
from ferrule.transport.underway import Exchange
from ferrule.workspace.accounts import Account
from ferrule.workspace.clients import (
    OF_A_PERSON_S,
    host_policy,
    open_client,
    open_session,
)
from ferrule.workspace.health import Cause, cause_of, cause_of_status
from ferrule.workspace.sending import Sent, shown
from ferrule.workspace.sessions import Session

StepName = Literal["configuration", "reachable", "tls", "auth", "health", "first page"]
ORDER: tuple[StepName, ...] = (
    "configuration",
    "reachable",
    "tls",
    "auth",
    "health",
    "first page",
)
REACH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One line of a check: `ok` is None for a step that does not apply."""

    name: StepName
    ok: bool | None
    detail: str
    ms: float | None = None
    advice: str = ""
    method: str = ""
    url: str = ""
    status: int | None = None
    snippet: str = ""
    cause: Cause | None = None

    def wire(self) -> dict[str, Json]:
        """Return the step as a JSON object, without what is empty."""
        line: dict[str, Json] = {"type": "check", "step": self.name, "ok": self.ok}
        rest = {
            "detail": self.detail,
            "ms": self.ms,
            "advice": self.advice,
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "snippet": self.snippet,
        }
        return line | {key: value for key, value in rest.items() if value}


class Check:
    """A check of one connector with a configuration and secrets that may be unsaved.

    Its requests count into the quota of a connection's `account`, and its tokens are
    renewed by a `keeper`; `on_exchange` is told of each that was answered. With `anew`
    a token is asked for first, by the secrets that are tried.
    """

    def __init__(
        self,
        connector: Connector,
        config: Mapping[str, Json],
        secrets: Secrets,
        allow_http: Collection[str] = (),
        account: Account | None = None,
        *,
        keeper: Keeper | None = None,
        anew: bool = False,
    ) -> None:
        self._connector = connector
        self._given = config
        self._keeper = keeper
        self._anew = anew
        self._session: Session | None = None
        self._secrets = secrets
        self._allow_http = allow_http
        self._account = account
        self._client: Client | None = None
        self._reaching = Exchange()
        self.on_exchange: Callable[[Sent], None] = lambda _sent: None

    def cancel(self) -> None:
        """End the check; may be called from another thread."""
        if self._session is not None:
            self._session.cancel()
        if self._client is not None:
            self._client.cancel()
        self._reaching.cancel()

    def steps(self) -> Iterator[CheckStep]:
        """Yield a step after another; the first that is not ok is the last."""
        try:
            session = self._session = open_session(
                *(self._connector, self._given, self._secrets),
                keeper=self._keeper,
                allow_http=self._allow_http,
            )
            plans = self._plans(self._secrets, session)
        except FerruleError as error:
            yield CheckStep(
                "configuration", ok=False, detail=error.message, advice=error.advice
            )
            return
        yield CheckStep("configuration", ok=True, detail="complete")
        try:
            if self._anew and session.renews_alone:
                session.fresh()
            plans = self._plans(session.secrets(), session)
        except FerruleError as error:
            yield _unsigned(error)
            return
        self._client = open_client(
            *(self._connector, plans[0].config, plans),
            allow_http=self._allow_http,
            own_limits=self._account.limits if self._account else (),
            patience_s=OF_A_PERSON_S,
            session=session,
        )
        with self._client as client:
            try:
                yield from self._until_wrong(plans[0], client)
            finally:
                if self._account is not None:
                    self._account.count(client)

    def _until_wrong(self, plan: StreamPlan, client: Client) -> Iterator[CheckStep]:
        for step in self._exchanges(plan, client):
            yield step
            if step.ok is False:
                return

    def _plans(self, secrets: Secrets, session: Session) -> tuple[StreamPlan, ...]:
        place = Place("", self._connector.id)
        return plan_streams(
            *(self._connector, place, self._given, secrets), captured=session.captured
        )

    def _exchanges(self, plan: StreamPlan, client: Client) -> Iterator[CheckStep]:
        try:
            request = health_request(self._connector, plan)
            yield from self._reached(request, plan)
            yield from self._health(request, client)
            yield self._first_page(plan, client)
        except ExchangeError as error:
            yield _failed("reachable", error)
        except FerruleError as error:
            yield CheckStep("auth", ok=False, detail=error.message, advice=error.advice)

    def _reached(self, request: Request, plan: StreamPlan) -> Iterator[CheckStep]:
        policy = host_policy(self._connector, plan.config, self._allow_http)
        found = reach(request.url, policy, REACH_SECONDS, exchange=self._reaching)
        host = urlsplit(request.url).netloc
        ms = found.dns_ms + found.connect_ms
        yield CheckStep("reachable", ok=True, detail=f"{host} answers", ms=round(ms, 1))
        yield _tls(found)

    def _health(self, request: Request, client: Client) -> Iterator[CheckStep]:
        try:
            response = client.exchange(request)
        except AuthRefused as error:
            yield _failed("auth", error)
            return
        except ExchangeError as error:
            yield _failed("health", error)
            return
        self.on_exchange(shown(request, response))
        yield self._signed_in(request, response, client)
        if not is_refused(self._connector, response):
            yield self._healthy(request, response, client)

    def _signed_in(
        self, request: Request, response: Response, client: Client
    ) -> CheckStep:
        if self._connector.auth.method == "none":
            return CheckStep("auth", ok=None, detail="no sign-in needed")
        if is_refused(self._connector, response):
            return CheckStep(
                "auth",
                ok=False,
                detail=f"The service answers {response.status}: it does not accept "
                "the credential.",
                advice="Check that it is complete, not expired, and has the rights "
                "that the connector's documentation names.",
                method=request.method,
                url=request.url,
                status=response.status,
                snippet=client.snippet(response.body),
                cause="auth",
            )
        if action_of(self._connector, response) == "rate_limited":
            return CheckStep("auth", ok=None, detail="not told: too many requests")
        who = identity(self._connector, response)
        return CheckStep(
            "auth", ok=True, detail=f"signed in as {who}" if who else "accepted"
        )

    def _healthy(
        self, request: Request, response: Response, client: Client
    ) -> CheckStep:
        ok, detail = judge_health(self._connector, response)
        return CheckStep(
            "health",
            ok=ok,
            detail=detail,
            ms=round(response.elapsed_ms, 1),
            advice="" if ok else "Check the address, or the service's status page.",
            method=request.method,
            url=request.url,
            status=response.status,
            snippet="" if ok else client.snippet(response.body),
            cause=None if ok else cause_of_status(response.status),
        )

    def _first_page(self, plan: StreamPlan, client: Client) -> CheckStep:
        began = time.perf_counter()
        try:
            page = next(poll(plan, client.send, max_pages=1), None)
        except ExchangeError as error:
            return _failed("first page", error)
        except FerruleError as error:
            return CheckStep(
                "first page", ok=False, detail=error.message, advice=error.advice
            )
        if page is None:
            return CheckStep(
                "first page", ok=None, detail="there is nothing to ask for"
            )
        ms = (time.perf_counter() - began) * 1000
        self.on_exchange(shown(page.request, page.response))
        bad = [m.error for m in page.mapped if m.error is not None]
        found = f"{len(page.mapped)} items"
        if bad:
            found += f", {len(bad)} cannot be mapped: {bad[0].message}"
        ok = not page.mapped or len(bad) < len(page.mapped)
        return CheckStep("first page", ok=ok, detail=found, ms=round(ms, 1))


def _tls(found: Reach) -> CheckStep:
    if found.tls_ms is None:
        return CheckStep("tls", ok=None, detail="plain http, not encrypted")
    return CheckStep(
        "tls", ok=True, detail="certificate accepted", ms=round(found.tls_ms, 1)
    )


def _unsigned(error: FerruleError) -> CheckStep:
    """Return the step of a sign-in that brought no token."""
    if isinstance(error, ExchangeError):
        return _failed("auth", error)
    return CheckStep("auth", ok=False, detail=error.message, advice=error.advice)


def _failed(name: StepName, error: ExchangeError) -> CheckStep:
    return CheckStep(
        name,
        ok=False,
        detail=error.message,
        advice=error.advice,
        method=error.method,
        url=error.url,
        status=error.status,
        snippet=error.snippet,
        cause=cause_of(error),
    )

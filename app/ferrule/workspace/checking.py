"""Testing a connection step by step: reachable, TLS, sign-in, health, first page.

Each step is told as it ends, so that a person sees where it stops, why, and what to do.
What was sent and came back is told with it, free of secrets.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping

from ferrule.auth import Secrets
from ferrule.auth.none import NoAuth
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.tokens import Keeper
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asks_nobody
from ferrule.errors import Cancelled, ExchangeError, FerruleError
from ferrule.exchange import Json, Request, Response
from ferrule.sync.health import health_request
from ferrule.sync.plan import Place, StreamPlan, plans_to_check
from ferrule.sync.poll import poll
from ferrule.transport.client import Client
from ferrule.transport.reach import speaks_tls, try_reach
from ferrule.transport.trouble import ADVICE
from ferrule.transport.underway import Exchange
from ferrule.workspace.accounts import Account
from ferrule.workspace.check_steps import (
    ORDER,
    CheckStep,
    StepName,
    step_of_diagnosis,
    step_of_error,
)
from ferrule.workspace.clients import (
    OF_A_PERSON_S,
    host_policy,
    open_client,
    open_session,
)
from ferrule.workspace.diagnosis import Scene, diagnose
from ferrule.workspace.diagnosis.addresses import tenant_in_host
from ferrule.workspace.judging import Judged, judged, rule_message, unsigned
from ferrule.workspace.reaching import reach_steps
from ferrule.workspace.sending import Sent, shown
from ferrule.workspace.sessions import Session
from ferrule.workspace.step_exchange import step_exchange

__all__ = ["ORDER", "REACH_SECONDS", "Check", "CheckStep", "StepName"]
REACH_SECONDS = 10.0
_PROBE_SECONDS = 5.0
_MAYBE_TLS = frozenset({"broken", "not_http"})


class Check:
    """A check of one connector with a configuration and secrets that may be unsaved.

    Its requests count into the quota of a connection's `account`, and its tokens are
    renewed by a `keeper`; `on_exchange` is told of each that was answered. With `anew`
    a token is asked for first, by the secrets that are tried. `identity` is who the
    service says is signed in, once it did.
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
        clock: Clock | None = None,
    ) -> None:
        self.identity = ""
        self._connector = connector
        self._given = config
        self._keeper = keeper
        self._anew = anew
        self._clock = clock or SystemClock()
        self._session: Session | None = None
        self._secrets = secrets
        self._allow_http = allow_http
        self._account = account
        self._client: Client | None = None
        self._reaching = Exchange()
        self._given_up = threading.Event()
        self._proxy = ""
        self._token: tuple[Request, Response] | None = None
        self._last: tuple[Request, Response] | None = None
        self.on_exchange: Callable[[Sent], None] = lambda _sent: None

    def cancel(self) -> None:
        """End the check; may be called from another thread."""
        self._given_up.set()
        if self._session is not None:
            self._session.cancel()
        if self._client is not None:
            self._client.cancel()
        self._reaching.cancel()

    def steps(self) -> Iterator[CheckStep]:
        """Yield a step after another; the first that is not ok is the last."""
        began = time.perf_counter()
        try:
            session = self._session = open_session(
                *(self._connector, self._given, self._secrets),
                keeper=self._keeper,
                allow_http=self._allow_http,
                clock=self._clock,
            )
            plans = self._plans(self._secrets, session)
        except FerruleError as error:
            yield step_of_error("configuration", error)
            return
        yield CheckStep("configuration", ok=True, detail="complete", ms=_since(began))
        if asks_nobody(self._connector):
            yield CheckStep("auth", ok=None, detail="it is called, and asks nobody")
            return
        try:
            plans = self._plans(self._signed_in(session), session)
        except FerruleError as error:
            yield unsigned(error, self._token, self._clock.now())
            return
        yield from self._asked(plans, session)

    def _signed_in(self, session: Session) -> Secrets:
        """Return the secrets with a token that may be used; it may be asked for."""
        session.on_answer = self._note_token
        self._go_on()
        if self._anew and session.renews_alone:
            session.fresh()
        return session.secrets()

    def _asked(
        self, plans: tuple[StreamPlan, ...], session: Session
    ) -> Iterator[CheckStep]:
        self._client = open_client(
            *(self._connector, plans[0].config, plans),
            allow_http=self._allow_http,
            own_limits=self._account.limits if self._account else (),
            patience_s=OF_A_PERSON_S,
            session=session,
            meter=self._account.meter if self._account else None,
            on_answer=self._note,
            clock=self._clock,
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
        return plans_to_check(
            *(self._connector, place, self._given, secrets), captured=session.captured
        )

    def _exchanges(self, plan: StreamPlan, client: Client) -> Iterator[CheckStep]:
        try:
            request = health_request(self._connector, plan)
            yield from self._reached(request, plan)
            yield from self._health(request, plan, client)
            if self._connector.polling is not None:
                yield self._first_page(plan, client)
        except ExchangeError as error:
            yield step_of_error("reachable", error)
        except FerruleError as error:
            yield step_of_error("auth", error)

    def _reached(self, request: Request, plan: StreamPlan) -> Iterator[CheckStep]:
        policy = host_policy(self._connector, plan.config, self._allow_http)
        found = try_reach(request.url, policy, REACH_SECONDS, exchange=self._reaching)
        if found.error is not None and self._given_up.is_set():
            raise found.error
        if not request.url.startswith("https:"):
            self._proxy = found.proxy or ""

        def more(trouble: str) -> str:
            if trouble != "dns_unknown":
                return ""
            tenant = tenant_in_host(self._connector, plan.config, request.url)
            if tenant is None:
                return ""
            return f"“{tenant[0].label}” ({tenant[1]}) is part of the name."

        yield from reach_steps(request.url, found, self._clock.now(), more)

    def _health(
        self, request: Request, plan: StreamPlan, client: Client
    ) -> Iterator[CheckStep]:
        self._go_on()
        self._last = self._token = None
        try:
            response = client.exchange(request)
        except ExchangeError as error:
            yield self._unanswered(request, plan, error)
            return
        self.on_exchange(shown(request, response))
        found = judged(self._went(request), response, self._scene(plan))
        yield self._of_sign_in(found)
        if found.diagnosis is None or not found.diagnosis.about_sign_in:
            yield self._of_health(found)

    def _unanswered(
        self, request: Request, plan: StreamPlan, error: ExchangeError
    ) -> CheckStep:
        """Return the step of a request that brought no answer, nor perhaps a token."""
        exchange = step_exchange(request, None)
        if error.url != exchange.url:  # it was a token that was asked for
            return unsigned(error, self._token, self._clock.now())
        policy = host_policy(self._connector, plan.config, self._allow_http)
        if error.trouble in _MAYBE_TLS and speaks_tls(
            request.url, policy, _PROBE_SECONDS, exchange=self._reaching
        ):
            error.message = "The service speaks TLS on this port: it wants https."
            error.advice, error.trouble = ADVICE["tls_needed"], "tls_needed"
        return step_of_error("health", error, exchange)

    def _went(self, request: Request) -> Request:
        """Return a request as it went out: a fresher token may be in it."""
        return request if self._last is None else self._last[0]

    def _of_sign_in(self, found: Judged) -> CheckStep:
        diagnosis, exchange = found.diagnosis, found.exchange
        if diagnosis is not None and diagnosis.about_sign_in:
            return step_of_diagnosis("auth", diagnosis, exchange, found.message)
        if isinstance(self._connector.sign_in, NoAuth):
            return CheckStep("auth", ok=None, detail="no sign-in needed")
        if not found.tells_sign_in:
            why = "too many requests" if found.is_rate else "see the next step"
            return CheckStep("auth", ok=None, detail=f"not told: {why}")
        self.identity = found.identity
        return CheckStep(
            "auth",
            ok=True,
            detail=f"signed in as {self.identity}" if self.identity else "accepted",
            ms=exchange.ms,
            identity=self.identity,
            exchange=exchange,
        )

    def _of_health(self, found: Judged) -> CheckStep:
        exchange = found.exchange
        if found.diagnosis is not None:
            return step_of_diagnosis("health", found.diagnosis, exchange, found.message)
        return CheckStep(
            "health",
            ok=True,
            detail=found.why,
            ms=exchange.ms,
            method=exchange.method,
            url=exchange.url,
            status=exchange.status,
            exchange=exchange,
        )

    def _first_page(self, plan: StreamPlan, client: Client) -> CheckStep:
        self._go_on()
        self._last = None
        began = time.perf_counter()
        try:
            page = next(poll(plan, client.send, max_pages=1), None)
        except FerruleError as error:
            return self._no_page(plan, error)
        if page is None:
            return CheckStep(
                "first page", ok=None, detail="there is nothing to ask for"
            )
        ms = _since(began)
        self.on_exchange(shown(page.request, page.response))
        bad = [m.error for m in page.mapped if m.error is not None]
        count = len(page.mapped)
        found = f"{count} item" if count == 1 else f"{count} items"
        if bad:
            found += f", {len(bad)} cannot be mapped: {bad[0].message}"
        ok = not page.mapped or len(bad) < len(page.mapped)
        exchange = step_exchange(page.request, page.response)
        return CheckStep(
            "first page",
            ok=ok,
            detail=found,
            ms=ms,
            advice="" if ok else "Look at the mapping in the Builder.",
            trouble="" if ok else "unmapped",
            exchange=exchange,
        )

    def _no_page(self, plan: StreamPlan, error: FerruleError) -> CheckStep:
        """Return the step of a page that did not come, by its last answer if any."""
        seen = self._last
        if seen is None or isinstance(error, Cancelled):
            return step_of_error("first page", error)
        self.on_exchange(shown(*seen))
        exchange = step_exchange(*seen)
        diagnosis = diagnose(*seen, self._scene(plan, checked=True))
        if diagnosis is None:
            return step_of_error("first page", error, exchange)
        message = rule_message(self._connector, seen[1])
        return step_of_diagnosis("first page", diagnosis, exchange, message)

    def _scene(self, plan: StreamPlan, *, checked: bool = False) -> Scene:
        return Scene(
            *(self._connector, plan.config, self._clock.now(), self._proxy),
            checked=checked,
        )

    def _note(self, request: Request, response: Response) -> None:
        self._last = request, response

    def _note_token(self, request: Request, response: Response) -> None:
        self._token = request, response

    def _go_on(self) -> None:
        if self._given_up.is_set():
            raise Cancelled("The check was cancelled.")


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)

"""Checking how a connection is: one request, ten seconds in all, the answer kept.

The last answer stands in the database and is what everybody shows: nobody waits for a
check, and nothing is asked for the sake of showing it.
"""

import random
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.tokens import Keeper
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asks_nobody
from ferrule.errors import (
    Cancelled,
    FerruleError,
    HostsGrew,
    NotFound,
    StoreError,
    VaultLocked,
)
from ferrule.exchange import Json, Request, Response
from ferrule.store import Connection, StoredHealthCheck
from ferrule.sync.health import action_of, health_request, is_refused, judge_health
from ferrule.sync.plan import Place, plans_to_check
from ferrule.transport.client import Client
from ferrule.transport.proxies import proxy_seeing
from ferrule.workspace.accounts import Account
from ferrule.workspace.clients import open_client, open_session
from ferrule.workspace.diagnosis import Diagnosis, Scene, diagnose
from ferrule.workspace.health import (
    Finding,
    cause_of,
    cause_of_status,
    p95,
)
from ferrule.workspace.health_record import latencies_of, record_finding
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.sessions import Session, keeper_of
from ferrule.workspace.workspace import Workspace

DEADLINE_S: Final = 10.0
PERIOD_S: Final = 15 * 60.0
JITTER: Final = 0.2  # of the period, either way
FIRST_WITHIN_S: Final = 60.0
_GRACE_S: Final = 0.5
_WAITING: Final = frozenset({"retry", "rate_limited"})


class Probe:
    """One request to a connection's health address; may be cancelled by any thread.

    It counts into the quota of the connection's `account`, and does not wait for it.
    Its `keeper` renews a token. Of a connection that is `held` nothing is asked.
    """

    def __init__(
        self,
        connector: Connector,
        connection: Connection,
        secrets: Secrets,
        *,
        allow_http: Collection[str] = (),
        deadline_s: float = DEADLINE_S,
        account: Account | None = None,
        keeper: Keeper | None = None,
        held: HostsGrew | None = None,
    ) -> None:
        self._held = held
        self._connector = connector
        self._account = account
        self._keeper = keeper
        self._session: Session | None = None
        self._connection = connection
        self._secrets = secrets
        self._allow_http = allow_http
        self._deadline_s = deadline_s
        self._client: Client | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """End the check now."""
        self._cancelled = True
        if self._session is not None:
            self._session.cancel()
        if self._client is not None:
            self._client.cancel()

    def find(self) -> Finding:
        """Return what was found, at the latest when the deadline is over.

        Raises:
            Cancelled: when it was.
        """
        if self._held is not None:
            return Finding("lasting", self._held.message)
        if asks_nobody(self._connector):
            return Finding(None, "It is called, and asks nobody.")
        answer: Future[Finding] = Future()
        worker = threading.Thread(
            target=_settle, args=(answer, self._ask), daemon=True, name="health"
        )
        worker.start()
        try:
            return answer.result(self._deadline_s)
        except TooLate:
            self.cancel()  # what a name server holds up ends by itself some time
            with suppress(TooLate, Cancelled):
                answer.result(_GRACE_S)
            return Finding("passing", f"No answer within {self._deadline_s:g} s.")

    def _ask(self) -> Finding:
        try:
            place = Place(self._connection.project, self._connection.key)
            config = self._connection.config
            session = self._session = open_session(
                *(self._connector, config, self._secrets),
                keeper=self._keeper,
                allow_http=self._allow_http,
            )
            plan = plans_to_check(
                *(self._connector, place, config, session.secrets()),
                captured=session.captured,
            )[0]
            request = health_request(self._connector, plan)
            self._client = open_client(
                *(self._connector, plan.config),
                allow_http=self._allow_http,
                own_limits=self._account.limits if self._account else (),
                session=session,
                meter=self._account.meter if self._account else None,
            )
            with self._client as client:
                self._go_on()
                return self._judged(request, self._exchanged(client, request))
        except Cancelled:
            raise
        except FerruleError as error:
            return Finding(cause_of(error), error.message)

    def _exchanged(self, client: Client, request: Request) -> Response:
        try:
            return client.exchange(request)
        finally:
            if self._account is not None:
                self._account.count(client)

    def _go_on(self) -> None:
        if self._cancelled:
            raise Cancelled("The check was ended.")

    def _judged(self, request: Request, response: Response) -> Finding:
        ms = round(response.elapsed_ms, 1)
        if is_refused(self._connector, response):
            other = self._on_the_way(request, response)
            if other is not None:
                return Finding(other.health, other.detail, ms)
            message = f"The service answers {response.status}: the credential is "
            return Finding("auth", f"{message}not accepted.", ms)
        well, why = judge_health(self._connector, response)
        if well:
            return Finding(None, why, ms)
        cause = cause_of_status(response.status)
        if action_of(self._connector, response) in _WAITING:
            cause = "passing"
        return Finding(cause, f"Answered {why}.", ms)

    def _on_the_way(self, request: Request, response: Response) -> Diagnosis | None:
        """Return who refused in place of the service; None where it did itself."""
        config, now = self._connection.config, SystemClock().now()
        scene = Scene(self._connector, config, now, proxy_seeing(request.url))
        found = diagnose(request, response, scene)
        return None if found is None or found.about_sign_in else found


def _settle(answer: "Future[Finding]", ask: Callable[[], Finding]) -> None:
    try:
        found = ask()
    except BaseException as error:  # noqa: BLE001  it is raised again where one waits
        answer.set_exception(error)
    else:
        answer.set_result(found)


def probe_of(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    deadline_s: float = DEADLINE_S,
) -> Probe:
    """Return the check of a connection, not begun yet.

    Raises:
        FerruleError: when it cannot be read, or its secrets cannot.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    try:
        refuse_held(workspace, connection, connector)
    except HostsGrew as held:
        return Probe(connector, connection, {}, held=held)
    return Probe(
        connector,
        connection,
        workspace.registry.secrets_of(connection),
        allow_http=allow_http,
        deadline_s=deadline_s,
        account=Account.of(
            connection, workspace.runs, workspace.operations.traffic.meter(key)
        ),
        keeper=keeper_of(workspace, connection, connector=connector),
    )


def check_health(
    workspace: Workspace, key: str, probe: Probe, clock: Clock | None = None
) -> Connection:
    """Ask how a connection is, keep the answer, and return the connection.

    Raises:
        Cancelled: when the check was.
        NotFound: when it was disconnected meanwhile.
    """
    with operation(workspace, "health", connection=key) as doing:
        found = probe.find()
        kept = record_finding(workspace, key, found, (clock or SystemClock()).now())
        doing.message = found.message or "It answers."
        doing.connector = kept.connector_id
        doing.level = "debug" if found.cause is None else "warning"
        doing.outcome = "done" if found.cause is None else "failed"
        doing.details["state"] = kept.state
        return kept


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One connection's health as it is known, nothing asked."""

    key: str
    connector_id: str
    enabled: bool
    state: str
    checked: str | None
    failures: int
    error: str | None
    latency_ms: float | None
    latency_p95_ms: float | None
    checks: tuple[StoredHealthCheck, ...]

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object; what was never checked has no state."""
        return {
            "type": "health",
            "connection": self.key,
            "connector": self.connector_id,
            "enabled": self.enabled,
            "state": self.state if self.checked else None,
            "checkedAt": self.checked,
            "consecutiveFailures": self.failures,
            "lastError": self.error,
            "latencyMs": self.latency_ms,
            "latencyP95Ms": self.latency_p95_ms,
            "checks": len(self.checks),
        }


def health_line(workspace: Workspace, connection: Connection) -> HealthLine:
    """Return what is known of a connection's health."""
    checks = workspace.connections.health_checks(connection.project, connection.key)
    return HealthLine(
        key=connection.key,
        connector_id=connection.connector_id,
        enabled=connection.enabled,
        state=connection.state,
        checked=connection.last_health_check,
        failures=connection.consecutive_failures,
        error=connection.last_error,
        latency_ms=connection.last_latency_ms,
        latency_p95_ms=p95(latencies_of(checks)),
        checks=checks,
    )


class Rounds:
    """When each connection is checked next: every 15 min, a little off the beat.

    A connection that was not checked for longer is checked within a minute, each at
    its own moment. Times are those of the wall clock, for the last check is stored.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next: dict[str, tuple[str | None, float]] = {}

    def due(self, connections: Sequence[Connection], now: datetime) -> list[str]:
        """Return the keys of those whose time has come, the longest due first."""
        times = [(self._at(one, now), one.key) for one in connections if one.enabled]
        return [key for at, key in sorted(times) if at <= now.timestamp()]

    def _at(self, one: Connection, now: datetime) -> float:
        known = self._next.get(one.key)
        if known is None or known[0] != one.last_health_check:
            known = (one.last_health_check, self._planned(one, now.timestamp()))
            self._next[one.key] = known
        return known[1]

    def _planned(self, one: Connection, now: float) -> float:
        if one.last_health_check is not None:
            last = datetime.fromisoformat(one.last_health_check).timestamp()
            period = PERIOD_S * (1 + JITTER * (2 * self._chance() - 1))
            planned = min(last, now) + period  # also where the clock was set back
            if planned > now:
                return planned
        return now + self._chance() * FIRST_WITHIN_S


class HealthWorker:
    """Checks what is due, one after another; `cancel` ends it from another thread.

    A connection that is disabled, or under way in a run, is left alone: the run tells
    how it is. So is one that is not `wanted`.
    """

    def __init__(
        self,
        workspace: Workspace,
        rounds: Rounds,
        clock: Clock | None = None,
        *,
        wanted: Callable[[Connection], bool] = lambda _connection: True,
    ) -> None:
        self._workspace = workspace
        self._rounds = rounds
        self._clock = clock or SystemClock()
        self._wanted = wanted
        self._probe: Probe | None = None
        self._ended = False

    def cancel(self) -> None:
        """End the check that is under way, and begin no other."""
        self._ended = True
        if self._probe is not None:
            self._probe.cancel()

    def work(self) -> list[str]:
        """Check what is due and return the keys that were."""
        workspace, project = self._workspace, self._workspace.project.key
        if not workspace.home.database.exists():
            return []
        found = [c for c in workspace.connections.list(project) if self._wanted(c)]
        checked = []
        for key in self._rounds.due(found, self._clock.now()):
            if self._ended:
                break
            if not workspace.runs.busy(project, key) and self._check(key):
                checked.append(key)
        return checked

    def _check(self, key: str) -> bool:
        try:
            self._probe = probe_of(self._workspace, key)
            check_health(self._workspace, key, self._probe, self._clock)
        except (Cancelled, NotFound):
            return False
        except (StoreError, VaultLocked):
            return False  # not written just now, or nobody has unlocked it: no failure
        except FerruleError as error:  # its descriptor or its secrets cannot be read
            found = Finding("lasting", error.message)
            with suppress(StoreError):
                record_finding(self._workspace, key, found, self._clock.now())
        return True

"""A line to a connection's service: its sign-in and its client, kept between calls.

Calls that follow one another share the rates, the breaker and the open connections, as
the requests of a run do. A line that was opened with another configuration, credential
or connector is closed and opened anew.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.store.connections import Connection
from ferrule.sync.tool import ToolPlan, plan_tool, tool_of
from ferrule.transport.client import Client
from ferrule.workspace.accounts import Account
from ferrule.workspace.clients import OF_A_PERSON_S, open_client, open_session
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.sessions import Session, keeper_of
from ferrule.workspace.tools.calls import Call
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """An open line: how a call of a tool is signed, and what sends it."""

    made_of: "_MadeOf"
    session: Session
    client: Client
    account: Account

    def close(self) -> None:
        """End what is under way and give the connections back."""
        self.session.cancel()
        self.client.close()


@dataclass(frozen=True, slots=True)
class _MadeOf:
    """What a line was opened with; another of any of it needs another line."""

    connection: Connection
    connector: Connector
    secrets: Secrets


class Lines:
    """The open lines of one workspace; `close` ends what is under way on any."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        allow_http: Collection[str] = (),
        patience_s: float = OF_A_PERSON_S,
        clock: Clock | None = None,
    ) -> None:
        self._workspace = workspace
        self._allow_http = allow_http
        self._patience_s = patience_s
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._open: dict[str, Line] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def line(self, call: Call) -> tuple[Line, ToolPlan]:
        """Return the line of a call's connection, and the plan of its tool.

        A token that is due is asked for first.

        Raises:
            UsageError: when the connection is disabled.
            HostsGrew: when it is held.
            FerruleError: when its credential cannot be read, or no token be had.
        """
        connection, connector = call.connection, call.connector
        if not connection.enabled:
            raise UsageError(
                f"The connection “{connection.key}” is disabled.",
                advice="Enable it first.",
            )
        refuse_held(self._workspace, connection, connector)
        secrets = self._workspace.registry.secrets_of(connection)
        made_of = _MadeOf(_lasting(connection), connector, secrets)
        with self._lock:
            line = self._open.get(connection.key)
            if line is None or line.made_of != made_of:
                if line is not None:
                    line.close()
                line = self._open[connection.key] = self._opened(made_of, call)
        return line, _planned(call, line.session)

    def close(self) -> None:
        """Close every line; what is under way ends."""
        with self._lock:
            lines, self._open = list(self._open.values()), {}
        for line in lines:
            line.close()

    def _opened(self, made_of: _MadeOf, call: Call) -> Line:
        connection, connector = made_of.connection, made_of.connector
        session = open_session(
            *(connector, connection.config, made_of.secrets),
            keeper=keeper_of(self._workspace, connection, connector=connector),
            allow_http=self._allow_http,
            clock=self._clock,
        )
        account = Account.of(connection, self._workspace.runs)
        plan = _planned(call, session)
        counted = self._workspace.operations.traffic
        client = open_client(
            *(connector, plan.config),
            allow_http=self._allow_http,
            own_limits=account.limits,
            patience_s=self._patience_s,
            clock=self._clock,
            session=session,
            tool=plan,
            meter=lambda ms, good: counted.request(connection.key, ms=ms, good=good),
        )
        account.begin(client)
        return Line(made_of, session, client, account)


def _planned(call: Call, session: Session) -> ToolPlan:
    secrets = session.secrets()
    return plan_tool(
        *(call.connector, tool_of(call.connector, call.tool.name)),
        *(call.connection.config, secrets),
        now=call.now,
        captured=session.captured,
    )


def _lasting(connection: Connection) -> Connection:
    """Return a connection without what each run and check changes of it."""
    return replace(
        connection,
        last_health_check=None,
        last_latency_ms=None,
        healthy=True,
        state="healthy",
        consecutive_failures=0,
        last_error=None,
        updated_at="",
    )

"""A workspace with a connection that is signed in to the sandbox's OAuth 2.

The tokens come straight out of the authorization server's ledger, as if a person had
given leave; what is done with them goes over the wire.
"""

import secrets
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.support.authority import CLIENT_ID, CLIENT_SECRET, AuthorityServer
from tests.support.clock import FakeClock

from ferrule.auth import Secrets
from ferrule.auth.token import TokenSet, expiry, tokens_of
from ferrule.clock import Clock
from ferrule.credentials import forget_master_key
from ferrule.credentials.tokens import with_tokens
from ferrule.descriptor.model import Connector
from ferrule.sandbox.authority.ledger import Family
from ferrule.sandbox.authority.parties import SCOPES
from ferrule.store import Connection
from ferrule.sync.events import Event, RunEnded
from ferrule.workspace.clients import open_session
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.sessions import Session, keeper_of
from ferrule.workspace.workspace import Workspace

CONNECTOR = "sandbox-oauth"
KEY = "issues"
CLIENT: Secrets = {
    "clientId": SecretStr(CLIENT_ID),
    "clientSecret": SecretStr(CLIENT_SECRET),
}


class SignedIn:
    """The workspace; `close` it. `clock` is that of the sessions and runs."""

    def __init__(
        self, folder: Path, service: AuthorityServer, clock: Clock | None = None
    ) -> None:
        forget_master_key()  # the one of this test's environment is taken anew
        home = Home(folder / "home")
        self.project = init_project(folder / "work", home, "Work")
        self.service = service
        self.clock: Any = clock or FakeClock()
        self.workspace = Workspace(home, self.project.folder)
        self.events: list[Event] = []
        connect(
            self.workspace,
            CONNECTOR,
            self.config,
            with_tokens(CLIENT, self.leave()),
            key=KEY,
            streams=["issues"],
            must_store=True,
        )

    def close(self) -> None:
        """Close what was opened."""
        self.workspace.close()
        forget_master_key()

    @property
    def config(self) -> dict[str, Any]:
        """The configuration of the connection."""
        return {"baseUrl": self.service.url, "owner": "sample", "repo": "workshop"}

    def leave(self) -> TokenSet:
        """Return tokens as if a person had given leave."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        ledger = self.service.authority.ledger
        ledger.open(Family(CLIENT_ID, "sample"), " ".join(SCOPES), access, refresh)
        now = self.clock.now()
        return TokenSet(
            SecretStr(access),
            now,
            SecretStr(refresh),
            expiry(now, ledger.lifetime),
            tuple(SCOPES),
        )

    @property
    def connection(self) -> Connection:
        """The connection as it is stored."""
        return self.workspace.connections.get(self.workspace.project.key, KEY)

    @property
    def connector(self) -> Connector:
        """The connector as it is read."""
        return self.workspace.registry.connector_of(self.connection)

    @property
    def kept(self) -> TokenSet:
        """The tokens in the vault."""
        found = tokens_of(self.secrets)
        assert found is not None
        return found

    @property
    def secrets(self) -> Secrets:
        """The secrets in the vault."""
        return self.workspace.registry.secrets_of(self.connection)

    def session(self, given: Secrets | None = None, **members: Any) -> Session:
        """Return a session of the connection."""
        keeper = keeper_of(self.workspace, self.connection, self.clock)
        given = self.secrets if given is None else given
        found = {"keeper": keeper, "clock": self.clock, **members}
        return open_session(self.connector, self.connection.config, given, **found)

    def sync(self, **order: Any) -> RunEnded:
        """Run one sync; its events are in `events`."""
        self.events.clear()
        return sync_connection(
            *(self.workspace, KEY, SyncOrder(**order)),
            emit=self.events.append,
            clock=self.clock,
        )

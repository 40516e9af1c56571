"""Who is called: connections, their connectors and their secrets, for the gateway.

The path names a connection by its key; else by its application key (seed 004), else by
the id of its connector, where the project has one enabled connection of it. What was
found is believed for a second; then what could have changed is looked at.
"""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import SecretStr

from ferrule.auth import Secrets, WebhookSecretConfig
from ferrule.auth.kind import main_field
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.succession import candidate, current, previous
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.errors import DescriptorError, FerruleError, MissingSecret
from ferrule.store import Connection
from ferrule.webhook.gateway.callee import Callee
from ferrule.workspace.import_index import INDEX, imports_folder
from ferrule.workspace.workspace import Workspace

BELIEVED_S: Final = 1.0
"""Seconds for which nobody looks again."""
ANEW_S: Final = 30.0
"""Seconds after which a connection is made anew, whatever seems unchanged."""
KEPT_FOR: Final = timedelta(days=30)
"""How long settled deliveries are kept."""
_MOST_NAMES: Final = 1000
_Stamp = tuple[object, ...]


class Route(NamedTuple):
    """Where a connection is called, and how its calls are verified.

    `accepted` is the status that its service wants in place of ours, 0 for none.
    """

    connection: str
    connector_id: str
    path: str
    verification: str
    accepted: int = 0


class _Known(NamedTuple):
    """What was found under a name, and when; nobody is None."""

    callee: Callee | None
    looked_at: float
    made_at: float
    stamp: _Stamp


class Callees:
    """Finds who is called; safe to use from several threads."""

    def __init__(self, workspace: Workspace, clock: Clock | None = None) -> None:
        self._workspace = workspace
        self._clock = clock or SystemClock()
        self._found: dict[tuple[str, str], _Known] = {}
        self._failed: dict[tuple[str, str], tuple[FerruleError, float]] = {}
        self._looking = threading.Lock()

    def known(self, name: str, project: str) -> Callee | None:
        """Return who is called, where that was looked up a moment ago."""
        found = self._found.get((name, project))
        now = self._clock.monotonic()
        if found is None or now - found.looked_at > BELIEVED_S:
            return None
        return found.callee

    def look(self, name: str, project: str) -> Callee | None:
        """Look up who is called, None for nobody.

        It is the same value as before where nothing changed.

        Raises:
            FerruleError: when it cannot be called now, such as without its secret; that
                is believed for a second as well.
        """
        now = self._clock.monotonic()
        with self._looking:
            failed = self._failed.pop((name, project), None)
            if failed is not None and now - failed[1] <= BELIEVED_S:
                self._failed[name, project] = failed
                raise failed[0].with_traceback(None)
            try:
                return self._looked(name, project)
            except FerruleError as error:
                self._failed[name, project] = (error, now)
                raise

    def forget(self) -> None:
        """Look up everybody anew: a key or a secret came."""
        with self._looking:
            self._found.clear()
            self._failed.clear()

    def _looked(self, name: str, project: str) -> Callee | None:
        now = self._clock.monotonic()
        connection = self._connection(name, project)
        if connection is None:
            self._found.pop((name, project), None)
            return None
        before = self._found.get((name, project))
        stamp = self._stamp(connection)
        if (
            before is not None
            and before.stamp == stamp
            and now - before.made_at < ANEW_S
        ):
            self._found[name, project] = before._replace(looked_at=now)
            return before.callee
        if len(self._found) >= _MOST_NAMES:
            self._found.clear()
        callee = self._made(connection)
        self._found[name, project] = _Known(callee, now, now, stamp)
        return callee

    def _connection(self, name: str, project: str) -> Connection | None:
        if project != self._workspace.project.key:
            return None
        return called(self._workspace.connections.list(project), name)

    def _made(self, connection: Connection) -> Callee | None:
        connector = self._workspace.registry.connector_of(connection)
        webhook = webhook_of(connector)
        if webhook is None:
            return None
        signing = signing_of(connector)
        if signing is None and webhook.verification != "none":
            raise DescriptorError(
                f"{connector.id} says that its calls are signed, and not how.",
                pointer="/ingestion",
                advice="Add signing to its webhook part.",
            )
        kept = self._workspace.registry.kept_of(connection) if signing else {}
        asks_first = webhook.challenge is not None and bool(webhook.challenge.unsigned)
        secrets: tuple[SecretStr, ...] = ()
        if signing is not None:
            secrets = self._secrets(connection, signing, kept, asks_first=asks_first)
        return Callee(
            (connection.project, connection.key),
            connector.id,
            webhook,
            signing,
            secrets=secrets,
            credentials=current(kept),
        )

    def _secrets(
        self,
        connection: Connection,
        signing: WebhookSecretConfig,
        kept: Secrets,
        *,
        asks_first: bool,
    ) -> tuple[SecretStr, ...]:
        """Return the secrets of a connection; a service that asks first has none yet.

        It is answered what it asks, and every other call is refused until one came.
        """
        found = secrets_for(signing, kept, self._clock)
        if found or asks_first:
            return found
        field = main_field(signing.credential_fields)
        raise MissingSecret(
            f"“{connection.key}” has no {field}, and its calls are signed by it.",
            advice=f"Give it: ferrule reconnect {connection.key} "
            f"--secret {field}=@env:NAME",
        )

    def _stamp(self, connection: Connection) -> _Stamp:
        """Return what changes with anything that a callee is made of."""
        workspace = self._workspace
        places = [workspace.home.vault, *self._documents(connection.connector_id)]
        return (
            *(connection.key, connection.connector_id, connection.updated_at),
            *(connection.credential_ref, *map(_stat, places)),
        )

    def _documents(self, connector_id: str) -> Iterator[Path]:
        workspace = self._workspace
        imports = imports_folder(workspace.home, workspace.project.key)
        yield imports / INDEX
        own = workspace.project.descriptors
        yield from sorted(own.glob(f"*/connectors/{connector_id}.json"))


def called(connections: tuple[Connection, ...], name: str) -> Connection | None:
    """Return the enabled connection that a path's name means, None for none."""
    for fits in (
        [one for one in connections if one.key == name],
        [one for one in connections if one.app_key == name],
        [one for one in connections if one.connector_id == name and one.enabled],
    ):
        if fits:
            return fits[0] if len(fits) == 1 and fits[0].enabled else None
    return None


def secrets_for(
    signing: WebhookSecretConfig, kept: Secrets, clock: Clock
) -> tuple[SecretStr, ...]:
    """Return the secrets that a call may be signed by, the current one first.

    During a rotation the next one counts as well, and for a while the one before.
    """
    field = main_field(signing.credential_fields)
    sets = (current(kept), candidate(kept), previous(kept, clock.now()))
    found = [one[field] for one in sets if one is not None and field in one]
    distinct = {one.get_secret_value(): one for one in found}
    return tuple(one for plain, one in distinct.items() if plain)


def routes(workspace: Workspace) -> tuple[Route, ...]:
    """Return where the project's connections are called, by key.

    One that cannot be read is left out: its own verbs say why.
    """
    found = []
    for one in workspace.connections.list(workspace.project.key):
        connector = _readable(workspace, one)
        webhook = webhook_of(connector) if connector is not None else None
        if webhook is not None and one.enabled:
            path = f"/api/webhooks/{one.key}/{one.project}"
            wanted = webhook.accepted.status if webhook.accepted is not None else 0
            told = (path, webhook.verification, wanted)
            found.append(Route(one.key, one.connector_id, *told))
    return tuple(found)


def _readable(workspace: Workspace, connection: Connection) -> Connector | None:
    try:
        return workspace.registry.connector_of(connection)
    except FerruleError:
        return None


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

"""The hosts that were shown when a credential was given, and those asked for beyond.

A connection remembers the set (semantics 13), and a shared credential its own. A
connector that asks for more, because it or its version was changed, is held: nothing is
sent for it, renewals of tokens included, before a person has confirmed the difference.
A connection from before sets were remembered takes the set it has when it is first used
again: what was shown is not known, and to hold all of them would teach to confirm
without looking.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import (
    allowed_hosts,
    check_host_parts,
    covers,
    given_origins,
)
from ferrule.descriptor.model import Connector
from ferrule.errors import HostsGrew, StoreError, UsageError
from ferrule.exchange import Json
from ferrule.store import Connection, CredentialScope
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.scope_lookup import place_of
from ferrule.workspace.workspace import Workspace

_HTTPS = "https://"


def asked_hosts(connector: Connector, config: Mapping[str, Json]) -> tuple[str, ...]:
    """Return all that a connector asks for with a configuration, sorted.

    An address that a field has by default is asked for like one that was given: it may
    have come with a version.
    """
    try:
        whole = read_config(connector, config)
    except UsageError:  # it fits no more: whoever sends is told
        whole = dict(config)
    return tuple(sorted(allowed_hosts(connector) | given_origins(connector, whole)))


def new_addresses(
    connector: Connector, before: Mapping[str, Json], given: Mapping[str, Json]
) -> frozenset[str]:
    """Return the origins that a person gives now: to give one is to confirm it."""
    fresh = {key: one for key, one in given.items() if one != before.get(key)}
    return given_origins(connector, fresh)


def placed(
    found: Connection,
    connector: Connector,
    values: Mapping[str, Any],
    typed: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the configuration, checked, and the hosts that are confirmed with it.

    `typed` are those of the `values` that a person gave.

    Raises:
        UsageError: when the configuration does not fit.
    """
    made: dict[str, Any] = {}
    if "config" in values:
        made["config"] = read_config(connector, values["config"])
        check_host_parts(connector, made["config"])
    if "config" in typed and found.hosts is not None:
        new = new_addresses(connector, found.config, typed["config"])
        made["hosts"] = sorted({*found.hosts, *new})
    if "hosts" in typed:  # they were shown where this was asked for
        made["hosts"] = typed["hosts"]
    return made


def beyond(asked: Collection[str], shown: Collection[str]) -> tuple[str, ...]:
    """Return those of the asked hosts and origins that no shown one covers, sorted."""
    return tuple(sorted(one for one in asked if not _is_covered(one, shown)))


def extra_hosts(connection: Connection, connector: Connector) -> tuple[str, ...]:
    """Return the hosts asked for beyond those shown for the connection.

    Empty for none, and where they were never remembered. `connector` is the one with
    its version and its sign-in. A shared credential may hold up more: `held_hosts`.
    """
    if connection.hosts is None:
        return ()
    return beyond(asked_hosts(connector, connection.config), connection.hosts)


def held_hosts(
    workspace: Workspace, connection: Connection, connector: Connector | None = None
) -> tuple[str, ...]:
    """Return the hosts that a connection is held for; empty when it is not held.

    They are those beyond its own set and, where it uses a shared credential, beyond the
    set of that.
    """
    found = connector or workspace.registry.connector_of(connection)
    extra = extra_hosts(connection, found)
    scope = _scope(workspace, connection, found)
    if scope is not None:
        asked = asked_hosts(found, connection.config)
        extra = tuple(sorted({*extra, *beyond(asked, scope.hosts)}))
    return extra


def refuse_held(
    workspace: Workspace,
    connection: Connection,
    connector: Connector | None = None,
    *,
    remember: bool = True,
) -> None:
    """Refuse a connection that is held: the door of whatever sends for one.

    The hosts of one from before they were remembered are noted with `remember`.

    Raises:
        HostsGrew: naming the hosts that were added, and how they are confirmed.
    """
    found = connector or workspace.registry.connector_of(connection)
    extra = held_hosts(workspace, connection, found)
    if extra:
        raise held(connection.key, extra)
    if remember and connection.hosts is None:
        asked = asked_hosts(found, connection.config)
        with suppress(StoreError):  # no room, or it was disconnected: another time
            workspace.connections.remember_hosts(
                connection.project, connection.key, asked
            )


def held(key: str, extra: Collection[str]) -> HostsGrew:
    """Return the error for a connection that is held for these hosts."""
    return HostsGrew(
        f"“{key}” is held: it asks for {', '.join(extra)}, which was not shown when "
        "its credential was given. Nothing is sent.",
        advice="If it may go there, confirm it in the window, or with: ferrule "
        f"connections hosts {key} --confirm.",
        hosts=tuple(extra),
    )


@recorded(
    "credential",
    "The credential of “{key}” may go to all the hosts that it asks for now.",
    connection="{key}",
    audit="credential.hosts",
)
def confirm_hosts(workspace: Workspace, key: str) -> Connection:
    """Let a connection go to all the hosts it asks for now; return it.

    A shared credential that it uses remembers them too. How it is, is not known before
    it is used or checked again.

    Raises:
        NotFound: when there is no connection of that key.
    """
    project = workspace.project.key
    connection = workspace.connections.get(project, key)
    connector = workspace.registry.connector_of(connection)
    asked = asked_hosts(connector, connection.config)
    was_held = bool(held_hosts(workspace, connection, connector))
    scope = _scope(workspace, connection, connector)
    if scope is not None:
        workspace.scopes.change(scope.project, scope.owner, more_hosts=asked)
    shown = sorted({*(connection.hosts or ()), *asked})
    said = {"state": "degraded", "last_error": None} if was_held else {}
    return workspace.connections.update(project, key, hosts=shown, **said)


def _scope(
    workspace: Workspace, connection: Connection, connector: Connector
) -> CredentialScope | None:
    ref = place_of(connection, workspace.scopes, lambda _one: connector)
    if ref is None or not ref.is_shared:
        return None
    return workspace.scopes.find(*ref)


def _is_covered(asked: str, shown: Collection[str]) -> bool:
    """Tell whether a host or an origin is among the shown; plain http only as it is."""
    host = asked.lower().removeprefix(_HTTPS)
    known = [one.lower().removeprefix(_HTTPS) for one in shown]
    return host in known if "://" in host else any(covers(one, host) for one in known)

"""API versions of a connection: which there are, choosing one, going back (seed 003).

A version is kept by its name, so that nobody is moved unasked. What is deprecated says
so wherever the connection is shown, with the day it ends and the guide of the service.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.api_versions import connector_at
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json
from ferrule.store import Connection
from ferrule.workspace.deprecating import (
    Deprecation,
    VersionChoice,
    choices_of,
    deprecation,
)
from ferrule.workspace.workspace import Workspace

__all__ = [
    "Deprecation",
    "VersionChoice",
    "choices_of",
    "choose_version",
    "deprecation",
    "deprecation_of",
    "earlier_choice",
    "go_back",
    "version_choices",
]


def version_choices(workspace: Workspace, key: str) -> Sequence[VersionChoice]:
    """Return the versions that a connection can use, empty where there are none.

    None is chosen where the connection's version is gone.

    Raises:
        NotFound: when there is no such connection, or its connector is gone.
        DescriptorInvalid: when its connector cannot be read.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    return choices_of(_listed(workspace, connection), connection.api_version)


def choose_version(
    workspace: Workspace,
    key: str,
    version: str,
    *,
    config: Mapping[str, Json] | None = None,
    secrets: Secrets | None = None,
    method: str | None = None,
    streams: Sequence[str] | None = None,
) -> Connection:
    """Let a connection use another version, and return it as it is then.

    A version that asks for more gets it in the same step: values of `config` go over
    those there are, `method` names its sign-in, `streams` what is polled.

    Raises:
        UsageError: when there is no such version, or it needs more than the connection
            has; nothing is changed.
        AlreadyRunning: while a run of the connection is under way.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    _refuse_unknown(connection, _listed(workspace, connection), version)
    changes: dict[str, Any] = {"api_version": version}
    if config:
        connector = connector_at(
            workspace.catalogue.document(connection.connector_id), version
        )
        kept = _kept_config(connection, connector)
        changes["config"] = {**kept, **config}
    if method is not None:
        changes["auth_option"] = method
    if streams:
        changes["streams"] = list(streams)
    project = workspace.project.key
    return workspace.registry.update_connection(project, key, changes, secrets)


def go_back(
    workspace: Workspace,
    key: str,
    *,
    config: Mapping[str, Json] | None = None,
    secrets: Secrets | None = None,
) -> Connection:
    """Let a connection use the version that it used before the last change.

    Raises:
        UsageError: when there was none, it is gone, or needs more than there is.
        AlreadyRunning: while a run of the connection is under way.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    earlier = connection.earlier_api_version
    if earlier is None:
        raise UsageError(
            f"“{key}” used no other API version before.",
            advice=f"Choose one: ferrule connections version {key} ID.",
        )
    return choose_version(workspace, key, earlier, config=config, secrets=secrets)


def earlier_choice(workspace: Workspace, key: str) -> VersionChoice | None:
    """Return the version that can be gone back to, None where there is none."""
    connection = workspace.connections.get(workspace.project.key, key)
    found = choices_of(_listed(workspace, connection), connection.api_version)
    earlier = connection.earlier_api_version
    return next((c for c in found if c.id == earlier and not c.chosen), None)


def deprecation_of(
    workspace: Workspace, key: str, clock: Clock | None = None
) -> Deprecation | None:
    """Return what is to be said of a connection's version today.

    Raises:
        NotFound: when there is no such connection.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    try:
        connector = _listed(workspace, connection)
    except FerruleError:  # whoever uses the connector says what is wrong with it
        return None
    today = (clock or SystemClock()).now().date()
    return deprecation(connector, connection.api_version, today)


def _listed(workspace: Workspace, connection: Connection) -> Connector:
    """Return a connection's connector with its versions, whichever it uses."""
    return connector_at(workspace.catalogue.document(connection.connector_id))


def _kept_config(connection: Connection, connector: Connector) -> dict[str, Json]:
    from ferrule.workspace.changing_version import fitting_config  # only to change

    return fitting_config(connection.config, connector)


def _refuse_unknown(connection: Connection, connector: Connector, version: str) -> None:
    known = [one.id for one in connector.api_versions or ()]
    if version in known:
        return
    if not known:
        raise UsageError(
            f"{connector.name} has one API version only: there is nothing to choose."
        )
    raise UsageError(
        f"{connector.name} has no API version “{version}”.",
        advice=f"It has: {', '.join(known)}. Choose: ferrule connections version "
        f"{connection.key} ID.",
    )

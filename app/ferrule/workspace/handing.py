"""Secrets that are kept in memory only, handed to a gateway on its standard input.

Where nothing can seal a secret it lives in the window's process. A gateway of that
window gets what the connections need that services call, and keeps it in memory too; it
gets it again when something of it changes.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from pydantic import SecretStr

from ferrule.credentials import Ref
from ferrule.errors import FerruleError, VaultLocked
from ferrule.exchange import Json
from ferrule.workspace.receiving import Callees
from ferrule.workspace.workspace import Workspace

Handed = Mapping[str, Mapping[str, str]]
"""Secrets by connection, then by field."""


class Trouble(NamedTuple):
    """Why the calls of a connection cannot be checked now, and what to do."""

    connection: str
    connector_id: str
    what: str
    why: str
    locked: bool


def is_in_memory(workspace: Workspace) -> bool:
    """Tell whether secrets are gone when this process ends."""
    return workspace.vault.state.backend == "memory"


def secrets_to_hand(workspace: Workspace, keys: Collection[str]) -> Handed:
    """Return the secrets of these connections that a child cannot read itself."""
    if not is_in_memory(workspace):
        return {}
    found: dict[str, dict[str, str]] = {}
    for one in workspace.connections.list(workspace.project.key):
        if one.key not in keys:
            continue
        try:
            ref = workspace.registry.ref_of(one)
            kept = workspace.vault.get(ref) if ref is not None else {}
        except FerruleError:  # a call of it is told why
            continue
        if ref is not None:
            found[one.key] = {k: v.get_secret_value() for k, v in kept.items()}
    return found


def take_handed(workspace: Workspace, given: Json) -> None:
    """Keep in memory what the parent process handed over, and nothing else.

    Nothing is kept where this process can open a vault itself.
    """
    vault = workspace.vault
    if not isinstance(given, dict) or not is_in_memory(workspace):
        return
    found = dict(_given(workspace, given))
    try:
        for gone in {*vault.refs()} - {*found}:
            vault.delete(gone)
        for ref, secrets in found.items():
            vault.put(ref, secrets)
    except FerruleError:  # sealed by an earlier process: a call of it is told so
        return


def _given(
    workspace: Workspace, given: Mapping[str, Json]
) -> Iterator[tuple[Ref, dict[str, SecretStr]]]:
    for one in workspace.connections.list(workspace.project.key):
        fields = given.get(one.key)
        if not isinstance(fields, dict):
            continue
        try:
            ref = workspace.registry.ref_of(one)
        except FerruleError:  # as above
            continue
        if ref is not None:
            yield ref, {k: SecretStr(str(v)) for k, v in fields.items()}


def troubles(workspace: Workspace, keys: Collection[str]) -> tuple[Trouble, ...]:
    """Return which of these connections cannot check their calls now, and why."""
    callees, project = Callees(workspace), workspace.project.key
    found = []
    for one in workspace.connections.list(project):
        if one.key not in keys:
            continue
        try:
            callees.look(one.key, project)
        except FerruleError as error:
            locked = isinstance(error, VaultLocked)
            told = (error.message, error.advice, locked)
            found.append(Trouble(one.key, one.connector_id, *told))
    return tuple(found)

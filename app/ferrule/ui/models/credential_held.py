"""Connections that are held: they ask for more hosts than were shown.

The readers block, and import what they need when they are first called: the catalogue
paints before.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ferrule.errors import FerruleError
from ferrule.ui.models.card_standing import Link
from ferrule.workspace.workspace import Workspace


class HeldFacts(NamedTuple):
    """A connection that asks for `hosts` beyond those `shown`, by its key."""

    key: str
    version: str
    hosts: tuple[str, ...]
    shown: tuple[str, ...]


def read_held(workspace: Workspace, key: str) -> HeldFacts | None:
    """Return what a connection is held for; None where it is not.

    Raises:
        FerruleError: when it or its connector cannot be read.
    """
    from ferrule.workspace import scopes  # noqa: PLC0415  it reads the models

    one = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(one)
    extra = scopes.held_hosts(workspace, one, connector)
    if not extra:
        return None
    shared = scopes.shared_of(workspace, one)
    own = set(one.hosts or ())
    shown = own if shared is None else own & set(shared.hosts)
    return HeldFacts(key, connector.version, extra, tuple(sorted(shown)))


def with_held(workspace: Workspace, links: Sequence[Link]) -> tuple[Link, ...]:
    """Return connections with what each is held for."""
    return tuple(link._replace(held=_held_for(workspace, link)) for link in links)


def confirm(workspace: Workspace, key: str) -> None:
    """Let a connection go to every host that it asks for now.

    Raises:
        FerruleError: when it is gone, or that cannot be kept.
    """
    from ferrule.workspace import scopes  # noqa: PLC0415  see above

    scopes.confirm_hosts(workspace, key)


def _held_for(workspace: Workspace, link: Link) -> tuple[str, ...]:
    if not link.enabled:
        return ()
    try:
        held = read_held(workspace, link.key)
    except FerruleError:  # its card says what is wrong with it
        return ()
    return held.hosts if held is not None else ()

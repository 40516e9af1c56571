"""Switching connectors on and off, one or all of a provider (seed 003, bundles).

An imported connector is switched by its import, any other by its connections; one that
is neither imported nor connected has nothing to switch. Whatever goes for all of them
leaves out those whose connections ask for hosts that were not shown (semantics 13) and
those that cannot be used, and says why; one that is named is switched all the same, and
its connection stays held.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ferrule.clock import Clock
from ferrule.errors import FerruleError, NotFound, UsageError
from ferrule.store import Connection
from ferrule.workspace import importing
from ferrule.workspace.cards import Card, is_on
from ferrule.workspace.effective import effective
from ferrule.workspace.host_sets import held_hosts
from ferrule.workspace.import_keeping import WINDOW
from ferrule.workspace.switched import LeftOut, Switched
from ferrule.workspace.workspace import Workspace

__all__ = ["LeftOut", "Switched", "switch", "switch_all", "take_back"]


@dataclass(frozen=True, slots=True)
class _One:
    """A connector's card with its connections."""

    card: Card
    connections: Sequence[Connection]

    @property
    def on(self) -> bool | None:
        return is_on(self.card, [one.enabled for one in self.connections])


@dataclass(slots=True)
class _Change:
    """What is to be switched; each list names what it changes."""

    on: bool
    connectors: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)

    def add(self, one: _One) -> None:
        """Add what switching this connector changes."""
        imported = one.card.origin == "imported"
        others = [c.key for c in one.connections if c.enabled is not self.on]
        self.connectors.append(one.card.id)
        if imported and one.card.enabled is not self.on:
            self.imports.append(one.card.id)
        if (self.on and len(others) == len(one.connections)) or not (
            self.on or imported
        ):
            self.connections += others


def switch(
    workspace: Workspace,
    connectors: Iterable[str],
    *,
    on: bool,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> Switched:
    """Switch these connectors on or off; those that are so already stay as they are.

    Raises:
        NotFound: for one that is not in the catalogue; nothing is changed.
        UsageError: for one that is neither imported nor connected, or that cannot be
            used; nothing is changed.
        StoreError: when it cannot be written.
    """
    change = _Change(on)
    for name in connectors:
        one = _one(workspace, workspace.catalogue.card(name))
        if one.on is None:
            raise UsageError(
                f"{name} is not connected: there is nothing to switch.",
                advice=f"Connect it: ferrule connect {name}",
            )
        if on and not one.card.usable:
            raise UsageError(f"{name} cannot be used: {one.card.problem}")
        if one.on is not on:
            change.add(one)
    return _done(workspace, change, (), command, clock)


def switch_all(
    workspace: Workspace,
    provider: str,
    *,
    on: bool,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> Switched:
    """Switch all connectors of a provider; say which were left out, and why.

    Raises:
        NotFound: when no connector is of that provider.
        StoreError: when it cannot be written.
    """
    change, left = _Change(on), []
    for card in _cards_of(workspace, provider):
        one = _one(workspace, card)
        if one.on is None or one.on is on:
            continue
        why = _against(workspace, one) if on else ""
        if why:
            left.append(LeftOut(card.id, card.name, why))
        else:
            change.add(one)
    return _done(workspace, change, left, command, clock)


def take_back(
    workspace: Workspace,
    was: Switched,
    *,
    command: str = WINDOW,
    clock: Clock | None = None,
) -> Switched:
    """Switch back exactly what was switched; what is gone meanwhile stays away.

    Raises:
        StoreError: when it cannot be written.
    """
    installed = {
        one.id for bundle in importing.imported(workspace) for one in bundle.connectors
    }
    change = _Change(
        not was.on,
        list(was.connectors),
        [one for one in was.imports if one in installed],
        list(was.connections),
    )
    return _done(workspace, change, (), command, clock)


def _done(
    workspace: Workspace,
    change: _Change,
    left: Sequence[LeftOut],
    command: str,
    clock: Clock | None,
) -> Switched:
    if change.imports:
        turn = importing.enable if change.on else importing.disable
        turn(workspace, change.imports, command=command, clock=clock)
    project, keys = workspace.project.key, []
    for key in change.connections:
        with suppress(NotFound):  # it was disconnected meanwhile
            workspace.registry.enable_connection(project, key, enabled=change.on)
            keys.append(key)
    return Switched(
        change.on,
        tuple(change.connectors),
        tuple(left),
        tuple(change.imports),
        tuple(keys),
    )


def _cards_of(workspace: Workspace, provider: str) -> list[Card]:
    cards = workspace.catalogue.cards()
    found = [card for card in cards if provider and card.provider == provider]
    if not found:
        known = sorted({card.provider for card in cards if card.provider})
        raise NotFound(
            f"No connector is of the provider “{provider}”.",
            advice=f"There are: {', '.join(known)}.",
        )
    return found


def _one(workspace: Workspace, card: Card) -> _One:
    if not workspace.home.database.exists():
        return _One(card, ())
    project = workspace.project.key
    return _One(card, workspace.connections.list(project, connector_id=card.id))


def _against(workspace: Workspace, one: _One) -> str:
    """Return why a connector is not switched on with others, empty for nothing."""
    if not one.card.usable:
        return one.card.problem.rstrip(".")
    if not one.connections:
        return ""
    try:
        raw = workspace.catalogue.read(one.card)
        extra = {
            host
            for connection in one.connections
            for host in held_hosts(workspace, connection, effective(connection, raw))
        }
    except FerruleError as error:
        return error.message.rstrip(".")
    if not extra:
        return ""
    return f"it asks for {', '.join(sorted(extra))}, which was not shown"

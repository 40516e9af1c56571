"""How a connector stands with the person: connected, broken, or not set up yet.

`read_links` asks the database and `Findings.find` reads every document whole: both
block, and are called off the window's thread once the cards are painted.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ferrule import exchange
from ferrule.workspace.catalogue import Card
from ferrule.workspace.workspace import Workspace

SANDBOX: Final = "sandbox-issues"
"""The connector that is tried first."""
SANDBOXES: Final = frozenset({SANDBOX, "sandbox-oauth", "sandbox-oauth1"})
"""Connectors of our own sandbox: it is started for them."""
Status = Literal[
    "connected", "degraded", "error", "ready", "not_configured", "disabled", "invalid"
]
Verb = Literal["open", "fix", "connect", "try", "edit"]
WORDS: Final[Mapping[Status, str]] = {
    "connected": "Connected",
    "degraded": "Degraded",
    "error": "Error",
    "ready": "Ready",
    "not_configured": "Not configured",
    "disabled": "Disabled",
    "invalid": "Invalid",
}
VERBS: Final[Mapping[Verb, str]] = {
    "open": "Open",
    "fix": "Fix…",
    "connect": "Connect",
    "try": "Try it",
    "edit": "Open in Builder",
}
# The worst comes first; several connections of one connector stand as their worst.
SEVERITY: Final[Sequence[Status]] = (
    "error",
    "invalid",
    "degraded",
    "connected",
    "disabled",
    "ready",
    "not_configured",
)


class Standing(NamedTuple):
    """A status with its word, what the card's button does, and the connections' keys.

    `shape` is the state's name in `theme.STATES`.
    """

    status: Status
    word: str
    verb: Verb
    connections: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """Return which shape and colour the status has."""
        return "error" if self.status == "invalid" else self.status

    @property
    def button(self) -> str:
        """Return the text of the card's button."""
        return VERBS[self.verb]


class Link(NamedTuple):
    """One connection of a connector, as far as its standing goes."""

    key: str
    connector_id: str
    enabled: bool
    checked: bool
    state: str
    config: "Mapping[str, exchange.Json]"

    @property
    def status(self) -> Status:
        """Return the status of this connection alone."""
        if not self.enabled:
            return "disabled"
        if not self.checked:
            return "degraded"
        found: dict[str, Status] = {"healthy": "connected", "degraded": "degraded"}
        return found.get(self.state, "error")

    @property
    def signed_out(self) -> bool:
        """Return whether a person must sign in again."""
        return self.enabled and self.state == "reauth_required"

    @property
    def word(self) -> str:
        """Return its status in words."""
        if self.enabled and not self.checked:
            return "Not checked"
        return "Sign-in refused" if self.signed_out else WORDS[self.status]


def read_links(workspace: Workspace) -> tuple[Link, ...]:
    """Return the project's connections; without a database there are none."""
    if not workspace.home.database.exists():
        return ()
    return tuple(
        Link(
            key=found.key,
            connector_id=found.connector_id,
            enabled=found.enabled,
            checked=found.last_health_check is not None,
            state=found.state,
            config=found.config,
        )
        for found in workspace.connections.list(workspace.project.key)
    )


def standing_of(card: Card, links: Iterable[Link], problem: str = "") -> Standing:
    """Return how a card stands, given the connections made from it."""
    mine = tuple(links)
    keys = tuple(link.key for link in mine)
    if card.problem or problem:
        return Standing("invalid", WORDS["invalid"], "edit", keys)
    if not mine:
        return _without(card.id)
    worst = min(mine, key=lambda link: SEVERITY.index(link.status))
    broken = worst.status == "error" or (worst.status == "degraded" and worst.checked)
    return Standing(worst.status, worst.word, "fix" if broken else "open", keys)


def _without(connector_id: str) -> Standing:
    if connector_id == SANDBOX:
        return Standing("ready", WORDS["ready"], "try")
    return Standing("not_configured", WORDS["not_configured"], "connect")


class Finding(NamedTuple):
    """What reading a document whole found: its first problem, or its true hosts."""

    problem: str = ""
    pointer: str = ""
    hosts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Findings:
    """What reading the documents found; an unchanged file is not read again."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int], Finding] = {}

    def find(self, cards: Iterable[Card]) -> dict[str, Finding]:
        """Check every card's document and return what was found, by id."""
        return {card.id: self._of(card) for card in cards if not card.problem}

    def _of(self, card: Card) -> Finding:
        try:
            key = (card.path, card.path.stat().st_mtime_ns)
        except OSError as error:
            return Finding(f"The document cannot be read: {error.strerror}.")
        if key not in self._known:
            self._known[key] = _finding(card)
        return self._known[key]


def _finding(card: Card) -> Finding:
    # Pydantic's models take 100 ms to import, so not before the cards are painted.
    from ferrule.descriptor.document import read_descriptor  # noqa: PLC0415  see above
    from ferrule.descriptor.hosts import allowed_hosts  # noqa: PLC0415  see above
    from ferrule.descriptor.needs import run_needs  # noqa: PLC0415  see above
    from ferrule.errors import DescriptorInvalid  # noqa: PLC0415  beside its raiser

    try:
        connector = read_descriptor(card.path.read_bytes())
    except DescriptorInvalid as invalid:
        first = invalid.problems[0]
        return Finding(f"{first.pointer or '/'}: {first.message}", first.pointer)
    except OSError as error:
        return Finding(f"The document cannot be read: {error.strerror}.")
    return Finding(
        hosts=tuple(sorted(allowed_hosts(connector))),
        needs=tuple(run_needs(connector, connector.resolved_streams)),
    )

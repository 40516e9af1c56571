"""How a connector stands with the person: connected, broken, or not set up yet.

`read_links` asks the database and `Findings.find` reads every document whole: both
block, and are called off the window's thread once the cards are painted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ferrule import exchange
from ferrule.clock import Clock, SystemClock
from ferrule.workspace.catalogue import Card
from ferrule.workspace.workspace import Workspace

SANDBOX: Final = "sandbox-issues"
"""The connector that is tried first."""
SANDBOXES: Final = frozenset({SANDBOX, "sandbox-oauth", "sandbox-oauth1"})
"""Connectors of our own sandbox: it is started for them."""
Status = Literal[
    "connected",
    "degraded",
    "deprecated",
    "error",
    "held",
    "ready",
    "not_configured",
    "disabled",
    "invalid",
]
Verb = Literal["open", "fix", "connect", "try", "edit", "enable", "unfold", "fold"]
WORDS: Final[Mapping[Status, str]] = {
    "connected": "Connected",
    "degraded": "Degraded",
    "deprecated": "Deprecated API",
    "error": "Error",
    "held": "Held",
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
    "enable": "Enable",
    "unfold": "Show",
    "fold": "Hide",
}
# The worst comes first; several connections of one connector stand as their worst.
SEVERITY: Final[Sequence[Status]] = (
    "error",
    "invalid",
    "held",
    "degraded",
    "deprecated",
    "connected",
    "disabled",
    "ready",
    "not_configured",
)
ATTENTION: Final = frozenset(
    {"error", "held", "degraded", "deprecated", "invalid"},
)


class Standing(NamedTuple):
    """A status with its word, what the card's button does, and the connections' keys.

    `day` says until when it is so, where that is known. `shape` is the state's name in
    `theme.STATES`.
    """

    status: Status
    word: str
    verb: Verb
    connections: tuple[str, ...] = ()
    day: str = ""

    @property
    def sentence(self) -> str:
        """Return the status in words, the day with it where there is one."""
        return f"{self.word} {self.day}".strip()

    @property
    def shape(self) -> str:
        """Return which shape and colour the status has."""
        shapes = {"invalid": "error", "held": "warning"}
        return shapes.get(self.status, self.status)

    @property
    def button(self) -> str:
        """Return the text of the card's button."""
        return VERBS[self.verb]


class OldVersion(NamedTuple):
    """An API version that its service asks to leave, as a card says it.

    `day` says when it ends or ended. `usual` is the version of connections that never
    chose one.
    """

    id: str
    word: str
    day: str = ""
    usual: bool = False


class Versions(NamedTuple):
    """The API versions of a connector by their ids, and those that are old."""

    ids: tuple[str, ...] = ()
    old: tuple[OldVersion, ...] = ()


class Link(NamedTuple):
    """One connection of a connector, as far as its standing goes."""

    key: str
    connector_id: str
    enabled: bool
    checked: bool
    state: str
    config: "Mapping[str, exchange.Json]"
    api_version: str | None = None
    held: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """Return the status of this connection alone."""
        if not self.enabled:
            return "disabled"
        if self.held:
            return "held"
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
        if self.status == "held":
            return "Held: new hosts"
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
            api_version=found.api_version,
        )
        for found in workspace.connections.list(workspace.project.key)
    )


def still_held(links: Iterable[Link], before: Iterable[Link]) -> tuple[Link, ...]:
    """Return connections as held as they were before, until that is known anew."""
    known = {link.key: link.held for link in before}
    return tuple(link._replace(held=known.get(link.key, ())) for link in links)


def standing_of(
    card: Card,
    links: Iterable[Link],
    problem: str = "",
    versions: Versions | None = None,
) -> Standing:
    """Return how a card stands, given the connections made from it.

    One that works, or was not checked yet, says where its API version is old or gone;
    `versions` is None while nobody knows.
    """
    mine = tuple(links)
    keys = tuple(link.key for link in mine)
    if not card.enabled and card.usable and not problem:
        return Standing("disabled", WORDS["disabled"], "enable", keys)
    if card.problem or problem:
        return Standing("invalid", WORDS["invalid"], "edit", keys)
    if not mine:
        return _without(card.id)
    told = (_alone(link, versions) for link in mine)
    worst = min(told, key=lambda one: SEVERITY.index(one.status))
    return worst._replace(connections=keys)


def _alone(link: Link, versions: Versions | None) -> Standing:
    """Return how one connection stands."""
    untold = link.status == "degraded" and not link.checked
    if versions is not None and (untold or link.status == "connected"):
        version = link.api_version
        if version is not None and version not in versions.ids:
            return Standing("error", "API version gone", "fix")
        for one in versions.old:
            if version == one.id or (version is None and one.usual):
                return Standing("deprecated", one.word, "open", day=one.day)
    broken = link.status in {"error", "held"} or (
        link.status == "degraded" and link.checked
    )
    return Standing(link.status, link.word, "fix" if broken else "open")


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
    versions: Versions | None = None


class Findings:
    """What reading the documents found; an unchanged file is not read again."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._known: dict[tuple[Path, int, date], Finding] = {}

    def find(self, cards: Iterable[Card]) -> dict[str, Finding]:
        """Check every card's document and return what was found, by id."""
        return {card.id: self._of(card) for card in cards if not card.problem}

    def _of(self, card: Card) -> Finding:
        try:
            today = self._clock.now().date()
            key = (card.path, card.path.stat().st_mtime_ns, today)
        except OSError as error:
            return Finding(f"The document cannot be read: {error.strerror}.")
        if key not in self._known:
            self._known[key] = _finding(card, today)
        return self._known[key]


def _finding(card: Card, today: date) -> Finding:
    # Pydantic's models take 100 ms to import, so not before the cards are painted.
    from ferrule.descriptor.document import read_descriptor  # noqa: PLC0415  see above
    from ferrule.descriptor.hosts import allowed_hosts  # noqa: PLC0415  see above
    from ferrule.descriptor.needs import run_needs  # noqa: PLC0415  see above
    from ferrule.errors import DescriptorInvalid  # noqa: PLC0415  beside its raiser
    from ferrule.workspace import deprecating  # noqa: PLC0415  see above

    try:
        connector = read_descriptor(card.path.read_bytes())
    except DescriptorInvalid as invalid:
        first = invalid.problems[0]
        return Finding(f"{first.pointer or '/'}: {first.message}", first.pointer)
    except OSError as error:
        return Finding(f"The document cannot be read: {error.strerror}.")
    choices = deprecating.choices_of(connector, None)
    found = [deprecating.deprecation(connector, one.id, today) for one in choices]
    return Finding(
        hosts=tuple(sorted(allowed_hosts(connector))),
        needs=tuple(run_needs(connector, connector.resolved_streams)),
        versions=Versions(
            tuple(one.id for one in choices),
            tuple(
                OldVersion(one.id, *told.card, usual=one.default)
                for one, told in zip(choices, found, strict=True)
                if told is not None
            ),
        ),
    )

"""What stands on the catalogue's cards: one connector's, or those of a whole bundle.

A provider with several connectors is one card while nothing is searched or filtered.
The connectors of our own sandbox stay apart: they are tried first, not set up together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ferrule.ui.i18n import Data, ours, tr
from ferrule.ui.models.card_standing import (
    ATTENTION,
    SANDBOXES,
    SEVERITY,
    WORDS,
    Finding,
    Link,
    Standing,
    standing_of,
)
from ferrule.workspace.cards import is_on
from ferrule.workspace.catalogue import Card

BUNDLE: Final = "bundle:"
"""What the id of a bundle's card begins with; no connector's id has a colon."""
_NAMED: Final = 6
_AUTH: Final = {
    "none": "No sign-in",
    "api_key": "API key",
    "pat": "Token",
    "basic": "Password",
    "oauth1": "OAuth 1",
    "oauth2": "OAuth 2",
    "session_token": "Session",
    "jwt": "JWT",
    "ssh_key": "SSH key",
    "webhook_secret": "Shared secret",
}
_INGESTION: Final = {
    "polling": ("Polling",),
    "webhook": ("Webhook",),
    "polling_and_webhook": ("Polling", "Webhook"),
}


class Entry(NamedTuple):
    """A card with how it stands, and the values it has in each group of facets.

    `on` is whether it is switched on, None where there is nothing to switch.
    """

    card: Card
    standing: Standing
    finding: Finding
    facets: tuple[tuple[str, ...], ...]
    on: bool | None = None

    @property
    def problem(self) -> str:
        """Return why the connector cannot be used, empty when it can.

        That it is not enabled yet is none.
        """
        return ("" if self.card.usable else self.card.problem) or self.finding.problem

    @property
    def line(self) -> str:
        """Return the line below the name: the problem, else the description."""
        return tr(self.problem) or Data(self.card.description)

    @property
    def auth(self) -> str:
        """Return how one signs in, in a word or two."""
        return self.facets[2][0]

    @property
    def ingestion(self) -> str:
        """Return how items come, in a word."""
        ways = self.facets[3]
        return "Both" if len(ways) > 1 else ways[0]

    @property
    def chips(self) -> tuple[str, ...]:
        """Return the short facts on the card."""
        return self.auth, self.ingestion

    @property
    def seed(self) -> str:
        """Return what the hue of its tile follows from."""
        return self.card.id

    @property
    def signed(self) -> bool:
        """Return whether it came with a signed bundle."""
        return bool(self.card.signers)

    @property
    def edition(self) -> str:
        """Return the version, and whether the connector is the project's own."""
        own = "yours" if self.card.origin == "project" else ""
        version = f"v{self.card.version}" if self.card.version else ""
        return "  ·  ".join(part for part in (version, own) if part)

    @property
    def sentence(self) -> str:
        """Return the card as a screen reader says it."""
        card = self.card
        version = f"version {card.version}" if card.version else ""
        signed = "signed" if self.signed else ""
        standing = self.standing.sentence
        parts = (card.name, standing, version, signed, self.auth, self.ingestion)
        told = ", ".join(part for part in parts if part)
        return f"{told}. {self.line}. Enter: {self.standing.button}"


class BundleEntry(NamedTuple):
    """The card of all connectors of a provider, `members` by name.

    Its `card` has an id of its own, the bundle's title and the provider.
    """

    card: Card
    standing: Standing
    members: tuple[Entry, ...]

    @property
    def problem(self) -> str:
        """Return nothing: what is wrong with a connector stands on its own card."""
        return ""

    @property
    def opened(self) -> bool:
        """Return whether its connectors are shown after it."""
        return self.standing.verb == "fold"

    def as_opened(self) -> "BundleEntry":
        """Return the card as it is while its connectors are shown after it."""
        return self._replace(standing=self.standing._replace(verb="fold"))

    @property
    def on(self) -> int:
        """Return how many of its connectors are on."""
        return sum(one.on is True for one in self.members)

    @property
    def switchable(self) -> int:
        """Return how many of its connectors can be on or off."""
        return sum(one.on is not None for one in self.members)

    @property
    def line(self) -> str:
        """Return the names of its connectors, of many the first."""
        names = [one.card.name for one in self.members[:_NAMED]]
        more = ("…",) if len(self.members) > _NAMED else ()
        return Data(", ".join((*names, *more)))

    @property
    def chips(self) -> tuple[str, ...]:
        """Return the short facts on the card."""
        count = f"{len(self.members):,} connectors"
        return (count, f"{self.on:,} on") if self.switchable else (count,)

    @property
    def seed(self) -> str:
        """Return what the hue of its tile follows from."""
        return self.card.provider

    @property
    def signers(self) -> tuple[str, ...]:
        """Return who signed what was imported of it."""
        found = (signer for one in self.members for signer in one.card.signers)
        return tuple(dict.fromkeys(found))

    @property
    def signed(self) -> bool:
        """Return whether all of it came with signed bundles."""
        return all(one.signed for one in self.members)

    @property
    def edition(self) -> str:
        """Return where its connectors come from."""
        return "  ·  ".join(map(tr, self.origins))

    @property
    def origins(self) -> tuple[str, ...]:
        """Return where its connectors come from, a word each, shipped first."""
        words = {
            "shipped": ours("shipped"),
            "imported": ours("signed"),
            "project": ours("yours"),
        }
        there = {one.card.origin for one in self.members}
        return tuple(word for origin, word in words.items() if origin in there)

    @property
    def sentence(self) -> str:
        """Return the card as a screen reader says it."""
        told = ", ".join((*self.chips, *self.origins))
        name, button = Data(self.card.name), self.standing.button
        return f"{name}, {told}, {self.standing.word}. {self.line}. Enter: {button}"


Shown = Entry | BundleEntry


def entry_of(card: Card, links: Sequence[Link], finding: Finding) -> Entry:
    """Return a card's entry, given its connections and what reading it found."""
    standing = standing_of(card, links, finding.problem, finding.versions)
    auth = _AUTH.get(card.auth, card.auth.replace("_", " "))
    ways = _INGESTION.get(card.ingestion, (card.ingestion,))
    facets = ((card.category,), (WORDS[standing.status],), (auth,), ways)
    return Entry(card, standing, finding, facets, is_on(card, _flags(links)))


def bundle_id(card: Card) -> str:
    """Return the id of the bundle's card that a card may stand behind; empty for none.

    Sandboxes are never grouped.
    """
    if not card.bundle or card.id in SANDBOXES:
        return ""
    return f"{BUNDLE}{card.provider}"


def bundles_of(entries: Iterable[Entry]) -> Mapping[str, BundleEntry]:
    """Return the cards of the bundles that have several of these connectors, by id.

    They are closed; the connectors keep their order.
    """
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if name := bundle_id(entry.card):
            found.setdefault(name, []).append(entry)
    return {name: _bundle(name, some) for name, some in found.items() if len(some) > 1}


def _bundle(name: str, members: Sequence[Entry]) -> BundleEntry:
    first = members[0].card
    category, _ = Counter(one.card.category for one in members).most_common(1)[0]
    card = Card(name, first.bundle, provider=first.provider, category=category)
    return BundleEntry(card, _standing(members), tuple(members))


def _standing(members: Sequence[Entry]) -> Standing:
    """Return how a bundle stands: what needs somebody first, else what is connected."""
    worst = min((m.standing for m in members), key=lambda s: SEVERITY.index(s.status))
    well = sum(one.standing.status == "connected" for one in members)
    keys = tuple(key for one in members for key in one.standing.connections)
    word = worst.word
    if worst.status not in ATTENTION and well:
        word = f"{well:,} connected"
    return Standing(worst.status, word, "unfold", keys)


def _flags(links: Iterable[Link]) -> list[bool]:
    return [link.enabled for link in links]

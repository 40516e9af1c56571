"""The cards of the catalogue as a list: searched, narrowed by facets, put in order.

Everything a key stroke needs is prebuilt in plain lists; a proxy model that calls back
for every row and every comparison would cost more than the search itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6 import QtCore

from ferrule.ui.models.card_search import SearchIndex
from ferrule.ui.models.card_standing import (
    SEVERITY,
    WORDS,
    Finding,
    Link,
    Standing,
    Status,
    standing_of,
)
from ferrule.workspace.catalogue import Card

Group = Literal["category", "status", "auth", "ingestion"]
Order = Literal["relevance", "name", "status", "category"]
GROUPS: Final[Sequence[Group]] = ("category", "status", "auth", "ingestion")
ORDERS: Final[Sequence[tuple[Order, str]]] = (
    ("relevance", "Relevance"),
    ("name", "Name"),
    ("status", "Status"),
    ("category", "Category"),
)
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
_ROLE = QtCore.Qt.ItemDataRole
ENTRY: Final = int(_ROLE.UserRole)
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
Counts = Mapping[Group, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A card with how it stands, and the values it has in each group of facets."""

    card: Card
    standing: Standing
    finding: Finding
    facets: tuple[tuple[str, ...], ...]

    @property
    def problem(self) -> str:
        """Return why the connector cannot be used, empty when it can."""
        return self.card.problem or self.finding.problem

    @property
    def line(self) -> str:
        """Return the line below the name: the problem, else the description."""
        return self.problem or self.card.description

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
    def sentence(self) -> str:
        """Return the card as a screen reader says it."""
        card = self.card
        version = f"version {card.version}" if card.version else ""
        parts = (card.name, self.standing.word, version, self.auth, self.ingestion)
        told = ", ".join(part for part in parts if part)
        return f"{told}. {self.line}. Enter: {self.standing.button}"


class CatalogueModel(QtCore.QAbstractListModel):
    """The cards that pass search and facets, in the chosen order.

    Signals:
        arranged(): other cards are shown, or facets count otherwise.
    """

    arranged = QtCore.Signal()

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.query = ""
        self.order: Order = "relevance"
        self.chosen: dict[Group, frozenset[str]] = {}
        self._cards: list[Card] = []
        self._links: tuple[Link, ...] = ()
        self._findings: Mapping[str, Finding] = {}
        self._all: list[Entry] = []
        self._shown: list[Entry] = []
        self._counts: dict[Group, Counter[str]] = {}
        self._index = SearchIndex(())

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many cards are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the name, the `Entry`, or what is spoken."""
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        if role == ENTRY:
            return entry
        if role == _ROLE.DisplayRole:
            return entry.card.name
        return entry.sentence if role == _ROLE.AccessibleTextRole else None

    @property
    def total(self) -> int:
        """Return how many cards there are."""
        return len(self._all)

    @property
    def narrowed(self) -> bool:
        """Return whether a search or a facet may hide cards."""
        return bool(self.query or any(self.chosen.values()))

    @property
    def counts(self) -> Counts:
        """Return how many cards each facet would show, the other groups given."""
        return self._counts

    def entry(self, row: int) -> Entry:
        """Return a shown card."""
        return self._shown[row]

    def entries(self) -> Sequence[Entry]:
        """Return all cards, shown or not, by name."""
        return self._all

    def find(self, connector_id: str) -> int:
        """Return the row of a connector, -1 where it is not shown."""
        for row, entry in enumerate(self._shown):
            if entry.card.id == connector_id:
                return row
        return -1

    def known(self, connector_id: str) -> Entry | None:
        """Return a connector's entry, shown or not."""
        found = (entry for entry in self._all if entry.card.id == connector_id)
        return next(found, None)

    def closest(self) -> Entry | None:
        """Return the card whose name is nearest to what is searched."""
        row = self._index.closest(self.query)
        return None if row is None else self._all[row]

    def set_cards(self, cards: Iterable[Card]) -> None:
        """Show other cards; their standings and findings are kept by id."""
        self._cards = list(cards)
        self._index = SearchIndex(_texts(card) for card in self._cards)
        self._rebuild()

    def set_standings(self, links: Iterable[Link]) -> None:
        """Take the connections there are."""
        self._links = tuple(links)
        self._rebuild()

    def set_findings(self, findings: Mapping[str, Finding]) -> None:
        """Take what reading the documents whole found."""
        self._findings = findings
        self._rebuild()

    def set_query(self, query: str) -> None:
        """Search for other words."""
        if query.strip() != self.query:
            self.query = query.strip()
            self._arrange()

    def set_facet(self, group: Group, values: Iterable[str]) -> None:
        """Show only cards that have one of these values; none for all."""
        self.chosen[group] = frozenset(values)
        self._arrange()

    def set_order(self, order: Order) -> None:
        """Put the cards in another order."""
        self.order = order
        self._arrange()

    def clear(self) -> None:
        """Search for nothing and leave all facets."""
        self.query = ""
        self.chosen.clear()
        self._arrange()

    def _rebuild(self) -> None:
        links: dict[str, list[Link]] = {}
        for link in self._links:
            links.setdefault(link.connector_id, []).append(link)
        fresh = [self._entry(card, links.get(card.id, ())) for card in self._cards]
        if fresh != self._all:
            self._all = fresh
            self._arrange()

    def _entry(self, card: Card, links: Iterable[Link]) -> Entry:
        finding = self._findings.get(card.id, Finding())
        standing = standing_of(card, links, finding.problem)
        auth = _AUTH.get(card.auth, card.auth.replace("_", " "))
        ways = _INGESTION.get(card.ingestion, (card.ingestion,))
        facets = ((card.category,), (WORDS[standing.status],), (auth,), ways)
        return Entry(card, standing, finding, facets)

    def _arrange(self) -> None:
        """Work out the shown cards and the facets' counts."""
        self.beginResetModel()
        ranks = self._index.find(self.query)
        rows = sorted(ranks, key=ranks.__getitem__) if self.query else ranks
        self._shown = self._narrow(self._all[row] for row in rows)
        key = _KEYS.get(self.order)
        if key is not None:
            self._shown.sort(key=key)
        elif not self.query:
            self._shown.sort(key=_by_use)
        self.endResetModel()
        self.arranged.emit()

    def _narrow(self, found: Iterable[Entry]) -> list[Entry]:
        """Return those that pass the facets; count for each group by the others."""
        counts = [Counter[str]() for _ in GROUPS]
        wanted = [
            (at, self.chosen[group])
            for at, group in enumerate(GROUPS)
            if self.chosen.get(group)
        ]
        passing = []
        for entry in found:
            lacks = [at for at, some in wanted if some.isdisjoint(entry.facets[at])]
            if not lacks:
                passing.append(entry)
            elif len(lacks) == 1:
                counts[lacks[0]].update(entry.facets[lacks[0]])
        for at, counter in enumerate(counts):
            counter.update(value for entry in passing for value in entry.facets[at])
        self._counts = dict(zip(GROUPS, counts, strict=True))
        return passing


def _texts(card: Card) -> tuple[str, str]:
    rest = (
        card.id,
        card.provider,
        card.category,
        card.description,
        *card.signal_types,
        *card.tags,
    )
    return card.name, " ".join(rest)


def _by_use(entry: Entry) -> bool:
    """Put what is in use first, and the sandbox, which needs no account."""
    unused: tuple[Status, ...] = ("not_configured", "invalid")
    return entry.standing.status in unused and not entry.standing.connections


def _by_name(entry: Entry) -> str:
    return entry.card.name.casefold()


def _by_status(entry: Entry) -> int:
    return SEVERITY.index(entry.standing.status)


def _by_category(entry: Entry) -> str:
    return entry.card.category.casefold()


_KEYS: Final = {"name": _by_name, "status": _by_status, "category": _by_category}

"""The cards of the catalogue as a list: searched, narrowed by facets, put in order.

While nothing narrows them, the connectors of a bundle stand behind one card of it, or
after it where that is open; what is searched or filtered is shown one by one.

Everything a key stroke needs is prebuilt in plain lists; a proxy model that calls back
for every row and every comparison would cost more than the search itself.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Literal, cast

from PySide6 import QtCore

from ferrule.ui.models.card_entries import (
    BundleEntry,
    Entry,
    Shown,
    bundle_id,
    bundles_of,
    entry_of,
)
from ferrule.ui.models.card_search import SearchIndex
from ferrule.ui.models.card_standing import (
    ATTENTION,
    SEVERITY,
    Finding,
    Link,
    Status,
)
from ferrule.workspace.catalogue import Card

__all__ = ["ENTRY", "GROUPS", "ORDERS", "CatalogueModel", "Counts", "Entry", "Group"]

Group = Literal["category", "status", "auth", "ingestion"]
Order = Literal["relevance", "name", "status", "category"]
GROUPS: Final[Sequence[Group]] = ("category", "status", "auth", "ingestion")
ORDERS: Final[Sequence[tuple[Order, str]]] = (
    ("relevance", "Relevance"),
    ("name", "Name"),
    ("status", "Status"),
    ("category", "Category"),
)
_ROLE = QtCore.Qt.ItemDataRole
ENTRY: Final = int(_ROLE.UserRole)
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NOTHING: Final = Finding()
Counts = Mapping[Group, Mapping[str, int]]


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
        self._shown: list[Shown] = []
        self._bundles: Mapping[str, BundleEntry] = {}
        self._opened: set[str] = set()
        self._inside: frozenset[str] = frozenset()
        self._counts: dict[Group, Counter[str]] = {}
        self._index = SearchIndex(())
        self._columns: list[list[tuple[str, ...]]] = [[] for _ in GROUPS]
        self._present: list[frozenset[str]] = []
        self._unused: list[bool] = []
        self.to_look_at = 0

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

    def present(self, group: Group) -> frozenset[str]:
        """Return the values that any card has in a group, and those being asked for."""
        known = self._present[GROUPS.index(group)] if self._present else frozenset()
        return known | self.chosen.get(group, frozenset())

    def entry(self, row: int) -> Shown:
        """Return a shown card: of a connector, or of a whole bundle."""
        return self._shown[row]

    def bundle(self, name: str) -> BundleEntry | None:
        """Return the card of a bundle by its id; None where there is none."""
        found = self._bundles.get(name)
        if found is not None and name in self._opened:
            return found.as_opened()
        return found

    def bundle_of(self, connector_id: str) -> str:
        """Return the id of the bundle's card of a connector, empty for none."""
        entry = self.known(connector_id)
        name = bundle_id(entry.card) if entry is not None else ""
        return name if name in self._bundles else ""

    def is_inside(self, entry: Shown) -> bool:
        """Return whether a shown card stands there because its bundle is open."""
        return entry.card.id in self._inside

    def turn(self, name: str) -> bool:
        """Open or close a bundle; return whether that id is one's."""
        if name not in self._bundles:
            return False
        self._opened ^= {name}
        self._arrange()
        return True

    def reveal(self, connector_id: str) -> None:
        """Open the bundle that a connector stands behind, if it does."""
        name = self.bundle_of(connector_id)
        if name and name not in self._opened:
            self._opened.add(name)
            if not self.narrowed:
                self._arrange()

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

    def warm(self) -> None:
        """Get the search ready for typing errors; may be called from any thread."""
        self._index.warm()

    def clear(self) -> None:
        """Search for nothing and leave all facets."""
        self.query = ""
        self.chosen.clear()
        self._arrange()

    def _rebuild(self) -> None:
        links: dict[str, list[Link]] = {}
        for link in self._links:
            links.setdefault(link.connector_id, []).append(link)
        find = self._findings.get
        fresh = [
            entry_of(card, links.get(card.id, ()), find(card.id, _NOTHING))
            for card in self._cards
        ]
        if fresh != self._all:
            self._all = fresh
            self._bundles = bundles_of(fresh)
            self._columns = [[e.facets[at] for e in fresh] for at in range(len(GROUPS))]
            self._present = [frozenset(chain(*column)) for column in self._columns]
            self._unused = [_unused(entry) for entry in fresh]
            self.to_look_at = sum(e.standing.status in ATTENTION for e in fresh)
            self._arrange()

    def _arrange(self) -> None:
        """Work out the shown cards and the facets' counts."""
        self.beginResetModel()
        ranks = self._index.find(self.query)
        rows = self._narrow(ranks)
        key = _KEYS.get(self.order)
        if key is not None:
            rows.sort(key=lambda row: key(self._all[row]))
        elif self.query:
            rows.sort(key=ranks.__getitem__)
        else:
            rows.sort(key=self._unused.__getitem__)
        self._shown = [self._all[row] for row in rows]
        self._inside = frozenset()
        if self._bundles and not self.narrowed:
            self._gather()
        self.endResetModel()
        self.arranged.emit()

    def _gather(self) -> None:
        """Put each bundle's card where its first connector stands, or by its own key.

        Its connectors follow it where it is open.
        """
        shown: list[Shown] = []
        seen: set[str] = set()
        for entry in cast("list[Entry]", self._shown):
            name = bundle_id(entry.card)
            bundle = self.bundle(name) if name and name not in seen else None
            if bundle is not None:
                shown.append(bundle)
                seen.add(name)
            elif name not in seen:
                shown.append(entry)
        key = _KEYS.get(self.order)
        if key is not None:
            shown.sort(key=key)
        self._shown = list(chain.from_iterable(map(_unfolded, shown)))
        inside = (self._bundles[name].members for name in self._opened & seen)
        self._inside = frozenset(m.card.id for some in inside for m in some)

    def _narrow(self, found: Iterable[int]) -> list[int]:
        """Return the rows that pass the facets; count for each group by the others."""
        passing = sorted(found)
        nearly: dict[int, list[int]] = {}
        wanted = [(at, self.chosen.get(group)) for at, group in enumerate(GROUPS)]
        active = [(at, some) for at, some in wanted if some]
        if active:
            passing, nearly = self._pass(passing, active)
        counts: dict[Group, Counter[str]] = {}
        for at, group in enumerate(GROUPS):
            column = self._columns[at].__getitem__
            counts[group] = _each(map(column, chain(passing, nearly.get(at, ()))))
        self._counts = counts
        return passing

    def _pass(
        self, rows: Iterable[int], active: Sequence[tuple[int, frozenset[str]]]
    ) -> tuple[list[int], dict[int, list[int]]]:
        """Return the rows that pass, and by group those which only that one stops."""
        passing: list[int] = []
        nearly: dict[int, list[int]] = {at: [] for at, _ in active}
        for row in rows:
            lacks = [at for at, s in active if s.isdisjoint(self._columns[at][row])]
            if not lacks:
                passing.append(row)
            elif len(lacks) == 1:
                nearly[lacks[0]].append(row)
        return passing, nearly


def _unfolded(entry: Shown) -> Sequence[Shown]:
    """Return a card, with its connectors after it where it is an open bundle's."""
    if isinstance(entry, BundleEntry) and entry.opened:
        return (entry, *entry.members)
    return (entry,)


def _each(values: Iterable[tuple[str, ...]]) -> Counter[str]:
    """Count every member of tuples; few tuples differ."""
    counts = Counter[str]()
    for members, number in Counter(values).items():
        for member in members:
            counts[member] += number
    return counts


def _texts(card: Card) -> tuple[str, str]:
    rest = (
        card.id,
        card.provider,
        card.bundle,
        card.category,
        card.description,
        *card.signal_types,
        *card.tags,
    )
    return card.name, " ".join(rest)


def _unused(entry: Entry) -> bool:
    """Return whether others come first: those in use, and the sandbox."""
    unused: tuple[Status, ...] = ("not_configured", "invalid")
    return entry.standing.status in unused and not entry.standing.connections


def _by_name(entry: Shown) -> str:
    return entry.card.name.casefold()


def _by_status(entry: Shown) -> int:
    return SEVERITY.index(entry.standing.status)


def _by_category(entry: Shown) -> str:
    return entry.card.category.casefold()


_KEYS: Final[Mapping[Order, Callable[[Shown], Any]]] = {
    "name": _by_name,
    "status": _by_status,
    "category": _by_category,
}

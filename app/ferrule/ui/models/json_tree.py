"""JSON as a lazy tree: a node is made when a view first asks for it.

Lists and objects of more than 1,000 entries are shown in chunks of 1,000, so that
opening one never lays out more rows than that. Nodes are told apart by number and kept
for as long as the document is, so an index that is out of date never points at freed
memory.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

from PySide6 import QtCore

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.json_value import (
    Kind,
    Steps,
    kind_of,
    read_path,
    short_text,
    spoken,
    visible,
    write_path,
)

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROLE = QtCore.Qt.ItemDataRole
KEY: Final = int(_ROLE.UserRole)
VALUE_TEXT: Final = int(_ROLE.UserRole) + 1
KIND: Final = int(_ROLE.UserRole) + 2
PATH: Final = int(_ROLE.UserRole) + 3
TAG: Final = int(_ROLE.UserRole) + 4
MATCHED: Final = int(_ROLE.UserRole) + 5
CHUNK: Final = 1_000
# What writes rows that are dragged; the model itself knows no items and no fields.
Carry: TypeAlias = Callable[[list[QtCore.QModelIndex]], QtCore.QMimeData]


@dataclass(frozen=True, slots=True)
class JsonRow:
    """What one row shows: key, value, kind, and what the mapping makes of it."""

    key: str
    text: str
    kind: Kind
    path: str
    level: int
    tag: str = ""
    matched: bool = False

    @property
    def label(self) -> str:
        """Return the row as plain text."""
        gap = " " if self.kind in {"object", "list", "chunk"} else ": "
        return f"{self.key}{gap}{self.text}" if self.text else self.key


class _Node:
    """One value in the tree; a chunk holds its parent's value and a span of it."""

    __slots__ = ("children", "key", "level", "number", "parent", "row", "span", "value")

    def __init__(
        self, number: int, parent: "_Node | None", key: str | int, value: Json, row: int
    ) -> None:
        self.number = number
        self.parent = parent
        self.key = key
        self.value = value
        self.row = row
        self.level: int = parent.level + 1 if parent is not None else 0
        self.span: tuple[int, int] | None = None
        self.children: list[_Node] | None = None

    def count(self) -> int:
        """Return how many rows stand below."""
        if self.span is not None:
            return self.span[1] - self.span[0]
        size = _size(self.value)
        return size if size <= CHUNK else -(-size // CHUNK)

    def steps(self) -> Steps:
        """Return where the value stands."""
        found: list[str | int] = []
        node = self
        while node.parent is not None:
            if node.span is None:
                found.append(node.key)
            node = node.parent
        return tuple(reversed(found))


class JsonTreeModel(QtCore.QAbstractItemModel):
    """One JSON value with its root row `$`, its matches and its tags."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[_Node] = []
        self._matches: frozenset[str] = frozenset()
        self._tags: dict[str, str] = {}
        self._literals: Mapping[str, str] = {}
        self.carry: Carry | None = None

    def set_document(self, value: Json | Missing) -> None:
        """Show another value; MISSING shows nothing."""
        self.beginResetModel()
        for node in self._nodes:
            node.children = None  # no cycle may hold a large value on
        self._nodes = []
        self._matches = frozenset()
        self._tags = {}
        self._literals = {}
        if not isinstance(value, Missing):
            self._make(None, "$", value, 0)
        self.endResetModel()

    @property
    def document(self) -> Json | Missing:
        """Return the value of the root."""
        return self._nodes[0].value if self._nodes else MISSING

    def set_matches(self, paths: Collection[str]) -> None:
        """Mark these normalised paths as matched; views repaint their viewport."""
        self._matches = frozenset(paths)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Label these normalised paths with the field they are mapped to."""
        self._tags = dict(tags)

    def set_literals(self, literals: Mapping[str, str]) -> None:
        """Show numbers at these normalised paths as the service wrote them."""
        self._literals = literals

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many rows stand below `parent`, without making them."""
        if parent is None or not parent.isValid():
            return 1 if self._nodes else 0
        return self._node(parent).count() if parent.column() == 0 else 0

    def columnCount(self, _parent: _Index | None = None) -> int:
        """Return the one column."""
        return 1

    def hasChildren(self, parent: _Index | None = None) -> bool:
        """Return whether anything stands below `parent`."""
        return self.rowCount(parent) > 0

    def index(
        self, row: int, column: int, parent: _Index | None = None
    ) -> QtCore.QModelIndex:
        """Return the place of a row; its siblings are made with it."""
        if row < 0 or column != 0 or row >= self.rowCount(parent):
            return QtCore.QModelIndex()
        if parent is None or not parent.isValid():
            return self._index(self._nodes[0])
        return self._index(self._children(self._node(parent))[row])

    def parent(self, child: Any = None) -> Any:  # noqa: ANN401  QObject.parent() too
        """Return the place above; without an argument the parent object."""
        if child is None:
            return super().parent()
        above = self._node(child).parent if child.isValid() else None
        return self._index(above) if above is not None else QtCore.QModelIndex()

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a role asks for; `AccessibleTextRole` is a whole sentence."""
        if not index.isValid():
            return None
        node = self._node(index)
        if role == _ROLE.AccessibleTextRole:
            return self._sentence(node)
        reader = _READERS.get(role)
        return reader(self.row(index)) if reader is not None else None

    def flags(self, index: _Index) -> QtCore.Qt.ItemFlag:
        """Let a row be dragged; a chunk is no value, so it cannot be."""
        flags = super().flags(index)
        if index.isValid() and self._node(index).span is None:
            flags |= QtCore.Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeData(self, indexes: Sequence[QtCore.QModelIndex]) -> QtCore.QMimeData:
        """Return what rows are as they are dragged, in document order."""
        plain = [index for index in indexes if self._node(index).span is None]
        ordered = sorted(plain, key=lambda index: self.rank(self.row(index).path))
        return self.carry(ordered) if self.carry is not None else QtCore.QMimeData()

    def row(self, index: _Index) -> JsonRow:
        """Return what the row at `index` shows."""
        node = self._node(index)
        path = write_path(node.steps())
        if node.span is not None:
            return JsonRow(_chunk_name(node), "", "chunk", path, node.level)
        return JsonRow(
            visible(str(node.key)),
            self._literals.get(path) or short_text(node.value),
            kind_of(node.value),
            path,
            node.level,
            self._tags.get(path, ""),
            path in self._matches,
        )

    def same(self, index: _Index) -> QtCore.QModelIndex:
        """Return the plain index of a persistent one."""
        return self._index(self._node(index))

    def value(self, index: _Index) -> Json:
        """Return the value at `index`; of a chunk, its part of the whole."""
        node = self._node(index)
        if node.span is None:
            return node.value
        entries = [(child.key, child.value) for child in self._children(node)]
        if isinstance(node.value, list):
            return [value for _, value in entries]
        return {str(key): value for key, value in entries}

    def opened(self) -> list[QtCore.QModelIndex]:
        """Return the rows whose children were asked for, outer before inner."""
        return [self._index(node) for node in self._nodes if node.children]

    def steps(self, index: _Index) -> Steps:
        """Return where the value at `index` stands."""
        return self._node(index).steps()

    def find(self, place: str | Steps) -> QtCore.QModelIndex:
        """Return the index of a normalised path or of steps, invalid where not."""
        if not self._nodes:
            return QtCore.QModelIndex()
        node: _Node | None = self._nodes[0]
        for step in read_path(place) if isinstance(place, str) else place:
            node = self._child(node, step) if node is not None else None
        return self._index(node) if node is not None else QtCore.QModelIndex()

    def way_to(self, place: str | Steps) -> Iterator[QtCore.QModelIndex]:
        """Yield the rows from the root to a place, each made when it is asked for."""
        node: _Node | None = self._nodes[0] if self._nodes else None
        if node is not None:
            yield self._index(node)
        for step in read_path(place) if isinstance(place, str) else place:
            below = self._child(node, step) if node is not None else None
            if below is not None and below.parent is not node and below.parent:
                yield self._index(below.parent)
            if below is None:
                return
            yield self._index(below)
            node = below

    def rank(self, path: str) -> tuple[int, ...]:
        """Return the rows from the root to a path, for comparing places in order."""
        ranks: list[int] = []
        index = self.find(path)
        while index.isValid():
            ranks.append(index.row())
            index = index.parent()
        return tuple(reversed(ranks))

    def _node(self, index: _Index) -> _Node:
        return self._nodes[index.internalId()]

    def _index(self, node: _Node) -> QtCore.QModelIndex:
        return self.createIndex(node.row, 0, node.number)

    def _make(
        self, parent: _Node | None, key: str | int, value: Json, row: int
    ) -> _Node:
        node = _Node(len(self._nodes), parent, key, value, row)
        self._nodes.append(node)
        return node

    def _children(self, node: _Node) -> list[_Node]:
        if node.children is None:
            if node.span is None and _size(node.value) > CHUNK:
                node.children = self._chunks(node)
            else:
                node.children = [
                    self._make(node, key, part, row)
                    for row, (key, part) in enumerate(_entries(node))
                ]
        return node.children

    def _chunks(self, node: _Node) -> list[_Node]:
        made = []
        size = _size(node.value)
        for row, start in enumerate(range(0, size, CHUNK)):
            chunk = self._make(node, "", node.value, row)
            chunk.span = (start, min(start + CHUNK, size))
            made.append(chunk)
        return made

    def _child(self, node: _Node, step: str | int) -> _Node | None:
        """Return the node one step below, through a chunk where there is one."""
        place = _place(node.value, step)
        if place < 0:
            return None
        if node.span is None and _size(node.value) > CHUNK:
            node = self._children(node)[place // CHUNK]
            place %= CHUNK
        return self._children(node)[place]

    def _sentence(self, node: _Node) -> str:
        if node.span is not None:
            return f"entries {_chunk_name(node)}"
        name = "whole response" if node.parent is None else visible(str(node.key))
        path = write_path(node.steps())
        literal = self._literals.get(path)
        parts = [name, f"number {literal}" if literal else spoken(node.value)]
        if path in self._tags:
            parts.append(f"mapped to {self._tags[path]}")
        if path in self._matches:
            parts.append("matched")
        return ", ".join(parts)


_READERS: Final = {
    int(_ROLE.DisplayRole): lambda row: row.label,
    KEY: lambda row: row.key,
    VALUE_TEXT: lambda row: row.text,
    KIND: lambda row: row.kind,
    PATH: lambda row: row.path,
    TAG: lambda row: row.tag,
    MATCHED: lambda row: row.matched,
}


def _entries(node: _Node) -> list[tuple[str | int, Json]]:
    start, stop = node.span or (0, CHUNK)
    if isinstance(node.value, list):
        return list(enumerate(node.value[start:stop], start))
    if isinstance(node.value, dict):
        return list(islice(node.value.items(), start, stop))
    return []


def _size(value: Json) -> int:
    return len(value) if isinstance(value, dict | list) else 0


def _place(value: Json, step: str | int) -> int:
    """Return at which place among its siblings a step leads, -1 where nowhere."""
    if isinstance(value, list) and isinstance(step, int):
        return step if 0 <= step < len(value) else -1
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return next(at for at, key in enumerate(value) if key == step)
    return -1


def _chunk_name(node: _Node) -> str:
    start, stop = node.span or (0, 0)
    return f"[{start:,} … {stop - 1:,}]"

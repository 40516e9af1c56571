"""The column of facets: what may be narrowed, with how many cards each would show."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.catalogue import GROUPS, CatalogueModel, Group
from ferrule.ui.theme import theme
from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.label import Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Scroll, boxed

_TITLES: Final[Mapping[Group, str]] = {
    "category": "Category",
    "status": "Status",
    "auth": "Authentication",
    "ingestion": "Ingestion",
}
_STATUS_ORDER: Final = (
    "Connected",
    "Degraded",
    "Error",
    "Invalid",
    "Disabled",
    "Ready",
    "Not configured",
)
WIDTH: Final = 204


class _Box(CheckBox):
    """One value of a group; its row is 26 px high, its text may be cut."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Fixed)

    def sizeHint(self) -> QtCore.QSize:
        """Return the row."""
        size = super().sizeHint()
        return QtCore.QSize(size.width(), max(size.height(), theme.px(26)))


class FacetGroup(QtWidgets.QWidget):
    """One group: a head and a box for each value; `All` takes the others off.

    Signals:
        chosen(object): the frozenset of values to show, empty for all.
    """

    chosen = QtCore.Signal(object)

    def __init__(self, group: Group, *, with_all: bool = False) -> None:
        super().__init__()
        self.group = group
        self.title = _TITLES[group]
        self.boxes: dict[str, _Box] = {}
        self._all: _Box | None = None
        self._rows = Column(Label(self.title, "section", "muted"), 4, gap=2)
        self.setLayout(self._rows)
        if with_all:
            self._all = self._add("All")
            self._all.setChecked(True)
            self._all.clicked.connect(self.clear)

    def show_counts(
        self,
        present: Collection[str],
        counts: Mapping[str, int],
        chosen: frozenset[str],
    ) -> None:
        """Show a box for each value that is present, with its figure."""
        if set(present) != set(self.boxes):
            self._rebuild(present)
        for value, box in self.boxes.items():
            blocker = QtCore.QSignalBlocker(box)
            box.setChecked(value in chosen)
            blocker.unblock()
            box.set_count(f"{counts.get(value, 0):,}")
        if self._all is not None:
            self._all.setChecked(not chosen)
            self._all.set_count(f"{sum(counts.values()):,}")

    @QtCore.Slot()
    def clear(self) -> None:
        """Choose nothing, which shows all."""
        self.chosen.emit(frozenset())

    def values(self) -> frozenset[str]:
        """Return what is chosen."""
        return frozenset(v for v, box in self.boxes.items() if box.isChecked())

    def _add(self, value: str) -> _Box:
        box = _Box(value)
        box.setShortcut(QtGui.QKeySequence())  # an ampersand in a name is no mnemonic
        box.setAccessibleName(f"{self.title}: {value}")
        box.setToolTip(plain_tip(value))  # it may be cut
        self._rows.add(box)
        return box

    def _rebuild(self, present: Collection[str]) -> None:
        """Make a box for each value; the order is that of severity, then of names."""
        for box in self.boxes.values():
            self._rows.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = {value: self._add(value) for value in sorted(present, key=_order)}
        for box in self.boxes.values():
            box.toggled.connect(self._announce)

    @QtCore.Slot()
    def _announce(self) -> None:
        self.chosen.emit(self.values())


class Facets(QtWidgets.QWidget):
    """All groups below one another; they scroll where the window is low.

    Signals:
        chosen(str, object): the values to show in the group of that key.
    """

    chosen = QtCore.Signal(str, object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups = {group: FacetGroup(group, with_all=group == "category")
                       for group in GROUPS}  # fmt: skip
        column = Column(*self.groups.values(), None, gap=20, margins=(24, 4, 24, 24))
        outer = Column(gap=0)
        outer.add(Scroll(boxed(column), "Filters"), stretch=1)
        self.setLayout(outer)
        for key, group in self.groups.items():
            group.chosen.connect(partial(self.chosen.emit, key))
        self._fit()
        theme.changed.connect(self._fit)

    def show_counts(self, model: CatalogueModel) -> None:
        """Show how many cards each value would show."""
        for key, group in self.groups.items():
            chosen = model.chosen.get(key, frozenset())
            group.show_counts(model.present(key), model.counts.get(key, {}), chosen)

    def first(self) -> QtWidgets.QWidget:
        """Return the first box, for F6."""
        boxes = self.findChildren(_Box)
        return boxes[0] if boxes else self

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedWidth(theme.px(WIDTH + 24))


def _order(value: str) -> tuple[int, str]:
    known = value in _STATUS_ORDER
    return (_STATUS_ORDER.index(value) if known else 0, value.casefold())

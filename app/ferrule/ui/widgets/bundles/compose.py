"""Compose: which connectors go in, and how each differs from the bundle before."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.shipping_desk import Composed
from ferrule.ui.models.shipping_lines import Since
from ferrule.ui.theme import monogram, theme, tile_pixmap
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.choice import CheckBox, ComboBox, Switch
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.workspace.catalogue import Card as Connector
from ferrule.workspace.shipping_facts import ProviderFolder

_WIDE: Final = 460
_TILE: Final = 20
_TITLES: Final = ("Connector", "Version", "Since", "Sends to")
_STEPS: Final[dict[str, tuple[str, Tone]]] = {
    "none": ("unchanged", "neutral"),
    "patch": ("patch", "neutral"),
    "minor": ("minor", "info"),
    "major": ("major", "warning"),
    "new": ("new", "success"),
    "gone": ("gone", "warning"),
}
_ABOUT: Final = (
    "Puts the recorded samples in, for who receives it to run the tests. They may "
    "hold real data: the check looks for people in them."
)


class ComposeCard(Card):
    """A provider and the connectors of it that go into the bundle.

    Signals:
        changed(): another provider, or other connectors.
    """

    changed = QtCore.Signal()

    def __init__(self) -> None:
        self.provider = ComboBox(name="Provider", icon="package")
        self.provider.setObjectName("bundles.provider")
        self.version = Chip("", "outline", mono=True)
        self.was = Label("", "caption", "muted")
        self.origin = Chip("")
        super().__init__("", self.origin)
        self.head.insertWidget(0, self.provider)
        self.head.insertWidget(1, self.version)
        self.head.insertWidget(2, self.was)
        self.title.hide()
        self._folders: tuple[ProviderFolder, ...] = ()
        self._since: Since | None = None
        self.boxes: dict[str, CheckBox] = {}
        self.rows: dict[str, ConnectorRow] = {}
        self._heads: list[Label] = []
        self._grid = QtWidgets.QGridLayout()
        self._table = Column(gap=0)
        self.fixtures = Switch("With fixtures")
        self.fixtures.setObjectName("bundles.with_fixtures")
        self.fixtures.setAccessibleDescription(_ABOUT)
        about = Label(_ABOUT, "caption", "muted", wrap=True)
        self.add(self._table, Divider(), Column(self.fixtures, about, gap=2))
        self.provider.chosen.connect(self._choose)
        self.fixtures.toggled.connect(self.changed)
        theme.changed.connect(self._fit)

    def show_folders(self, folders: Sequence[ProviderFolder]) -> None:
        """Offer providers, the choice kept; what is ticked stays ticked."""
        here, before = self.provider.value(), self.folder()
        off = {key for key, box in self.boxes.items() if not box.isChecked()}
        self._folders = tuple(folders)
        options = [(str(one.path), one.title) for one in folders]
        self.provider.set_options(options)
        if any(value == here for value, _ in options):
            self.provider.set_value(here)
        after = self.folder()
        same = before is not None and after is not None and before.path == after.path
        self._fill(off if same else set())

    def folder(self) -> ProviderFolder | None:
        """Return the chosen provider."""
        path = self.provider.value()
        return next((one for one in self._folders if str(one.path) == path), None)

    def chosen(self) -> list[str]:
        """Return the ids of the connectors that go in."""
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def composed(self) -> Composed | None:
        """Return what goes in, nothing where that is nothing."""
        folder, ids = self.folder(), self.chosen()
        if folder is None or not ids:
            return None
        return Composed(folder.path, tuple(ids), self.fixtures.isChecked())

    def show_since(self, since: Since | None) -> None:
        """Show how each connector differs from the bundle before."""
        self._since = since
        self.was.setText(f"was {Data(since.before)}" if since else "")
        if self._heads:
            self._heads[2].setText(f"Since {Data(since.before)}" if since else "Since")
        for key, row in self.rows.items():
            found = since.connectors.get(key) if since else None
            row.show_step(found.step if found else "", included=self._is_in(key))
        self._fit()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the hosts out where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def _is_in(self, key: str) -> bool:
        return self.boxes[key].isChecked()

    @QtCore.Slot()
    def _fit(self) -> None:
        """Set the grid's measures for the zoom and the width in force."""
        wide = self.width() >= theme.px(_WIDE)
        self._grid.setHorizontalSpacing(theme.px(16 if wide else 10))
        for row in self.rows.values():
            row.host.setVisible(wide)
        if self._heads:
            self._heads[2].setVisible(self._since is not None)
            self._heads[3].setVisible(wide)

    @QtCore.Slot()
    def _choose(self) -> None:
        self._fill(set())
        self.changed.emit()

    def _fill(self, off: set[str]) -> None:
        self._table.clear()
        self.boxes.clear()
        self.rows.clear()
        self._heads = []
        folder = self.folder()
        if folder is None:
            return
        self.version.show_fact(folder.version, "outline")
        own = folder.origin == "project"
        self.origin.show_fact(
            "Project" if own else "Shipped", "info" if own else "neutral"
        )
        self._grid = QtWidgets.QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        for column, stretch in enumerate((5, 0, 0, 4)):
            self._grid.setColumnStretch(column, stretch)
        self._heads = [Label(title, "section", "muted") for title in _TITLES]
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        self._grid.addWidget(boxed(Row(Divider(), margins=(0, 6, 0, 2))), 1, 0, 1, 4)
        for number, connector in enumerate(folder.connectors):
            self._add_row(number + 2, connector, included=connector.id not in off)
        self._table.add(boxed(self._grid))
        self.show_since(None)

    def _add_row(self, at: int, connector: Connector, *, included: bool) -> None:
        row = ConnectorRow(connector)
        row.box.setChecked(included and not connector.problem)
        row.box.toggled.connect(self.changed)
        self.boxes[connector.id], self.rows[connector.id] = row.box, row
        for column, cell in enumerate(row.cells):
            self._grid.addWidget(cell, at, column)
        self._grid.setRowMinimumHeight(at, theme.px(38))


class TiledBox(CheckBox):
    """A check box with the tile of a connector between the box and its name."""

    front = _TILE + 10

    def __init__(self, name: str, connector_id: str) -> None:
        super().__init__(Data(name))
        self._tile = monogram(name), connector_id

    def paintEvent(self, event: object) -> None:
        """Draw box and name, and the tile where there is room left for it."""
        super().paintEvent(event)
        painter = QtWidgets.QStylePainter(self)
        side = theme.px(_TILE)
        picture = tile_pixmap(*self._tile, side, self.devicePixelRatioF())
        painter.drawPixmap(theme.px(28), (self.height() - side) // 2, picture)


class ConnectorRow:
    """The cells of a connector: its box, version, what changed, and its hosts."""

    def __init__(self, connector: Connector) -> None:
        self._hosts = Data(", ".join(connector.hosts))
        self._told = f"{connector.id} {connector.version}"
        self.box = TiledBox(connector.name, connector.id)
        self.box.setObjectName(f"bundles.connector.{connector.id}")
        self.version = Label(Data(connector.version), "code")
        self.step = Chip("")
        self.host = Label("", "body", "muted", elide=True)
        left = QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter
        chip = QtWidgets.QHBoxLayout()
        chip.setContentsMargins(0, 0, 0, 0)
        chip.addWidget(self.step, 0, left)
        self.cells = (self.box, self.version, boxed(chip), self.host)

    def show_step(self, step: str, *, included: bool) -> None:
        """Show how much it changed, and whether it goes in."""
        if not included:
            step = "gone" if step == "gone" else ""
        word, tone = _STEPS.get(step, ("", "neutral"))
        self.step.setVisible(bool(word))
        if word:
            self.step.show_fact(word, tone)
        own = self._hosts or "its own host"
        self.host.setText(own if included else "Not included")
        self.host.set_ink("muted" if included else "disabled")
        self.version.set_ink("text" if included else "disabled")
        self.box.setAccessibleDescription(f"{Data(self._told)} {word}".strip())

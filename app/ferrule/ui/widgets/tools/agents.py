"""How agents get the tools: what they are offered, and the configuration to copy."""

from collections.abc import Sequence
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.agent_config import config_text, install_text, installed
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.models.tool_desk import Offer
from ferrule.ui.models.tool_rows import badges
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import CheckBox, ComboBox
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.table import DataTable

_WHAT = (
    "Any client of the Model Context Protocol can call these tools. Reading is free; "
    "what changes something waits here until you approve it. Credentials are in no "
    "message."
)
_VAULT = (
    "The vault must open without a person: by the system's keychain, or by "
    "FERRULE_MASTER_KEY in the client's own settings."
)
_TABLE = 150
_WIDE = 300


class AgentsPane(QtWidgets.QWidget):
    """The configuration of a client, as exact as this computer is.

    Signals:
        chosen(): other tools are to be offered.
        left(): back to the tool.
    """

    chosen = QtCore.Signal()
    left = QtCore.Signal()

    def __init__(self, project: Path) -> None:
        super().__init__()
        self.setAccessibleName("Tools for agents")
        self._project = project
        self.back = Button("Back to the tool", compact=True)
        self.only = ComboBox((("", "All connections"),), name="Offer the tools of")
        self.reading = CheckBox("Only what reads")
        self.text = CodeView("Configuration of the client", lines=9)
        self.copy_ = Button("Copy configuration", icon="copy", compact=True)
        self.model: RowsModel[Offer] = RowsModel(
            _columns(), key=lambda one: one.name, parent=self
        )
        self.table = DataTable(self.model, "Tools that agents see", key="tools.offered")
        self.about = Label("", "caption", "muted")
        self._missing = Column(gap=8)
        self._build()
        self.back.clicked.connect(self.left)
        self.only.chosen.connect(self._choose)
        self.reading.toggled.connect(self._choose)
        self.copy_.clicked.connect(self.copy)
        self._fit()
        theme.changed.connect(self._fit)

    def show_connections(self, keys: Sequence[str]) -> None:
        """Offer these connections to choose from."""
        was = self.only.value()
        self.only.set_options(
            [("", "All connections"), *((key, Data(key)) for key in keys)]
        )
        self.only.set_value(was if was in keys else "")
        self._missing.clear()
        if not installed():
            told = Message(
                "warning",
                "One package is missing",
                "It speaks the protocol. Install it once, then start the client anew:",
                details=install_text(),
            )
            self._missing.add(told)
        self._show_text()

    def connections(self) -> tuple[str, ...]:
        """Return the connection whose tools alone are offered, or none for all."""
        value = self.only.value()
        return (value,) if isinstance(value, str) and value else ()

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Show what agents would be offered."""
        self.model.set_rows(offers)
        count = len(offers)
        self.about.setText("1 tool" if count == 1 else f"{count} tools")

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the configuration on the clipboard."""
        QtGui.QGuiApplication.clipboard().setText(self.text.toPlainText())
        announce(self, "Configuration copied")

    @QtCore.Slot()
    def _choose(self) -> None:
        self._show_text()
        self.chosen.emit()

    def _show_text(self) -> None:
        reads = self.reading.isChecked()
        shown = config_text(self._project, self.connections(), read_only=reads)
        self.text.show_text(shown)

    def _build(self) -> None:
        title = Label("Tools for agents", "title", elide=True)
        margins = (24, 12, 24, 12)
        head = Bending(_WIDE, (title, 1), (self.back, 0), margins=margins)
        config = Card("Configuration of a client")
        config.add(Label(_WHAT, "body", wrap=True))
        pick = Row(self.only, self.reading, None, gap=12)
        config.add(pick, self.text, Row(self.copy_, None))
        config.add(Label(_VAULT, "caption", "muted", wrap=True))
        seen = Card("What agents see", self.about, flush=True)
        seen.add(self.table, stretch=1)
        inside = Column(gap=12, margins=(24, 0, 24, 16))
        inside.addLayout(self._missing)
        inside.add(config)
        inside.add(seen, stretch=1)
        outer = Column(head, gap=0)
        area = Scroll(boxed(inside), "Tools for agents")
        area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setMinimumHeight(theme.px(24))
        outer.add(area, stretch=1)
        self.setLayout(outer)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.table.setMinimumHeight(theme.px(_TABLE))


def _columns() -> list[TableColumn[Offer]]:
    return [
        TableColumn("name", "Name", lambda o: o.name, "mono", 190, stretch=True,
                    tip=lambda o: o.description),
        TableColumn("badge", "Approval",
                    lambda o: " ".join(word for word, _ in badges(o.facts)),
                    "chips", 130, chips=lambda o: badges(o.facts), words=True),
    ]  # fmt: skip

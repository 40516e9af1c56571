"""Compose and check: which connectors go in, and what stands in the way."""

import re
from collections.abc import Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.shipping_desk import CheckLine
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bundles.mark import INSET, marked
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import CheckBox, ComboBox
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.stepper import StepState
from ferrule.workspace.catalogue import Card as Connector
from ferrule.workspace.shipping_facts import ProviderFolder

_WIDE = 560


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
        self.origin = Chip("")
        super().__init__("", self.version, self.origin)
        self.head.insertWidget(0, self.provider)
        self.title.hide()
        self._folders: tuple[ProviderFolder, ...] = ()
        self.boxes: dict[str, CheckBox] = {}
        self._rows = Column(gap=0)
        self._hosts: list[Label] = []
        self.add(self._rows)
        self.provider.chosen.connect(self._choose)

    def show_folders(self, folders: Sequence[ProviderFolder]) -> None:
        """Offer providers, the choice kept."""
        here = self.provider.value()
        self._folders = tuple(folders)
        options = [(str(one.path), one.title) for one in folders]
        self.provider.set_options(options)
        if any(value == here for value, _ in options):
            self.provider.set_value(here)
        self._fill()

    def folder(self) -> ProviderFolder | None:
        """Return the chosen provider."""
        path = self.provider.value()
        return next((one for one in self._folders if str(one.path) == path), None)

    def chosen(self) -> list[str]:
        """Return the ids of the connectors that go in."""
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def resizeEvent(self, event: object) -> None:
        """Leave the hosts out where there is no room for them."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        for label in self._hosts:
            label.setVisible(self.width() >= theme.px(_WIDE))

    @QtCore.Slot()
    def _choose(self) -> None:
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        self._rows.clear()
        self.boxes.clear()
        self._hosts.clear()
        folder = self.folder()
        if folder is None:
            return
        self.version.show_fact(folder.version, "outline")
        own = folder.origin == "project"
        self.origin.show_fact(
            "Project" if own else "Shipped", "info" if own else "neutral"
        )
        for number, connector in enumerate(folder.connectors):
            if number:
                self._rows.add(Divider())
            self._rows.add(self._row(connector))

    def _row(self, connector: Connector) -> QtWidgets.QWidget:
        box = CheckBox(Data(connector.name))
        box.setObjectName(f"bundles.connector.{connector.id}")
        box.setAccessibleDescription(f"{connector.id} {connector.version}")
        box.setChecked(not connector.problem)
        box.toggled.connect(self.changed)
        self.boxes[connector.id] = box
        hosts = Label(
            ", ".join(connector.hosts) or "its own host", "body", "muted", elide=True
        )
        self._hosts.append(hosts)
        row = Row(gap=10, margins=(0, 4, 0, 4))
        row.add(Tile(connector.name, connector.id, 24))
        row.add(box, stretch=3)
        row.add(Label(connector.version, "code"))
        row.add(hosts, stretch=2)
        holder = boxed(row)
        holder.setMinimumHeight(theme.px(40))
        return holder


class ChecksCard(Card):
    """The sections of a check, each a line; what is wrong stands below its line.

    Signals:
        again(): run the check again.
    """

    again = QtCore.Signal()

    def __init__(self) -> None:
        self.when = Label("", "caption", "muted")
        self.run = Button("Run again", kind="plain", icon="rotate-cw", compact=True)
        self.run.setObjectName("bundles.check")
        super().__init__("Checks", self.when, self.run, gap=0)
        self.lines: list[CheckLine] = []
        self._rows = Column(gap=0)
        self.add(self._rows, None)
        self.run.clicked.connect(self.again)

    @property
    def passed(self) -> bool:
        """Return whether a check was made and nothing stands in the way."""
        return bool(self.lines) and all(line.ok is not False for line in self.lines)

    @property
    def standing(self) -> StepState:
        """Return how the check ended: notes stop nothing, but are not nothing."""
        found = {line.ok for line in self.lines}
        return "error" if False in found else "warning" if None in found else "valid"

    @property
    def told(self) -> str:
        """Return how many sections passed, and what the others are."""
        if not self.lines:
            return "not yet"
        states = [line.ok for line in self.lines]
        wrong, notes = states.count(False), states.count(None)
        told = f"{states.count(True)} of {len(states)} passed"
        if wrong:
            return f"{told}, {wrong} failed"
        return f"{told}, {notes} with notes" if notes else told

    def show_waiting(self, text: str) -> None:
        """Say that a check goes on, or why there is none."""
        self.lines = []
        self.when.setText("")
        self._rows.clear()
        self._rows.add(Label(text, "body", "muted", wrap=True), 8)

    def show_lines(self, lines: Sequence[CheckLine], when: str) -> None:
        """Show the sections."""
        self.lines = list(lines)
        self.when.setText(when)
        self._rows.clear()
        for number, line in enumerate(lines):
            if number:
                self._rows.add(Divider())
            self._rows.add(_section(line))


def _section(line: CheckLine) -> QtWidgets.QWidget:
    text = Column(marked(line.shape, line.title), gap=2, margins=(0, 8, 0, 8))
    caption = Label(line.caption, "caption", "muted", wrap=True)
    below = Column(caption, gap=2, margins=(INSET, 0, 0, 0))
    for finding in line.details[:_MOST]:
        place = f" ({finding.pointer})" if finding.pointer else ""
        ink = _INKS[finding.ok]
        said = Data(f"{_said(finding.message)}{place}")
        below.add(Label(said, "caption", ink, wrap=True))
    if len(line.details) > _MOST:
        below.add(Label(f"and {len(line.details) - _MOST} more", "caption", "muted"))
    text.add(below)
    return boxed(text)


def _said(message: str) -> str:
    """Return a finding in the language in force; the name of a rule stays."""
    rule, gap, rest = message.partition(" ")
    return f"{rule}{gap}{tr(rest)}" if _RULE.fullmatch(rule) else tr(message)


_RULE = re.compile(r"FD\d{3}")
_MOST = 4
_INKS = {False: "danger", True: "muted", None: "warning"}

"""The head of the differences: against what, how many, and the version they ask for."""

from collections.abc import Mapping

from PySide6 import QtCore, QtGui

from ferrule.ui.theme import theme
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.version import VersionOffer
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Pane, Row
from ferrule.workspace.comparing import Comparison

_WORDS = {"saved": "the saved file", "shipped": "the shipped connector"}
_NARROW = 380


class DiffHead(Pane):
    """What the draft is compared with, and what came of it in short.

    Signals:
        version_wanted(str): the document is to have that version.
    """

    version_wanted = QtCore.Signal(str)

    def __init__(self) -> None:
        self.against = ComboBox((), name="Compare with", compact=True)
        self.count = Chip("", "neutral")
        self.breaking = Chip("", "danger", state="error")
        self.offer_ = VersionOffer()
        self._label = Label("Compared with", "body", "muted")
        row = Row(self._label, self.against, 4, gap=8)
        row.add(self.count, self.breaking, None)
        column = Column(row, self.offer_, gap=6, margins=(16, 8, 16, 8))
        super().__init__(column, edges="b")
        self.offer_.taken.connect(self.version_wanted)
        self.show_found(None)

    def offer(self, there: Mapping[str, bool], chosen: str, against: str) -> None:
        """Offer what can be compared with, `chosen` the name of a file."""
        options: list[tuple[object, str]] = [
            (key, words) for key, words in _WORDS.items() if there.get(key)
        ]
        options += [("chosen", chosen)] if chosen else []
        options += [("file", "a file…"), ("bundle", "a bundle…")]
        if not against:
            options.insert(0, ("", "choose…"))
        self.against.set_options(options)
        self.against.set_value(against)

    def show_found(self, found: Comparison | None) -> None:
        """Show how many differences there are."""
        changes = found.changes if found is not None else ()
        breaking = sum(change.breaking for change in changes)
        number = "1 difference" if len(changes) == 1 else f"{len(changes)} differences"
        self.count.show_fact(number, "info")
        self.count.setVisible(bool(changes))
        self.breaking.show_fact(f"{breaking} breaking", "danger", state="error")
        self.breaking.setVisible(bool(breaking))
        self.offer_.say(found.proposal if found is not None else None)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the label out where there is little room."""
        super().resizeEvent(event)
        self._label.setVisible(self.width() >= theme.px(_NARROW))

"""Which level of a connector is edited: its own, or one of its streams.

Everything below acts on the level that is chosen here. Streams are added, copied,
renamed, moved and removed from its menu.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.draft_level import CONNECTOR, LevelDraft
from ferrule.ui.models.stream_edits import (
    overrides_of,
    stream_keys,
    with_copy,
    with_moved,
    with_renamed,
    with_stream,
    without_stream,
)
from ferrule.ui.theme import icon, theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Pane, Row

_HEIGHT: Final = 40
_NARROW: Final = 420
_EVENTS: Final = QtCore.QEvent.Type


class StreamDeeds(QtCore.QObject):
    """What can be done with the streams of a draft; each is one step of the history.

    The level follows the stream that was worked on.
    """

    def __init__(self, draft: LevelDraft, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._draft = draft

    @QtCore.Slot()
    def add(self) -> None:
        """Add a stream that inherits everything, and go to it."""
        self._draft.replace(with_stream(self._draft.document), "Add stream")
        self._draft.set_level(len(stream_keys(self._draft.document)) - 1)

    def copy(self, index: int) -> None:
        """Add a copy of a stream after it, and go to it."""
        self._draft.replace(with_copy(self._draft.document, index), "Duplicate stream")
        self._draft.set_level(index + 1)

    def rename(self, index: int, key: str) -> None:
        """Give a stream another key, also where others refer to it."""
        changed = with_renamed(self._draft.document, index, key)
        self._draft.replace(changed, "Rename stream")

    def move(self, index: int, to: int) -> None:
        """Put a stream at another place."""
        if 0 <= to < len(stream_keys(self._draft.document)):
            moved = self._draft.level == index
            if moved:
                self._draft.follow(to)
            changed = with_moved(self._draft.document, index, to)
            self._draft.replace(changed, "Move stream")

    def remove(self, index: int) -> None:
        """Take a stream away; undo brings it back."""
        if self._draft.level >= index:
            self._draft.follow(CONNECTOR)
        changed = without_stream(self._draft.document, index)
        self._draft.replace(changed, "Remove stream")


class LevelBar(Pane):
    """The level that is edited, and a menu for the streams.

    Signals:
        chosen(int): the person wants to edit that stream, or CONNECTOR.
    """

    chosen = QtCore.Signal(int)

    def __init__(self, draft: LevelDraft) -> None:
        self._draft = draft
        self.deeds = StreamDeeds(draft, draft)
        self._word = Label("Editing", "caption", "muted")
        self.combo = ComboBox(name="Editing: connector or stream", compact=True)
        self.name = LineEdit(name="Key of the stream", mono=True, compact=True)
        self.name.hide()
        self._count = Chip("", "neutral")
        self._menu = QtWidgets.QMenu()
        self._menu.aboutToShow.connect(self._offer)
        self.more = IconButton("ellipsis-vertical", "Streams", menu=self._menu)
        row = Row(self._word, gap=8, margins=(16, 0, 16, 0))
        row.add(self.combo, self.name, self._count, None, self.more)
        super().__init__(row, ground="ground", edges="b")
        self._shown: list[str] | None = None
        self.combo.chosen.connect(self._choose)
        self.name.returnPressed.connect(self._rename)
        self.name.editingFinished.connect(self._rename)
        self.name.installEventFilter(self)
        draft.changed.connect(self.refresh)
        theme.changed.connect(self._fit)
        self._fit()
        self.refresh()

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the streams of now, and how much of the chosen one is its own."""
        keys = stream_keys(self._draft.document)
        if keys != self._shown:
            self._shown = keys
            named = [(n, f"Stream “{key}”") for n, key in enumerate(keys)]
            self.combo.set_options([(CONNECTOR, "Connector"), *named])
        if not keys or self.parentWidget() is not None:
            self.setVisible(bool(keys))  # without a parent it would be a window
        level = self._draft.level
        self.combo.set_value(level)
        own = overrides_of(self._draft.document, level)
        self._count.setVisible(level != CONNECTOR)
        self._count.show_fact(f"{own} of its own" if own else "inherits everything")

    def start_renaming(self) -> None:
        """Let the person type another key in place."""
        keys = stream_keys(self._draft.document)
        if 0 <= self._draft.level < len(keys):
            self.name.setText(keys[self._draft.level])
            self.combo.hide()
            self.name.show()
            self.name.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
            self.name.selectAll()

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Leave the key as it was by Escape."""
        if (
            isinstance(event, QtGui.QKeyEvent)
            and event.key() == QtCore.Qt.Key.Key_Escape
            and event.type() in {_EVENTS.ShortcutOverride, _EVENTS.KeyPress}
        ):
            event.accept()  # else it would be the window's Escape
            if event.type() == _EVENTS.KeyPress:
                self._stop_renaming()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the word out where there is little room."""
        super().resizeEvent(event)
        self._word.setVisible(self.width() >= theme.px(_NARROW))

    @QtCore.Slot()
    def _rename(self) -> None:
        text, level = self.name.text().strip(), self._draft.level
        if self.name.isHidden():
            return
        self._stop_renaming()
        if text and text not in stream_keys(self._draft.document):
            self.deeds.rename(level, text)

    def _stop_renaming(self) -> None:
        had = self.name.hasFocus()
        self.name.hide()
        self.combo.show()
        if had:
            self.combo.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot(object)
    def _choose(self, level: object) -> None:
        if isinstance(level, int):
            self.chosen.emit(level)

    @QtCore.Slot()
    def _offer(self) -> None:
        menu, level, deeds = self._menu, self._draft.level, self.deeds
        menu.clear()
        menu.addAction(icon("plus"), "Add stream").triggered.connect(deeds.add)
        if level == CONNECTOR:
            return
        last = len(self._shown or ()) - 1
        for text, mark, deed, able in (
            ("Duplicate", "copy", partial(deeds.copy, level), True),
            ("Rename…", "pencil", self.start_renaming, True),
            ("Move up", "chevron-up", partial(deeds.move, level, level - 1), level > 0),
            (
                "Move down",
                "chevron-down",
                partial(deeds.move, level, level + 1),
                level < last,
            ),
            ("Remove", "trash", partial(deeds.remove, level), True),
        ):
            action = menu.addAction(icon(mark), text)
            action.setEnabled(able)
            action.triggered.connect(lambda _checked, deed=deed: deed())

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(_HEIGHT))

"""A line across the top of the window: what needs a person, one thing at a time."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.note_watch import NoteWatch, Telling
from ferrule.ui.theme import metrics, paint_line, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.spoken import announce

__all__ = ["NoteStrip", "NoteWatch"]
_ICONS: Final = {"info": "info", "warning": "triangle-alert"}
_HEIGHT: Final = 40
_SLIM: Final = 560


class NoteStrip(QtWidgets.QFrame):
    """The newest note, how many more there are, one button, and one to put it away.

    Signals:
        wanted(str, object): show that page, and pass it that.
        put_away(str): the person knows of the note of that mark.
        left(): the keyboard was here, and here is nothing any more.
    """

    wanted = QtCore.Signal(str, object)
    put_away = QtCore.Signal(str)
    left = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.telling: Telling | None = None
        self._glyph = Glyph("info", size=16)
        self.what = Label("", "emphasis", elide=True)
        self.why = Label("", "body", "muted", elide=True)
        self.more = Label("", "caption", "muted")
        self.act = Button("", compact=True)
        self.close_button = IconButton("x", "Put away")
        self._build()
        self.act.clicked.connect(self._go)
        self.close_button.clicked.connect(self._put_away)
        self._fit()
        theme.changed.connect(self._fit)

    @QtCore.Slot(object)
    def show_notes(self, tellings: tuple[Telling, ...]) -> None:
        """Show the first of the notes; none hides the line."""
        had_keyboard = self.isAncestorOf(QtWidgets.QApplication.focusWidget() or self)
        if not tellings:
            self.telling = None
            self.hide()
            if had_keyboard:
                self.left.emit()
            return
        if tellings[0] != self.telling:
            self._show(tellings[0])
        more = len(tellings) - 1
        self.more.setText(f"and {more} more" if more else "")
        self._spread()
        self.show()

    def paintEvent(self, _event: object) -> None:
        """Draw the tint and the line below it."""
        if self.telling is None:
            return
        painter = QtWidgets.QStylePainter(self)
        level = self.telling.level
        painter.fillRect(self.rect(), theme.colour(f"{level}_tint"))
        line = QtCore.QRect(0, self.height() - 1, self.width(), 1)
        paint_line(painter, line, f"{level}_edge")

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Put the note away by Escape, while the keyboard is here."""
        if event.key() == QtCore.Qt.Key.Key_Escape:
            self._put_away()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave out what is said beside where there is no room for all."""
        super().resizeEvent(event)
        self._spread()

    def _spread(self) -> None:
        slim = self.width() < theme.px(_SLIM)
        self.why.setVisible(not slim)
        self.more.setVisible(not slim and bool(self.more.text()))
        beside = " ".join(filter(None, (self.why.text(), self.more.text())))
        self.setAccessibleDescription(beside)

    def _show(self, telling: Telling) -> None:
        self.telling = telling
        self._glyph.set_icon(_ICONS[telling.level], telling.level)
        self.what.setText(telling.what)
        self.why.setText(telling.why)
        self.act.setText(telling.verb)
        self.close_button.set_name(f"Put away: {telling.what}")
        self.setAccessibleName(f"{telling.level}: {telling.what}")
        announce(self, f"{telling.what}. {telling.why}")
        self.update()

    @QtCore.Slot()
    def _go(self) -> None:
        if self.telling is not None:
            page, where = self.telling.page, self.telling.where
            self._put_away()
            self.wanted.emit(page, where)

    @QtCore.Slot()
    def _put_away(self) -> None:
        if self.telling is not None:
            self.put_away.emit(self.telling.mark)

    def _build(self) -> None:
        row = Row(gap=10, margins=(metrics.PAGE_MARGIN, 0, 12, 1))
        row.add(self._glyph, self.what)
        row.add(self.why, stretch=1)
        row.add(self.more, self.act, self.close_button)
        self.setLayout(row)
        # Where there is little room the reason is cut first.
        policy = QtWidgets.QSizePolicy.Policy
        self.why.setSizePolicy(policy.Ignored, policy.Preferred)
        self.more.hide()
        self.hide()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(_HEIGHT))

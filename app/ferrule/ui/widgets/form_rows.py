"""Forms: a label, a field, and under it help or what is wrong with it.

Labels stand left of the fields where the form is wide and above them where it is
narrow. An error takes the place of the help, with a shape and in words.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_icon, paint_text, theme
from ferrule.ui.widgets.label import Glyph, Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Row

WIDE: Final = 520
LABEL: Final = 112


class _Note(QtWidgets.QWidget):
    """The caption under a field: help, or the error in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.help = Label("", "caption", "muted", wrap=True)
        self.error = ErrorText()
        self.setLayout(Column(self.help, self.error, gap=0))

    def show_note(self, help_text: str, error: str) -> None:
        """Show the error, else the help, else nothing."""
        self.help.setText(help_text)
        self.error.text.setText(error)
        self.help.setVisible(bool(help_text) and not error)
        self.error.setVisible(bool(error))
        self.setVisible(bool(help_text or error))


class ErrorText(QtWidgets.QWidget):
    """One error below a field: an icon, and all of its text on as many lines."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Label("", "caption_strong", "danger", wrap=True)
        row = Row(gap=6)
        mark = Glyph("circle-x", "danger", 14)
        row.addWidget(mark, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        row.add(self.text, stretch=1)
        self.setLayout(row)


class ErrorLine(QtWidgets.QLabel):
    """One error: an icon and its text, the whole of it in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show an error."""
        super().setText(text)
        self.setToolTip(plain_tip(text))

    def sizeHint(self) -> QtCore.QSize:
        """Return one line of 20 px."""
        width = theme.px(20) + theme.width(self.text(), "caption_strong")
        return QtCore.QSize(width, theme.px(20))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Let the text be cut."""
        return QtCore.QSize(theme.px(40), theme.px(20))

    def paintEvent(self, _event: object) -> None:
        """Draw icon and text."""
        painter = QtWidgets.QStylePainter(self)
        side = theme.px(14)
        box = QtCore.QRect(0, (self.height() - side) // 2, side, side)
        paint_icon(painter, box, "circle-x", "danger")
        text = self.rect().adjusted(theme.px(20), 0, 0, 0)
        paint_text(painter, text, self.text(), role="caption_strong", ink="danger")


def takes_enter(owner: QtWidgets.QWidget, event: QtGui.QKeyEvent) -> bool:
    """Press the button in `owner` that has the keyboard, by Enter.

    Returns whether the key was Enter: inside a form it would otherwise go on to the
    next step, in the middle of a question.
    """
    keys = QtCore.Qt.Key
    if event.key() not in {keys.Key_Return, keys.Key_Enter}:
        return False
    focused = QtWidgets.QApplication.focusWidget()
    if isinstance(focused, QtWidgets.QAbstractButton) and owner.isAncestorOf(focused):
        focused.click()
    event.accept()
    return True


def into_sight(widget: QtWidgets.QWidget) -> None:
    """Scroll what holds a widget until it is seen."""
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QtWidgets.QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget)


class FormRow(QtWidgets.QWidget):
    """A labelled field; the label is the field's buddy and its accessible name.

    `trailing` stands right of the field (a preview, a link). `required` is said in
    the label, not by colour.
    """

    def __init__(
        self,
        label: str,
        field: QtWidgets.QWidget,
        *,
        help_text: str = "",
        trailing: QtWidgets.QWidget | None = None,
        optional: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._help = help_text
        self._error = ""
        self.label = Label(label.replace("&", "&&"), "body", "muted", elide=True)
        self.label.setBuddy(field)
        if optional:
            self.label.setText(f"{self.label.text()} (optional)")
        if not field.accessibleName():
            field.setAccessibleName(label)
        self._note = _Note()
        self._row = Row()
        self._row.add(field, stretch=1)
        if trailing is not None:
            self._row.add(trailing)
        self._below = Column(gap=6)
        self._box = QtWidgets.QGridLayout()
        self._box.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._box)
        self._wide: bool | None = None
        self._label_width = LABEL
        self.arrange(wide=False)
        self._tell()
        theme.changed.connect(self._again)

    def add_trailing(self, widget: QtWidgets.QWidget) -> None:
        """Put something more right of the field."""
        self._row.add(widget)

    def add_below(self, widget: QtWidgets.QWidget) -> None:
        """Put something under the help: a note, a panel."""
        self._below.add(widget)

    @property
    def error(self) -> str:
        """Return the error shown, empty when there is none."""
        return self._error

    def set_error(self, error: str) -> None:
        """Show an error in place of the help; an empty one takes it away."""
        if error != self._error:
            self._error = error
            mark = getattr(self.field, "set_mark", None)
            if mark is not None:
                mark("error" if error else "")
            self._tell()

    def set_help(self, help_text: str) -> None:
        """Show another help."""
        self._help = help_text
        self._tell()

    def label_hint(self) -> int:
        """Return the width the label's text takes, in pixels at 100 %."""
        return round((theme.width(self.label.text(), "body") + 2) / theme.zoom)

    def arrange(self, *, wide: bool, label_width: int = 0) -> None:
        """Put the label left of the field (wide) or above it."""
        width = label_width or self._label_width
        if (wide, width) == (self._wide, self._label_width):
            return
        self._wide, self._label_width = wide, width
        self._again()

    @QtCore.Slot()
    def _again(self) -> None:
        box = self._box
        box.setHorizontalSpacing(theme.px(12))
        box.setVerticalSpacing(theme.px(metrics.GAP_SMALL))
        for item in (self.label, self._note):
            box.removeWidget(item)
        box.removeItem(self._row)
        box.removeItem(self._below)
        align = QtCore.Qt.AlignmentFlag
        side = 1 if self._wide else 0
        if self._wide:
            self.label.setFixedWidth(theme.px(self._label_width))
            self.label.setAlignment(align.AlignRight | align.AlignVCenter)
            self.label.setFixedHeight(min(self.field.sizeHint().height(), theme.px(32)))
            box.addWidget(self.label, 0, 0, align.AlignTop)
        else:
            self.label.setMinimumWidth(0)
            self.label.setMaximumWidth(16777215)
            self.label.setAlignment(align.AlignLeft | align.AlignVCenter)
            self.label.setFixedHeight(theme.px(18))
            box.addWidget(self.label, 0, 0)
        box.addLayout(self._row, 0 if self._wide else 1, side)
        box.addWidget(self._note, 1 if self._wide else 2, side)
        box.addLayout(self._below, 2 if self._wide else 3, side)
        box.setColumnStretch(side, 1)
        box.setColumnStretch(1 - side, 0)

    def _tell(self) -> None:
        self._note.show_note(self._help, self._error)
        self.field.setAccessibleDescription(self._error or self._help)


class Form(QtWidgets.QWidget):
    """Rows below one another that choose together where their labels stand."""

    def __init__(
        self, *rows: FormRow, wide_from: int = WIDE, label_width: int = LABEL
    ) -> None:
        super().__init__()
        self.rows: list[FormRow] = []
        self._wide_from = wide_from
        self._label_width = label_width
        self._column = Column(gap=metrics.FORM_GAP)
        self.setLayout(self._column)
        for row in rows:
            self.add_row(row)

    def add_row(self, row: FormRow) -> FormRow:
        """Append a row and return it."""
        self.rows.append(row)
        self._column.add(row)
        self._arrange()
        return row

    def add(self, widget: QtWidgets.QWidget) -> None:
        """Append anything else: a head, a nested form, a message."""
        self._column.add(widget)

    def clear(self) -> None:
        """Take all rows out."""
        self.rows.clear()
        self._column.clear()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Move the labels where the width crosses the threshold."""
        super().resizeEvent(event)
        self._arrange()

    @QtCore.Slot()
    def _arrange(self) -> None:
        """Give all labels the width of the longest, within reason."""
        longest = max((row.label_hint() for row in self.rows), default=0)
        width = min(max(longest, self._label_width), round(self._label_width * 1.6))
        wide = self.width() >= theme.px(self._wide_from)
        for row in self.rows:
            row.arrange(wide=wide, label_width=width)

"""One-line fields: border, focus and error drawn by us, the editing by QLineEdit."""

from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import written
from ferrule.ui.theme import (
    metrics,
    paint_box,
    paint_icon,
    paint_shape,
    theme,
)
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.chip import paint_keycap

Mark = Literal["", "ok", "warning", "error"]
_SHAPES: Final[dict[str, tuple[Literal["tick", "triangle", "cross"], str]]] = {
    "ok": ("tick", "success"),
    "warning": ("triangle", "warning"),
    "error": ("cross", "danger"),
}


class LineEdit(QtWidgets.QLineEdit):
    """A field of 32 px (28 compact) with an icon before and a mark after the text.

    `trailing` is a key shown while the field is empty. A subclass that draws more at
    the right sets `right_room` in pixels at 100 % and calls `fit`.
    """

    right_room = 0

    def __init__(
        self,
        text: str = "",
        *,
        name: str = "",
        placeholder: str = "",
        icon: str = "",
        trailing: str = "",
        mono: bool = False,
        compact: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setFrame(False)
        self.setPlaceholderText(placeholder)
        if name:
            self.setAccessibleName(name)
        self._icon = icon
        self._trailing = written(trailing)
        self._role = "code" if mono else "body"
        self._compact = compact
        self._mark: Mark = ""
        self._pale = False
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        self.fit()
        theme.changed.connect(self.fit)

    @property
    def mark(self) -> Mark:
        """Return what stands at the end of the field."""
        return self._mark

    def set_mark(self, mark: Mark) -> None:
        """Show a tick, triangle or cross at the end; an error turns the border red."""
        if mark != self._mark:
            self._mark = mark
            self.fit()
            self.update()

    def set_pale(self, *, on: bool) -> None:
        """Show the text in a muted colour: it stands elsewhere and is shown here."""
        if on != self._pale:
            self._pale = on
            self.fit()

    @QtCore.Slot()
    def fit(self) -> None:
        """Set the font, the colour and the room at both sides again."""
        self.setFont(theme.font(self._role))
        # The application's sheet wins over a palette, and loses to the widget's own.
        ink = theme.colour("muted").name()
        sheet = f"QLineEdit {{ color: {ink}; }}" if self._pale else ""
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        left = theme.px(28 if self._icon else 6)
        right = theme.px(6 + self.right_room + (20 if self._mark else 0))
        self.setTextMargins(left, 0, right, 0)
        self.updateGeometry()

    def sizeHint(self) -> QtCore.QSize:
        """Return Qt's width at the height of a control."""
        height = theme.px(metrics.COMPACT if self._compact else metrics.CONTROL)
        least = round(theme.measured(self._role).height()) + theme.px(8)
        return QtCore.QSize(max(super().sizeHint().width(), 80), max(height, least))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return a narrow field of full height."""
        return QtCore.QSize(theme.px(80), self.sizeHint().height())

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw ground and border, Qt's text and caret, then icon and mark."""
        painter = QtWidgets.QStylePainter(self)
        self._paint_frame(painter)
        painter.end()
        super().paintEvent(event)
        painter = QtWidgets.QStylePainter(self)
        self._paint_icon(painter)
        self._paint_mark(painter)
        if self._trailing and self._has_room_for_trailing():
            right = self.width() - theme.px(6)
            paint_keycap(painter, right, self.height(), self._trailing)

    def _paint_frame(self, painter: QtGui.QPainter) -> None:
        wrong = self._mark == "error"
        border = "danger" if wrong else "accent" if self.hasFocus() else "control"
        width = metrics.FOCUS if self.hasFocus() else 1
        fill = "surface"
        if not self.isEnabled() or self.isReadOnly():
            fill = "sunken"
            border = border if self.hasFocus() else "hairline"
        radius = theme.px(metrics.RADIUS)
        paint_box(painter, self.rect(), radius, fill, border=border, width=width)

    def _has_room_for_trailing(self) -> bool:
        """Say whether the key stands clear of the placeholder."""
        if self.text() or self.hasFocus():
            return False
        taken = self.textMargins().left() + theme.px(28)
        taken += theme.width(self.placeholderText(), self._role)
        return taken + theme.width(self._trailing, "caption") <= self.width()

    def _paint_icon(self, painter: QtGui.QPainter) -> None:
        if self._icon:
            size = theme.px(metrics.ICON)
            top = (self.height() - size) // 2
            box = QtCore.QRect(theme.px(9), top, size, size)
            paint_icon(painter, box, self._icon, "muted")

    def _paint_mark(self, painter: QtGui.QPainter) -> None:
        if self._mark:
            shape, ink = _SHAPES[self._mark]
            side = theme.px(11)
            left = self.width() - theme.px(self.right_room + 10) - side
            box = QtCore.QRect(left, (self.height() - side) // 2, side, side)
            paint_shape(painter, box, shape, ink)


class SearchField(LineEdit):
    """A field for searching: a magnifier, a clear button, Escape clears."""

    def __init__(
        self,
        name: str,
        *,
        placeholder: str = "",
        trailing: str = "",
        compact: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(
            name=name,
            placeholder=placeholder,
            icon="search",
            trailing=trailing,
            compact=compact,
            parent=parent,
        )
        self._clear = IconButton("x", f"Clear {name}", parent=self)
        self._clear.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._clear.hide()
        self._clear.clicked.connect(self.clear)
        self.textChanged.connect(self._offer_clearing)

    def sizeHint(self) -> QtCore.QSize:
        """Return 320 px, wide enough for a placeholder that helps."""
        return QtCore.QSize(theme.px(320), super().sizeHint().height())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the clear button at the right end."""
        super().resizeEvent(event)
        _place_at_end(self, self._clear)

    @QtCore.Slot(str)
    def _offer_clearing(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.right_room = 22 if text else 0
        self.fit()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Clear by Escape; pass it on when there is nothing to clear."""
        if event.key() == QtCore.Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class SecretField(LineEdit):
    """A field for a secret: dots, shown only while the eye is held down.

    It offers no undo of the secret to assistive technology, no completion and no drag.
    """

    right_room = 28

    def __init__(
        self,
        *,
        name: str = "",
        placeholder: str = "",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, mono=True, parent=parent)
        self.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self.setDragEnabled(False)
        hints = QtCore.Qt.InputMethodHint
        self.setInputMethodHints(
            hints.ImhHiddenText | hints.ImhSensitiveData | hints.ImhNoPredictiveText
        )
        self._eye = IconButton("eye", "Show while held down", parent=self)
        self._eye.pressed.connect(self._reveal)
        self._eye.released.connect(self._hide)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the eye at the right end."""
        super().resizeEvent(event)
        _place_at_end(self, self._eye)

    @QtCore.Slot()
    def _reveal(self) -> None:
        self.setEchoMode(QtWidgets.QLineEdit.EchoMode.Normal)

    @QtCore.Slot()
    def _hide(self) -> None:
        self.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)


def _place_at_end(field: QtWidgets.QWidget, button: QtWidgets.QWidget) -> None:
    """Put a button of the field's height at the right end inside its border."""
    side = field.height() - 4
    button.setGeometry(field.width() - side - 2, 2, side, side)

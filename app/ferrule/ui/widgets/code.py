"""A few lines of code to read and to copy, on a sunken ground."""

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import decode, encode
from ferrule.ui.theme import metrics, paint_box, theme

_MOST = 200_000
_SHEET = """
QPlainTextEdit { background: %(ground)s; color: %(ink)s; padding: %(pad)spx;
  border: 2px solid %(ground)s; border-radius: %(radius)spx; }
QPlainTextEdit:focus { border-color: %(ring)s; }
"""


class CodeView(QtWidgets.QPlainTextEdit):
    """Plain text in the fixed font to read, at least `lines` of it seen."""

    def __init__(
        self, name: str, *, lines: int = 6, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.WidgetWidth)
        flags = QtCore.Qt.TextInteractionFlag
        self.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard
        )
        self.restyle()
        theme.changed.connect(self.restyle)

    @QtCore.Slot()
    def restyle(self) -> None:
        """Take font and height from the theme again."""
        self.setFont(theme.font("code"))
        look = {
            "ground": theme.colour("sunken").name(),
            "ink": theme.colour("text").name(),
            "ring": theme.colour("accent").name(),
            "radius": theme.px(metrics.RADIUS),
            "pad": theme.px(6),
        }
        self.setStyleSheet(_SHEET % look)
        height = round(theme.measured("code").lineSpacing() * self._lines)
        self.setMinimumHeight(height + theme.px(20))

    def show_text(self, text: str) -> None:
        """Show a text, its end left out where it is very long."""
        cut = text if len(text) <= _MOST else text[:_MOST] + "\n…"
        if cut != self.toPlainText():
            self.setPlainText(cut)


class Sunken(QtWidgets.QWidget):
    """A widget on a sunken ground with rounded corners."""

    def __init__(self, layout: QtWidgets.QLayout) -> None:
        super().__init__()
        self.setLayout(layout)

    def paintEvent(self, _event: object) -> None:
        """Draw the ground."""
        painter = QtWidgets.QStylePainter(self)
        paint_box(painter, self.rect(), theme.px(metrics.RADIUS), "sunken")


def indented(raw: bytes) -> str:
    """Return JSON bytes in lines, its numbers as they are."""
    return _lines(decode(raw), 0)


def _lines(value: object, depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        members = (
            f"{inner}{encode(name).decode()}: {_lines(member, depth + 1)}"
            for name, member in value.items()
        )
        return "{\n" + ",\n".join(members) + f"\n{outer}}}"
    if isinstance(value, list) and value:
        elements = (f"{inner}{_lines(element, depth + 1)}" for element in value)
        return "[\n" + ",\n".join(elements) + f"\n{outer}]"
    return encode(value).decode()

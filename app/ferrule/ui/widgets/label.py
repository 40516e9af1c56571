"""Text that is never taken for HTML, small pictures, and heads of sections."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import (
    metrics,
    monogram,
    paint_icon,
    paint_text,
    theme,
    tile_pixmap,
)
from ferrule.ui.widgets.layouts import Row


def plain_tip(text: str) -> str:
    """Return a tool tip that shows `text` as it is: Qt would guess HTML."""
    whole = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    whole = whole.replace("\n", "<br>")
    tip = f"<span>{whole}</span>" if text else ""
    return Data(tip) if isinstance(text, Data) else tip


class Label(QtWidgets.QLabel):
    """Plain text in a role and a colour of the theme.

    `wrap` breaks it into lines; `elide` cuts it with an ellipsis where there is no
    room, the whole then being the tool tip; `selectable` lets the person copy it.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        ink: str = "text",
        *,
        wrap: bool = False,
        elide: bool = False,
        selectable: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._role = role
        self._ink = ink
        self._elide = elide
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                QtCore.Qt.TextInteractionFlag.TextSelectableByMouse
            )
        if elide:
            self.setMinimumWidth(1)
        self.setText(text)
        self.restyle()
        theme.changed.connect(self.restyle)

    @QtCore.Slot()
    def restyle(self) -> None:
        """Take font and colour from the theme again."""
        self.setFont(theme.font(self._role))
        palette = QtGui.QPalette(self.palette())
        palette.setColor(QtGui.QPalette.ColorRole.WindowText, theme.colour(self._ink))
        self.setPalette(palette)

    def set_ink(self, ink: str) -> None:
        """Draw in another colour of the theme."""
        if ink != self._ink:
            self._ink = ink
            self.restyle()

    def set_role(self, role: str) -> None:
        """Draw in another role of type."""
        if role != self._role:
            self._role = role
            self.restyle()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Ask for the height wrapped text needs: tight layouts clip it otherwise."""
        super().resizeEvent(event)
        if self.wordWrap():
            self.setMinimumHeight(0)  # heightForWidth never goes below it
            self.setMinimumHeight(max(self.heightForWidth(self.width()), 0))

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        if self.wordWrap():
            self.setMinimumHeight(0)
            if self.isVisible():
                self.setMinimumHeight(max(self.heightForWidth(self.width()), 0))

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the text, cut where it may be."""
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QtWidgets.QStylePainter(self)
        box = self.contentsRect()
        paint_text(
            painter,
            box,
            self.text(),
            role=self._role,
            ink=self._ink,
            align=self.alignment(),
        )
        cut = theme.elided(self.text(), self._role, box.width()) != self.text()
        tip = plain_tip(self.text()) if cut else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


class Glyph(QtWidgets.QWidget):
    """An icon as a picture; it says nothing that the text beside it does not."""

    def __init__(
        self,
        name: str,
        ink: str = "muted",
        size: int = metrics.ICON,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._ink = ink
        self._size = size
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Fixed
        )

    def set_icon(self, name: str, ink: str = "") -> None:
        """Show another icon."""
        self._name = name
        self._ink = ink or self._ink
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the size of the icon."""
        return QtCore.QSize(theme.px(self._size), theme.px(self._size))

    def paintEvent(self, _event: object) -> None:
        """Draw the icon."""
        painter = QtWidgets.QStylePainter(self)
        paint_icon(painter, self.rect(), self._name, self._ink)


class Tile(QtWidgets.QWidget):
    """A monogram tile of a connector; `seed` (its id) decides the hue."""

    def __init__(
        self,
        name: str,
        seed: str,
        side: int = 36,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side = side
        self._letters = monogram(name)
        self._seed = seed
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Fixed
        )

    def show_connector(self, name: str, seed: str) -> None:
        """Stand for another connector."""
        self._letters = monogram(name)
        self._seed = seed
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the tile's square."""
        return QtCore.QSize(theme.px(self._side), theme.px(self._side))

    def paintEvent(self, _event: object) -> None:
        """Draw the tile."""
        painter = QtWidgets.QStylePainter(self)
        ratio = self.devicePixelRatioF()
        side = theme.px(self._side)
        painter.drawPixmap(0, 0, tile_pixmap(self._letters, self._seed, side, ratio))


class SectionHead(QtWidgets.QWidget):
    """The head of a section, with room for widgets at its right end."""

    def __init__(
        self,
        text: str,
        *trailing: QtWidgets.QWidget,
        role: str = "section",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.label = Label(text, role, "muted" if role == "section" else "text")
        self.setLayout(Row(self.label, None, *trailing))

"""The theme in force: colours, fonts and measures, read at paint time.

Colours, fonts and elided texts are cached: without that a table misses 20 ms a frame.
Nothing keeps a colour or a palette of its own, so a switch re-inks everything.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import tr
from ferrule.ui.theme import fonts, sheet
from ferrule.ui.theme.tokens import HIGH, TOKENS, Scheme

Wish = Literal["light", "dark", "system"]
ContrastWish = Literal["on", "off", "system"]
STYLE: Final = "Fusion"
ZOOM_LEAST: Final = 0.8
ZOOM_MOST: Final = 2.0
ZOOM_STEPS: Final = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class Theme(QtCore.QObject):
    """What everything is drawn with.

    Signals:
        changed(): the scheme, the zoom or the motion is another one; widgets that set
            a font, a margin or a size themselves set them again. Others are repainted
            by Qt.
    """

    changed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "light"
        self.wish: Wish = "light"
        self.contrast_wish: ContrastWish = "off"
        self.high = False
        self._hints: QtGui.QStyleHints | None = None
        self.zoom = 1.0
        self.motion = True
        self._colours: dict[str, QtGui.QColor] = {}
        self._base = 0.0
        self._fonts: dict[str, QtGui.QFont] = {}
        self._measured: dict[str, QtGui.QFontMetricsF] = {}
        self._elided = lru_cache(maxsize=8192)(self._elide)
        self._width = lru_cache(maxsize=8192)(self._measure)

    @property
    def tokens(self) -> Mapping[str, str]:
        """Return the colours in force by what they mean, as `#RRGGBB`."""
        return (HIGH if self.high else TOKENS)[self.scheme]

    def colour(self, token: str) -> QtGui.QColor:
        """Return the colour of a token; an unknown token raises KeyError."""
        if token not in self._colours:
            self._colours[token] = QtGui.QColor(self.tokens[token])
        return self._colours[token]

    def font(self, role: str = "body") -> QtGui.QFont:
        """Return the font of a role (`fonts.ROLES`) at the zoom in force."""
        if role not in self._fonts:
            self._base = self._base or fonts.base_pixels()
            base = self._base * self.zoom
            self._fonts[role] = fonts.build(fonts.ROLES[role], base)
        return self._fonts[role]

    def measured(self, role: str = "body") -> QtGui.QFontMetricsF:
        """Return the metrics of a role's font."""
        if role not in self._measured:
            self._measured[role] = QtGui.QFontMetricsF(self.font(role))
        return self._measured[role]

    def width(self, text: str, role: str = "body") -> int:
        """Return the pixels a text takes, rounded up."""
        return self._width(tr(text), role)

    def elided(self, text: str, role: str, width: int) -> str:
        """Return the text, cut with an ellipsis at its end to fit `width` pixels.

        What is painted is looked up as everything else is, unless it is `Data`.
        """
        return self._elided(tr(text), role, width)

    def px(self, measure: float) -> int:
        """Return a measure of the design in pixels at the zoom in force."""
        return round(measure * self.zoom)

    def apply(
        self, app: QtWidgets.QApplication, wish: Wish, *, styled: bool = False
    ) -> None:
        """Dress the application; `system` follows what the desktop asks for.

        `styled` says that it was made with the style `STYLE`.
        """
        self.wish = wish
        if not styled:
            app.setStyle(STYLE)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(
            self._follow, QtCore.Qt.ConnectionType.UniqueConnection
        )
        asked = self._accessibility()
        if asked is not None:
            asked.contrastPreferenceChanged.connect(
                self._follow_contrast, QtCore.Qt.ConnectionType.UniqueConnection
            )
        self._dress(app)

    def set_contrast(self, wish: ContrastWish) -> None:
        """Use high contrast or not; `system` follows what the desktop asks for."""
        self.contrast_wish = wish
        self._redress()

    def set_zoom(self, zoom: float) -> None:
        """Scale type and measures, between 80 and 200 %."""
        self.zoom = min(max(zoom, ZOOM_LEAST), ZOOM_MOST)
        self._redress()

    def set_motion(self, *, on: bool) -> None:
        """Allow or forbid movement (spinners, transitions)."""
        self.motion = on
        self.changed.emit()

    def wished(self) -> Scheme:
        """Return the scheme to use now, asking the desktop where it decides."""
        if self.wish != "system":
            return self.wish
        dark = QtCore.Qt.ColorScheme.Dark
        return "dark" if self._desktop() == dark else "light"

    def wants_contrast(self) -> bool:
        """Return whether to use high contrast now, asking the desktop if it decides."""
        if self.contrast_wish != "system":
            return self.contrast_wish == "on"
        return self._desktop_contrast()

    def _desktop_contrast(self) -> bool:
        asked = self._accessibility()
        if asked is None:
            return False
        wish = QtCore.Qt.ContrastPreference.HighContrast
        return bool(asked.contrastPreference() == wish)

    def _accessibility(self) -> Any:  # noqa: ANN401  a class of Qt 6.10 and later
        """Return what the desktop asks for accessibility's sake, None before 6.10.

        The hints are kept: what they hold goes with the last reference to them.
        """
        if self._hints is None:
            self._hints = QtGui.QGuiApplication.styleHints()
        asked = getattr(self._hints, "accessibility", None)
        return asked() if asked is not None else None

    @staticmethod
    def _desktop() -> QtCore.Qt.ColorScheme:
        return QtGui.QGuiApplication.styleHints().colorScheme()

    @QtCore.Slot()
    def _follow(self) -> None:
        if self.wish == "system":
            self._redress()

    @QtCore.Slot()
    def _follow_contrast(self) -> None:
        if self.contrast_wish == "system":
            self._redress()

    def _redress(self) -> None:
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            self._dress(app)

    def _dress(self, app: QtWidgets.QApplication) -> None:
        self.scheme = self.wished()
        self.high = self.wants_contrast()
        self._forget()
        # With a sheet in force, setPalette leaves live widgets in their old colours.
        if app.styleSheet():
            app.setStyleSheet("")
        app.setFont(self.font("body"))
        app.setPalette(sheet.palette(self.colour))
        app.setStyleSheet(sheet.style_sheet(self.tokens, self.px))
        self.changed.emit()

    def _forget(self) -> None:
        self._colours.clear()
        self._base = 0.0
        self._fonts.clear()
        self._measured.clear()
        self._elided.cache_clear()
        self._width.cache_clear()

    def _measure(self, text: str, role: str) -> int:
        return int(self.measured(role).horizontalAdvance(text)) + 1

    def _elide(self, text: str, role: str, width: int) -> str:
        right = QtCore.Qt.TextElideMode.ElideRight
        return self.measured(role).elidedText(text, right, width)


theme: Final = Theme()

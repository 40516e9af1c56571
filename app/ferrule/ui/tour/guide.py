"""Hands and eyes of the tour: find a widget, click, type, wait, take a picture."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6 import QtCore, QtTest, QtWidgets

from ferrule.ui.theme import Scheme, theme
from ferrule.ui.window import Window

WidgetT = TypeVar("WidgetT", bound=QtWidgets.QWidget)
FoundT = TypeVar("FoundT")
_LEFT = QtCore.Qt.MouseButton.LeftButton
_LOOK_S = 0.02
_REST_S = 0.2
_PATIENCE_S = 30.0
WIDE = (1280, 800)
NARROW = (1024, 700)
_SHOTS: Final[tuple[tuple[Scheme, tuple[tuple[int, int], ...]], ...]] = (
    ("dark", (WIDE, NARROW)),
    ("light", (NARROW, WIDE)),
)
"""Every change of dress or size costs: each but one is made once."""


class LostError(Exception):
    """Something that a person would see on the screen is not there."""


class Guide:
    """Works one window by events and keeps the figures."""

    def __init__(self, window: Window, out: Path) -> None:
        self.window = window
        self._out = out
        self._number = 0
        self._began = time.perf_counter()
        out.mkdir(parents=True, exist_ok=True)

    def say(self, title: str, *facts: str) -> None:
        """Print a step with its figures and the time it took."""
        self._number += 1
        now = time.perf_counter()
        took, self._began = now - self._began, now
        sys.stdout.write(f"{self._number:2}. {title} ({took:.1f} s)\n")
        for fact in facts:
            sys.stdout.write(f"    {fact}\n")
        sys.stdout.flush()

    def find(
        self,
        kind: type[WidgetT],
        name: str,
        inside: QtWidgets.QWidget | None = None,
    ) -> WidgetT | None:
        """Return the visible, enabled widget of that text or accessible name."""
        for widget in (inside or self.window).findChildren(kind):
            if widget.isVisible() and widget.isEnabled() and name in _names(widget):
                return widget
        return None

    def shown(self, kind: type[WidgetT]) -> WidgetT | None:
        """Return the first visible widget of that kind."""
        found = self.window.findChildren(kind)
        return next((widget for widget in found if widget.isVisible()), None)

    def texts(self) -> list[str]:
        """Return every text that is shown in a label."""
        labels = self.window.findChildren(QtWidgets.QLabel)
        return [label.text() for label in labels if label.isVisible()]

    async def choose(self, opener: str, text: str) -> None:
        """Open the menu of a button and take the entry of that text by the keyboard."""
        await self.click(opener)
        menu = await self.until(_popup, "the menu")
        for action in menu.actions():
            self.key(menu, QtCore.Qt.Key.Key_Down)
            if action.text() == text:
                break
        self.key(menu, QtCore.Qt.Key.Key_Return)

    async def see(
        self,
        kind: type[WidgetT],
        name: str,
        inside: QtWidgets.QWidget | None = None,
    ) -> WidgetT:
        """Wait until such a widget is there and return it."""
        what = f"{kind.__name__} “{name}”"
        return await self.until(lambda: self.find(kind, name, inside), what)

    async def until(
        self,
        look: Callable[[], FoundT | None],
        what: str,
        seconds: float = _PATIENCE_S,
    ) -> FoundT:
        """Look again and again until something is there, and return it.

        Raises:
            LostError: when it does not come.
        """
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            found = look()
            if found:
                return found
            await asyncio.sleep(_LOOK_S)
        self.picture("lost")
        raise LostError(f"{what} did not come within {seconds:.0f} s.")

    async def click(self, name: str, inside: QtWidgets.QWidget | None = None) -> None:
        """Click the button of that name."""
        button = await self.see(QtWidgets.QAbstractButton, name, inside)
        QtTest.QTest.mouseClick(button, _LEFT)
        await asyncio.sleep(0)

    def press(self, widget: QtWidgets.QWidget, at: QtCore.QPoint) -> None:
        """Click a place of a widget."""
        QtTest.QTest.mouseClick(widget, _LEFT, pos=at)

    async def type_into(self, field: QtWidgets.QLineEdit, text: str) -> None:
        """Replace what a field holds by typing."""
        field.setFocus()
        field.selectAll()
        QtTest.QTest.keyClicks(field, text)
        await asyncio.sleep(0)

    def paste_into(self, field: QtWidgets.QLineEdit | None, text: str) -> None:
        """Replace what a field holds by pasting."""
        if field is not None:
            QtWidgets.QApplication.clipboard().setText(text)
            field.setFocus()
            field.selectAll()
            control = QtCore.Qt.KeyboardModifier.ControlModifier
            self.key(field, QtCore.Qt.Key.Key_V, control)

    def key(
        self,
        widget: QtWidgets.QWidget,
        key: QtCore.Qt.Key,
        modifier: QtCore.Qt.KeyboardModifier = QtCore.Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press a key in a widget."""
        QtTest.QTest.keyClick(widget, key, modifier)

    async def rest(self) -> None:
        """Let what was just filled find its places."""
        await asyncio.sleep(_REST_S)

    def picture(self, name: str) -> Path:
        """Save what the window shows now."""
        path = self._out / f"{name}.png"
        self.window.grab().save(str(path))
        return path

    async def pictures(self, name: str) -> None:
        """Save the page wide and narrow, light and dark; end wide and light."""
        for scheme, sizes in _SHOTS:
            await self._dress(scheme)
            for size in sizes:
                self.window.resize(*size)
                await asyncio.sleep(_LOOK_S)
                form = "-1024x700" if size == NARROW else ""
                self.picture(f"{name}{form}-{scheme}")

    async def _dress(self, scheme: Scheme) -> None:
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            theme.apply(app, scheme)
        await asyncio.sleep(_LOOK_S)


def _names(widget: QtWidgets.QWidget) -> tuple[str, str, str]:
    text = getattr(widget, "text", None)
    shown = text() if callable(text) else ""
    plain = shown.replace("&", "") if isinstance(shown, str) else ""
    return plain, widget.accessibleName(), widget.objectName()


def _popup() -> QtWidgets.QMenu | None:
    popup = QtWidgets.QApplication.activePopupWidget()
    return popup if isinstance(popup, QtWidgets.QMenu) else None

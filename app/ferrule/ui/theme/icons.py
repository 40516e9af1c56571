"""Lucide's icons, drawn in a colour of the theme at any size.

python-lucide is a file of icons to us: its SQLite table is read once, without the
import (60-90 ms), for all of `NAMES` at a time. What was drawn is kept in a file of the
data directory until the package changes, so that a start neither reads nor draws.
The package's own look-up answers an unknown name with a placeholder and no error; here
a name outside `NAMES` raises KeyError, and a test asserts that every name is there.
"""

import importlib.util
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote
from zlib import crc32

from PySide6 import QtCore, QtGui

from ferrule.ui.theme.current import theme
from ferrule.ui.theme.drawings import Drawings

_NAMES: Final = """
    accessibility activity archive arrow-down arrow-down-to-line arrow-left
    arrow-right arrow-right-left arrow-up arrow-up-down badge-alert badge-check bell
    blocks bolt book-open box boxes braces briefcase bug calendar chart-line check
    chevron-down chevron-left chevron-right chevron-up circle circle-alert
    circle-check circle-dot circle-question-mark circle-slash circle-stop circle-x
    clipboard-copy clipboard-paste clock cloud code columns-3 command copy
    corner-down-left cpu credit-card crosshair database diff download ellipsis
    ellipsis-vertical external-link eye eye-off file-braces file-check file-diff
    file-down file-exclamation-point file-input file-key file-plus file-search
    file-text file-up
    fingerprint-pattern flask-conical folder folder-git-2 folder-open funnel funnel-x
    gauge git-branch git-pull-request globe grip-vertical hard-drive hash heart-pulse
    house inbox info key key-round keyboard languages layers layout-grid life-buoy
    link list list-checks list-filter list-ordered list-tree lock lock-open log-in
    log-out mail message-square minus monitor moon mouse-pointer-click move-vertical
    package package-check package-open package-plus palette panel-bottom-close
    panel-bottom-open panel-left panel-right-close panel-right-open pause pen-tool
    pencil pin pin-off play plug plug-zap plus power redo-2 refresh-cw regex replace
    rotate-ccw rotate-ccw-clock rotate-cw route save scan-search scroll-text search
    search-x send server settings share shield-alert shield-check
    shield-question-mark signature siren skip-forward sliders-horizontal sparkles
    square square-check-big square-stack stamp star sun sun-moon table tag terminal
    test-tube text-cursor-input timer toggle-left trash triangle-alert type undo-2
    unlink unplug upload user user-check users wand-sparkles webhook wifi wifi-off
    workflow wrench x zap
"""
NAMES: Final = frozenset(_NAMES.split())


@cache
def sources() -> Mapping[str, str]:
    """Return the SVG text of every icon in `NAMES`, read once."""
    return _from_package(_package())


def _package() -> Path:
    spec = importlib.util.find_spec("lucide")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("python-lucide is not installed")
    return Path(spec.origin).parent / "data" / "lucide-icons.db"


drawings: Final = Drawings()


def keep_icons(file: Path | None) -> None:
    """Keep what is drawn in `file`, from now on; nowhere for None."""
    edition = f"{_package().stat().st_mtime_ns} {crc32(_NAMES.encode())}"
    drawings.open(file, edition)


def _from_package(file: Path) -> Mapping[str, str]:
    address = f"file:{quote(file.as_posix())}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    try:
        marks = ",".join("?" * len(NAMES))
        query = f"SELECT name, svg FROM icons WHERE name IN ({marks})"  # noqa: S608  only question marks are put in
        return dict(connection.execute(query, tuple(NAMES)).fetchall())
    finally:
        connection.close()


def icon_pixmap(
    name: str, colour: QtGui.QColor, size: int, ratio: float = 1.0, stroke: float = 0.0
) -> QtGui.QPixmap:
    """Return an icon as a cached pixmap of `size` device-independent pixels.

    A `stroke` of 0 chooses 1.75 from 16 px on and 2 below, which keeps lines crisp.
    """
    stroke = stroke or (1.75 if size >= 16 else 2.0)  # noqa: PLR2004  see above
    key = f"lucide:{name}:{colour.rgba():x}:{size}:{ratio}:{stroke}"
    pixmap = QtGui.QPixmap()
    if not QtGui.QPixmapCache.find(key, pixmap):
        pixels = round(size * ratio)
        pixmap = drawings.find(key) or _render(name, colour, pixels, stroke)
        drawings.note(key, pixmap)
        pixmap.setDevicePixelRatio(ratio)
        QtGui.QPixmapCache.insert(key, pixmap)
    return pixmap


def _render(
    name: str, colour: QtGui.QColor, pixels: int, stroke: float
) -> QtGui.QPixmap:
    from PySide6 import QtSvg  # noqa: PLC0415  a start whose icons are kept needs none

    svg = sources()[name].replace("currentColor", colour.name())
    svg = svg.replace('stroke-width="2"', f'stroke-width="{stroke}"', 1)
    pixmap = QtGui.QPixmap(pixels, pixels)
    pixmap.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(pixmap)
    QtSvg.QSvgRenderer(QtCore.QByteArray(svg.encode())).render(
        painter, QtCore.QRectF(0, 0, pixels, pixels)
    )
    painter.end()
    return pixmap


def paint_icon(
    painter: QtGui.QPainter,
    rect: QtCore.QRect,
    name: str,
    ink: str = "text",
    stroke: float = 0.0,
) -> None:
    """Draw an icon in a colour of the theme, centred in `rect`; none without room."""
    size = min(rect.width(), rect.height())
    if size < 1:
        return
    ratio = painter.device().devicePixelRatioF()
    pixmap = icon_pixmap(name, theme.colour(ink), size, ratio, stroke)
    left = rect.x() + (rect.width() - size) // 2
    top = rect.y() + (rect.height() - size) // 2
    painter.drawPixmap(left, top, pixmap)


# Qt owns a clone, but Python would collect it: PySide hands no ownership over here.
_clones: Final[list[QtGui.QIconEngine]] = []


class _ThemedEngine(QtGui.QIconEngine):
    """Draws one icon in the colour the theme has when it is drawn."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(
        self,
        painter: QtGui.QPainter,
        rect: QtCore.QRect,
        mode: QtGui.QIcon.Mode,
        _state: QtGui.QIcon.State,
    ) -> None:
        faded = mode == QtGui.QIcon.Mode.Disabled
        paint_icon(painter, rect, self._name, "disabled" if faded else self._token)

    def pixmap(
        self, size: QtCore.QSize, mode: QtGui.QIcon.Mode, state: QtGui.QIcon.State
    ) -> QtGui.QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self,
        size: QtCore.QSize,
        mode: QtGui.QIcon.Mode,
        _state: QtGui.QIcon.State,
        scale: float,
    ) -> QtGui.QPixmap:
        faded = mode == QtGui.QIcon.Mode.Disabled
        colour = theme.colour("disabled" if faded else self._token)
        pixels = min(size.width(), size.height())
        return icon_pixmap(self._name, colour, max(round(pixels / scale), 1), scale)

    def clone(self) -> QtGui.QIconEngine:
        copy = _ThemedEngine(self._name, self._token)
        _clones.append(copy)
        return copy


@cache
def icon(name: str, ink: str = "text") -> QtGui.QIcon:
    """Return an icon for Qt's own widgets (menus, actions) that follows the theme."""
    if name not in NAMES:
        raise KeyError(name)
    return QtGui.QIcon(_ThemedEngine(name, ink))

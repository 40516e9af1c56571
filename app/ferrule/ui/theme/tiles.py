"""Monogram tiles: two letters on a hue of their own; never a vendor's logo."""

from typing import Final
from zlib import crc32

from PySide6 import QtCore, QtGui

from ferrule.ui.theme.current import theme

# Hues in degrees that keep the letters apart from the state colours' meaning.
_HUES: Final = (186, 214, 262, 318, 345, 22, 72, 150)
_SLATE: Final = {"light": ("#E1E6EC", "#3B4654"), "dark": ("#313A45", "#D4DBE4")}
# Saturation and lightness, 0-255: the ground's, then the letters'.
_SHADES: Final = {"light": (120, 229, 150, 62), "dark": (70, 52, 130, 205)}
_HIGH: Final = {"light": (120, 238, 150, 40), "dark": (70, 30, 200, 228)}


def tile_colours(seed: str) -> tuple[QtGui.QColor, QtGui.QColor]:
    """Return ground and letters for a seed (an id), the same at every start."""
    pick = crc32(seed.encode()) % (len(_HUES) + 1)
    if pick == len(_HUES):
        ground, letters = _SLATE[theme.scheme]
        if theme.high:
            letters = theme.tokens["text"]
        return QtGui.QColor(ground), QtGui.QColor(letters)
    hue = _HUES[pick]
    ground_s, ground_l, ink_s, ink_l = (_HIGH if theme.high else _SHADES)[theme.scheme]
    return (
        QtGui.QColor.fromHsl(hue, ground_s, ground_l),
        QtGui.QColor.fromHsl(hue, ink_s, ink_l),
    )


def monogram(name: str) -> str:
    """Return two letters for a name: "GitHub Issues" gives "Gh", "Trello" "Tr"."""
    word = (name.split() or ["?"])[0]
    inner = [letter for letter in word[1:] if letter.isupper()]
    second = inner[0] if inner else word[1:2]
    return word[:1].upper() + second.lower()


def paint_tile(
    painter: QtGui.QPainter, rect: QtCore.QRect, text: str, seed: str
) -> None:
    """Draw a tile with two letters; its radius is 2/9 of its side."""
    ground, letters = tile_colours(seed)
    side = rect.width()
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QtCore.QRectF(rect), side * 2 / 9, side * 2 / 9)
    font = QtGui.QFont(theme.font("emphasis"))
    font.setPixelSize(max(round(side * 0.4), 8))
    painter.setFont(font)
    painter.setPen(letters)
    painter.drawText(rect, QtCore.Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def tile_pixmap(text: str, seed: str, side: int, ratio: float = 1.0) -> QtGui.QPixmap:
    """Return a tile as a cached pixmap of `side` device-independent pixels."""
    key = f"tile:{theme.scheme}{theme.high}:{text}:{seed}:{side}:{ratio}"
    pixmap = QtGui.QPixmap()
    if not QtGui.QPixmapCache.find(key, pixmap):
        pixmap = QtGui.QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QtCore.Qt.GlobalColor.transparent)
        painter = QtGui.QPainter(pixmap)
        paint_tile(painter, QtCore.QRect(0, 0, side, side), text, seed)
        painter.end()
        QtGui.QPixmapCache.insert(key, pixmap)
    return pixmap

"""How everything looks: tokens, type, measures, icons, shapes and tiles.

`theme` is the theme in force; widgets read it when they paint.
"""

from ferrule.ui.theme import metrics
from ferrule.ui.theme.current import STYLE, ContrastWish, Theme, Wish, theme
from ferrule.ui.theme.icons import icon, icon_pixmap, keep_icons, paint_icon
from ferrule.ui.theme.paint import (
    CENTRE,
    LEFT,
    RIGHT,
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    wrapped,
)
from ferrule.ui.theme.preferences import preferences
from ferrule.ui.theme.shapes import STATES, Shape, State, paint_shape
from ferrule.ui.theme.tiles import monogram, paint_tile, tile_pixmap
from ferrule.ui.theme.tokens import Scheme

__all__ = [
    "CENTRE",
    "LEFT",
    "RIGHT",
    "STATES",
    "STYLE",
    "ContrastWish",
    "Scheme",
    "Shape",
    "State",
    "Theme",
    "Wish",
    "icon",
    "icon_pixmap",
    "keep_icons",
    "metrics",
    "monogram",
    "paint_box",
    "paint_focus",
    "paint_icon",
    "paint_line",
    "paint_shape",
    "paint_text",
    "paint_tile",
    "preferences",
    "theme",
    "tile_pixmap",
    "wrapped",
]

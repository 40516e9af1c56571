"""Measures in pixels at a zoom of 100 %: an 8-pixel grid, 4 inside controls.

Use them through `theme.px`, which follows the zoom. Constants of one widget stay in
that widget; what two share stands here.
"""

from typing import Final

PAGE_MARGIN: Final = 24
HEADER: Final = 56
CARD_PADDING: Final = 16
GAP: Final = 8
GAP_SMALL: Final = 4
FORM_GAP: Final = 12
CARD_GAP: Final = 16
SECTION_GAP: Final = 32

CONTROL: Final = 32
COMPACT: Final = 28
TARGET: Final = 24
RADIUS: Final = 6
RADIUS_SMALL: Final = 4
RADIUS_CHIP: Final = 5
RADIUS_BANNER: Final = 8
RADIUS_CARD: Final = 10
FOCUS: Final = 2

ICON: Final = 16
ICON_LARGE: Final = 20
SHAPE: Final = 10

TABLE_HEAD: Final = 28
TABLE_ROW: Final = 28
CELL_PADDING: Final = 8
EDGE_PADDING: Final = 16

RAIL: Final = 76
RAIL_ITEM: Final = 56
STATUS_BAR: Final = 28
DETAIL_PANE: Final = 296
DETAIL_PANE_SLIM: Final = 276
TEXT_COLUMN: Final = 400

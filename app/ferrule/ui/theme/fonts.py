"""The roles of type, as ratios of the system's UI font.

The measures of the design assume a base of 13 px, so a smaller system font (12 px on
Windows) is raised to that; a larger one is kept. Nothing but a badge is under 11 px.
"""

from functools import cache
from typing import Final, NamedTuple

from PySide6 import QtGui

BASE: Final = 13.0
_SMALLEST: Final = 10.0
_WEIGHT = QtGui.QFont.Weight


class Role(NamedTuple):
    """One use of type: its size against the base, its weight and its features."""

    size: float
    weight: QtGui.QFont.Weight = _WEIGHT.Normal
    fixed: bool = False
    tabular: bool = False
    spacing: float = 0.0


ROLES: Final = {
    "page_title": Role(21 / 13, _WEIGHT.DemiBold, spacing=-0.3),
    "title": Role(16 / 13, _WEIGHT.DemiBold),
    "body": Role(1),
    "number": Role(1, tabular=True),
    "emphasis": Role(1, _WEIGHT.DemiBold, tabular=True),
    "button": Role(1, _WEIGHT.Medium),
    "button_primary": Role(1, _WEIGHT.DemiBold),
    "caption": Role(11 / 13, tabular=True),
    "caption_strong": Role(11 / 13, _WEIGHT.DemiBold),
    "chip": Role(11 / 13, _WEIGHT.Medium, tabular=True),
    "section": Role(11 / 13, _WEIGHT.DemiBold),
    "big_number": Role(28 / 13, _WEIGHT.DemiBold, tabular=True),
    "stat": Role(21 / 13, _WEIGHT.DemiBold, tabular=True),
    # A fixed font looks larger: one pixel less.
    "code": Role(12 / 13, fixed=True),
    "code_small": Role(11 / 13, fixed=True),
    "badge": Role(10 / 13, _WEIGHT.DemiBold, tabular=True),
}


def base_pixels() -> float:
    """Return the size of the system's UI font in pixels, at least 13."""
    kind = QtGui.QFontDatabase.SystemFont.GeneralFont
    font = QtGui.QFontDatabase.systemFont(kind)
    return max(BASE, float(QtGui.QFontInfo(font).pixelSize()))


def build(role: Role, base: float) -> QtGui.QFont:
    """Return the font of a role for a base size in pixels."""
    font = _system(fixed=role.fixed)
    font.setPixelSize(round(max(role.size * base, _SMALLEST)))
    font.setWeight(role.weight)
    if role.spacing:
        font.setLetterSpacing(QtGui.QFont.SpacingType.AbsoluteSpacing, role.spacing)
    if role.tabular:
        font.setFeature(QtGui.QFont.Tag("tnum"), 1)
    if role.fixed:
        _without_ligatures(font)
    return font


def _without_ligatures(font: QtGui.QFont) -> None:
    """Keep `!=` two characters: a path is read character by character."""
    for feature in ("calt", "liga", "clig", "dlig"):
        font.setFeature(QtGui.QFont.Tag(feature), 0)


def _system(*, fixed: bool) -> QtGui.QFont:
    base = QtGui.QFontDatabase
    named = _without_desktop(fixed=fixed)
    if named:
        return QtGui.QFont(named)
    kind = base.SystemFont.FixedFont if fixed else base.SystemFont.GeneralFont
    return base.systemFont(kind)


@cache
def _without_desktop(*, fixed: bool) -> str:
    """Name a font where the platform has no desktop, hence no UI font of its own."""
    if QtGui.QGuiApplication.platformName() not in {"offscreen", "minimal"}:
        return ""
    wanted = "JetBrains Mono" if fixed else "Inter"
    return wanted if QtGui.QFontDatabase.hasFamily(wanted) else ""

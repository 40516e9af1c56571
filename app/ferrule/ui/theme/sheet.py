"""The palette and the small style sheet that dress what Qt draws itself.

Widgets of ours paint themselves; this is for scroll bars, menus, tool tips, plain item
views, text areas and the buttons of Qt's own dialogs.
"""

import re
from collections.abc import Callable, Mapping

from PySide6 import QtGui

_ROLE = QtGui.QPalette.ColorRole
_ROLES = {
    _ROLE.Window: "ground",
    _ROLE.WindowText: "text",
    _ROLE.Base: "surface",
    _ROLE.AlternateBase: "ground",
    _ROLE.Text: "text",
    _ROLE.Button: "raised",
    _ROLE.ButtonText: "text",
    _ROLE.BrightText: "danger",
    _ROLE.Highlight: "selection",
    _ROLE.HighlightedText: "text",
    _ROLE.PlaceholderText: "muted",
    _ROLE.ToolTipBase: "tip",
    _ROLE.ToolTipText: "on_tip",
    _ROLE.Link: "accent",
    _ROLE.LinkVisited: "accent",
    _ROLE.Light: "surface",
    _ROLE.Midlight: "hairline",
    _ROLE.Mid: "border",
    _ROLE.Dark: "control",
    _ROLE.Shadow: "border",
    _ROLE.Accent: "accent",
}
_FADED = (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.HighlightedText)


def palette(colour: Callable[[str], QtGui.QColor]) -> QtGui.QPalette:
    """Return Qt's palette; the disabled group last, for a plain set overwrites it."""
    made = QtGui.QPalette()
    for role, token in _ROLES.items():
        made.setColor(role, colour(token))
    for role in _FADED:
        made.setColor(QtGui.QPalette.ColorGroup.Disabled, role, colour("disabled"))
    return made


def style_sheet(token: Mapping[str, str], px: Callable[[float], int]) -> str:
    """Return the sheet; its first rule keeps line edits from filling their ground."""
    text = re.sub(r"@(\w+)", lambda found: token[found[1]], _SHEET)
    return re.sub(r"\b(\d+)u\b", lambda found: f"{px(int(found[1]))}px", text)


_SHEET = """
QLineEdit { background: transparent; border: none;
  selection-background-color: @selection; selection-color: @text; }
QPlainTextEdit,
QTextEdit { background: @surface; color: @text; border: 1px solid @control;
  border-radius: 6u; padding: 4u; selection-background-color: @selection;
  selection-color: @text; }
QPlainTextEdit:focus,
QTextEdit:focus { border: 2px solid @accent; padding: 3u; }
QPlainTextEdit[frameless="true"],
QTextBrowser[frameless="true"] { border: 2px solid @surface; border-radius: 0px;
  padding: 2u; }
QPlainTextEdit[frameless="true"]:focus,
QTextBrowser[frameless="true"]:focus { border: 2px solid @accent; border-radius: 0px;
  padding: 2u; }
QPlainTextEdit[sunken="true"] { background: @sunken; border: 1px solid @sunken; }
QScrollBar:vertical { background: transparent; width: 12u; margin: 0px;
  border: none; }
QScrollBar:horizontal { background: transparent; height: 12u; margin: 0px;
  border: none; }
QScrollBar::handle { background: @border; border-radius: 3u; }
QScrollBar::handle:vertical { min-height: 24u; margin: 3u; }
QScrollBar::handle:horizontal { min-width: 24u; margin: 3u; }
QScrollBar::handle:hover { background: @control; }
QScrollBar::add-line,
QScrollBar::sub-line { width: 0px; height: 0px; border: none; }
QScrollBar::add-page,
QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4u; }
QMenu::item { padding: 6u 24u 6u 12u; border-radius: 4u; background: transparent; }
QMenu::item:selected { background: @selection; color: @text; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8u; }
QMenu::separator { height: 1px; background: @hairline; margin: 4u 8u; }
QToolTip { background: @tip; color: @on_tip; border: 1px solid @tip; padding: 4u 6u; }
QAbstractItemView { background: @surface; color: @text; border: none; outline: none;
  selection-background-color: @selection; selection-color: @text; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @border;
  padding: 4u; }
QComboBox QAbstractItemView::item { min-height: 28u; padding: 0px 6u;
  border-radius: 4u; }
QComboBox QAbstractItemView::item:hover { background: @hover; color: @text; }
QComboBox QAbstractItemView::item:selected { background: @selection; color: @text; }
QHeaderView { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QTabBar QToolButton { background: @surface; border: none; }
QTabBar QToolButton:hover { background: @hover; }
QTableCornerButton::section { background: @surface; border: none; }
QDialog { background: @surface; }
QDialog QDialogButtonBox QPushButton { min-height: 30u; padding: 0px 12u;
  border: 1px solid @border; border-radius: 6u; background: @raised; color: @text; }
QDialog QDialogButtonBox QPushButton:hover { background: @hover; }
QDialog QDialogButtonBox QPushButton:focus { border: 2px solid @accent;
  padding: 0px 11u; }
QDialog QDialogButtonBox QPushButton[kind="danger"] { color: @danger;
  border: 1px solid @danger; }
QDialog QDialogButtonBox QPushButton[kind="danger"]:focus {
  border: 2px solid @danger; }
QDialog QDialogButtonBox QPushButton:disabled { color: @disabled; }
QFileDialog QHeaderView { background: @surface; }
QFileDialog QHeaderView::section { background: @surface; color: @muted; border: none;
  border-bottom: 1px solid @hairline; padding: 4u 8u; }
QFileDialog QLineEdit { background: @surface; border: 1px solid @control;
  border-radius: 6u; padding: 4u 6u; }
QFileDialog QLineEdit:focus { border: 2px solid @accent; padding: 3u 5u; }
"""

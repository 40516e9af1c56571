"""Saying something to a screen reader that happens away from the focus."""

from PySide6 import QtGui, QtWidgets


def announce(widget: QtWidgets.QWidget, text: str) -> None:
    """Let assistive technology say `text`; without one it costs nothing."""
    if QtGui.QAccessible.isActive() and text:
        QtGui.QAccessible.updateAccessibility(
            QtGui.QAccessibleAnnouncementEvent(widget, text)
        )

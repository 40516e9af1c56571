"""Keep what the off-screen platform says of itself out of the tour's figures."""

import sys

from PySide6 import QtCore

_NOTES = (
    "This plugin does not support",
    "OpenType support missing for",
    "Keyboard event not accepted by receiving widget",
)


def leave_out_platform_notes() -> None:
    """Write Qt's messages to standard error, but those notes."""
    QtCore.qInstallMessageHandler(_tell)


def _tell(
    _kind: QtCore.QtMsgType, _context: QtCore.QMessageLogContext, text: str | None
) -> None:
    if text and not text.startswith(_NOTES):
        sys.stderr.write(f"{text}\n")

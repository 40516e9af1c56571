"""What was verified last: a line each, to verify again or to take off the list."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.clock import day_words
from ferrule.ui.i18n import Data
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Glyph, Label, SectionHead
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.workspace.verified_bundles import VerifiedFile

_LOOKS: Final = {
    "trusted": ("badge-check", "success", ""),
    "unknown": ("shield-question-mark", "warning", "unknown signer"),
    "refused": ("circle-x", "danger", "refused"),
}
_MOST: Final = 5
_LONGEST: Final = 24


class RecentList(Column):
    """The files that were verified last, the newest first.

    It is a layout; `opened` and `removed` are called with a file's path.
    """

    def __init__(self) -> None:
        super().__init__(gap=2)
        self.signals = _Signals()

    def show_files(self, files: Sequence[VerifiedFile]) -> None:
        """Show the list; none shows nothing."""
        self.clear()
        if not files:
            return
        self.add(SectionHead("Recently verified"))
        for one in files[:_MOST]:
            self.add(self._line(one))
        if len(files) > _MOST:
            more = Button(f"Show {len(files) - _MOST} more", kind="link", compact=True)
            more.clicked.connect(partial(self._show_all, tuple(files)))
            self.addWidget(more, 0, QtCore.Qt.AlignmentFlag.AlignLeft)

    def _show_all(self, files: tuple[VerifiedFile, ...]) -> None:
        self.clear()
        self.add(SectionHead("Recently verified"), *map(self._line, files))

    def _line(self, one: VerifiedFile) -> Column:
        icon, ink, word = _LOOKS[one.state]
        name = Data(one.name)
        again = Button(_short(name), kind="link", compact=True)
        again.setAccessibleName(f"Verify {name} again")
        again.setToolTip(Data(one.path))
        again.clicked.connect(partial(self.signals.opened.emit, one.path))
        row = Row(Glyph(icon, ink, 14), again, gap=8)
        if word:
            row.add(Label(word, "caption", ink, elide=True))
        away = IconButton("x", f"Take {name} off the list")
        away.clicked.connect(partial(self.signals.removed.emit, one.path))
        row.add(None, Label(_day(one.at), "caption", "muted"), away)
        return Column(boxed(row), gap=0)


class _Signals(QtCore.QObject):
    opened = QtCore.Signal(str)
    removed = QtCore.Signal(str)


def _short(name: Data) -> Data:
    """Return a name with its middle left out where it is long: its tip has it whole."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else Data(f"{name[:half]}…{name[-half:]}")


def _day(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return ""
    return Data(day_words(moment, year=False))

"""The line below a step's title that tells how many suggestions there are."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.suggesting import Proposal, joined

_HEIGHT: Final = 40
_HIDDEN: Final = "There are 0 records"


class SuggestBar(QtWidgets.QFrame):
    """How many suggestions there are, about what, and two ways to go on.

    Signals:
        review_wanted(): show them one by one.
        apply_wanted(): apply those that belong together.
        dismissed(): the person wants the line away.
    """

    review_wanted = QtCore.Signal()
    apply_wanted = QtCore.Signal()
    dismissed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tone = "accent"
        self._mark = Glyph("wand-sparkles", "accent", 18)
        self.count = Label("", "emphasis")
        self.about = Label("", "body", "muted", elide=True)
        self.review = Button("Review", kind="plain", compact=True)
        self.review.setAccessibleName("Review suggestions")
        self.apply = Button("Apply all", compact=True)
        self._close = IconButton("x", "Put suggestions away")
        row = Row(self._mark, self.count, gap=10, margins=(12, 0, 6, 0))
        row.add(self.about, stretch=1)
        row.add(self.review, self.apply, self._close)
        self.setLayout(row)
        self.hide()
        self.review.clicked.connect(self.review_wanted)
        self.apply.clicked.connect(self.apply_wanted)
        self._close.clicked.connect(self.dismissed)
        theme.changed.connect(self._fit)
        self._fit()

    def show_found(self, found: Sequence[Proposal]) -> bool:
        """Tell of suggestions; say whether there is anything worth a line."""
        together = joined(found)
        others = [one for one in found if not (one.joined or one.notice or one.holds)]
        told = [one for one in found if one.notice]
        if not (together or others or told):
            return False
        self._tone = "accent" if together or others else "warning"
        picture = "wand-sparkles" if together or others else "triangle-alert"
        self._mark.set_icon(picture, self._tone)
        count = len(together) + len(others)
        words = "1 suggestion" if count == 1 else f"{count} suggestions"
        self.count.setText(words if count else "Nothing to suggest")
        self.about.setText(_about(found, together, others))
        self.apply.setVisible(bool(together))
        whole = len(together) == count
        self.apply.setText("Apply all" if whole else f"Apply {len(together)}")
        self.apply.setToolTip(
            "One step of undo" if whole else "All but guesses; one step of undo"
        )
        self.apply.updateGeometry()
        self.setAccessibleName(f"{self.count.text()}: {self.about.text()}")
        announce(self, f"{self.count.text()}. {self.about.text()}")
        self.update()
        return True

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Draw the tint and its edge."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        tone = self._tone
        paint_box(painter, self.rect(), radius, f"{tone}_tint", border=f"{tone}_edge")

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(_HEIGHT))


def _about(
    found: Sequence[Proposal], together: Sequence[Proposal], others: Sequence[Proposal]
) -> str:
    """Return the most telling words about suggestions."""
    hidden = (p for p in together if p.reason.startswith(_HIDDEN))
    first = next(hidden, None)
    if first is not None:
        return first.reason
    if not together:
        notices = [one.reason for one in found if one.notice]
        guesses = [f"{one.title} (a guess)" for one in others]
        return " ".join(notices[:1]) or ", ".join(guesses)
    return ", ".join(one.title for one in together)

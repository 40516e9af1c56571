"""A connection that is held: it asks for hosts that were not shown before.

The difference stands there, and agreeing takes two steps: what is agreed to is said
between them. To keep it held costs nothing and is always offered.
"""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.spoken import announce


def held_words(hosts: Sequence[str], version: str = "") -> str:
    """Return in one line what a connection is held for."""
    asked = Data(", ".join(hosts))
    if version:
        return f"Held: version {Data(version)} asks to send to {asked} too"
    return f"Held: it asks to send to {asked} too"


class HeldHosts(QtWidgets.QFrame):
    """What it asks for beyond what was shown, and the two ways on.

    Signals:
        confirmed(): the person agreed to every host that is shown.
        kept(): it stays as it is.
    """

    confirmed = QtCore.Signal()
    kept = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hosts: tuple[str, ...] = ()
        self.title = Label("", "emphasis", wrap=True)
        self.told = Label("", "body", wrap=True)
        self.confirm = Button("Confirm…", compact=True)
        self.agree = Button("Send there too", compact=True)
        self.keep = Button("Keep it held", compact=True)
        self._lines = Column(gap=4)
        self._build()
        self.confirm.clicked.connect(self._ask)
        self.agree.clicked.connect(self.confirmed)
        self.keep.clicked.connect(self._keep)
        self.hide()

    def show_hosts(
        self, extra: Sequence[str], shown: Sequence[str] = (), version: str = ""
    ) -> None:
        """Show the hosts that are asked for beyond those shown; without any, nothing.

        `version` is that of the connector which asks for them.
        """
        hosts = tuple(extra)
        if hosts != self.hosts:
            self._ask_again()
        self.hosts = hosts
        self.setVisible(bool(hosts))
        self.title.setText(held_words(hosts, version))
        self.setAccessibleName(f"warning: {self.title.text()}")
        self._lines.clear()
        for host in hosts:
            self._lines.add(_line(host, new=True))
        for host in shown:
            self._lines.add(_line(host, new=False))

    def focus(self) -> None:
        """Put the focus on what a person decides."""
        button = self.confirm if self.confirm.isVisibleTo(self) else self.keep
        button.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        QtCore.QTimer.singleShot(0, self, self._into_view)

    @QtCore.Slot()
    def _into_view(self) -> None:
        """Scroll the area that this stands in, where it does not fit whole."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QtWidgets.QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Draw the tint and its edge."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        paint_box(painter, self.rect(), radius, "warning_tint", border="warning_edge")

    def _build(self) -> None:
        top = QtCore.Qt.AlignmentFlag.AlignTop
        deeds = WrapRow()
        deeds.show_widgets([self.confirm, self.agree, self.keep])
        words = Column(self.title, self.told, boxed(self._lines), 4, deeds, gap=6)
        row = Row(gap=10, margins=(14, 12, 14, 12))
        row.addWidget(Glyph("triangle-alert", "warning", 18), 0, top)
        row.addLayout(words, 1)
        self.setLayout(row)
        self._ask_again()

    def _ask_again(self) -> None:
        self._step(asked=False)

    @QtCore.Slot()
    def _ask(self) -> None:
        self._step(asked=True)
        announce(self, self.told.text())

    @QtCore.Slot()
    def _keep(self) -> None:
        self._step(asked=False)
        self.kept.emit()

    def _step(self, *, asked: bool) -> None:
        """Say what is agreed to before it is; the focus stays among the buttons."""
        hosts = Data(", ".join(self.hosts))
        self.told.setText(
            f"From then on its requests and its credential go to {hosts} too. Confirm "
            "it only where you know whose that is."
            if asked
            else "Nothing is sent for it until you agree: this was not shown when its "
            "credential was given."
        )
        now, before = [self.agree, self.keep], [self.confirm]
        if not asked:
            now, before = before, now
        for button in now:
            button.show()
        if any(button.hasFocus() for button in before):  # before it goes
            now[-1].setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        for button in before:
            button.hide()


def _line(host: str, *, new: bool) -> QtWidgets.QWidget:
    """Return a host, and whether it was shown before, in a word."""
    label = Label(Data(host), "code", elide=True, selectable=True)
    chip = Chip("New", "danger") if new else Chip("Known")
    row = Row(Glyph("globe", "warning" if new else "muted"), gap=8)
    row.add(label, stretch=1)
    row.add(chip)
    return boxed(row)
